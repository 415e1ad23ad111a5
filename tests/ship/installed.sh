#!/usr/bin/env bash
# wfc works from an install prefix, from a prefix that was moved, and with WFC_HOME; what `wfc emit` writes builds by
# itself with CMake against the installed runtime.
#   installed.sh WFC SOURCE BUILD
set -euo pipefail
source=$2 build=$3
if grep -q '^WFC_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then echo "skipped: sanitized runtimes are not installed"; exit 77; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cp "$source/samples/feature.wf" "$source/samples/feature.replay.json" "$work/"
cd "$work"
use() { # WFC: builds the sample and runs it to its approval
  "$1" build --no-cache feature.wf -o feature >/dev/null
  local status=0
  ./feature run --agent Planner=replay:feature.replay.json --quiet --store "$work/store$RANDOM/runs.db" >/dev/null || status=$?
  [ "$status" -eq 3 ]
}
use "$work/prefix/bin/wfc" && echo "from an install prefix"
mv prefix moved
use "$work/moved/bin/wfc" && echo "from a prefix that was moved"
cp moved/bin/wfc lone-wfc
if ./lone-wfc build --no-cache feature.wf -o feature >/dev/null 2>lone.log; then echo "a wfc without a runtime builds?"; exit 1; fi
WFC_HOME=$work/moved use ./lone-wfc && echo "with WFC_HOME"
moved/bin/wfc emit feature.wf -o emitted
cmake -S emitted -B emitted/build "-DCMAKE_PREFIX_PATH=$work/moved" >emit.log 2>&1 && cmake --build emitted/build >>emit.log 2>&1 ||
  { tail -n 20 emit.log; exit 1; }
exe=$(find emitted/build -maxdepth 1 -type f -perm -u+x | head -n 1)
"$exe" inspect | grep -q feature
echo "what wfc emit writes builds by itself"
