//! The chain of layers as it grows while a model is read.
//!
//! Between two layers nothing but order, scale and shift of elements can happen: a computed value of the model is a
//! [`View`], element i of which is `scale[i] * y[index[i]] + shift[i]` with y the output of the last layer. Views cost
//! nothing until a layer needs them: then they go into its weights, or into those of the layer before.

mod exact;

use super::array::Array;
use super::levels::{Levels, is_constant};
use crate::frontend::{MAX_ELEMENTS, names};
use crate::network::Activation;
pub use exact::{Exact, Grid, Steps, holding};
use exact::{MAX_THRESHOLDS, as_format, count_elements, count_rows, whole_end};

/// A computed value: elements of the last layer's output, scaled and shifted.
#[derive(Clone, Debug)]
pub struct View {
    /// Which state of the chain it looks at.
    pub stage: usize,
    /// Positions in the output of the last layer.
    pub index: Array,
    /// Factors.
    pub scale: Array,
    /// Summands.
    pub shift: Array,
    /// The operator at the network's end that was left out before it.
    pub ending: Option<Ending>,
    /// Labels of the nodes that it went through since the last layer.
    pub nodes: Vec<String>,
}

/// An operator at the end that the network leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `exp(x)` over its sum.
    Softmax,
    /// Its logarithm.
    LogSoftmax,
}

/// A layer of the chain.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Legal and unique.
    pub name: String,
    /// Labels of the nodes that it stands for.
    pub nodes: Vec<String>,
    /// What it computes.
    pub kind: DraftKind,
}

/// What a layer computes.
#[derive(Clone, Debug)]
pub enum DraftKind {
    /// `activation(W x + b)`.
    Dense {
        /// Elements taken.
        inputs: usize,
        /// `[outputs][inputs]`.
        weights: Vec<f64>,
        /// One number per output.
        bias: Vec<f64>,
        /// Applied to each output.
        activation: Activation,
        /// In its place, where it is a quantiser.
        steps: Option<Steps>,
        /// What is known of its numbers.
        exact: Exact,
    },
    /// A function of each element.
    Pointwise {
        /// The function.
        activation: Activation,
        /// In its place, where it is a quantiser.
        steps: Option<Steps>,
    },
    /// `scale * x + shift`.
    Affine {
        /// Factors.
        scale: Vec<f64>,
        /// Summands.
        shift: Vec<f64>,
    },
    /// The index of the largest element.
    Argmax,
}

/// The layers so far.
#[derive(Clone, Debug)]
pub struct Chain {
    /// In the order of the data.
    pub layers: Vec<Draft>,
    /// Elements that the last layer gives.
    pub size: usize,
    /// The model's output for a number x of the network's: `scale * x + shift`.
    pub output: (f64, f64),
    /// What the last layer's elements are multiples of, if that is known.
    grid: Option<Grid>,
    stage: usize,
    input: String,
}

impl View {
    /// All elements in their order, in the given shape.
    fn whole(stage: usize, shape: Vec<usize>) -> View {
        let count = shape.iter().product();
        let array = |values| Array::floats(shape.clone(), values);
        let index = array((0..count).map(|i| i as f64).collect());
        let (scale, shift) = (array(vec![1.0; count]), array(vec![0.0; count]));
        View { stage, index, scale, shift, ending: None, nodes: Vec::new() }
    }

    /// Sizes of the dimensions.
    pub fn shape(&self) -> &[usize] {
        &self.index.shape
    }

    /// Whether all elements are there, in their order.
    fn is_in_order(&self, size: usize) -> bool {
        self.index.len() == size && self.index.values.iter().enumerate().all(|(i, &at)| at == i as f64)
    }

    fn is_plain(&self) -> bool {
        self.scale.values.iter().all(|&scale| scale == 1.0) && self.shift.values.iter().all(|&shift| shift == 0.0)
    }

    /// Position, factor and summand of each element.
    fn terms(&self) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let factors = self.scale.values.iter().zip(&self.shift.values);
        self.index.values.iter().zip(factors).map(|(&at, (&scale, &shift))| (at as usize, scale, shift))
    }
}

