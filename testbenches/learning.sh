#!/bin/sh
# Every figure of src/train/training.md on MNIST, one run after another, for the seeds given [1 2 3]. What a run says lies in
# target/learning/<run>-<seed>.txt; a run that is there is not repeated. Ten minutes a seed on two idle cores.
set -eu
cd "$(dirname "$0")/.."
data=$(realpath "${CIRCLET_DATA:-../shared/data}/mnist")
circlet=$(realpath target/release/circlet)
example=$(realpath examples/mnist/mnist.circ)
mkdir -p target/learning
cd target/learning

# the first 256 training images, which set formats where words are short
[ -e first.idx ] || {
    printf '\000\000\010\003\000\000\001\000\000\000\000\034\000\000\000\034'
    zcat "$data/train-images-idx3-ubyte.gz" | tail -c +17 | head -c 200704
} >first.idx

# network NAME WEIGHTS SED: the example changed, its weights in another file
network() {
    sed -e "s/network mnist/network $1/; s/mnist.safetensors/$2-$seed.safetensors/" -e "$3" "$example" >"$1-$seed.circ"
}

# run NAME COMMAND NETWORK ARGUMENTS: prints what is right
run() {
    name=$1 command=$2 given=$3-$seed.circ
    shift 3
    out=$name-$seed
    if [ ! -e "$out.txt" ]; then
        nice -n 10 "$circlet" "$command" "$given" "$@" --quiet >"$out.new" 2>"$out.err" || {
            cat "$out.err" >&2
            exit 1
        }
        mv "$out.new" "$out.txt"
    fi
    echo "$out: $(grep -E 'level|given|drawn|projected|tuned|fixed ' "$out.txt" | sed 's/ of .*samples//' | tr -s ' ' | tr '\n' ';')"
}

# learn NAME COMMAND NETWORK ARGUMENTS: a run on the training images
learn() {
    what="$1 $2 $3"
    shift 3
    # shellcheck disable=SC2086
    run $what --data "$data" --seed "$seed" --batch 128 --shift 1 --held-back 0 "$@"
}

[ $# -gt 0 ] || set -- 1 2 3
for seed in "$@"; do
    # the example in ten epochs, and with fewer weights
    network mnist mnist ''
    learn mnist train mnist -o "mnist-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    network blocks blocks 's/layer fc2 dense 512 block 16/layer fc2 dense 512 block 32/'
    learn blocks train blocks -o "blocks-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    network few few 's/layer fc1 dense 512/layer fc1 dense 128/; s/layer fc2 dense 512/layer fc2 dense 64/'
    learn few train few -o "few-$seed.safetensors" --epochs 10

    # tuned with the numbers of the hardware, at 12 bits, 6 and 4; beside them rounded after training, with the formats of a
    # build, and with those that are trained with (a step of nothing)
    learn tuned train mnist -o "tuned_$seed.circ" --from-weights --quantised --epochs 1 --rate 0.0002
    for bits in 6 4; do
        network "short$bits" mnist "s/activations 12 bits/activations $bits bits/; s/^    precision/    calibrate \"first.idx\"\n    precision/"
        run "rounded$bits" eval "short$bits" --images "$data/t10k-images-idx3-ubyte.gz" --labels "$data/t10k-labels-idx1-ubyte.gz"
        run "chosen$bits" train "short$bits" --data "$data" -o "chosen${bits}_$seed.circ" --from-weights --quantised \
            --epochs 1 --rate 1e-30 --held-back 0.99
        learn "learnt$bits" train "short$bits" -o "learnt${bits}_$seed.circ" --from-weights --quantised --epochs 3 --rate 0.0005
    done
done
for seed in "$@"; do
    # fewer weights for longer: twenty epochs in blocks take less time than ten dense ones
    learn longer train blocks -o "blocks-$seed.safetensors" --epochs 20 --decay 0.3 --dropout 0.1

    # the dense twin, and what becomes of it: projected and tuned; drawn by ADMM, projected and tuned; taught by it without labels
    network dense dense 's/ block 16//; s/ form first-column//'
    learn dense train dense -o "dense-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    blocks="fc1=16,fc2=16"
    learn projected convert dense -o "projected_$seed.circ" --block $blocks --decay 0.1 --epochs 10
    learn drawn convert dense -o "drawn_$seed.circ" --block $blocks --decay 0.1 --admm 4 --rho 0.001 --growth 8 --epochs 10
    learn taught convert dense -o "taught_$seed.circ" --block $blocks --distil --epochs 10
done
