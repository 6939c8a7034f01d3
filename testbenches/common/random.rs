//! Random networks: a seed gives a recipe over the whole language, extremes more often than chance would.

use super::recipe::{Kind, Numbers, Piece, Recipe, Thresholds};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What random networks look like.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most layers, argmax not counted.
    pub layers: usize,
    /// Most elements of any layer's input or output.
    pub size: usize,
    /// Smallest and largest block size.
    pub block: (usize, usize),
    /// Whether forward transforms are of half the pace where they would be serial or left open.
    pub halved: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { layers: 4, size: 300, block: (2, 64), halved: false }
    }
}

/// The network of `seed`.
pub fn network(seed: u64, limits: Limits) -> Recipe {
    let random = ChaCha8Rng::seed_from_u64(seed);
    let units = ChaCha8Rng::seed_from_u64(!seed);
    Generator { random, units, limits, shortest: 1, beats: 0, given: Vec::new() }.recipe(seed)
}

struct Generator {
    random: ChaCha8Rng,
    /// Of the units that layers state: what else a seed gives does not depend on them.
    units: ChaCha8Rng,
    limits: Limits,
    /// The shortest interval that the network can meet, cycles.
    shortest: usize,
    /// Beats per frame between the last layer and the next, two words wide where that is possible.
    beats: usize,
    /// Elements of the input and of the layers so far.
    given: Vec<usize>,
}

impl Generator {
    /// Small sizes are as likely as large ones; powers of two and their neighbours more likely than others.
    fn size(&mut self, most: usize) -> usize {
        let bits = self.random.random_range(0..=most.ilog2());
        let size = match self.random.random_range(0..4) {
            0 => (1usize << bits) + self.random.random_range(0..3) - 1,
            _ => self.random.random_range(1..=2usize << bits),
        };
        size.clamp(1, most)
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.random.random_range(0..count) == 0
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        *list.choose(&mut self.random).unwrap()
    }

    /// A width in bits: mostly usual ones, sometimes very small or large.
    fn width(&mut self) -> u32 {
        match self.random.random_range(0..10) {
            0 => self.random.random_range(2..6),
            1 => self.random.random_range(19..=24),
            _ => self.random.random_range(6..=18),
        }
    }

    fn recipe(&mut self, seed: u64) -> Recipe {
        let inputs = self.size(self.limits.size);
        let shape = match self.random.random_range(0..8) {
            0 if inputs.is_multiple_of(2) => vec![2, inputs / 2],
            1 if inputs.is_multiple_of(4) => vec![2, 1, inputs / 2],
            _ => vec![inputs],
        };
        let samples = if self.one_in(3) { self.random.random_range(1..=8) } else { 0 };
        let input = self.input(samples > 0);
        let rounding = self.pick(&["half-up", "half-even", "floor"]);
        let (activations, weights) = (self.width(), self.width());
        let precision = match self.random.random_range(0..8) {
            0 => String::new(),
            1 => format!("precision {{ rounding {rounding} }}"),
            2 => format!("precision {{ activations {} bits }}", activations.min(16)),
            _ => format!("precision {{ activations {activations} bits  weights {weights} bits  rounding {rounding} }}"),
        };
        self.beats = inputs.div_ceil(2);
        self.shortest = self.beats;
        let mut layers = Vec::new();
        self.given.push(inputs);
        if self.one_in(5) {
            let piece = self.pointwise();
            self.push(&mut layers, piece, inputs);
        }
        for _ in 0..self.random.random_range(1..=self.limits.layers) {
            match self.random.random_range(0..12) {
                0 => self.residual(&mut layers),
                1 => self.joined(&mut layers),
                2 => self.cut(&mut layers, self.given.len() - 1),
                3 => self.side(&mut layers),
                _ => self.any(&mut layers),
            }
        }
        if self.one_in(3) {
            layers.push(Piece::of(Kind::Argmax));
        }
        let target = self.target();
        Recipe { seed, shape, input, precision, samples, layers, target }
    }

    fn input(&mut self, calibrated: bool) -> String {
        let low = self.pick(&["0", "-1", "-0.5", "-3"]);
        let mut parts = vec![format!("range {low} .. 1")];
        if self.one_in(4) {
            parts.push(format!("scale {}", self.pick(&["1/255", "2", "0.3"])));
        }
        if self.one_in(4) {
            let (integer, fraction) = (self.random.random_range(0..4), self.random.random_range(1..14));
            parts.push(format!("format s{integer}.{fraction}"));
        }
        if calibrated && self.one_in(2) {
            parts.remove(0);
        }
        parts.join(" ")
    }

    fn push(&mut self, layers: &mut Vec<Piece>, piece: Piece, outputs: usize) {
        layers.push(piece);
        self.given.push(outputs);
    }

    fn last(&self) -> usize {
        self.given[self.given.len() - 1]
    }

