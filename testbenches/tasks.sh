#!/bin/sh
# The figures of examples/spoken and examples/power: in blocks and dense, seeds 1 to 3; spoken digits also by speakers that
# were never heard. Three minutes on two cores under load.
set -eu
cd "$(dirname "$0")/.."
data=$(realpath "${CIRCLET_DATA:-../shared/data}")
circlet=$(realpath "${CIRCLET:-target/release/circlet}")
examples=$(realpath examples)
mkdir -p target/tasks
cd target/tasks

# learn NAME NETWORK DATA SEED ARGUMENTS: prints what is right
learn() {
    name=$1 network=$2 set=$3 seed=$4
    shift 4
    echo "$name-$seed: $(nice -n 10 "$circlet" train "$network" --data "$set" --seed "$seed" -o "$name-$seed.safetensors" \
        --held-back 0 --quiet "$@" | grep level | tr '\n' ';')"
}

# task EXAMPLE DATA ARGUMENTS: in blocks and dense
task() {
    example=$1 set=$2
    shift 2
    sed -e 's/ block [0-9]*//; s/ form first-column//' "$examples/$example/$example.circ" >"$example-dense.circ"
    for seed in 1 2 3; do
        learn "$example" "$examples/$example/$example.circ" "$set" "$seed" "$@"
        learn "$example-dense" "$example-dense.circ" "$set" "$seed" "$@"
    done
}

spoken="--epochs 60 --dropout 0.1 --decay 0.1 --noise 0.05 --batch-norm"
"$circlet" features "$data/fsdd/fsdd_recordings.tar.gz" -o spoken
# shellcheck disable=SC2086
task spoken spoken $spoken
for speaker in george jackson lucas nicolas theo yweweler; do
    "$circlet" features "$data/fsdd/fsdd_recordings.tar.gz" -o "without-$speaker" --test-speaker "$speaker" >/dev/null
    # shellcheck disable=SC2086
    learn "without-$speaker" "$examples/spoken/spoken.circ" "without-$speaker" 1 $spoken
done
task power "$data/timeseries/ItalyPowerDemand_TRAIN.ts" --epochs 200 --batch 16 --rate 0.003 --noise 0.4 --decay 0.1 --dropout 0.2
