#!/bin/sh
# From a trained model to bit-true predictions, timed: predict.sh MODEL.onnx [SAMPLES]. Inputs are seeded random numbers.
set -eu
circlet="$(cd "$(dirname "$0")/.." && pwd)/target/release/circlet"
model=$1
samples=${2:-1000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$circlet" import "$model" --range -4..4 -o "$folder/net.circ" >/dev/null
size=$(sed -n 's/^ *input [a-z0-9_]* \([0-9x]*\).*/\1/p' "$folder/net.circ" | awk -Fx '{ n = 1; for (i = 1; i <= NF; i++) n *= $i; print n }')
awk -v n="$size" -v m="$samples" 'BEGIN { srand(1); for (i = 0; i < m; i++) for (j = 0; j < n; j++) printf "%.4f%s", 8 * rand() - 4, j < n - 1 ? "," : "\n" }' >"$folder/x.csv"
begin=$(date +%s%N)
"$circlet" import "$model" --range -4..4 -o "$folder/net.circ" >/dev/null
"$circlet" run "$folder/net.circ" --input "$folder/x.csv" --output "$folder/y.npy" --level fixed
end=$(date +%s%N)
echo "$(basename "$model"): import and $samples bit-true predictions in $(((end - begin) / 1000000)) ms"
