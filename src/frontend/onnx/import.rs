//! A model to layers: node by node, each with a verdict.
//!
//! Nodes of constants are computed; the others change a [`View`] or add to the [`Chain`]. A node that is not taken ends
//! nothing: what follows it is looked at as far as that is possible, so that all problems are told at once.

mod function;
mod linear;

use super::array::{Array, Kind};
use super::chain::{Chain, DraftKind, Ending, Exact, View};
use super::evaluate::{check, run};
use super::kernels::{Budget, Call, arithmetic, functions, normalise, quantise};
use super::levels::Levels;
use super::model::{Model, Node};
use super::operators::{self, Becomes};
use crate::frontend::MAX_INPUT;
use crate::frontend::weights::shape_text;
use function::function;
use linear::{Linear, gemm, matmul, product};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What becomes of a model.
#[derive(Clone, Debug)]
pub struct Survey {
    /// One for each node, in their order; then those of the graph as a whole.
    pub verdicts: Vec<Verdict>,
    /// What the user should know of a model that is taken.
    pub notes: Vec<String>,
    /// The layers, if every verdict is good.
    pub chain: Option<Chain>,
    /// The operator at the end that is left out.
    pub ending: Option<Ending>,
    /// The input: its name and its shape for one sample.
    pub input: (String, Vec<usize>),
    /// The step of the model's input and its largest multiple, where the network takes whole multiples.
    pub steps: Option<(f64, f64)>,
    /// Least and greatest input value, where that is said.
    pub range: Option<(f64, f64)>,
}

impl Survey {
    /// What one of the network's input is in the model's.
    pub fn step(&self) -> f64 {
        self.steps.map_or(1.0, |(step, _)| step)
    }
}

/// What becomes of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Its name, or its place.
    pub node: String,
    /// Its operator.
    pub operator: String,
    /// Shapes of its inputs and outputs, as far as they are known.
    pub shapes: String,
    /// What becomes of it, or why it is not taken.
    pub becomes: String,
    /// Whether it is taken.
    pub status: Status,
    /// The nearest way out.
    pub help: Option<String>,
}

/// Whether a node is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is.
    Taken,
    /// It is not.
    Refused,
    /// That cannot be told: it depends on a node that is not.
    Open,
}

/// A value while the model is read.
enum Value {
    Constant(Array),
    Computed(View),
    /// It depends on what is refused.
    Unknown,
}

/// Why a node is not taken.
struct Refusal {
    reason: String,
    help: Option<String>,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal { reason, help: None }
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Refusal {
        reason.to_string().into()
    }
}

fn refusal(reason: &str, help: &str) -> Refusal {
    Refusal { reason: reason.into(), help: Some(help.into()) }
}

/// The outputs of a node and what became of it.
type Taken = Result<(Vec<Value>, String), Refusal>;

/// Looks at every node of a model.
pub fn survey(model: &Model) -> Survey {
    survey_of_steps(model, None)
}

/// Looks at every node of a model whose input holds whole multiples of a step up to a magnitude, if they are given: the
/// network takes those whole numbers.
pub fn survey_of_steps(model: &Model, steps: Option<(f64, f64)>) -> Survey {
    let mut notes = Vec::new();
    let (name, shape) = match sample(model, &mut notes) {
        Ok(input) => input,
        Err(reason) => {
            let verdicts = vec![Verdict::of_graph(&reason)];
            return Survey {
                verdicts,
                notes,
                chain: None,
                ending: None,
                input: Default::default(),
                range: None,
                steps,
            };
        }
    };
    let safe = super::safe_name(&name, "x");
    let (chain, view) = match steps {
        Some((step, bound)) => Chain::of_steps(&safe, shape.clone(), step, bound),
        None => Chain::new(&safe, shape.clone()),
    };
    let values = BTreeMap::from([(name.as_str(), Value::Computed(view))]);
    let uses = uses(model);
    let mut reader = Reader { model, budget: Rc::new(Budget::new(model.limits)), values, chain, notes, uses };
    let mut verdicts: Vec<Verdict> = model.nodes.iter().map(|node| reader.node(node)).collect();
    let ending = match reader.output() {
        Ok(ending) => ending,
        Err(reason) => {
            // a refused node explains itself
            if verdicts.iter().all(|verdict| verdict.status == Status::Taken) {
                verdicts.push(Verdict::of_graph(&reason));
            }
            None
        }
    };
    let is_taken = verdicts.iter().all(|verdict| verdict.status == Status::Taken);
    let Reader { chain, notes, .. } = reader;
    Survey { verdicts, notes, chain: is_taken.then_some(chain), ending, input: (safe, shape), range: None, steps }
}

