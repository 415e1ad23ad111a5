#!/usr/bin/env bash
# The same definition gives the same bytes, wherever it lies and whatever the environment says.
#   reproducible.sh WFC SOURCE BUILD
set -euo pipefail
wfc=$1 source=$2 build=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/a" "$work/b/deeper/still"
cp "$source/samples/feature.wf" "$work/a/"
cp "$source/samples/feature.wf" "$work/b/deeper/still/"
(cd "$work/a" && "$wfc" build --no-cache feature.wf -o one >/dev/null)
sleep 1
(cd "$work/b/deeper/still" && CXXFLAGS=-DNOTHING LANG=C TMPDIR=$work "$wfc" build --no-cache feature.wf -o two >/dev/null)
cmp "$work/a/one" "$work/b/deeper/still/two"
if grep -q '^WFC_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then
  echo "two builds in two folders are byte for byte the same; a sanitizer's reports name our sources"
  exit 0
fi
# Of the source tree each entry by name: `/src/` alone stands in many a library's own relative paths.
for path in "$work" "$source"/* "$HOME/"; do
  if [ "$path" != / ] && grep -qaF "$path" "$work/a/one"; then echo "the executable holds the path $path"; exit 1; fi
done
echo "two builds in two folders are byte for byte the same"
