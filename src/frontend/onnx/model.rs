//! An ONNX graph as a value: nodes in an order in which they can run, constants, inputs and outputs.

use super::array::{Array, Kind};
use super::proto::{AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, attribute};
use super::tensor::{Tensors, shape};
use super::{Limits, MAX_MODEL_BYTES, MAX_NODES};
use crate::diag::{Code, Error};
use crate::frontend::weights::Problem;
use crate::frontend::weights::file::{self, Bytes};
use prost::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A graph and what it needs to run.
#[derive(Clone, Debug)]
pub struct Model {
    /// The program that wrote it.
    pub producer: String,
    /// Version of the standard operators.
    pub opset: i64,
    /// What comes in, constants not counted.
    pub inputs: Vec<Port>,
    /// Names of the values that go out.
    pub outputs: Vec<String>,
    /// Constants of the file by name.
    pub constants: BTreeMap<String, Array>,
    /// In the order of the file, in which they can run.
    pub nodes: Vec<Node>,
    /// Bounds of what evaluating it may cost.
    pub limits: Limits,
}

/// An input.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Type of its elements.
    pub kind: Kind,
    /// Sizes of its dimensions, `None` where the model leaves them open.
    pub shape: Vec<Option<usize>>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name, or how its place is told where it has none; printable.
    pub label: String,
    /// The operator.
    pub operator: String,
    /// The operator set; empty: the standard one.
    pub domain: String,
    /// Names of values; empty: left out.
    pub inputs: Vec<String>,
    /// Names of values; empty: not wanted.
    pub outputs: Vec<String>,
    /// Parameters by name.
    pub attributes: BTreeMap<String, Attribute>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// A number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A tensor.
    Tensor(Array),
    /// Numbers.
    Floats(Vec<f64>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Of a type that no operator taken here has: graphs, types, sparse tensors, many tensors, many texts.
    Other,
}

impl Model {
    /// Reads the model at `path`; data in other files come from its folder only.
    pub fn read(path: &Path) -> Result<Model, Error> {
        let fault = |cause: std::io::Error| Error::Malformed { path: path.into(), problem: file::reason(&cause) };
        let bytes = Bytes::open(path).map_err(fault)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Model::decode(&bytes, Some(folder), Limits::default()).map_err(|problem| {
            let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
            Error::Malformed { path: path.into(), problem: problem.message + &help }
        })
    }

    /// The model in `bytes`; data in other files come from `folder`, or are refused.
    pub fn decode(bytes: &[u8], folder: Option<&Path>, limits: Limits) -> Result<Model, Problem> {
        if bytes.len() > MAX_MODEL_BYTES {
            let message = format!("the model has {} bytes, expected at most {MAX_MODEL_BYTES}", bytes.len());
            let help = "keep the weights as external data";
            return Err(Problem::new(Code::LimitExceeded, message).help(help));
        }
        let proto = ModelProto::decode(bytes)
            .map_err(|cause| Problem::malformed(format!("the file is damaged or not an ONNX model ({cause})")))?;
        let mut model = assemble(proto, Tensors::new(folder, limits.elements))?;
        model.limits = limits;
        model.check_order()?;
        Ok(model)
    }

    /// A name is given once, and used only after that.
    fn check_order(&self) -> Result<(), Problem> {
        let written = self.nodes.iter().flat_map(|node| node.outputs.iter().map(move |name| (name.as_str(), node)));
        let later: BTreeMap<&str, &Node> = written.filter(|(name, _)| !name.is_empty()).collect();
        let ports = self.inputs.iter().map(|port| port.name.as_str());
        let mut known: BTreeSet<&str> = ports.chain(self.constants.keys().map(String::as_str)).collect();
        for node in &self.nodes {
            let is_unknown = |name: &&String| !name.is_empty() && !known.contains(name.as_str());
            if let Some(name) = node.inputs.iter().find(is_unknown) {
                return Err(unknown(name, &node.label, later.get(name.as_str()).copied()));
            }
            for name in node.outputs.iter().filter(|name| !name.is_empty()) {
                if !known.insert(name) {
                    let (name, label) = (name.escape_debug(), &node.label);
                    let message = format!("node `{label}` gives value `{name}`, which is there already");
                    return Err(Problem::new(Code::DuplicateName, message));
                }
            }
        }
        match self.outputs.iter().find(|name| !known.contains(name.as_str())) {
            Some(name) => Err(unknown(name, "the output of the graph", None)),
            None => Ok(()),
        }
    }
}

fn unknown(name: &str, label: &str, later: Option<&Node>) -> Problem {
    let name = name.escape_debug();
    let message = match later {
        Some(later) => {
            let later = &later.label;
            format!("node `{label}` uses value `{name}` before node `{later}` gives it: out of order, or in a cycle")
        }
        None => format!("`{label}` uses value `{name}`, which nothing gives"),
    };
    Problem::new(Code::UnknownName, message)
}