/// The name of the one input, and its shape for one sample.
fn sample(model: &Model, notes: &mut Vec<String>) -> Result<(String, Vec<usize>), String> {
    let [port] = model.inputs.as_slice() else {
        return Err(format!("the model has {} inputs, expected one", model.inputs.len()));
    };
    let name = port.name.escape_debug();
    if !port.kind.is_float() {
        return Err(format!("input `{name}` holds {}, expected floats", port.kind.name()));
    }
    let has_batch = port.shape.len() > 1;
    let size = |(at, size): (usize, &Option<usize>)| match size {
        _ if has_batch && at == 0 => Ok(1),
        Some(size) => Ok(*size),
        None => Err(format!("dimension {at} of input `{name}` is open; export with fixed sizes of all but the batch")),
    };
    let shape = port.shape.iter().enumerate().map(size).collect::<Result<Vec<usize>, String>>()?;
    let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
    if count.is_none_or(|count| count > MAX_INPUT) {
        return Err(format!("input `{name}` has shape {}, expected at most {MAX_INPUT} elements", shape_text(&shape)));
    }
    if let (true, Some(Some(batch @ 2..))) = (has_batch, port.shape.first()) {
        notes.push(format!("dimension 0 of input `{name}`, {batch}, is taken as the batch"));
    }
    Ok((port.name.clone(), shape))
}

struct Reader<'a> {
    model: &'a Model,
    budget: Rc<Budget>,
    values: BTreeMap<&'a str, Value>,
    chain: Chain,
    notes: Vec<String>,
    /// The number of nodes that take each value; the model's output counts as one.
    uses: BTreeMap<&'a str, usize>,
}

/// The number of nodes that take each value, and one for the model's output.
fn uses(model: &Model) -> BTreeMap<&str, usize> {
    let mut uses = BTreeMap::new();
    let taken = model.nodes.iter().map(|node| node.inputs.iter().collect::<BTreeSet<_>>());
    for name in taken.flatten().chain(&model.outputs) {
        *uses.entry(name.as_str()).or_insert(0) += 1;
    }
    uses
}

impl<'a> Reader<'a> {
    /// Looks at a node and keeps its outputs.
    fn node(&mut self, node: &'a Node) -> Verdict {
        let is_unknown = |name: &String| matches!(self.values.get(name.as_str()), Some(Value::Unknown));
        let is_open = node.inputs.iter().any(is_unknown);
        let (outputs, verdict) = match self.take(node) {
            Ok((outputs, becomes)) => (outputs, Verdict::new(node, becomes, Status::Taken, None)),
            // an operator that is not known is refused wherever it stands
            Err(_) if is_open && operators::of(node).is_ok() => {
                let becomes = "depends on a node that is not taken".to_string();
                (Vec::new(), Verdict::new(node, becomes, Status::Open, None))
            }
            Err(Refusal { reason, help }) => (self.stand_ins(node), Verdict::new(node, reason, Status::Refused, help)),
        };
        let is_split = outputs.len() > 1;
        let mut outputs = outputs.into_iter();
        for name in node.outputs.iter().filter(|name| !name.is_empty()) {
            let mut value = outputs.next().unwrap_or(Value::Unknown);
            if let Value::Computed(view) = &mut value
                && (is_split || self.uses.get(name.as_str()).is_some_and(|&uses| uses > 1))
                && let Ok(shared) = self.chain.share(view)
            {
                *view = shared;
            }
            self.values.insert(name, value);
        }
        Verdict { shapes: self.shapes(node), ..verdict }
    }

    /// Values of the shapes that a refused node would give, so that what follows it can be looked at.
    fn stand_ins(&mut self, node: &'a Node) -> Vec<Value> {
        let views: Vec<Option<View>> = node.inputs.iter().map(|name| self.view(name)).collect();
        let inputs = node.inputs.iter().zip(&views).map(|(name, view)| match view {
            Some(view) => Some(&view.shift),
            None => self.constant(name),
        });
        match run(node, self.model.opset, inputs.collect(), &self.budget) {
            Ok(outputs) => match outputs.into_iter().next() {
                Some(first) => vec![Value::Computed(self.chain.restart(first.shape))],
                None => Vec::new(),
            },
            Err(_) => Vec::new(),
        }
    }

