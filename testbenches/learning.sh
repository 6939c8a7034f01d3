#!/bin/sh
# The figures of src/train/training.md on MNIST: learning.sh [PART [SEED...]], by default every part for the seeds 1 2 3.
# Parts: form, dense, short, small, bits, convert, decay. What a run says lies in target/learning/<run>-<seed>.txt; a run that is
# there is not repeated.
set -eu
cd "$(dirname "$0")/.."
data=$(realpath "${CIRCLET_DATA:-../shared/data}/mnist")
circlet=$(realpath "${CIRCLET:-target/release/circlet}")
example=$(realpath examples/mnist/mnist.circ)
mkdir -p target/learning
cd target/learning

# network NAME WEIGHTS SED: the example changed, its weights in another file
network() {
    sed -e "s/network mnist/network $1/; s/mnist.safetensors/$2-$seed.safetensors/" -e "$3" "$example" >"$1-$seed.circ"
}

# run NAME COMMAND NETWORK ARGUMENTS: prints what is right
run() {
    name=$1 command=$2 given=$3.circ
    shift 3
    out=$name-$seed
    if [ ! -e "$out.txt" ]; then
        nice -n 15 "$circlet" "$command" "$given" "$@" --quiet >"$out.new" 2>"$out.err" || {
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

# tune NAME NETWORK EPOCHS RATE: with the numbers of the hardware
tune() {
    learn "$1" train "$2" -o "$1_$seed.circ" --from-weights --quantised --epochs "$3" --rate "$4"
}

# in blocks, twenty epochs; then one with the numbers of the hardware
form() {
    network blocks blocks 's/layer fc2 dense 512 block 16/layer fc2 dense 512 block 32/'
    learn blocks train "blocks-$seed" -o "blocks-$seed.safetensors" --epochs 20 --decay 0.3 --dropout 0.1
    tune blocks_tuned "blocks-$seed" 1 0.0002
}

# the dense twin, as long
dense() {
    network dense dense 's/ block 16//; s/ form first-column//'
    learn dense train "dense-$seed" -o "dense-$seed.safetensors" --epochs 20 --decay 0.3 --dropout 0.1
}

# ten epochs: the example, with fewer weights, with very few
short() {
    network mnist mnist ''
    learn mnist train "mnist-$seed" -o "mnist-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    tune tuned "mnist-$seed" 1 0.0002
    network fewer fewer 's/layer fc2 dense 512 block 16/layer fc2 dense 512 block 32/'
    learn fewer train "fewer-$seed" -o "fewer-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    network few few 's/layer fc1 dense 512/layer fc1 dense 128/; s/layer fc2 dense 512/layer fc2 dense 64/'
    learn few train "few-$seed" -o "few-$seed.safetensors" --epochs 10
}

# 6 and 4 bits: rounded after training, with the formats of a build, and with those that are trained with (a step of
# nothing); trained with them
bits() {
    # the first 256 training images, which set formats where words are short
    [ -e first.idx ] || {
        printf '\000\000\010\003\000\000\001\000\000\000\000\034\000\000\000\034'
        zcat "$data/train-images-idx3-ubyte.gz" | tail -c +17 | head -c 200704
    } >first.idx
    network mnist mnist ''
    learn mnist train "mnist-$seed" -o "mnist-$seed.safetensors" --epochs 10 --decay 0.3 --dropout 0.1
    for bits in 6 4; do
        network "short$bits" mnist "s/activations 12 bits/activations $bits bits/; s/^    precision/    calibrate \"first.idx\"\n    precision/"
        run "rounded$bits" eval "short$bits-$seed" --images "$data/t10k-images-idx3-ubyte.gz" --labels "$data/t10k-labels-idx1-ubyte.gz"
        run "chosen$bits" train "short$bits-$seed" --data "$data" -o "chosen${bits}_$seed.circ" --from-weights --quantised \
            --epochs 1 --rate 1e-30 --held-back 0.99
        tune "learnt$bits" "short$bits-$seed" 3 0.0005
    done
}

# what becomes of the dense twin of seed 1: projected and tuned; drawn by ADMM, projected and tuned; taught by it without
# labels; each then with the numbers of the hardware
convert() {
    (seed=1 && dense)
    blocks="fc1=16,fc2=16"
    learn projected convert dense-1 -o "projected_$seed.circ" --block $blocks --decay 0.3 --epochs 10
    tune projected_tuned "projected_$seed" 2 0.0002
    learn drawn convert dense-1 -o "drawn_$seed.circ" --block $blocks --decay 0.3 --admm 4 --rho 0.001 --growth 8 --epochs 10
    tune drawn_tuned "drawn_$seed" 2 0.0002
    learn taught convert dense-1 -o "taught_$seed.circ" --block $blocks --distil --decay 0.1 --epochs 10
    tune taught_tuned "taught_$seed" 2 0.0002
}

# 256 inputs, as the published networks have: 2 pixels of zeros around, then means of 2 x 2
small() {
    [ -d pooled ] || python3 - "$data" <<'POOL'
import gzip, os, sys
os.makedirs("pooled.new", exist_ok=True)
for part in ["train", "t10k"]:
    images = gzip.open(f"{sys.argv[1]}/{part}-images-idx3-ubyte.gz").read()[16:]
    count = len(images) // 784
    out = bytearray(b"\0\0\x08\x03" + count.to_bytes(4, "big") + (16).to_bytes(4, "big") * 2)
    for image in range(count):
        rows = [bytes(32)] * 2
        rows += [b"\0\0" + images[image * 784 + row * 28 : image * 784 + row * 28 + 28] + b"\0\0" for row in range(28)] + [bytes(32)] * 2
        for a, b in zip(rows[::2], rows[1::2]):
            out += bytes([(w + x + y + z + 2) // 4 for w, x, y, z in zip(a[::2], a[1::2], b[::2], b[1::2])])
    open(f"pooled.new/{part}-images.idx", "wb").write(out)
    open(f"pooled.new/{part}-labels.idx", "wb").write(gzip.open(f"{sys.argv[1]}/{part}-labels-idx1-ubyte.gz").read())
os.rename("pooled.new", "pooled")
POOL
    network pooled small 's/28x28/16x16/; s/dense 512/dense 128/'
    run small train "pooled-$seed" --data pooled -o "small-$seed.safetensors" --seed "$seed" --batch 128 --held-back 0 --epochs 5 \
        --batch-norm
}

# the decay of the example, judged on the twelfth of the training images that is held back
decay() {
    network decay decay ''
    for decay in 0.01 0.1 0.3 1; do
        run "decay$decay" train "decay-$seed" --data "$data" --seed "$seed" --batch 128 --shift 1 --held-back 0.0833 --no-test \
            -o "decay-$seed.safetensors" --epochs 5 --decay $decay --dropout 0.1
    done
}

parts=${1:-form dense short small bits convert decay}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 1 2 3
for part in $parts; do
    for seed in "$@"; do
        "$part"
    done
done
