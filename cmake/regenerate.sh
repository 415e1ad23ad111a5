#!/bin/sh
# Makes generated/ from grammar/Wf.g4: regenerate.sh GRAMMAR FOLDER
#
# The distribution's ANTLR tool is older than its C++ runtime. Their table formats agree; what the tool writes needs
# four textual fixes before a C++20 compiler takes it:
#   1. u8"..." is char8_t in C++20: plain literals. The grammar is ASCII, so the bytes are the same.
#   2. [=] that captures `this` is deprecated in C++20: [=, this].
#   3. The tables are decoded by a static initialiser, in every process. They are decoded by the first constructor
#      instead, so that reading YAML does not pay for a grammar it does not use.
#   4. The first line names the tool and the grammar's path; only the tool stays.
# Exit code 77 (skipped, for CTest) when there is no ANTLR or no Java.
set -eu
grammar=$1
folder=$2
for tool in antlr4 java; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "skipped: no \`$tool\` here; the files in generated/ are used as they are" >&2
    exit 77
  fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$grammar" "$work/Wf.g4"
(cd "$work" && antlr4 -Dlanguage=Cpp -no-listener -no-visitor -Werror -o out Wf.g4)

mkdir -p "$folder"
for name in WfLexer WfParser; do
  for suffix in h cpp; do
    sed -e 's/u8"/"/g' \
        -e 's/\[=\]/[=, this]/g' \
        -e 's|^// Generated from .* by ANTLR|// Generated from grammar/Wf.g4 by ANTLR|' \
        -e "/^$name::Initializer $name::_init;\$/d" \
        -e "s/^$name::$name(.*{\$/&\\n  static Initializer once;  \\/\\/ Fix 3 of cmake\\/regenerate.sh./" \
        -e 's/[ \t]*$//' \
        "$work/out/$name.$suffix" > "$folder/$name.$suffix"
  done
done

{
  echo "tool: antlr4 $(antlr4 2>&1 | sed -n 's/.*Version \([0-9.]*\).*/\1/p')"
  echo "runtime: libantlr4-runtime 4.9"
} > "$folder/VERSIONS"