    fn take(&mut self, node: &'a Node) -> Taken {
        let operator = operators::of(node).map_err(|reason| match reason.split_once(": not taken yet: ") {
            Some((what, help)) => refusal(&format!("{what} is not taken yet"), help),
            None => reason.into(),
        })?;
        check(node, operator, self.model.opset)?;
        let constants: Vec<Option<&Array>> = node.inputs.iter().map(|name| self.constant(name)).collect();
        let is_constant = |(name, value): (&String, &Option<&Array>)| name.is_empty() || value.is_some();
        if node.inputs.iter().zip(&constants).all(is_constant) {
            let outputs = run(node, self.model.opset, constants, &self.budget)?;
            return Ok((outputs.into_iter().map(Value::Constant).collect(), "computed: a constant".into()));
        }
        if node.inputs.iter().any(|name| matches!(self.values.get(name.as_str()), Some(Value::Unknown))) {
            return Err("it depends on a node that is not taken".into());
        }
        let views: Vec<Option<View>> = node.inputs.iter().map(|name| self.view(name)).collect();
        let constants: Vec<Option<Array>> = constants.into_iter().map(|value| value.cloned()).collect();
        self.computed(node, operator.becomes, &views, &constants)
    }

    /// A node of which some inputs are computed values; those are the `views`, the others `constants`.
    fn computed(
        &mut self,
        node: &Node,
        becomes: Becomes,
        views: &[Option<View>],
        constants: &[Option<Array>],
    ) -> Taken {
        let stand_in = |(view, constant): (&'_ Option<View>, &'_ Option<Array>)| {
            constant.clone().or_else(|| view.as_ref().map(|view| view.shift.clone()))
        };
        let values: Vec<Option<Array>> = views.iter().zip(constants).map(stand_in).collect();
        let inputs = values.iter().map(Option::as_ref).collect();
        // views stand in by their shifts: enough for shapes and parameters
        let budget = Rc::clone(&self.budget);
        let call = Call { node, opset: self.model.opset, inputs, budget: &budget };
        let (Some(at), Some(view)) = (views.iter().position(Option::is_some), views.iter().flatten().next()) else {
            return Err("it has no inputs".into());
        };
        self.chain.check(view)?;
        if view.ending.is_some() && !matches!(becomes, Becomes::Order | Becomes::Argmax | Becomes::Constant) {
            let reason = "a softmax before it is not at the network's end";
            return Err(refusal(reason, "a softmax between layers has no hardware yet"));
        }
        let takes_many =
            matches!(becomes, Becomes::Sum | Becomes::Affine | Becomes::Dense) || node.operator == "Concat";
        if !takes_many && views.iter().skip(1).any(Option::is_some) {
            return Err(refusal("its parameters depend on the input", "only constant parameters are taken"));
        }
        if becomes == Becomes::Constant && node.operator == "Shape" {
            let outputs = run(node, self.model.opset, call.inputs.clone(), call.budget)?;
            return Ok((outputs.into_iter().map(Value::Constant).collect(), "computed: a constant".into()));
        }
        match becomes {
            Becomes::Order => self.order(&call, views),
            Becomes::Sum => self.sum(&call, views),
            Becomes::Affine => self.affine(&call, at, view),
            Becomes::Dense => self.dense(&call, at, view, views),
            Becomes::Activation => self.activation(&call, view),
            Becomes::Quantise => self.quantise(&call, view),
            Becomes::Dequantise => dequantise(&call, view),
            Becomes::Ending => self.ending(&call, view),
            Becomes::Argmax => self.argmax(&call, view),
            Becomes::Constant => Err("it depends on the input, expected constants".into()),
            Becomes::NotTaken(help) => Err(refusal("it is not taken yet", help)),
        }
    }

