#!/usr/bin/env bash
# Runs the real definitions of the reference folder, which is not part of the repository.
#
#   real.sh WFC FOLDER
#
# Each must check without errors, build, and run to the end or to its approval; approvals are given until it completes.
set -u
wfc=$1 real=$2
[ -d "$real" ] || { echo "skipped: there is no folder of real definitions beside this clone"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir bin
# A stand-in for the programs that the definitions call.
printf '#!/bin/sh\necho "cargo $*" >>"%s/cargo.log"\n' "$work" >bin/cargo
chmod +x bin/cargo
export PATH="$work/bin:$PATH"
echo '{"answers":{},"default":"A recorded answer, with confidence."}' >answers.json
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

drive() { # FILE [wfc arguments...]: builds, runs, and approves until the run has ended
  local file=$1 name run status step rounds=0
  shift
  name=$(basename "$file" .yaml)
  "$wfc" check "$file" "$@" >"$name.check" 2>&1 || { fail "$file does not check"; cat "$name.check"; return; }
  "$wfc" build "$file" "$@" -o "$name.exe" >"$name.build" 2>&1 || { fail "$file does not build"; cat "$name.build"; return; }
  run=run-$name
  local options=(--agent '*=replay:answers.json' --deploy 'preview=echo https://preview.example' --deploy 'prod=echo https://prod.example' --no-tui)
  local inputs=()
  case $file in */agent007/*) inputs=(--input "task=Add rate limiting");; esac
  "./$name.exe" run --run-id "$run" "${inputs[@]}" "${options[@]}" >"$name.run" 2>&1
  status=$?
  while [ $status -eq 3 ] && [ $rounds -lt 9 ]; do
    rounds=$((rounds + 1))
    step=$("./$name.exe" status "$run" --json | sed 's/.*"steps":\[//; s/},{/}\n{/g' | grep '"status": *"waiting"' | grep -o '"id": *"[^"]*"' | head -n 1 | cut -d'"' -f4)
    [ -n "$step" ] || { fail "$file is paused and nothing waits"; "./$name.exe" status "$run"; return; }
    "./$name.exe" approve "$run" "$step" >>"$name.run" 2>&1 || { fail "$file: cannot approve $step"; tail -n 5 "$name.run"; return; }
    "./$name.exe" resume "$run" "${options[@]}" >>"$name.run" 2>&1
    status=$?
  done
  [ $status -eq 0 ] || { fail "$file ends with $status"; tail -n 20 "$name.run"; return; }
  echo "ok  $(basename "$(dirname "$file")")/$name  ($rounds approvals)"
}

for file in "$real"/coder/*.yaml; do drive "$file"; done
protocol="WORKFLOW_OPERATING_PROTOCOL=Work step by step and state your confidence."
mkdir -p plain/agent007
for file in "$real"/agent007/*.yaml; do
  name=$(basename "$file")
  # What controls a run and cannot yet is refused by name, before anything starts; without it the run goes through.
  if grep -q '^reliability:' "$file"; then
    "$wfc" build "$file" --define "$protocol" -o refused.exe >refused.build 2>&1 || { fail "$name does not build"; cat refused.build; }
    ./refused.exe run --input task=t --agent '*=replay:answers.json' >refused.run 2>&1
    [ $? -eq 2 ] && grep -q 'reliability.confidence' refused.run || { fail "$name runs without its controls"; cat refused.run; }
    grep -q 'release_class: true' "$file" && ! grep -q 'eval_gate' refused.run && fail "$name runs without its eval gate"
  fi
  awk '/^[a-z]/ { skip = /^(reliability|eval_gate):/ } !skip' "$file" >"plain/agent007/$name"
  drive "plain/agent007/$name" --define "$protocol"
done
if "$wfc" check "$real/agent007/tdd.v2.yaml" >tdd.check 2>&1; then
  fail "an undefined variable passes"
else
  grep -q 'WORKFLOW_OPERATING_PROTOCOL' tdd.check || fail "the diagnostic does not name the undefined variable"
fi

# Agentic layers: their prompts and personas were not published.
cp -R "$real/agentic-layer/docs" layer && cp -R "$real/agentic-layer/kiro-sample" kiro && chmod -R u+w layer kiro
mkdir -p layer/prompts kiro/kiro-layer/prompts kiro/kiro-layer/agents
for p in plan plan-feature plan-bug plan-task plan-patch build test review document deploy monitor classify resolve-test; do
  printf 'Do %s: ${raw_request}\n' $p | tee "layer/prompts/$p.md" >"kiro/kiro-layer/prompts/$p.md"
done
for p in builder tester; do echo "You are a $p." >"kiro/kiro-layer/agents/$p.md"; done
for file in layer/*.workflow.yaml kiro/workflow.yaml; do
  name=$(basename "$file" .yaml)
  "$wfc" check "$file" >"$name.check" 2>&1 || { fail "$file does not check"; cat "$name.check"; continue; }
  "$wfc" build "$file" -o "$name.exe" >"$name.build" 2>&1 || { fail "$file does not build"; cat "$name.build"; continue; }
  "./$name.exe" inspect >"$name.inspect" 2>&1 || { fail "$file cannot be inspected"; continue; }
  echo "ok  agentic-layer/$name"
done
# A folder is checked as a whole; only the file with the key that stands there twice is refused.
rm layer/gates/criteria-and-or.dupkeys.yaml
"$wfc" check layer kiro >folder.check 2>&1 || { fail "the layers do not check as folders"; cat folder.check; }
gated() { # GATE: a workflow that uses it
  printf 'phases: [plan, build, test]\ngates: {after_test: gates/%s.yaml}\n' "$1" >layer/gated.yaml
  cp "$real/agentic-layer/docs/gates/$1.yaml" layer/gates/
  "$wfc" check layer/gated.yaml >"$1.check" 2>&1
}
gated security-audit.listcriteria || { fail "criteria in a list are refused"; cat security-audit.listcriteria.check; }
gated criteria-and-or.dupkeys && fail "a key that stands there twice passes"
grep -q 'gates/criteria-and-or.dupkeys.yaml:7:1' criteria-and-or.dupkeys.check || { fail "the second key is not marked"; cat criteria-and-or.dupkeys.check; }

# The three reviews of code-review run at once: each waits for the other two before it answers.
cat >together.sh <<'S'
#!/bin/sh
cat >/dev/null
touch "here.$WF_STEP"
case $WF_STEP in
  *-review)
    n=0
    while [ "$(ls here.*-review 2>/dev/null | wc -l)" -lt 3 ]; do
      n=$((n + 1)); [ $n -gt 200 ] && { echo alone; exit 1; }
      sleep 0.05
    done;;
esac
echo "Found nothing; confidence is high."
S
chmod +x together.sh
if [ -x ./code-review.v2.exe ]; then
  ./code-review.v2.exe run --run-id together --input task=t --agent '*=command:./together.sh' --no-tui >together.run 2>&1
  [ $? -eq 3 ] || { fail "code-review does not run its reviews at once"; tail -n 20 together.run; }
fi
[ -s cargo.log ] || fail "cargo was never called"
echo "$failures failures"
[ $failures -eq 0 ]
