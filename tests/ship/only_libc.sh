#!/usr/bin/env bash
# An executable runs where there is nothing but the C library and a shell.
#   only_libc.sh WFC SOURCE BUILD
set -euo pipefail
wfc=$1 source=$2 build=$3
[ "$(id -u)" = 0 ] || { echo "skipped: chroot needs root"; exit 77; }
if grep -q '^WFC_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then echo "skipped: a sanitized runtime needs its own libraries"; exit 77; fi
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,lib64,tmp,dev,proc,home}
chmod 1777 "$root/tmp"
copy() { mkdir -p "$root$(dirname "$1")"; cp -L "$1" "$root$1"; }
lib=/lib/$(uname -m)-linux-gnu
for file in "$lib/libc.so.6" "$lib/libm.so.6" /lib64/ld-linux-x86-64.so.2; do copy "$file"; done
for program in dash true echo cat sleep; do cp -L "/bin/$program" "$root/bin/"; done
ln -s dash "$root/bin/sh"
mknod -m 666 "$root/dev/null" c 1 3 2>/dev/null || { echo "skipped: devices cannot be made here"; exit 77; }
cp "$source/samples/feature.wf" "$source/samples/feature.replay.json" "$work/"
(cd "$work" && "$wfc" build feature.wf -o feature >/dev/null)
cp "$work/feature" "$work/feature.replay.json" "$root/home/"
size=$(stat -c %s "$work/feature")
[ "$size" -lt 4000000 ] || { echo "the executable has $size bytes"; exit 1; }
in_root() { env -i PATH=/bin HOME=/home /usr/sbin/chroot "$root" /bin/sh -c "cd /home && exec $*"; }
status=0
in_root ./feature run --run-id r1 --agent Planner=replay:feature.replay.json --no-tui || status=$?
[ "$status" -eq 3 ] || { echo "expected the run to pause, got exit $status"; exit 1; }
in_root ./feature approve r1 sign-off
in_root ./feature resume r1 --agent Planner=replay:feature.replay.json --no-tui
echo "ran in a root of libc6 and a shell; $size bytes"
