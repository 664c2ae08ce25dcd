#!/bin/sh
# Run a fuzz target: sh csrc/fuzz/run.sh NAME [libFuzzer's options]. All that it says is in build/fuzz/NAME.log; of one
# that fails, what tells why comes last, with the input as libFuzzer writes it.
name=$1
shift
log=build/fuzz/$name.log
"build/fuzz/fuzz_$name" -timeout=60 -max_len=4096 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/found/$name-" "$@" "build/fuzz/corpus/$name" "csrc/fuzz/seeds/$name" >"$log" 2>&1
code=$?
echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, exit code $code"
if [ $code -ne 0 ]; then
    grep -a -E 'ERROR|ALARM|SUMMARY|^csrc|^ *#[0-9]+ .*csrc|Test unit written|Base64' "$log" | tail -n 30
fi
exit $code
