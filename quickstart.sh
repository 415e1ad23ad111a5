#!/usr/bin/env bash
# From nothing to a finished run: installs what is missing, builds wfc, compiles a sample workflow into an executable,
# runs it until it waits for a person, approves, and resumes. Run it again: what is built stays built.
set -euo pipefail
cd "$(dirname "$0")"
. cmake/packages.sh
install_missing

if command -v ccache >/dev/null; then export WFC_COMPILER_LAUNCHER=${WFC_COMPILER_LAUNCHER-ccache}; fi
build=build/quickstart
say "Building wfc (a few minutes the first time)"
if [ ! -f $build/build.ninja ]; then
  cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DWFC_TESTS=OFF -DWFC_BENCH=OFF --log-level=WARNING \
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${WFC_COMPILER_LAUNCHER:-}"
fi
cmake --build $build
wfc=$PWD/$build/bin/wfc

demo=$build/demo
mkdir -p $demo
cp samples/feature.wf samples/feature.replay.json $demo/
cd $demo

say "wfc check feature.wf"
"$wfc" check feature.wf
say "wfc build feature.wf -o feature"
"$wfc" build feature.wf -o feature

run=quickstart-$(date +%s)-$$
say "./feature run   (the agent \"Planner\" is answered from a recording, feature.replay.json: no model is asked)"
status=0
./feature run --run-id "$run" --agent Planner=replay:feature.replay.json --no-tui || status=$?
[ $status -eq 3 ] || { echo "expected the run to pause (exit 3), got exit $status" >&2; exit 1; }

say "./feature approve $run sign-off"
./feature approve "$run" sign-off --comment "looks right"
say "./feature resume $run"
./feature resume "$run" --agent Planner=replay:feature.replay.json --no-tui
say "./feature status $run"
./feature status "$run"

cat <<END

It works: feature.wf was compiled into one executable, $demo/feature, which ran, paused, and went on.
Next:
  cd $demo
  $wfc graph feature.wf --format dot        the graph
  ./feature inspect                         what is compiled in
  ./feature run --agent Planner=command:claude    the same with a real agent
  $wfc explain WF0301                       what a diagnostic means
END
