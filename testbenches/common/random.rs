//! Random networks: a seed gives a `.circ` file and its weights, over the whole language.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What random networks look like.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most layers, argmax not counted.
    pub layers: usize,
    /// Most elements of any layer's input or output.
    pub size: usize,
    /// Smallest and largest block size.
    pub block: (usize, usize),
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { layers: 4, size: 300, block: (2, 64) }
    }
}

/// Writes the network of `seed` into `folder` and gives the path of its `.circ` file.
pub fn network(seed: u64, limits: Limits, folder: &Path) -> PathBuf {
    let random = ChaCha8Rng::seed_from_u64(seed);
    let mut generator = Generator { random, tensors: Vec::new(), shortest: 1, beats: 0, given: Vec::new() };
    let text = generator.text(seed, limits);
    let path = folder.join(format!("random_{seed}.circ"));
    std::fs::write(&path, text).unwrap();
    let views: Vec<(String, TensorView)> = generator
        .tensors
        .iter()
        .map(|(name, shape, bytes)| (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()))
        .collect();
    serialize_to_file(views, None, &folder.join("weights.safetensors")).unwrap();
    path
}

struct Generator {
    random: ChaCha8Rng,
    tensors: Vec<(String, Vec<usize>, Vec<u8>)>,
    /// The shortest interval that the network can meet, cycles.
    shortest: usize,
    /// Beats per frame between the last layer and the next, two words wide where that is possible.
    beats: usize,
    /// Names and sizes of the input and of the layers so far.
    given: Vec<(String, usize)>,
}

impl Generator {
    fn size(&mut self, most: usize) -> usize {
        // small sizes are as likely as large ones
        let bits = self.random.random_range(0..=most.ilog2());
        self.random.random_range(1..=(2usize << bits).min(most))
    }

    fn text(&mut self, seed: u64, limits: Limits) -> String {
        let inputs = self.size(limits.size);
        self.beats = inputs.div_ceil(2);
        self.shortest = self.beats;
        let (activations, weights) = (self.random.random_range(6..=18), self.random.random_range(6..=18));
        let rounding = ["half-up", "half-even", "floor"].choose(&mut self.random).unwrap();
        let low = ["0", "-1", "-0.5"].choose(&mut self.random).unwrap();
        let mut text = format!(
            "// seed {seed}\nnetwork random_{seed} {{\n    input x {inputs} range {low} .. 1\n    \
             precision {{ activations {activations} bits  weights {weights} bits  rounding {rounding} }}\n"
        );
        self.given.push(("x".into(), inputs));
        if self.random.random_bool(0.25) {
            text += "    layer first pointwise {\n        ";
            self.function(&mut text, "first", inputs, 1.0);
            text += "    }\n";
            self.given.push(("first".into(), inputs));
        }
        for _ in 0..self.random.random_range(1..=limits.layers) {
            match self.random.random_range(0..12) {
                0 => self.residual(&mut text, limits),
                1 => self.joined(&mut text, limits),
                2 => self.cut(&mut text, self.given.len() - 1, true),
                3 => self.side(&mut text, limits),
                _ => self.dense(&mut text, limits),
            }
        }
        if self.random.random_bool(0.3) {
            text += "    layer best argmax\n";
        }
        if self.random.random_bool(0.75) {
            let factor = *[1, 1, 2, 3, 7].choose(&mut self.random).unwrap();
            let _ = writeln!(text, "    target {{ clock 100 MHz  interval {} cycles }}", self.shortest * factor);
        }
        text + "}\n"
    }

    /// The layer or input that the next layer takes where it says nothing else.
    fn last(&self) -> (String, usize) {
        self.given.last().unwrap().clone()
    }

    /// Two words per cycle are not always possible where streams are joined or cut; one is.
    fn joins(&mut self, words: usize) {
        self.shortest = self.shortest.max(words);
        self.beats = words;
    }

    /// A dense layer, and its sum with what it takes.
    fn residual(&mut self, text: &mut String, limits: Limits) {
        let (name, size) = self.last();
        self.layer(text, size, limits);
        let sum = format!("l{}", self.given.len() - 1);
        let _ = write!(text, "    layer {sum} add from {}, {name}", self.last().0);
        if self.random.random_bool(0.6) {
            text.push_str(" {\n        ");
            self.function(text, &sum, size, 1.0);
            text.push_str("    }");
        }
        text.push('\n');
        self.given.push((sum, size));
        self.joins(size);
    }

    /// The last layer beside one or two others.
    fn joined(&mut self, text: &mut String, limits: Limits) {
        let mut parts = vec![self.last()];
        for _ in 0..self.random.random_range(1..=2) {
            parts.push(self.given.choose(&mut self.random).unwrap().clone());
        }
        let size = parts.iter().map(|part| part.1).sum();
        if size > 2 * limits.size {
            return self.dense(text, limits);
        }
        let names: Vec<&str> = parts.iter().map(|part| part.0.as_str()).collect();
        let name = format!("l{}", self.given.len() - 1);
        let _ = writeln!(text, "    layer {name} concat from {}", names.join(", "));
        self.given.push((name, size));
        self.joins(size);
    }