impl Chain {
    /// No layers behind an input of this name and shape.
    pub fn new(input: &str, shape: Vec<usize>) -> (Chain, View) {
        let size = shape.iter().product();
        let chain = Chain { layers: Vec::new(), size, output: (1.0, 0.0), grid: None, stage: 0, input: input.into() };
        (chain, View::whole(0, shape))
    }

    /// No layers behind an input that holds whole numbers of magnitude up to `bound`; the model's are `step` times those.
    pub fn of_steps(input: &str, shape: Vec<usize>, step: f64, bound: f64) -> (Chain, View) {
        let (mut chain, mut view) = Chain::new(input, shape);
        chain.grid = Some(Grid { frac: 0, most: bound });
        view.scale.values.fill(step);
        (chain, view)
    }

    /// A dense layer that takes the elements of `view`; `weights` are `[outputs][elements]`.
    pub fn dense(
        &mut self,
        view: &View,
        mut weights: Vec<f64>,
        mut bias: Vec<f64>,
        shape: Vec<usize>,
        name: Option<&str>,
        label: &str,
    ) -> Result<View, String> {
        self.check(view)?;
        let outputs = bias.len();
        fits(outputs, self.size)?;
        let mut nodes = Vec::new();
        // whole numbers stay whole: their scale goes into the weights
        let is_scaled_levels = self.grid.is_some() && !self.is_open();
        if view.is_in_order(self.size) && !is_scaled_levels {
            nodes.extend(self.settle(view)?);
        } else {
            (weights, bias) = folded(view, &weights, bias, self.size);
            nodes.extend(view.nodes.clone());
        }
        nodes.push(label.to_string());
        let name = self.name(name, "fc");
        let inputs = self.size;
        let exact = Exact { grid: self.grid, ..Exact::default() };
        let kind = DraftKind::Dense { inputs, weights, bias, activation: Activation::Identity, steps: None, exact };
        Ok(self.push(Draft { name, nodes, kind }, outputs, shape))
    }

    /// A value of this shape that comes from nowhere; the chain is of no use after that, but goes on.
    pub fn restart(&mut self, shape: Vec<usize>) -> View {
        self.size = shape.iter().product();
        self.stage += 1;
        self.layers.push(Draft {
            name: self.name(None, "fc"),
            nodes: Vec::new(),
            kind: DraftKind::Dense {
                inputs: 0,
                weights: Vec::new(),
                bias: vec![0.0; self.size],
                activation: Activation::Identity,
                steps: None,
                exact: Exact::default(),
            },
        });
        self.grid = None;
        View::whole(self.stage, shape)
    }

    /// An activation of the last layer, or a layer of its own.
    pub fn activate(&mut self, view: &View, activation: Activation, label: &str) -> Result<View, String> {
        self.check(view)?;
        if !self.is_open() {
            if !(view.is_in_order(self.size) && view.is_plain()) {
                return Err("its values are moved or scaled, with no dense layer that could do so before it".into());
            }
            let nodes = view.nodes.iter().cloned().chain([label.to_string()]).collect();
            let name = self.name(None, "act");
            let kind = DraftKind::Pointwise { activation, steps: None };
            return Ok(self.push(Draft { name, nodes, kind }, view.index.len(), view.shape().to_vec()));
        }
        let nodes = self.settle(view)?;
        if let Some(Draft { nodes: all, kind: DraftKind::Dense { activation: last, .. }, .. }) = self.layers.last_mut()
        {
            *last = activation;
            all.extend(nodes);
            all.push(label.to_string());
        }
        self.stage += 1;
        Ok(View::whole(self.stage, view.shape().to_vec()))
    }

