"""Trains the MNIST example: a block-circulant MLP 784-512-512-10.

Run:    python train.py              trains on all 60,000 training images, prints the test figure and
                                     the ranges, writes mnist.safetensors
        python train.py --validate   trains without the last 5,000 and prints the figure on those
Needs:  Python 3.9 or later, NumPy 2, and the four IDX .gz files of MNIST in $CIRCLET_DATA/mnist (by
        default ../shared/data/mnist beside the project root). XX minutes on one core.

Goes away when the project has a `train` command.

A block is given by its first column w, C[a][b] = w[(a - b) mod k], so C x = IFFT(FFT(w) . FFT(x)).
"""
import gzip
import json
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("CIRCLET_DATA", os.path.join(HERE, "../../../shared/data"))
K = 16  # block size
WIDTHS = [784, 512, 512, 10]  # the last layer is plain dense
SEED, EPOCHS, BATCH = 1, 20, 128
RATE, DECAY, DROPOUT, SHIFT = 2e-3, 0.05, 0.1, 1


def idx(name, skip):
    with gzip.open(os.path.join(DATA, "mnist", name)) as file:
        return np.frombuffer(file.read(), np.uint8, offset=skip)


def load(prefix):
    x = idx(prefix + "-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return x.astype(np.float32) / 255, idx(prefix + "-labels-idx1-ubyte.gz", 8).astype(np.int64)


def spectra(x):
    """[n, blocks * k] -> [bins, n, blocks], ready for one matrix product per bin."""
    return np.fft.rfft(x.reshape(len(x), -1, K)).transpose(2, 0, 1)


def blocks(s):
    """The inverse of `spectra`."""
    return np.fft.irfft(s.transpose(1, 2, 0), K).reshape(s.shape[1], -1)


def forward(params, x, rng=None, dropout=0.0):
    """Logits, and per layer: input (spectra), weights (spectra), gate and pre-activation."""
    kept = []
    for w, b in zip(params[:-2:2], params[1:-2:2]):
        xs, ws = spectra(x), np.fft.rfft(w).transpose(2, 1, 0)
        a = blocks(xs @ ws) + b
        gate = (a > 0).astype(np.float32)
        if dropout:
            gate *= (rng.random(a.shape, np.float32) >= dropout) / np.float32(1 - dropout)
        kept.append((xs, ws, gate, a))
        x = a * gate
    return x @ params[-2].T + params[-1], kept + [x]


def backward(params, kept, g):
    """The gradient of every parameter, from the gradient of the logits."""
    grads = [g.T @ kept[-1], g.sum(0)]
    g = g @ params[-2]
    for xs, ws, gate, _ in reversed(kept[:-1]):
        g = g * gate
        gs = spectra(g)
        dw = np.fft.irfft((xs.conj().transpose(0, 2, 1) @ gs).transpose(2, 1, 0), K)
        grads = [dw, g.sum(0)] + grads
        g = blocks(gs @ ws.conj().transpose(0, 2, 1))
    return grads


def augment(x, rng):
    """Shifts each image by up to SHIFT whole pixels in each direction."""
    pad = np.pad(x.reshape(-1, 28, 28), [(0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)])
    windows = np.lib.stride_tricks.sliding_window_view(pad, (28, 28), (1, 2))
    dy, dx = rng.integers(0, 2 * SHIFT + 1, (2, len(x)))
    return windows[np.arange(len(x)), dy, dx].reshape(-1, 784)


def train(x, y, seed=SEED):
    rng = np.random.default_rng(seed)
    params = []
    for i, (n, m) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        last = i == len(WIDTHS) - 2
        # Every output sums n products, so variance 2/n (1/n for the logits) keeps that of the activations.
        shape, std = ((m, n), n ** -0.5) if last else ((m // K, n // K, K), (2 / n) ** 0.5)
        params += [rng.standard_normal(shape, np.float32) * np.float32(std), np.zeros(m, np.float32)]
    m1, m2 = [[np.zeros_like(p) for p in params] for _ in range(2)]
    steps, step = EPOCHS * -(-len(x) // BATCH), 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for at in range(0, len(x), BATCH):
            pick = order[at:at + BATCH]
            logits, kept = forward(params, augment(x[pick], rng), rng, DROPOUT)
            g = np.exp(logits - logits.max(1, keepdims=True))
            g /= g.sum(1, keepdims=True)
            g[np.arange(len(pick)), y[pick]] -= 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            step += 1
            grads = backward(params, kept, g / len(pick))
            for p, d, a, b in zip(params, grads, m1, m2):  # Adam with decoupled weight decay
                a += 0.1 * (d - a)
                b += 0.001 * (d * d - b)
                move = a / (1 - 0.9 ** step) / (np.sqrt(b / (1 - 0.999 ** step)) + 1e-8)
                p -= rate * (move + DECAY * p * (p.ndim > 1))
    return params


def accuracy(params, x, y):
    parts = np.array_split(x, 1 + len(x) // 5000)
    return (np.concatenate([forward(params, part)[0].argmax(1) for part in parts]) == y).mean()


def ranges(params, x):
    """Prints the extremes over x, layer by layer (FFT unscaled; Y is the sum before the inverse)."""
    table, last = {}, len(params) // 2 - 1
    for part in np.array_split(x, 1 + len(x) // 5000):
        logits, kept = forward(params, part)
        for i in range(last + 1):
            a = logits if i == last else kept[i][3]
            facts = {"min Wx": (a - params[2 * i + 1]).min(), "max Wx": (a - params[2 * i + 1]).max(),
                     "min Wx + b": a.min(), "max Wx + b": a.max()}
            tensors = {"w": params[2 * i], "b": params[2 * i + 1]}
            if i < last:
                xs, ws = kept[i][:2]
                tensors |= {"activation after ReLU": np.maximum(a, 0)}
                for name, s in [("X = FFT(x)", xs), ("W = FFT(w)", ws), ("Y = sum of W X", xs @ ws)]:
                    tensors |= {name: s, name + ", bins 1 to k/2": s[1:]}
            facts |= {"max abs " + name: abs(t).max() for name, t in tensors.items()}
            for name, value in facts.items():
                table.setdefault(name, {}).setdefault(i, []).append(value)
    print("| quantity |" + "".join(f" fc{i + 1} |" for i in range(last + 1)) + "\n|---|" + "---:|" * (last + 1))
    for name, row in table.items():
        pick = min if name.startswith("min") else max
        print(f"| {name} |" + "".join(f" {pick(row[i]):.3f} |" if i in row else " - |" for i in range(last + 1)))


def save(params, path):
    """safetensors: length of the header (8 bytes, little-endian), JSON header, data."""
    header, data = {}, b""
    for i, p in enumerate(params):
        raw = p.astype("<f4").tobytes()
        name = f"fc{i // 2 + 1}.{'bias' if i % 2 else 'weight'}"
        header[name] = {"dtype": "F32", "shape": list(p.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


if __name__ == "__main__":
    x, y = load("train")
    if "--validate" in sys.argv[1:]:
        model = train(x[:-5000], y[:-5000])
        print(f"validation: {accuracy(model, x[-5000:], y[-5000:]):.2%}")
    else:
        model = train(x, y)
        print(f"train: {accuracy(model, x, y):.2%}")
        print(f"test: {accuracy(model, *load('t10k')):.2%}")
        ranges(model, x)
        save(model, os.path.join(HERE, "mnist.safetensors"))