    /// Two words per cycle are not always possible where streams are joined or cut; one is.
    fn joins(&mut self, words: usize) {
        self.shortest = self.shortest.max(words);
        self.beats = words;
    }

    /// A dense layer, and its sum with what it takes.
    fn residual(&mut self, layers: &mut Vec<Piece>) {
        let (origin, size) = (self.given.len() - 1, self.last());
        self.layer(layers, size);
        let (stated, thresholds) = self.function();
        let from = vec![self.given.len() - 1, origin];
        self.push(layers, Piece { stated, thresholds, from, ..Piece::of(Kind::Add) }, size);
        self.joins(size);
    }

    /// The last layer beside one or two others.
    fn joined(&mut self, layers: &mut Vec<Piece>) {
        let mut from = vec![self.given.len() - 1];
        for _ in 0..self.random.random_range(1..=2) {
            from.push(self.random.random_range(0..self.given.len()));
        }
        let size = from.iter().map(|&origin| self.given[origin]).sum();
        if size > 2 * self.limits.size {
            return self.any(layers);
        }
        self.push(layers, Piece { from, ..Piece::of(Kind::Concat) }, size);
        self.joins(size);
    }

    /// Some elements of a layer or of the input.
    fn cut(&mut self, layers: &mut Vec<Piece>, origin: usize) {
        let size = self.given[origin];
        let start = self.random.random_range(0..size);
        let end = self.random.random_range(start + 1..=size);
        let from = if origin + 1 == self.given.len() { Vec::new() } else { vec![origin] };
        self.push(layers, Piece { from, ..Piece::of(Kind::Slice(start, end)) }, end - start);
        self.joins(size);
    }

    /// The last layer beside some elements of any.
    fn side(&mut self, layers: &mut Vec<Piece>) {
        let (last, size) = (self.given.len() - 1, self.last());
        if 2 * size > self.limits.size {
            return self.any(layers);
        }
        let origin = self.random.random_range(0..self.given.len());
        self.cut(layers, origin);
        let (from, size) = (vec![self.given.len() - 1, last], size + self.last());
        self.push(layers, Piece { from, ..Piece::of(Kind::Concat) }, size);
        self.joins(size);
    }

    /// A dense layer of any size.
    fn any(&mut self, layers: &mut Vec<Piece>) {
        let most = if self.one_in(4) { self.limits.size.min(40) } else { self.limits.size };
        let outputs = self.size(most);
        self.layer(layers, outputs);
    }

    /// A dense layer, sometimes with an affine one that it takes in, or with nothing but a function behind it.
    fn layer(&mut self, layers: &mut Vec<Piece>, outputs: usize) {
        let (inputs, circulant) = (self.last(), outputs > 40 || !self.one_in(4));
        let (low, high) = self.limits.block;
        let k = if circulant { 1usize << self.random.random_range(low.ilog2()..=high.ilog2()) } else { 0 };
        let form = if circulant { self.pick(&["dense", "first-column", "first-row"]) } else { "dense" };
        let numbers = if self.one_in(2) { Numbers::Usual } else { self.pick(&Numbers::ALL) };
        let (mut stated, thresholds) = self.function();
        let free_format = stated.len() < 2 && thresholds.is_none();
        if self.one_in(5) {
            stated.push(format!("weight-bits {}", self.width()));
        }
        if circulant && self.one_in(5) {
            stated.push(format!("spectrum-bits {}", self.random.random_range(6..=20)));
        }
        if self.one_in(5) {
            stated.push(format!("rounding {}", self.pick(&["half-up", "half-even", "floor"])));
        }
        // thresholds give whole numbers, in the format they need; quantise names one
        if free_format && self.one_in(6) {
            let (integer, fraction) = (self.random.random_range(0..6), self.random.random_range(0..12));
            stated.push(format!("format s{integer}.{}", fraction + u32::from(integer + fraction == 0)));
        }
        let mut groups = 1;
        if self.one_in(6) {
            let rows = if circulant { outputs.div_ceil(k) } else { outputs };
            let stated_rows = self.random.random_range(1..=rows.min(24));
            groups = rows.div_ceil(stated_rows);
            stated.push(format!("rows {stated_rows}"));
        }
        let paced = if k > 0 { self.paces(k, outputs.div_ceil(k), inputs.div_ceil(k), groups) } else { Vec::new() };
        stated.extend(paced);
        let affine = |shift| Piece::of(Kind::Affine { shift });
        let norm = form == "dense" && self.one_in(8);
        // into the layer after it, or into one before it that has no activation
        let before = norm && self.one_in(2);
        if before {
            let piece = affine(self.one_in(2));
            self.push(layers, piece, inputs);
        }
        let bias = !self.one_in(3);
        let plain = thresholds.is_none() && !stated.iter().any(|text| text.starts_with("activation"));
        let folds_back = norm && !before && plain;
        let kind = Kind::Dense { outputs, block: k, form, numbers, bias };
        self.push(layers, Piece { stated, thresholds, ..Piece::of(kind) }, outputs);
        if folds_back {
            let piece = affine(self.one_in(2));
            self.push(layers, piece, outputs);
        }
        if self.one_in(7) {
            let piece = self.pointwise();
            self.push(layers, piece, outputs);
        }
        let (taken, given) = match k {
            0 => (self.beats * groups, outputs),
            _ => (inputs.div_ceil(k) * k / 2 * groups, outputs.div_ceil(k) * k / 2),
        };
        self.shortest = self.shortest.max(taken).max(given);
        self.beats = given;
    }