    /// A quantiser of the last layer, or a layer of its own. The layer gives whole numbers: the levels.
    pub fn quantise(&mut self, view: &View, levels: Levels, label: &str) -> Result<View, String> {
        self.check(view)?;
        let mut view = view.clone();
        if self.is_open() {
            let nodes = self.settle(&view)?;
            view = View { nodes, ..View::whole(self.stage, view.shape().to_vec()) };
        }
        if !view.is_in_order(self.size) {
            return Err(
                "elements are reordered behind an activation or the input, with no dense layer after them".into()
            );
        }
        let count = (levels.high - levels.low) as usize;
        if view.index.len().saturating_mul(count) > MAX_THRESHOLDS {
            return Err(format!(
                "it makes {} x {count} thresholds, expected at most {MAX_THRESHOLDS}",
                view.index.len()
            ));
        }
        let nodes: Vec<String> = view.nodes.iter().cloned().chain([label.to_string()]).collect();
        if let Some(Draft { nodes: all, kind, .. }) = self.layers.last_mut()
            && let Some(grid) = as_format(kind, &view, &levels)
        {
            all.extend(nodes);
            self.stage += 1;
            self.grid = Some(grid);
            return Ok(View::whole(self.stage, view.shape().to_vec()));
        }
        match self.layers.last_mut() {
            Some(Draft { nodes: all, kind: kind @ DraftKind::Dense { steps: None, .. }, .. }) => {
                count_rows(kind, &view, &levels)?;
                all.extend(nodes);
            }
            _ => {
                let (name, steps) =
                    (self.name(None, "quant"), Some(count_elements(&view, &levels, Grid::whole(self.grid))?));
                self.layers.push(Draft {
                    name,
                    nodes,
                    kind: DraftKind::Pointwise { activation: Activation::Identity, steps },
                });
            }
        }
        self.stage += 1;
        self.grid = Some(Grid { frac: 0, most: levels.low.abs().max(levels.high.abs()) as f64 });
        let array = |values| Array::floats(view.shape().to_vec(), values);
        let (scale, shift) = (array(levels.scale), array(levels.shift));
        Ok(View { scale, shift, ..View::whole(self.stage, view.shape().to_vec()) })
    }

    /// Whether the last layer is a dense one without activation.
    fn is_open(&self) -> bool {
        let last = self.layers.last().map(|draft| &draft.kind);
        matches!(last, Some(DraftKind::Dense { activation: Activation::Identity, steps: None, .. }))
    }

    /// The index of the largest element.
    pub fn argmax(&mut self, view: &View, shape: Vec<usize>, label: &str) -> Result<View, String> {
        self.finish(view)?;
        // the largest stays the largest
        self.output = (1.0, 0.0);
        let name = self.name(None, "best");
        let nodes = vec![label.to_string()];
        Ok(self.push(Draft { name, nodes, kind: DraftKind::Argmax }, 1, shape))
    }

    /// Makes the last layer give the elements of `view`, in its order, where nothing comes after it; what all of them
    /// have in common is left to [`Chain::output`].
    pub fn finish(&mut self, view: &View) -> Result<(), String> {
        self.check(view)?;
        let layers = self.layers.len();
        if !self.is_open() && layers > 0 && view.is_in_order(self.size) && !view.is_plain() {
            return self.rescale(view);
        }
        let nodes = self.settle(view)?;
        if self.layers.len() > layers {
            return Err("values are scaled or shifted after the last layer, which has an activation".into());
        }
        if let Some(last) = self.layers.last_mut() {
            last.nodes.extend(nodes);
            if let Some(output) = whole_end(&mut last.kind) {
                self.output = output;
            }
        }
        Ok(())
    }

    /// One scale and one shift for all elements, for whoever reads the output.
    fn rescale(&mut self, view: &View) -> Result<(), String> {
        let (scale, shift) = (&view.scale.values, &view.shift.values);
        if !is_constant(scale) || !is_constant(shift) || scale[0] <= 0.0 {
            return Err("values are scaled or shifted by element after the last layer, which has an activation".into());
        }
        self.output = (scale[0], shift[0]);
        if let Some(last) = self.layers.last_mut() {
            last.nodes.extend(view.nodes.iter().cloned());
        }
        Ok(())
    }

