#!/bin/sh
# Fuzzes each target for so many seconds: run.sh [SECONDS [TARGET...]]. Ends with 1 at the first finding.
set -eu
cd "$(dirname "$0")"
seconds=${1:-600}
[ $# -gt 0 ] && shift
targets=${*:-parser safetensors npy npz idx csv samples onnx mapping c3a vcd grid series recording}
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-../../target}/fuzz"
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
-Ccodegen-units=1 --cfg fuzzing" cargo build --release --target "$(rustc -vV | sed -n 's/host: //p')"
for target in $targets; do
    work="$CARGO_TARGET_DIR/$target"
    mkdir -p "$work/corpus" "$work/seeds"
    echo "== $target: $seconds s"
    CIRCLET_FUZZ=$target CIRCLET_SEEDS="$work/seeds" "$CARGO_TARGET_DIR"/*/release/fuzz "$work/corpus" "$work/seeds" \
        -max_total_time="$seconds" -max_len=16384 -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -artifact_prefix="$work/" -print_final_stats=1 -verbosity=0 -seed=1 >"$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
    grep -a '^stat::' "$work/log"
done
