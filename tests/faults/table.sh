#!/usr/bin/env bash
# Every test that docs/faults.md names is there, and every fault has its row.
set -uo pipefail
cd "$1"
page=docs/faults.md
bad=0
for n in $(seq 1 30); do
  grep -q "^| F$n |" $page || { echo "F$n has no row"; bad=1; }
done
while read -r name; do
  case "$name" in
    *.case) [ -f "tests/cases/$name" ] ;;
    *.json) [ -f "tests/vectors/$name" ] ;;
    *.*) grep -rqE "^TEST(_F|_P)?\(${name%%.*}, ${name#*.}\)" tests/unit tests/faults ;;
    *) grep -rq "add_test(NAME $name " tests ;;
  esac || { echo "$page names \`$name\`, which is no test"; bad=1; }
done < <(sed -n '/^| F[0-9]/p' $page | awk -F'|' '{print $(NF-1)}' | grep -o '`[^`]*`' | tr -d '`' | sort -u)
exit $bad
