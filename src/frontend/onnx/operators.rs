//! The one list of operators: versions, attributes, what they compute and what becomes of them.
//!
//! The table in the documentation is made from it (`operators.md`, held to it by a test).

use super::kernels::{Kernel, arithmetic, functions, matrix, normalise, quantise, shapes};
use super::model::Node;
use std::fmt;

/// An operator.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// Its name.
    pub name: &'static str,
    /// Versions of the operator set in which it came and changed; all of them are known.
    pub versions: &'static [i64],
    /// The attributes of all versions.
    pub attributes: &'static [&'static str],
    /// What it computes; `None`: it is only recognised.
    pub kernel: Option<Kernel>,
    /// What becomes of it in a network.
    pub becomes: Becomes,
}

/// What becomes of a node whose inputs are not all constant. Nodes of constants are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// A layer of its own.
    Dense,
    /// Scale and shift by element.
    Affine,
    /// The sum of one value with another.
    Sum,
    /// The activation of the dense layer before it.
    Activation,
    /// The thresholds of the dense layer before it, or a layer of its own.
    Quantise,
    /// Scale and shift by element, from the integers of a quantiser.
    Dequantise,
    /// Nothing: its order of elements is taken into the weights.
    Order,
    /// The end of the network, left out.
    Ending,
    /// A layer of its own, the last one.
    Argmax,
    /// A constant: it asks for shapes, or is there to make constants.
    Constant,
    /// Nothing yet.
    NotTaken(&'static str),
}

impl fmt::Display for Becomes {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let text = match self {
            Becomes::Dense => "a dense layer; one operand must be constant",
            Becomes::Affine => "folded into a dense layer, or an affine layer; one operand must be constant",
            Becomes::Sum => "folded into a dense layer; all operands but one must be constant, or be the same value",
            Becomes::Activation => "the activation of the dense layer before it, or a pointwise layer",
            Becomes::Quantise => {
                "the format of the dense layer before it, or thresholds of that or of a pointwise layer: exact, ties included, to \
                 12 bits"
            }
            Becomes::Dequantise => "folded into the weights after it, or the unit of the output",
            Becomes::Order => "removed: the weights after it take the order of elements",
            Becomes::Ending => "removed at the end: the network gives logits",
            Becomes::Argmax => "an argmax layer",
            Becomes::Constant => "computed: it must depend on constants and shapes only",
            Becomes::NotTaken(help) => return write!(f, "not taken yet: {help}"),
        };
        f.write_str(text)
    }
}

/// The domains of `Quant` and its like, which moved over time.
pub const QUANTISER_DOMAINS: &[&str] = &["onnx.brevitas", "qonnx.custom_op.general", "finn.custom_op.general"];

const BROADCAST: &[&str] = &["axis", "broadcast", "consumed_inputs"];
const CONSUMED: &[&str] = &["consumed_inputs"];
const LINEAR: &[&str] = &["axis", "block_size", "output_dtype", "precision", "saturate"];

const fn taken(
    name: &'static str,
    versions: &'static [i64],
    attributes: &'static [&'static str],
    kernel: Kernel,
    becomes: Becomes,
) -> Operator {
    Operator { name, versions, attributes, kernel: Some(kernel), becomes }
}

