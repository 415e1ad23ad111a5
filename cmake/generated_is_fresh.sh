#!/bin/sh
# Fails when generated/ is not what grammar/Wf.g4 gives: generated_is_fresh.sh SOURCE_FOLDER
# 77 (skipped) where there is no ANTLR.
set -eu
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"$1/cmake/regenerate.sh" "$1/grammar/Wf.g4" "$fresh"
for file in "$fresh"/*; do
  if ! cmp -s "$file" "$1/generated/$(basename "$file")"; then
    echo "generated/$(basename "$file") is stale: build the target \`regenerate\` and commit the result" >&2
    diff "$1/generated/$(basename "$file")" "$file" | head -20 >&2
    exit 1
  fi
done
