//! A network as a value that can be written, and made smaller: the `.circ` file and all of its data follow from it.

use npyz::WriterBuilder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Of all numbers in its files; part of its name.
    pub seed: u64,
    /// Dimensions of the input.
    pub shape: Vec<usize>,
    /// What is said of the input besides its shape.
    pub input: String,
    /// The precision statement, or nothing.
    pub precision: String,
    /// Calibration samples; 0: no file.
    pub samples: usize,
    /// The layers.
    pub layers: Vec<Piece>,
    /// The target statement, or nothing.
    pub target: String,
}

/// A layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its kind and numbers.
    pub kind: Kind,
    /// Further properties, each a piece of text that may be left out.
    pub stated: Vec<String>,
    /// Thresholds in place of an activation.
    pub thresholds: Option<Thresholds>,
    /// What it takes: 0 is the input, n the n-th layer; nothing: the layer before.
    pub from: Vec<usize>,
}

impl Piece {
    /// A layer of which nothing more is said.
    pub fn of(kind: Kind) -> Piece {
        Piece { kind, stated: Vec::new(), thresholds: None, from: Vec::new() }
    }
}

/// Thresholds: counts how many of them a value reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// One row for all elements.
    pub shared: bool,
    /// The lowest output.
    pub low: i64,
    /// How many thresholds.
    pub levels: usize,
}

/// The kind of a layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A dense layer.
    Dense {
        /// Outputs.
        outputs: usize,
        /// Block size; 0: none.
        block: usize,
        /// `dense`, `first-column` or `first-row`.
        form: &'static str,
        /// How its weights are drawn.
        numbers: Numbers,
        /// With a bias.
        bias: bool,
    },
    /// An affine layer, with a shift or without.
    Affine {
        /// With a shift.
        shift: bool,
    },
    /// An activation or thresholds alone.
    Pointwise,
    /// The sum of what it takes.
    Add,
    /// What it takes, one after the other.
    Concat,
    /// Elements from the first up to the second.
    Slice(usize, usize),
    /// The index of the largest element.
    Argmax,
}

/// How the numbers of a tensor are drawn, before they are scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Numbers {
    /// Bell-shaped.
    Usual,
    /// All 0.
    Zero,
    /// All 1.
    One,
    /// 1 or -1.
    Signs,
    /// One in eight is there.
    Sparse,
    /// A hundred times larger than usual.
    Large,
    /// Bell-shaped, a hundredth.
    Small,
}

impl Numbers {
    /// All of them.
    pub const ALL: [Numbers; 7] =
        [Numbers::Usual, Numbers::Zero, Numbers::One, Numbers::Signs, Numbers::Sparse, Numbers::Large, Numbers::Small];

    fn draw(self, random: &mut ChaCha8Rng) -> f32 {
        let bell = random.random_range(-1.0f32..1.0) + random.random_range(-1.0f32..1.0);
        match self {
            Numbers::Usual => bell,
            Numbers::Zero => 0.0,
            Numbers::One => 1.0,
            Numbers::Signs => bell.signum(),
            Numbers::Sparse => bell * (random.random_range(0..8) == 0) as u8 as f32,
            Numbers::Large => bell * 100.0,
            Numbers::Small => bell / 100.0,
        }
    }
}