    /// Elements are moved: the operator itself moves positions, factors and summands.
    fn order(&mut self, call: &Call, views: &[Option<View>]) -> Taken {
        let first = views.iter().flatten().next().ok_or("it has no inputs")?;
        if call.node.operator == "Cast" {
            let target = run(call.node, call.opset, call.inputs.clone(), call.budget)?;
            if target.iter().any(|array| !array.kind.is_float()) {
                return Err(refusal("computed values are cast to integers", "quantisation is what formats do"));
            }
            return Ok((vec![Value::Computed(noted(first.clone(), call))], "removed".into()));
        }
        if views.iter().flatten().any(|view| view.origin != first.origin) {
            return self.concat(call, views);
        }
        let part = |pick: fn(&View) -> &Array, otherwise: fn(&Array) -> Array| {
            let values: Vec<Option<Array>> = call
                .inputs
                .iter()
                .zip(views)
                .map(|(constant, view)| match (view, constant) {
                    (Some(view), _) => Some(pick(view).clone()),
                    (None, Some(constant)) if constant.kind.is_float() => Some(otherwise(constant)),
                    (None, constant) => constant.cloned(),
                })
                .collect();
            run(call.node, call.opset, values.iter().map(Option::as_ref).collect(), call.budget)
        };
        // a constant beside computed values looks at any element, with factor 0
        let zeros = |array: &Array| array.map(|_| 0.0);
        let index = part(|view| &view.index, zeros).map_err(|reason| self.batch_help(reason))?;
        let (scale, shift) = (part(|view| &view.scale, zeros)?, part(|view| &view.shift, Array::clone)?);
        let mut outputs = Vec::new();
        for (index, (scale, shift)) in index.into_iter().zip(scale.into_iter().zip(shift)) {
            if !index.kind.is_float() {
                outputs.push(Value::Constant(index));
                continue;
            }
            if first.ending.is_some() && index.len() != first.index.len() {
                return Err(refusal("it takes a part of a softmax", "a softmax between layers has no hardware yet"));
            }
            let view = View { index, scale, shift, ..first.clone() };
            outputs.push(Value::Computed(noted(view, call)));
        }
        Ok((outputs, "removed: the weights take the order of elements".into()))
    }