fn assemble(proto: ModelProto, mut tensors: Tensors) -> Result<Model, Problem> {
    let Some(graph) = proto.graph else {
        return Err(Problem::malformed("the file has no graph: it is damaged or not an ONNX model"));
    };
    if !graph.sparse_initializer.is_empty() {
        return Err(Problem::malformed("the model has sparse initializers, expected dense ones"));
    }
    if !proto.functions.is_empty() {
        let help = "export with the functions inlined";
        return Err(Problem::malformed("the model defines operators of its own (functions)").help(help));
    }
    if graph.node.len() > MAX_NODES {
        let message = format!("the model has {} nodes, expected at most {MAX_NODES}", graph.node.len());
        return Err(Problem::new(Code::LimitExceeded, message));
    }
    let mut constants = BTreeMap::new();
    for tensor in &graph.initializer {
        let name = tensor.name.escape_debug();
        if tensor.name.is_empty() {
            return Err(Problem::malformed("an initializer has no name"));
        }
        if constants.insert(tensor.name.clone(), tensors.array(tensor)?).is_some() {
            return Err(Problem::new(Code::DuplicateName, format!("two initializers are called `{name}`")));
        }
    }
    let standard = |domain: &str| matches!(domain, "" | "ai.onnx");
    let opset = proto.opset_import.iter().find(|set| standard(&set.domain)).map_or(1, |set| set.version);
    let inputs = graph.input.iter().filter(|info| !constants.contains_key(&info.name)).map(port);
    let inputs = inputs.collect::<Result<Vec<Port>, Problem>>()?;
    if let Some(twice) = (1..inputs.len()).find(|&at| inputs[..at].iter().any(|port| port.name == inputs[at].name)) {
        let name = inputs[twice].name.escape_debug();
        return Err(Problem::new(Code::DuplicateName, format!("two inputs are called `{name}`")));
    }
    let nodes = graph.node.into_iter().enumerate().map(|(at, proto)| node(at, proto, &mut tensors));
    Ok(Model {
        producer: proto.producer_name,
        opset,
        inputs,
        outputs: graph.output.into_iter().map(|info| info.name).collect(),
        nodes: nodes.collect::<Result<Vec<Node>, Problem>>()?,
        constants,
        limits: Limits::default(),
    })
}

fn port(info: &ValueInfoProto) -> Result<Port, Problem> {
    let named = |problem: Problem| problem.of(&info.name.escape_debug().to_string());
    let tensor = info.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| named(Problem::malformed("the input is not a tensor")))?;
    let kind = Kind::of_code(tensor.elem_type.into()).map_err(|message| named(Problem::malformed(message)))?;
    let dims = tensor.shape.as_ref().map(|shape| shape.dim.as_slice());
    let dims = dims.ok_or_else(|| named(Problem::malformed("the number of dimensions of the input is not stated")))?;
    // exporters write 0 or -1 where a size is open
    let open = |size: Option<i64>| size.filter(|&size| size > 0);
    let sizes: Vec<i64> = dims.iter().map(|dim| open(dim.dim_value).unwrap_or(1)).collect();
    let sizes = shape(&sizes).map_err(named)?;
    let shape = sizes.iter().zip(dims).map(|(&size, dim)| open(dim.dim_value).map(|_| size));
    Ok(Port { name: info.name.clone(), kind, shape: shape.collect() })
}

fn node(at: usize, proto: NodeProto, tensors: &mut Tensors) -> Result<Node, Problem> {
    let label = match (proto.name.as_str(), proto.output.iter().find(|name| !name.is_empty())) {
        ("", Some(output)) => format!("#{at} giving {}", output.escape_debug()),
        ("", None) => format!("#{at}"),
        (name, _) => name.escape_debug().to_string(),
    };
    let mut attributes = BTreeMap::new();
    for proto in proto.attribute {
        let name = proto.name.clone();
        let value = parameter(proto, tensors).map_err(|problem| problem.of(&format!("node {label}")))?;
        if attributes.insert(name.clone(), value).is_some() {
            let name = name.escape_debug();
            return Err(Problem::new(Code::DuplicateName, format!("node `{label}` states attribute `{name}` twice")));
        }
    }
    let domain = if proto.domain == "ai.onnx" { String::new() } else { proto.domain };
    let (operator, inputs, outputs) = (proto.op_type, proto.input, proto.output);
    Ok(Node { label, operator, domain, inputs, outputs, attributes })
}

fn parameter(proto: AttributeProto, tensors: &mut Tensors) -> Result<Attribute, Problem> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let tensor = |tensor: Option<TensorProto>, tensors: &mut Tensors| match tensor {
        Some(tensor) => tensors.array(&tensor).map(Attribute::Tensor),
        None => Ok(Attribute::Other),
    };
    Ok(match proto.kind {
        attribute::FLOAT => Attribute::Float(proto.f.into()),
        attribute::INT => Attribute::Int(proto.i),
        attribute::STRING => Attribute::Text(text(proto.s)),
        attribute::TENSOR => tensor(proto.t, tensors)?,
        attribute::FLOATS => Attribute::Floats(proto.floats.into_iter().map(f64::from).collect()),
        attribute::INTS => Attribute::Ints(proto.ints),
        // the oldest files state no type: the field that is filled counts
        attribute::UNDEFINED if !proto.ints.is_empty() => Attribute::Ints(proto.ints),
        attribute::UNDEFINED if !proto.floats.is_empty() => {
            Attribute::Floats(proto.floats.into_iter().map(f64::from).collect())
        }
        attribute::UNDEFINED if proto.t.is_some() => tensor(proto.t, tensors)?,
        attribute::UNDEFINED if !proto.s.is_empty() => Attribute::Text(text(proto.s)),
        attribute::UNDEFINED if proto.f != 0.0 => Attribute::Float(proto.f.into()),
        attribute::UNDEFINED if proto.g.is_none() && proto.strings.is_empty() => Attribute::Int(proto.i),
        _ => Attribute::Other,
    })
}
