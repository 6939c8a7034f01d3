"""Trains the digits example: a block-circulant MLP 64-128-128-10 on 8x8 digits.

Run:    python train.py              train, print the test figure and the ranges, write digits.safetensors
        python train.py --validate   train without the validation part and print the figure on it
Needs:  Python 3.9 and NumPy 2, or later. Five seconds on one core. Goes away when the project has a `train` command.

A block is given by its first column w, C[a][b] = w[(a - b) mod k], so C x = IFFT(FFT(w) . FFT(x)).
"""
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
K = 16  # block size
WIDTHS = [64, 128, 128, 10]  # the last layer is plain dense
SEED, EPOCHS, BATCH = 1, 300, 64
RATE, DECAY, DROPOUT, NOISE, SHIFT = 3e-3, 0.1, 0.1, 0.1, 0.3


def spectra(x):
    """[n, blocks * k] -> [bins, n, blocks], ready for one matrix product per bin."""
    return np.fft.rfft(x.reshape(len(x), -1, K)).transpose(2, 0, 1)


def blocks(s):
    """The inverse of `spectra`."""
    return np.fft.irfft(s.transpose(1, 2, 0), K).reshape(s.shape[1], -1)


def forward(params, x, rng=None):
    """Logits, and per layer: input and weight spectra, gate, pre-activation. A generator means dropout."""
    kept = []
    for w, b in zip(params[:-2:2], params[1:-2:2]):
        xs, ws = spectra(x), np.fft.rfft(w).transpose(2, 1, 0)
        a = blocks(xs @ ws) + b
        gate = (a > 0).astype(np.float32)
        if rng is not None:
            gate *= (rng.random(a.shape, np.float32) >= DROPOUT) / np.float32(1 - DROPOUT)
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
    """Shifts each image by up to SHIFT pixels in each direction (linear interpolation), adds noise."""
    x = x.reshape(-1, 8, 8)
    for axis in (1, 2):
        t = rng.uniform(-SHIFT, SHIFT, (len(x), 1, 1)).astype(np.float32)
        pad = np.pad(x, [(0, 0)] + [(1, 1) if d == axis else (0, 0) for d in (1, 2)])
        near = np.where(t > 0, np.take(pad, range(8), axis), np.take(pad, range(2, 10), axis))
        x = (1 - abs(t)) * x + abs(t) * near
    return x.reshape(-1, 64) + NOISE * rng.standard_normal((len(x), 64), np.float32)


def train(x, y):
    rng = np.random.default_rng(SEED)
    params = []
    for n, m in zip(WIDTHS, WIDTHS[1:]):
        # Every output sums n products, so variance 2/n (1/n for the logits) keeps that of the activations.
        shape, std = ((m // K, n // K, K), (2 / n) ** 0.5) if m != WIDTHS[-1] else ((m, n), n ** -0.5)
        params += [rng.standard_normal(shape, np.float32) * np.float32(std), np.zeros(m, np.float32)]
    m1, m2 = [[np.zeros_like(p) for p in params] for _ in range(2)]
    steps, step = EPOCHS * -(-len(x) // BATCH), 0
    for _ in range(EPOCHS):
        for pick in np.split(rng.permutation(len(x)), range(BATCH, len(x), BATCH)):
            logits, kept = forward(params, augment(x[pick], rng), rng)
            g = np.exp(logits - logits.max(1, keepdims=True))  # softmax cross-entropy
            g /= g.sum(1, keepdims=True)
            g[np.arange(len(pick)), y[pick]] -= 1
            grads = backward(params, kept, g / len(pick))
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            step += 1
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
        kept[-1] = (None, None, None, logits)
        for i, (w, b, (xs, ws, _, a)) in enumerate(zip(params[::2], params[1::2], kept)):
            facts = {"w": w, "b": b, "Wx": a - b, "Wx + b": a}
            if i < last:
                facts["ReLU(Wx + b)"] = np.maximum(a, 0)
                for name, s in [("X = FFT(x)", xs), ("W = FFT(w)", ws), ("Y = sum of W X", xs @ ws)]:
                    facts |= {f"abs {name}": abs(s), f"abs {name}, bins 1 to k/2": abs(s[1:])}
            for name, t in facts.items():
                low, high = table.get((i, name), (np.inf, -np.inf))
                table[i, name] = min(low, t.min()), max(high, t.max())
    print("| layer | quantity | min | max |\n|---|---|---:|---:|")
    for (i, name), (low, high) in table.items():
        print(f"| fc{i + 1} | {name} | {low:.3f} | {high:.3f} |")


def save(params, path):
    """safetensors: length of the header (8 bytes, little-endian), JSON header, data."""
    header, data = {}, b""
    for i, p in enumerate(params):
        start, data = len(data), data + p.astype("<f4").tobytes()
        name = f"fc{i // 2 + 1}.{'bias' if i % 2 else 'weight'}"
        header[name] = {"dtype": "F32", "shape": list(p.shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header, separators=(",", ":"))
    text += " " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text.encode() + data)


if __name__ == "__main__":
    x = np.load(HERE / "images.npy").astype(np.float32) / 16
    y = np.load(HERE / "labels.npy").astype(np.int64)
    part = np.arange(len(y)) % 5  # 4: test, 3: validation
    if "--validate" in sys.argv[1:]:
        model = train(x[part < 3], y[part < 3])
        print(f"validation: {accuracy(model, x[part == 3], y[part == 3]):.2%}")
    else:
        model = train(x[part < 4], y[part < 4])
        print(f"training: {accuracy(model, x[part < 4], y[part < 4]):.2%}")
        print(f"test: {accuracy(model, x[part == 4], y[part == 4]):.2%}")
        ranges(model, x[part < 4])
        save(model, HERE / "digits.safetensors")