    /// Values of different layers one after another: each keeps its order inside, the operator says where it goes.
    fn concat(&mut self, call: &Call, views: &[Option<View>]) -> Taken {
        let parts: Vec<View> = views.iter().flatten().cloned().collect();
        if parts.len() < call.inputs.len() || parts.iter().any(|part| part.ending.is_some()) {
            return Err(refusal("it joins computed values and others", "only computed values are joined"));
        }
        let joined = self.chain.concat(&parts, &described(call.node))?;
        let mut places = joined.index.values.iter().copied();
        let numbered =
            |part: &View| Array::floats(part.shape().to_vec(), places.by_ref().take(part.index.len()).collect());
        let numbered: Vec<Array> = parts.iter().map(numbered).collect();
        let index = run(call.node, call.opset, numbered.iter().map(Some).collect(), call.budget)?;
        let index = index.into_iter().next().ok_or("it gives nothing")?;
        let array = |value| Array::floats(index.shape.clone(), vec![value; index.len()]);
        let view = View { scale: array(1.0), shift: array(0.0), index: index.clone(), ..joined };
        let name = self.chain.layers.last().map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("concat layer `{name}`")))
    }

    fn batch_help(&self, reason: String) -> Refusal {
        match self.model.inputs.first().and_then(|port| port.shape.first().copied().flatten()) {
            Some(2..) => refusal(&reason, "export with a batch of 1 or an open batch"),
            _ => reason.into(),
        }
    }

    /// Factors and summands of each element.
    fn affine(&mut self, call: &Call, at: usize, view: &View) -> Taken {
        if call
            .inputs
            .iter()
            .enumerate()
            .any(|(other, value)| other != at && value.is_some() && self.is_view(call, other))
        {
            return Err(refusal("it combines computed values", "only constant parameters can be folded"));
        }
        let view = match call.node.operator.as_str() {
            "BatchNormalization" if at == 0 => {
                if normalise::is_misplaced(call)? {
                    let label = &call.node.label;
                    self.notes.push(format!(
                        "node `{label}` normalises {} channels, which are all elements of the transposed value it gets",
                        view.index.len()
                    ));
                }
                let (factors, summands) = normalise::scale_and_shift(call)?;
                let array = |values| Array::floats(view.shape().to_vec(), values);
                scaled_and_shifted(call, view, &array(factors), &array(summands))?
            }
            "Mul" => {
                let other = call.input(1 - at)?;
                scaled_and_shifted(call, view, other, &other.map(|_| 0.0))?
            }
            "Div" if at == 0 => {
                let other = call.input(1)?;
                if other.values.contains(&0.0) {
                    return Err("it divides by zero".into());
                }
                let reciprocal = other.map(f64::recip);
                scaled_and_shifted(call, view, &reciprocal, &other.map(|_| 0.0))?
            }
            _ => return Err(refusal("its parameters depend on the input", "only constant parameters can be folded")),
        };
        Ok((vec![Value::Computed(noted(view, call))], "folded: scale and shift by element".into()))
    }

    /// A sum or difference of computed values and constants: of values of one layer it stays a view, of several layers
    /// it becomes a layer.
    fn sum(&mut self, call: &Call, views: &[Option<View>]) -> Taken {
        let sign = |at: usize| if call.node.operator == "Sub" && at == 1 { -1.0 } else { 1.0 };
        let mut terms: Vec<View> = Vec::new();
        for (at, view) in views.iter().enumerate().filter_map(|(at, view)| view.as_ref().map(|view| (at, view))) {
            let signed = |part: &Array| part.map(|x| sign(at) * x);
            let term = View { scale: signed(&view.scale), shift: signed(&view.shift), ..view.clone() };
            match terms.iter_mut().find(|sum| sum.origin == term.origin && sum.index == term.index) {
                Some(sum) => {
                    let add = |a: &Array, b: &Array| arithmetic::combine(call, a, b, |a, b| a + b);
                    *sum = View {
                        scale: add(&sum.scale, &term.scale)?,
                        shift: add(&sum.shift, &term.shift)?,
                        ..sum.clone()
                    };
                }
                None => terms.push(term),
            }
        }
        // constants go where there are rows to take them
        let place = terms.iter().position(|term| self.chain.is_open(term.origin)).unwrap_or(0);
        let is_joined = terms.len() > 1;
        let term = terms.get_mut(place).ok_or("it has no inputs")?;
        for (at, constant) in call.inputs.iter().enumerate().filter(|(at, _)| views[*at].is_none()) {
            let Some(constant) = constant else { continue };
            let summand = constant.map(|x| sign(at) * x);
            *term = scaled_and_shifted(call, term, &constant.map(|_| 1.0), &summand)?;
        }
        let view = match is_joined {
            false => terms.remove(0),
            true => {
                let help = "put a dense layer before each value that is scaled or reordered";
                self.chain.add(&terms, &described(call.node)).map_err(|why| refusal(&why, help))?
            }
        };
        if is_joined {
            let name = self.chain.layers.last().map_or("", |draft| &draft.name);
            return Ok((vec![Value::Computed(view)], format!("add layer `{name}`")));
        }
        Ok((vec![Value::Computed(noted(view, call))], "folded: shift by element".into()))
    }

    fn dense(&mut self, call: &Call, at: usize, view: &View, views: &[Option<View>]) -> Taken {
        if views.iter().flatten().count() > 1 {
            return Err(refusal("it combines computed values", "one operand must be constant: the weights"));
        }
        if call.node.operator == "QLinearMatMul" {
            return match at {
                0 => self.qlinear(call, view),
                _ => Err(refusal("its first operand is constant", "one operand must be constant: the second")),
            };
        }
        let linear = if call.node.operator == "Gemm" { gemm(call, at, view)? } else { matmul(call, at, view)? };
        let name = call.node.inputs.get(1 - at).filter(|name| self.model.constants.contains_key(name.as_str()));
        let name = name.and_then(|name| stem(name));
        let Linear { weights, bias, shape } = linear;
        let (inputs, outputs) = (view.index.len(), bias.len());
        let view = self.chain.dense(view, weights, bias, shape, name, &described(call.node))?;
        let name = self.chain.layers.last().map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("dense layer `{name}`, {inputs} -> {outputs}")))
    }

    fn activation(&mut self, call: &Call, view: &View) -> Taken {
        let Some((activation, view)) = function(call, view)? else {
            return Ok((vec![Value::Computed(noted(view.clone(), call))], "removed: it changes nothing".into()));
        };
        let help = "put a dense layer before each activation";
        let view = self.chain.activate(&view, activation, &described(call.node)).map_err(|why| refusal(&why, help))?;
        let name = self.chain.layers.last().map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("activation {activation} of layer `{name}`")))
    }

    fn quantise(&mut self, call: &Call, view: &View) -> Taken {
        let levels =
            Levels::of(call).map_err(|why| refusal(&why, "quantise to fewer bits, or leave the quantiser out"))?;
        let count = levels.high - levels.low + 1;
        let view = self.chain.quantise(view, levels, &described(call.node))?;
        let last = self.chain.layers.last();
        let what = match last.map(|draft| &draft.kind) {
            Some(DraftKind::Dense { exact: Exact { quantiser: Some((format, _)), .. }, .. }) => {
                format!("format {format}")
            }
            _ => "thresholds".into(),
        };
        let name = last.map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("{what} of layer `{name}`: {count} levels")))
    }

    /// `QLinearMatMul`: a dense layer from integers to integers.
    fn qlinear(&mut self, call: &Call, view: &View) -> Taken {
        let (matrix, scale) = quantise::centred(call, 3)?;
        let columns = matrix.shape.last().copied().unwrap_or(1).max(1);
        let (zero, units) = (call.scalar(2)?, call.scalar(1)? / call.scalar(6)?);
        let values = matrix.values.iter().enumerate().map(|(n, b)| b * scale(n % columns) * units).collect();
        let matrix = Array { values, ..matrix };
        let view = View { shift: view.shift.map(|shift| shift - zero), ..view.clone() };
        let Linear { weights, bias, shape } = product(view.shape(), &matrix, true)?;
        let name = call.node.inputs.get(3).and_then(|name| stem(name));
        let sums = self.chain.dense(&view, weights, bias, shape, name, &described(call.node))?;
        let zero = call.scalar(7)?;
        let (low, high) = call.input(7)?.kind.range();
        let count = sums.index.len();
        let word = Box::new(move |_: usize, x: f64| (x.round_ties_even() + zero).max(low).min(high));
        let (low, high, scale, shift) = (low as i64, high as i64, vec![1.0; count], vec![0.0; count]);
        let levels = Levels { low, high, scale, shift, word, is_uniform: true, rounding: None };
        let view = self.chain.quantise(&sums, levels, "its quantiser")?;
        let name = self.chain.layers.last().map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("dense layer `{name}` with thresholds")))
    }

    fn ending(&mut self, call: &Call, view: &View) -> Taken {
        let [_, along, _] = functions::softmax_split(call, view.shape())?;
        if along != view.index.len() {
            let reason = format!("it runs along {along} of {} elements", view.index.len());
            return Err(refusal(&reason, "a softmax at the end must run along all outputs"));
        }
        let ending = if call.node.operator == "Softmax" { Ending::Softmax } else { Ending::LogSoftmax };
        let label = &call.node.label;
        self.notes.push(format!(
            "{} `{label}` is left out: the network gives its arguments (logits), of which the same one is largest",
            call.node.operator
        ));
        let view = View { ending: Some(ending), ..view.clone() };
        Ok((vec![Value::Computed(view)], "left out: the network gives logits".into()))
    }

    fn argmax(&mut self, call: &Call, view: &View) -> Taken {
        let axis = call.axis("axis", 0, view.shape().len())?;
        if view.shape()[axis] != view.index.len() {
            return Err("it does not run along all elements".into());
        }
        if call.flag("select_last_index", false)? {
            return Err(refusal("it takes the last of equals", "export with `select_last_index` 0"));
        }
        let mut shape = view.shape().to_vec();
        shape[axis] = 1;
        if !call.flag("keepdims", true)? {
            shape.remove(axis);
        }
        let view = View { ending: None, ..view.clone() };
        let view = self.chain.argmax(&view, shape, &described(call.node))?;
        let name = self.chain.layers.last().map_or("", |draft| &draft.name);
        Ok((vec![Value::Computed(view)], format!("argmax layer `{name}`")))
    }

    /// Settles the one output; gives what is left out before it.
    fn output(&mut self) -> Result<Option<Ending>, String> {
        let [name] = self.model.outputs.as_slice() else {
            return Err(format!("the model has {} outputs, expected one", self.model.outputs.len()));
        };
        let Some(Value::Computed(view)) = self.values.get(name.as_str()) else {
            return Err(format!("output `{}` does not depend on the input", name.escape_debug()));
        };
        let (view, ending) = (view.clone(), view.ending);
        self.chain.finish(&view)?;
        if self.chain.layers.is_empty() { Err("the model has no layers".into()) } else { Ok(ending) }
    }

    fn constant(&self, name: &str) -> Option<&Array> {
        match self.values.get(name) {
            Some(Value::Constant(array)) => Some(array),
            Some(_) => None,
            None => self.model.constants.get(name),
        }
    }

    fn view(&self, name: &str) -> Option<View> {
        match self.values.get(name) {
            Some(Value::Computed(view)) => Some(view.clone()),
            _ => None,
        }
    }

    fn is_view(&self, call: &Call, at: usize) -> bool {
        let name = call.node.inputs.get(at).and_then(|name| self.values.get(name.as_str()));
        matches!(name, Some(Value::Computed(_)))
    }

    /// `[1][16], [16][64] -> [1][64]`, with `?` where a shape is not known.
    fn shapes(&self, node: &Node) -> String {
        let shape = |name: &String| match (self.values.get(name.as_str()), self.model.constants.get(name)) {
            (Some(Value::Constant(array)), _) | (None, Some(array)) => shape_text(&array.shape),
            (Some(Value::Computed(view)), _) => shape_text(view.shape()),
            _ => "?".into(),
        };
        let list = |names: &[String]| {
            let shown: Vec<String> = names.iter().filter(|name| !name.is_empty()).map(shape).collect();
            shown.join(", ")
        };
        format!("{} -> {}", list(&node.inputs), list(&node.outputs))
    }
}