    /// Some elements of a layer or of the input.
    fn cut(&mut self, text: &mut String, of: usize, by_default: bool) {
        let (origin, size) = self.given[of].clone();
        let start = self.random.random_range(0..size);
        let end = self.random.random_range(start + 1..=size);
        let name = format!("l{}", self.given.len() - 1);
        let from = if by_default { String::new() } else { format!(" from {origin}") };
        let _ = writeln!(text, "    layer {name} slice {start} .. {end}{from}");
        self.given.push((name, end - start));
        self.joins(size);
    }

    /// The last layer beside some elements of any.
    fn side(&mut self, text: &mut String, limits: Limits) {
        let (last, size) = self.last();
        if 2 * size > limits.size {
            return self.dense(text, limits);
        }
        let of = self.random.random_range(0..self.given.len());
        self.cut(text, of, false);
        let (part, count) = self.last();
        let name = format!("l{}", self.given.len() - 1);
        let _ = writeln!(text, "    layer {name} concat from {part}, {last}");
        self.given.push((name, size + count));
        self.joins(size + count);
    }

    fn dense(&mut self, text: &mut String, limits: Limits) {
        let narrow = self.random.random_bool(0.25);
        let outputs = self.size(if narrow { limits.size.min(40) } else { limits.size });
        self.layer(text, outputs, limits);
    }

    fn layer(&mut self, text: &mut String, outputs: usize, limits: Limits) {
        let (inputs, circulant) = (self.last().1, outputs > 40 || self.random.random_bool(0.7));
        let name = format!("l{}", self.given.len() - 1);
        let k = 1usize << self.random.random_range(limits.block.0.ilog2()..=limits.block.1.ilog2());
        let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
        let block = if circulant { format!(" block {k}") } else { String::new() };
        let _ = write!(text, "    layer {name} dense {outputs}{block} {{\n        ");
        let forms = if circulant { vec!["dense", "first-column", "first-row"] } else { vec!["dense"] };
        let form = *forms.choose(&mut self.random).unwrap();
        let shape = if form == "dense" { vec![outputs, inputs] } else { vec![p, q, k] };
        self.tensor(&format!("{name}.weight"), shape, (2.0 / inputs as f32).sqrt());
        let _ = writeln!(text, "weights \"weights.safetensors\" tensor \"{name}.weight\" form {form}");
        if self.random.random_bool(0.7) {
            self.tensor(&format!("{name}.bias"), vec![outputs], 0.3);
            let _ = writeln!(text, "        bias \"weights.safetensors\" tensor \"{name}.bias\"");
        }
        text.push_str("        ");
        self.function(text, &name, outputs, 0.5);
        if self.random.random_bool(0.2) {
            let _ = writeln!(text, "        weight-bits {}", self.random.random_range(6..=18));
        }
        text.push_str("    }\n");
        let (taken, given) = if circulant { (q * k / 2, p * k / 2) } else { (self.beats, outputs) };
        self.shortest = self.shortest.max(taken).max(given);
        self.beats = given;
        self.given.push((name.clone(), outputs));
        if self.random.random_bool(0.15) {
            let _ = write!(text, "    layer {name}_more pointwise {{\n        ");
            self.function(text, &format!("{name}_more"), outputs, 0.5);
            text.push_str("    }\n");
            self.given.push((format!("{name}_more"), outputs));
        }
    }

    /// An activation or thresholds of `size` elements, values up to about `scale`.
    fn function(&mut self, text: &mut String, name: &str, size: usize, scale: f32) {
        let (slope, low, high) = (
            self.random.random_range(0.001..0.9),
            -self.random.random_range(0.0..1.0f32),
            self.random.random_range(0.1..1.0),
        );
        let words = match self.random.random_range(0..9) {
            0 => "activation identity".into(),
            1 | 2 => "activation relu".into(),
            3 => "activation sigmoid".into(),
            4 => "activation tanh".into(),
            5 => format!("activation leaky-relu {}", [slope, 0.25].choose(&mut self.random).unwrap()),
            6 => format!("activation clip {low} .. {high}"),
            _ => {
                let (low, levels) = (self.random.random_range(-3..3), self.random.random_range(1..=9));
                let channels = if self.random.random_bool(0.3) { 1 } else { size };
                let rows = (0..channels).flat_map(|_| {
                    let mut row: Vec<f32> = (0..levels).map(|_| self.random.random_range(-scale..scale)).collect();
                    row.sort_by(f32::total_cmp);
                    row
                });
                let bytes = rows.flat_map(f32::to_le_bytes).collect();
                self.tensors.push((format!("{name}.thresholds"), vec![channels, levels], bytes));
                let high = low + levels as i64;
                format!("thresholds \"weights.safetensors\" tensor \"{name}.thresholds\" levels {low} .. {high}")
            }
        };
        let _ = writeln!(text, "{words}");
        if !words.starts_with("thresholds") && self.random.random_bool(0.2) {
            let (int, frac) = (self.random.random_range(-1..3), self.random.random_range(3..9));
            let _ = writeln!(text, "        quantise s{int}.{frac}");
        }
    }

    fn tensor(&mut self, name: &str, shape: Vec<usize>, scale: f32) {
        let count: usize = shape.iter().product();
        let value =
            |random: &mut ChaCha8Rng| (random.random_range(-1.0f32..1.0) + random.random_range(-1.0f32..1.0)) * scale;
        let bytes = (0..count).flat_map(|_| value(&mut self.random).to_le_bytes()).collect();
        self.tensors.push((name.to_string(), shape, bytes));
    }
}
