//! Runs a model in f64, node by node.

use super::array::{Array, size};
use super::kernels::{Budget, Call};
use super::model::{Model, Node};
use super::operators::{self, Operator};
use crate::diag::Code;
use crate::frontend::weights::Problem;
use crate::frontend::weights::shape_text;
use std::collections::BTreeMap;

/// The outputs of `model` for its inputs, in their order.
pub fn evaluate(model: &Model, inputs: &[Array]) -> Result<Vec<Array>, Problem> {
    if inputs.len() != model.inputs.len() {
        let (found, expected) = (inputs.len(), model.inputs.len());
        return Err(Problem::new(Code::ShapeMismatch, format!("`{found}` inputs are given, expected {expected}")));
    }
    let budget = Budget::new(model.limits);
    let mut values: BTreeMap<&str, Array> = BTreeMap::new();
    for (port, input) in model.inputs.iter().zip(inputs) {
        if size(&input.shape) != Some(input.values.len()) || input.shape.len() != port.shape.len() {
            let (name, found) = (port.name.escape_debug(), shape_text(&input.shape));
            let message = format!("input `{name}` has shape {found}, expected {} dimensions", port.shape.len());
            return Err(Problem::new(Code::ShapeMismatch, message));
        }
        values.insert(&port.name, input.clone());
    }
    for node in &model.nodes {
        let find = |name: &String| values.get(name.as_str()).or_else(|| model.constants.get(name));
        let given: Vec<Option<&Array>> = node.inputs.iter().map(find).collect();
        let outputs = run(node, model.opset, given, &budget).map_err(|reason| refused(node, &reason))?;
        let named = node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty());
        values.extend(named.map(|(name, value)| (name.as_str(), value)));
    }
    let output = |name: &String| values.get(name.as_str()).or_else(|| model.constants.get(name)).cloned();
    let missing = || Problem::new(Code::UnknownName, "a node gives fewer values than are used of it");
    model.outputs.iter().map(|name| output(name).ok_or_else(missing)).collect()
}

/// The outputs of one node, or the reason why there are none.
pub fn run(node: &Node, opset: i64, inputs: Vec<Option<&Array>>, budget: &Budget) -> Result<Vec<Array>, String> {
    let operator = operators::of(node)?;
    let Some(kernel) = operator.kernel else { return Err(operator.becomes.to_string()) };
    check(node, operator, opset)?;
    if let Some(absent) = node.inputs.iter().zip(&inputs).find(|(name, value)| !name.is_empty() && value.is_none()) {
        return Err(format!("value `{}` is not there", absent.0.escape_debug()));
    }
    let call = Call { node, opset, inputs, budget };
    let outputs = kernel(&call)?;
    match outputs.iter().find(|output| size(&output.shape) != Some(output.values.len())) {
        Some(output) => crate::bug!("{} gave {} elements for {:?}", node.operator, output.len(), output.shape),
        None => Ok(outputs),
    }
}

/// Complains of versions and attributes that are not known.
pub fn check(node: &Node, operator: &Operator, opset: i64) -> Result<(), String> {
    let first = operator.versions.first().copied().unwrap_or(1);
    if node.domain.is_empty() && opset < first {
        return Err(format!("the model states opset {opset}, but the operator is there from {first} on"));
    }
    match node.attributes.keys().find(|name| !operator.attributes.contains(&name.as_str())) {
        Some(name) => Err(format!("attribute `{}` is not known", name.escape_debug())),
        None => Ok(()),
    }
}

/// The problem of one node.
pub fn refused(node: &Node, reason: &str) -> Problem {
    let (label, operator) = (&node.label, node.operator.escape_debug());
    Problem::new(Code::UnknownName, format!("node `{label}` ({operator}): {reason}"))
}