    /// Makes the last layer give the elements of `view`, in its order: its rows change if it is an open dense layer,
    /// otherwise an affine layer is added. The labels that belong to the next layer are given back.
    fn settle(&mut self, view: &View) -> Result<Vec<String>, String> {
        let in_order = view.is_in_order(self.size);
        if in_order && view.is_plain() {
            return Ok(view.nodes.clone());
        }
        self.stage += 1;
        if let Some(Draft {
            nodes, kind: DraftKind::Dense { inputs, weights, bias, activation, steps: None, .. }, ..
        }) = self.layers.last_mut()
            && *activation == Activation::Identity
        {
            fits(view.index.len(), *inputs)?;
            let row = |at: usize| &weights[at * *inputs..(at + 1) * *inputs];
            let rows =
                view.terms().flat_map(|(at, scale, _)| row(at).iter().map(move |weight| weight * scale)).collect();
            *bias = view.terms().map(|(at, scale, shift)| bias[at] * scale + shift).collect();
            *weights = rows;
            nodes.extend(view.nodes.iter().cloned());
            self.size = view.index.len();
            return Ok(Vec::new());
        }
        if !in_order {
            return Err(
                "elements are reordered behind an activation or the input, with no dense layer after them".into()
            );
        }
        let name = self.name(None, "affine");
        let kind = DraftKind::Affine { scale: view.scale.values.clone(), shift: view.shift.values.clone() };
        self.layers.push(Draft { name, nodes: view.nodes.clone(), kind });
        self.grid = None;
        Ok(Vec::new())
    }

    /// Complains of values that the chain has left behind.
    pub fn check(&self, view: &View) -> Result<(), String> {
        match self.layers.last() {
            _ if view.stage == self.stage => Ok(()),
            Some(last) => {
                Err(format!("the value is used again beside layer `{}`, but only chains are imported", last.name))
            }
            None => Err("the input is used twice, but only chains are imported".into()),
        }
    }

    fn push(&mut self, draft: Draft, outputs: usize, shape: Vec<usize>) -> View {
        self.layers.push(draft);
        self.size = outputs;
        self.grid = None;
        self.stage += 1;
        View::whole(self.stage, shape)
    }

    /// A legal name that no layer and not the input has: near `wanted`, or numbered.
    fn name(&self, wanted: Option<&str>, otherwise: &str) -> String {
        let is_free = |name: &str| name != self.input && self.layers.iter().all(|draft| draft.name != name);
        let wanted = wanted.and_then(names::legal).filter(|name| is_free(name));
        let of_kind = |draft: &&Draft| draft.name.starts_with(otherwise);
        let from = self.layers.iter().filter(of_kind).count() + 1;
        let mut numbered = (from..).map(|number| format!("{otherwise}{number}"));
        match wanted {
            Some(name) => name,
            None if otherwise == "best" && is_free("best") => "best".into(),
            None => numbered.find(|name| is_free(name)).unwrap_or_default(),
        }
    }
}

/// Complains of matrices that no file of weights may hold.
fn fits(outputs: usize, inputs: usize) -> Result<(), String> {
    match outputs.checked_mul(inputs) {
        Some(size) if size <= MAX_ELEMENTS => Ok(()),
        _ => Err(format!("its matrix would have {outputs} x {inputs} elements, expected at most {MAX_ELEMENTS}")),
    }
}

/// Weights and bias that take the last layer's output where `weights` and `bias` take the elements of `view`.
fn folded(view: &View, weights: &[f64], mut bias: Vec<f64>, size: usize) -> (Vec<f64>, Vec<f64>) {
    let terms: Vec<(usize, f64, f64)> = view.terms().collect();
    let mut moved = vec![0.0; bias.len() * size];
    for ((row, from), bias) in moved.chunks_mut(size.max(1)).zip(weights.chunks(terms.len().max(1))).zip(&mut bias) {
        for (&(at, scale, shift), weight) in terms.iter().zip(from) {
            row[at] += weight * scale;
            *bias += weight * shift;
        }
    }
    (moved, bias)
}