/// One tensor of the weight file.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Recipe {
    /// Elements of the input.
    pub fn inputs(&self) -> usize {
        self.shape.iter().product()
    }

    /// Writes the network with its files into `folder` and gives the path of its `.circ` file.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let (text, tensors) = self.text();
        let path = folder.join(format!("random_{}.circ", self.seed));
        std::fs::write(&path, text).unwrap();
        let views: Vec<(&str, TensorView)> = tensors
            .iter()
            .map(|t| (t.name.as_str(), TensorView::new(Dtype::F32, t.shape.clone(), &t.bytes).unwrap()))
            .collect();
        serialize_to_file(views, None, &folder.join("weights.safetensors")).unwrap();
        if self.samples > 0 {
            let shape: Vec<u64> = [self.samples].iter().chain(&self.shape).map(|&size| size as u64).collect();
            let file = std::fs::File::create(folder.join("samples.npy")).unwrap();
            let mut writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(file).begin_nd().unwrap();
            let mut random = ChaCha8Rng::seed_from_u64(self.seed);
            writer.extend((0..self.samples * self.inputs()).map(|_| random.random_range(-0.5f64..1.0))).unwrap();
            writer.finish().unwrap();
        }
        path
    }

    /// The text of the `.circ` file, and its tensors.
    fn text(&self) -> (String, Vec<Tensor>) {
        let Recipe { seed, shape, input, precision, target, .. } = self;
        let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
        let mut text = format!("// seed {seed}\nnetwork random_{seed} {{\n    input x {}", shape.join("x"));
        let mut line = |line: &str| {
            if !line.is_empty() {
                text += line;
            }
        };
        line(&format!(" {input}\n"));
        for statement in [precision, target].into_iter().filter(|text| !text.is_empty()) {
            line(&format!("    {statement}\n"));
        }
        if self.samples > 0 {
            line("    calibrate \"samples.npy\"\n");
        }
        let mut tensors = Vec::new();
        let mut sizes = vec![self.inputs()];
        for (index, piece) in self.layers.iter().enumerate() {
            let from = if piece.from.is_empty() { vec![index] } else { piece.from.clone() };
            let taken: Vec<usize> = from.iter().map(|&origin| sizes[origin]).collect();
            let inputs = if piece.kind == Kind::Add { taken[0] } else { taken.iter().sum() };
            let (layer, outputs) = self.layer(index, piece, inputs, &mut tensors);
            line(&layer);
            sizes.push(outputs);
        }
        text += "}\n";
        (text, tensors)
    }

    /// One layer's text, and its outputs.
    fn layer(&self, index: usize, piece: &Piece, inputs: usize, tensors: &mut Vec<Tensor>) -> (String, usize) {
        // numbers follow from seed and layer alone: a layer keeps them when others go
        let mut random = ChaCha8Rng::seed_from_u64(self.seed.wrapping_mul(0x9e37_79b9).wrapping_add(index as u64));
        let mut tensor = |name: &str, shape: Vec<usize>, numbers: Numbers, scale: f32, offset: f32| {
            let count: usize = shape.iter().product();
            let value = |random: &mut ChaCha8Rng| (numbers.draw(random) * scale + offset).to_le_bytes();
            let bytes = (0..count).flat_map(|_| value(&mut random)).collect();
            let name = format!("l{index}.{name}");
            let reference = format!("\"weights.safetensors\" tensor \"{name}\"");
            tensors.push(Tensor { name, shape, bytes });
            reference
        };
        let mut text = format!("    layer l{index} ");
        let name = |&origin: &usize| if origin == 0 { "x".to_string() } else { format!("l{}", origin - 1) };
        let names: Vec<String> = piece.from.iter().map(name).collect();
        let from = if names.is_empty() { String::new() } else { format!(" from {}", names.join(", ")) };
        let scale = if matches!(piece.kind, Kind::Pointwise | Kind::Add) { 1.0 } else { 0.5 };
        let outputs = match &piece.kind {
            Kind::Pointwise => {
                text += "pointwise {\n";
                inputs
            }
            Kind::Argmax => {
                text += "argmax\n";
                return (text, 1);
            }
            Kind::Concat => return (format!("{text}concat{from}\n"), inputs),
            Kind::Slice(start, end) => return (format!("{text}slice {start} .. {end}{from}\n"), end - start),
            Kind::Add => {
                text += &format!("add{from} {{\n");
                inputs
            }
            Kind::Affine { shift } => {
                let _ = write!(text, "affine {{ scale {}", tensor("scale", vec![inputs], Numbers::Usual, 0.4, 1.0));
                if *shift {
                    let _ = write!(text, "  shift {}", tensor("shift", vec![inputs], Numbers::Usual, 0.2, 0.0));
                }
                text += " }\n";
                return (text, inputs);
            }
            Kind::Dense { outputs, block, form, numbers, bias } => {
                let _ = write!(text, "dense {outputs}");
                if *block > 0 {
                    let _ = write!(text, " block {block}");
                }
                let shape = match *form {
                    "dense" => vec![*outputs, inputs],
                    _ => vec![outputs.div_ceil(*block), inputs.div_ceil(*block), *block],
                };
                let scale = (2.0 / inputs as f32).sqrt();
                let weights = tensor("weight", shape, *numbers, scale, 0.0);
                let _ = write!(text, " {{\n        weights {weights} form {form}\n");
                if *bias {
                    let _ = writeln!(text, "        bias {}", tensor("bias", vec![*outputs], *numbers, 0.3, 0.0));
                }
                *outputs
            }
        };
        for stated in &piece.stated {
            let _ = writeln!(text, "        {stated}");
        }
        if let Some(Thresholds { shared, low, levels }) = piece.thresholds {
            let shape = vec![if shared { 1 } else { outputs }, levels];
            let thresholds = tensor("thresholds", shape, Numbers::Usual, scale, 0.0);
            let _ = writeln!(text, "        thresholds {thresholds} levels {low} .. {}", low + levels as i64);
            sort_rows(&mut tensors.last_mut().unwrap().bytes, levels);
        }
        (text + "    }\n", outputs)
    }
}

/// Thresholds rise within each row.
fn sort_rows(bytes: &mut [u8], levels: usize) {
    for row in bytes.chunks_mut(4 * levels) {
        let numbers = row.chunks(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
        let mut numbers: Vec<f32> = numbers.collect();
        numbers.sort_by(f32::total_cmp);
        let sorted = numbers.iter().flat_map(|number| number.to_le_bytes());
        row.iter_mut().zip(sorted).for_each(|(byte, new)| *byte = new);
    }
}
