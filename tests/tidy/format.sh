#!/usr/bin/env bash
# Every C++ file of ours is as .clang-format lays it out.
set -u
tool=$1 root=$2
[ -x "$tool" ] || { echo "skipped: clang-format is not installed"; exit 77; }
cd "$root" || exit 1
find compiler runtime tests samples -name '*.cpp' -o -name '*.h' | sort | xargs "$tool" --dry-run --Werror