    /// Units of every pace, in one layer of three.
    fn paces(&mut self, k: usize, p: usize, q: usize, groups: usize) -> Vec<String> {
        let units = &mut self.units;
        // what is not named is left to the compiler
        let mut pick = |small: bool, among: &[&'static str]| if small { *among.choose(units).unwrap() } else { "" };
        const FOLDED: [&str; 6] = [
            "",
            "serial",
            "folded",
            "folded units 1 multipliers 3",
            "folded units 2 multipliers 0",
            "folded units 3 multipliers 1",
        ];
        let small = k <= 32;
        let forward = pick(true, if small { &["", "", "", "serial", "whole", "whole"] } else { &FOLDED });
        let halves = self.limits.halved && k >= 4 && ["", "serial"].contains(&forward);
        let forward = if halves { "half" } else { forward };
        let spectra = pick(k <= 32, &["", "", "", "serial", "whole", "whole"]);
        let inverse = pick(k >= 4, if small { &["", "", "", "serial", "whole", "bitwise"] } else { &FOLDED });
        let several = if spectra == "whole" { ["", ""] } else { ["1", "2"] };
        let products = pick(true, &["", several[0], several[1], "3", "4"]);
        let stationary = pick(spectra != "whole", &["", "", "sums", "blocks", "blocks"]);
        let all = [
            ("forward", forward),
            ("spectra", spectra),
            ("inverse", inverse),
            ("products", products),
            ("stationary", stationary),
        ];
        let stated: Vec<String> =
            all.iter().filter(|(_, pace)| !pace.is_empty()).map(|(unit, pace)| format!("{unit} {pace}")).collect();
        if ["1", "2"].contains(&products) {
            self.shortest = self.shortest.max(groups * q * (k + k / 2));
        }
        for (pace, blocks) in [(forward, q), (inverse, p)] {
            if pace.starts_with("folded") {
                // four cycles for each complex butterfly
                self.shortest = self.shortest.max(blocks * k * (k.ilog2() as usize - 2));
            }
        }
        if halves {
            self.shortest = self.shortest.max(q * k);
        }
        if inverse == "bitwise" {
            // a word's bits, and those that roundings drop on the way
            self.shortest = self.shortest.max(p * 100);
        }
        self.shortest = self.shortest.max(groups * (q + k));
        stated
    }

    /// A layer of nothing but an activation or thresholds.
    fn pointwise(&mut self) -> Piece {
        let (stated, thresholds) = self.function();
        let none = stated.is_empty() && thresholds.is_none();
        let stated = if none { vec!["activation relu".into()] } else { stated };
        Piece { stated, thresholds, ..Piece::of(Kind::Pointwise) }
    }

    /// An activation, thresholds, or nothing.
    fn function(&mut self) -> (Vec<String>, Option<Thresholds>) {
        let slope = [self.random.random_range(0.001..0.9), 0.25][self.random.random_range(0..2)];
        let (low, high) = (-self.random.random_range(0.0..1.0f32), self.random.random_range(0.1..1.0));
        let activation = match self.random.random_range(0..10) {
            0 => return (Vec::new(), None),
            1 => "identity".into(),
            2 | 3 => "relu".into(),
            4 => "sigmoid".into(),
            5 => "tanh".into(),
            6 => format!("leaky-relu {slope}"),
            7 => format!("clip {low} .. {high}"),
            _ => {
                let (low, levels) = (self.random.random_range(-3..3), self.random.random_range(1..=9));
                let thresholds = Thresholds { shared: self.one_in(3), low, levels };
                return (Vec::new(), Some(thresholds));
            }
        };
        let mut stated = vec![format!("activation {activation}")];
        if self.one_in(5) {
            let (integer, fraction) = (self.random.random_range(-1..3), self.random.random_range(3..9));
            stated.push(format!("quantise s{integer}.{fraction}"));
        }
        (stated, None)
    }

    fn target(&mut self) -> String {
        let cycles = self.shortest * self.pick(&[1, 1, 2, 3, 7]);
        match self.random.random_range(0..10) {
            0 | 1 => String::new(),
            2 => format!("target {{ clock 50 MHz  throughput {} frames/s }}", (50_000_000 / cycles).max(1)),
            3 => format!("target {{ interval {cycles} cycles  multipliers 4000  memory 40 Mbit }}"),
            _ => format!("target {{ clock 100 MHz  interval {cycles} cycles }}"),
        }
    }
}