/// The standard operators that are computed.
#[rustfmt::skip]
pub const OPERATORS: &[Operator] = &[
    taken("Add", &[1, 6, 7, 13, 14], BROADCAST, arithmetic::add, Becomes::Sum),
    taken("ArgMax", &[1, 11, 12, 13], &["axis", "keepdims", "select_last_index"], functions::arg_max, Becomes::Argmax),
    taken("BatchNormalization", &[1, 6, 7, 9, 14, 15],
        &["consumed_inputs", "epsilon", "is_test", "momentum", "spatial", "training_mode"],
        normalise::batch_normalization, Becomes::Affine),
    taken("Cast", &[1, 6, 9, 13, 19, 21, 23, 24, 25, 28], &["round_mode", "saturate", "to"], shapes::cast, Becomes::Order),
    taken("Clip", &[1, 6, 11, 12, 13], &["consumed_inputs", "max", "min"], functions::clip, Becomes::Activation),
    taken("Concat", &[1, 4, 11, 13], &["axis"], shapes::concat, Becomes::Order),
    taken("Constant", &[1, 9, 11, 12, 13, 19, 21, 23, 24, 25],
        &["value", "value_float", "value_floats", "value_int", "value_ints"], shapes::constant, Becomes::Constant),
    taken("DequantizeLinear", &[10, 13, 19, 21, 23, 24, 25, 28], LINEAR, quantise::dequantize_linear,
        Becomes::Dequantise),
    taken("Div", &[1, 6, 7, 13, 14], BROADCAST, arithmetic::div, Becomes::Affine),
    taken("Dropout", &[1, 6, 7, 10, 12, 13, 22], &["consumed_inputs", "is_test", "ratio", "seed"], shapes::dropout,
        Becomes::Order),
    taken("Flatten", &[1, 9, 11, 13, 21, 23, 24, 25], &["axis"], shapes::flatten, Becomes::Order),
    taken("Gather", &[1, 11, 13], &["axis"], shapes::gather, Becomes::Order),
    taken("Gemm", &[1, 6, 7, 9, 11, 13], &["alpha", "beta", "broadcast", "transA", "transB"], matrix::gemm,
        Becomes::Dense),
    taken("HardSigmoid", &[1, 6, 22], &["alpha", "beta", "consumed_inputs"], functions::hard_sigmoid,
        Becomes::Activation),
    taken("Identity", &[1, 13, 14, 16, 19, 21, 23, 24, 25], &[], shapes::identity, Becomes::Order),
    taken("LeakyRelu", &[1, 6, 16], &["alpha", "consumed_inputs"], functions::leaky_relu,
        Becomes::Activation),
    taken("LogSoftmax", &[1, 11, 13], &["axis"], functions::log_softmax, Becomes::Ending),
    taken("MatMul", &[1, 9, 13], &[], matrix::matmul, Becomes::Dense),
    taken("Mul", &[1, 6, 7, 13, 14], BROADCAST, arithmetic::mul, Becomes::Affine),
    taken("Pow", &[1, 7, 12, 13, 15], &["axis", "broadcast"], arithmetic::pow, Becomes::Constant),
    taken("QLinearMatMul", &[10, 21], &[], quantise::qlinear_matmul, Becomes::Dense),
    taken("QuantizeLinear", &[10, 13, 19, 21, 23, 24, 25, 28], LINEAR, quantise::quantize_linear,
        Becomes::Quantise),
    taken("Relu", &[1, 6, 13, 14], CONSUMED, functions::relu, Becomes::Activation),
    taken("Reshape", &[1, 5, 13, 14, 19, 21, 23, 24, 25], &["allowzero", "consumed_inputs", "shape"], shapes::reshape,
        Becomes::Order),
    taken("Shape", &[1, 13, 15, 19, 21, 23, 24, 25], &["end", "start"], shapes::shape, Becomes::Constant),
    taken("Sigmoid", &[1, 6, 13], CONSUMED, functions::sigmoid, Becomes::Activation),
    taken("Softmax", &[1, 11, 13], &["axis"], functions::softmax, Becomes::Ending),
    taken("Split", &[1, 2, 11, 13, 18], &["axis", "num_outputs", "split"], shapes::split, Becomes::Order),
    taken("Sqrt", &[1, 6, 13], CONSUMED, arithmetic::sqrt, Becomes::Constant),
    taken("Squeeze", &[1, 11, 13, 21, 23, 24, 25], &["axes"], shapes::squeeze, Becomes::Order),
    taken("Sub", &[1, 6, 7, 13, 14], BROADCAST, arithmetic::sub, Becomes::Sum),
    taken("Sum", &[1, 6, 8, 13], CONSUMED, arithmetic::sum, Becomes::Sum),
    taken("Tanh", &[1, 6, 13], CONSUMED, functions::tanh, Becomes::Activation),
    taken("Transpose", &[1, 13, 21, 23, 24, 25], &["perm"], shapes::transpose, Becomes::Order),
    taken("Unsqueeze", &[1, 11, 13, 21, 23, 24, 25], &["axes"], shapes::unsqueeze, Becomes::Order),
];