impl Verdict {
    fn new(node: &Node, becomes: String, status: Status, help: Option<String>) -> Verdict {
        let (node, operator) = (node.label.clone(), node.operator.escape_debug().to_string());
        Verdict { node, operator, shapes: String::new(), becomes, status, help }
    }

    /// A problem that no single node has.
    fn of_graph(reason: &str) -> Verdict {
        let (node, becomes) = ("the graph".into(), reason.into());
        let status = Status::Refused;
        Verdict { node, operator: String::new(), shapes: String::new(), becomes, status, help: None }
    }
}

/// `DequantizeLinear`: scale and shift.
fn dequantise(call: &Call, view: &View) -> Taken {
    let (scale, zero) = quantise::scale_and_zero(call, view.shape())?;
    let summands = scale.iter().zip(&zero).map(|(scale, zero)| -scale * zero).collect();
    let array = |values| Array::floats(view.shape().to_vec(), values);
    let view = scaled_and_shifted(call, view, &array(scale), &array(summands))?;
    Ok((vec![Value::Computed(noted(view, call))], "folded: scale and shift by element".into()))
}

/// The view times `factors` plus `summands`, all broadcast as the standard has it.
fn scaled_and_shifted(call: &Call, view: &View, factors: &Array, summands: &Array) -> Result<View, Refusal> {
    // the width of floats is not followed here
    let kind = if factors.kind.is_float() { Kind::Float(32) } else { factors.kind };
    let align = |constant: &Array| Array { kind, ..constant.clone() };
    let (factors, summands) = (align(factors), align(summands));
    let (factors, summands) = match call.opset < 7 && call.states("axis") {
        true => (arithmetic::aligned(call, &view.index, &factors)?, arithmetic::aligned(call, &view.index, &summands)?),
        false => (factors, summands),
    };
    let apply = |part: &Array, other: &Array, function| arithmetic::combine(call, part, other, function);
    let shift = apply(&view.shift, &factors, |a, b| a * b)?;
    Ok(View {
        index: apply(&view.index, &factors, |at, _| at)?,
        scale: apply(&view.scale, &factors, |a, b| a * b)?,
        shift: apply(&shift, &summands, |a, b| a + b)?,
        ..view.clone()
    })
}

fn noted(mut view: View, call: &Call) -> View {
    view.nodes.push(described(call.node));
    view
}

/// ``MatMul `dense_1` ``.
fn described(node: &Node) -> String {
    format!("{} `{}`", node.operator.escape_debug(), node.label)
}

/// The name of a layer whose weights are called `name`, where frameworks call them so.
fn stem(name: &str) -> Option<&str> {
    let stem = [".weight", "/kernel", ".kernel", "_weight", "_kernel"].iter().find_map(|end| name.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty())
}
