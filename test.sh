#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests. Ends with ctest's summary and one clear line.
#
#   bash test.sh [PRESET]    ci (default), debug, clang, asan, tsan
set -euo pipefail
cd "$(dirname "$0")"
. cmake/packages.sh
preset=${1:-ci}
install_missing test

if command -v ccache >/dev/null; then export WFC_COMPILER_LAUNCHER=${WFC_COMPILER_LAUNCHER-ccache}; fi
say "Building (preset $preset)"
cmake --preset "$preset" --log-level=WARNING
cmake --build --preset "$preset" -- -k 0

say "Testing"
status=0
ctest --preset "$preset" -j 2 || status=$?
if [ $status -eq 0 ]; then
  printf '\nAll tests passed.\n'
else
  printf '\nTests failed: see above.\n'
fi
exit $status