/// Those of QONNX, in any of [`QUANTISER_DOMAINS`].
pub const QUANTISERS: &[Operator] = &[
    taken("BipolarQuant", &[1], &[], quantise::bipolar_quant, Becomes::Quantise),
    taken("Quant", &[1], &["narrow", "rounding_mode", "signed"], quantise::quant, Becomes::Quantise),
];

/// Operators that are recognised and refused: what they are, their names, and the way out.
pub const NOT_TAKEN: &[(&str, &str, Becomes)] = &[
    (
        "convolution",
        "Conv ConvTranspose ConvInteger QLinearConv DeformConv Col2Im CausalConvWithState",
        Becomes::NotTaken("convolutions have no layer; import the dense part alone"),
    ),
    (
        "pooling",
        "AveragePool MaxPool LpPool GlobalAveragePool GlobalMaxPool GlobalLpPool MaxRoiPool RoiAlign MaxUnpool",
        Becomes::NotTaken("pooling has no layer; import the dense part alone"),
    ),
    ("recurrence", "LSTM GRU RNN", Becomes::NotTaken("recurrent cells have no layer; import the dense part alone")),
    (
        "attention",
        "Attention LinearAttention RotaryEmbedding TensorScatter",
        Becomes::NotTaken("attention has no layer; import the dense part alone"),
    ),
    (
        "normalisation by the data",
        "LayerNormalization RMSNormalization InstanceNormalization GroupNormalization LpNormalization LRN \
         MeanVarianceNormalization",
        Becomes::NotTaken("it normalises by the data themselves; train with BatchNormalization, which is folded"),
    ),
    (
        "activation",
        "Elu Selu Celu Gelu Mish HardSwish Swish SwiGLU Softplus Softsign ThresholdedRelu PRelu Shrink Hardmax Erf",
        Becomes::NotTaken("train with relu, sigmoid or tanh"),
    ),
    (
        "quantisation by the data",
        "DynamicQuantizeLinear MatMulInteger",
        Becomes::NotTaken("its scale depends on the data; quantise with constant scales"),
    ),
    ("control flow", "If Loop Scan SequenceMap", Becomes::NotTaken("export with control flow unrolled")),
    ("transform", "DFT STFT MelWeightMatrix", Becomes::NotTaken("compute features before the network")),
];

/// The operator of a node, or why there is none.
pub fn of(node: &Node) -> Result<&'static Operator, String> {
    let (name, domain) = (node.operator.as_str(), node.domain.as_str());
    let list = match domain {
        "" => OPERATORS,
        _ if QUANTISER_DOMAINS.contains(&domain) => QUANTISERS,
        _ => &[],
    };
    if let Some(operator) = list.iter().find(|operator| operator.name == name) {
        return Ok(operator);
    }
    if !domain.is_empty() {
        return Err(format!("operators of the set `{}` are not taken", domain.escape_debug()));
    }
    let group = NOT_TAKEN.iter().find(|(_, names, _)| names.split_whitespace().any(|other| other == name));
    match group {
        Some((what, _, becomes)) => Err(format!("{what}: {becomes}")),
        None => Err("the operator is not taken; the documentation lists those that are".into()),
    }
}

/// The table of the documentation, in Markdown.
pub fn table() -> String {
    let mut text = String::from(
        "# Operators\n\n\
         A node of constants is computed. What becomes of the others:\n\n\
         | operator | versions | in a network |\n|---|---|---|\n",
    );
    for operator in OPERATORS.iter().chain(QUANTISERS) {
        let versions: Vec<String> = operator.versions.iter().map(|version| version.to_string()).collect();
        let versions = if QUANTISERS.iter().any(|other| other.name == operator.name) {
            "QONNX".into()
        } else {
            versions.join(", ")
        };
        text += &format!("| {} | {versions} | {} |\n", operator.name, operator.becomes);
    }
    text += "\nRecognised and refused by name:\n\n| what | operators | the way out |\n|---|---|---|\n";
    for (what, names, becomes) in NOT_TAKEN {
        let Becomes::NotTaken(help) = becomes else { continue };
        text += &format!("| {what} | {} | {help} |\n", names.split_whitespace().collect::<Vec<_>>().join(", "));
    }
    text +=
        "\nEvery other operator, attribute, operator set, sparse tensor and local function is refused by name too.\n";
    text
}
