//! The layers as they grow while a model is read.
//!
//! Between two layers nothing but order, scale and shift of elements can happen: a computed value of the model is a
//! [`View`], element i of which is `scale[i] * y[index[i]] + shift[i]` with y the output of a layer. Views cost
//! nothing until a layer needs them: then they go into its weights, or into those of the layer before. A layer whose
//! values are used in several places is shared and keeps its rows.

mod exact;

use super::array::Array;
use super::levels::{Levels, is_constant};
use crate::frontend::{MAX_ELEMENTS, names};
use crate::network::{Activation, Origin, add, concat};
pub use exact::{Exact, Grid, Steps, holding};
use exact::{MAX_THRESHOLDS, as_format, count_elements, count_rows, whole_end};

/// A computed value: elements of the last layer's output, scaled and shifted.
#[derive(Clone, Debug)]
pub struct View {
    /// What it looks at.
    pub origin: Origin,
    /// Which state of it.
    pub stage: usize,
    /// Positions in the origin's output.
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

/// A layer.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Legal and unique.
    pub name: String,
    /// What it takes.
    pub from: Vec<Origin>,
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
    /// A function of the sum of its origins by element.
    Add(Activation),
    /// Its origins one after another.
    Concat,
    /// Elements from the first number up to the second.
    Slice(usize, usize),
    /// The index of the largest element.
    Argmax,
}

/// The layers so far.
#[derive(Clone, Debug)]
pub struct Chain {
    /// In the order of the data.
    pub layers: Vec<Draft>,
    /// The model's output for a number x of the network's: `scale * x + shift`.
    pub output: (f64, f64),
    /// The input, then the layers.
    given: Vec<Given>,
    input: String,
}

/// What is known of the elements that the input or a layer gives.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    size: usize,
    /// The multiples that they are, if that is known.
    grid: Option<Grid>,
    /// They are used in several places: the layer keeps its rows and takes no activation.
    is_shared: bool,
    /// Counts the changes of the layer.
    stage: usize,
}

impl View {
    /// All elements in their order, in the given shape.
    fn whole(origin: Origin, stage: usize, shape: Vec<usize>) -> View {
        let count = shape.iter().product();
        let array = |values| Array::floats(shape.clone(), values);
        let index = array((0..count).map(|i| i as f64).collect());
        let (scale, shift) = (array(vec![1.0; count]), array(vec![0.0; count]));
        View { origin, stage, index, scale, shift, ending: None, nodes: Vec::new() }
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

    /// The range of consecutive elements that it is.
    fn consecutive(&self) -> Option<(usize, usize)> {
        let first = *self.index.values.first()?;
        let is_next = |(n, &at): (usize, &f64)| at == first + n as f64;
        let consecutive = self.index.values.iter().enumerate().all(is_next);
        consecutive.then_some((first as usize, first as usize + self.index.len()))
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
        let given = vec![Given { size: shape.iter().product(), ..Given::default() }];
        let chain = Chain { layers: Vec::new(), output: (1.0, 0.0), given, input: input.into() };
        (chain, View::whole(Origin::Input, 0, shape))
    }

    /// No layers behind an input that holds whole numbers of magnitude up to `bound`; the model's are `step` times those.
    pub fn of_steps(input: &str, shape: Vec<usize>, step: f64, bound: f64) -> (Chain, View) {
        let (mut chain, mut view) = Chain::new(input, shape);
        chain.given[0].grid = Some(Grid { frac: 0, most: bound });
        view.scale.values.fill(step);
        (chain, view)
    }

    /// Elements that the layer gives which a value looks at.
    pub fn size(&self, view: &View) -> usize {
        self.given(view.origin).size
    }

    fn given(&self, origin: Origin) -> Given {
        *origin.of(&self.given)
    }

    fn given_mut(&mut self, origin: Origin) -> &mut Given {
        match origin {
            Origin::Input => &mut self.given[0],
            Origin::Layer(index) => &mut self.given[index + 1],
        }
    }

    /// The layer, if it may still be changed: nothing else uses it.
    fn own(&mut self, origin: Origin) -> Option<&mut Draft> {
        match origin {
            Origin::Layer(index) if !self.given(origin).is_shared => Some(&mut self.layers[index]),
            _ => None,
        }
    }

    /// All elements of a layer that has been changed, in this shape.
    fn changed(&mut self, origin: Origin, shape: Vec<usize>) -> View {
        let given = self.given_mut(origin);
        given.stage += 1;
        View::whole(origin, given.stage, shape)
    }

    /// A value that is used in several places: its layer stays as it is.
    pub fn share(&mut self, view: &View) -> Result<View, String> {
        self.check(view)?;
        let mut view = view.clone();
        if self.is_open(view.origin) && view.ending.is_none() {
            let (origin, nodes) = self.settle(&view)?;
            let stage = self.given(origin).stage;
            view = View { nodes, ..View::whole(origin, stage, view.shape().to_vec()) };
        }
        self.given_mut(view.origin).is_shared = true;
        Ok(view)
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
        let (outputs, mut origin) = (bias.len(), view.origin);
        let Given { size, grid, .. } = self.given(origin);
        fits(outputs, size)?;
        let mut nodes = Vec::new();
        // whole numbers stay whole: their scale goes into the weights
        let is_scaled_levels = grid.is_some() && !self.is_open(origin);
        if view.is_in_order(size) && !is_scaled_levels && !self.given(origin).is_shared {
            let settled = self.settle(view)?;
            origin = settled.0;
            nodes.extend(settled.1);
        } else {
            (weights, bias) = folded(view, &weights, bias, size);
            nodes.extend(view.nodes.clone());
        }
        nodes.push(label.to_string());
        let name = self.name(name, "fc");
        let Given { size: inputs, grid, .. } = self.given(origin);
        let exact = Exact { grid, ..Exact::default() };
        let kind = DraftKind::Dense { inputs, weights, bias, activation: Activation::Identity, steps: None, exact };
        Ok(self.push(Draft { name, from: vec![origin], nodes, kind }, outputs, shape))
    }

    /// A value of this shape that comes from nowhere; the layers are of no use after that, but go on.
    pub fn restart(&mut self, shape: Vec<usize>) -> View {
        let size = shape.iter().product();
        let kind = DraftKind::Dense {
            inputs: 0,
            weights: Vec::new(),
            bias: vec![0.0; size],
            activation: Activation::Identity,
            steps: None,
            exact: Exact::default(),
        };
        let draft = Draft { name: self.name(None, "fc"), from: vec![Origin::Input], nodes: Vec::new(), kind };
        self.push(draft, size, shape)
    }

    /// An activation of the layer, or a layer of its own.
    pub fn activate(&mut self, view: &View, activation: Activation, label: &str) -> Result<View, String> {
        self.check(view)?;
        let shape = view.shape().to_vec();
        if !self.is_open(view.origin) {
            let (origin, mut nodes) = self.plain(view)?;
            nodes.push(label.to_string());
            if let Some(Draft { nodes: all, kind: DraftKind::Add(last @ Activation::Identity), .. }) = self.own(origin)
            {
                *last = activation;
                all.extend(nodes);
                return Ok(self.changed(origin, shape));
            }
            let name = self.name(None, "act");
            let kind = DraftKind::Pointwise { activation, steps: None };
            return Ok(self.push(Draft { name, from: vec![origin], nodes, kind }, view.index.len(), shape));
        }
        let (origin, nodes) = self.settle(view)?;
        if let Some(Draft { nodes: all, kind: DraftKind::Dense { activation: last, .. }, .. }) = self.own(origin) {
            *last = activation;
            all.extend(nodes);
            all.push(label.to_string());
        }
        Ok(self.changed(origin, shape))
    }

    /// A quantiser of the layer, or a layer of its own. The layer gives whole numbers: the levels.
    pub fn quantise(&mut self, view: &View, levels: Levels, label: &str) -> Result<View, String> {
        self.check(view)?;
        let (mut view, shape) = (view.clone(), view.shape().to_vec());
        if self.is_open(view.origin) {
            let (origin, nodes) = self.settle(&view)?;
            view = View { nodes, ..View::whole(origin, self.given(origin).stage, shape.clone()) };
        }
        if !view.is_in_order(self.given(view.origin).size) {
            return Err(REORDERED.into());
        }
        let count = (levels.high - levels.low) as usize;
        if view.index.len().saturating_mul(count) > MAX_THRESHOLDS {
            return Err(format!(
                "it makes {} x {count} thresholds, expected at most {MAX_THRESHOLDS}",
                view.index.len()
            ));
        }
        let nodes: Vec<String> = view.nodes.iter().cloned().chain([label.to_string()]).collect();
        if let Some(Draft { nodes: all, kind, .. }) = self.own(view.origin)
            && let Some(grid) = as_format(kind, &view, &levels)
        {
            all.extend(nodes);
            let changed = self.changed(view.origin, shape);
            self.given_mut(view.origin).grid = Some(grid);
            return Ok(changed);
        }
        let changed = match self.own(view.origin) {
            Some(Draft { nodes: all, kind: kind @ DraftKind::Dense { steps: None, .. }, .. }) => {
                count_rows(kind, &view, &levels)?;
                all.extend(nodes);
                self.changed(view.origin, shape)
            }
            _ => {
                let grid = Grid::whole(self.given(view.origin).grid);
                let (name, steps) = (self.name(None, "quant"), Some(count_elements(&view, &levels, grid)?));
                let kind = DraftKind::Pointwise { activation: Activation::Identity, steps };
                self.push(Draft { name, from: vec![view.origin], nodes, kind }, view.index.len(), shape)
            }
        };
        let most = levels.low.abs().max(levels.high.abs()) as f64;
        self.given_mut(changed.origin).grid = Some(Grid { frac: 0, most });
        let array = |values| Array::floats(changed.shape().to_vec(), values);
        let (scale, shift) = (array(levels.scale), array(levels.shift));
        Ok(View { scale, shift, ..changed })
    }

    /// The sum of several values by element.
    pub fn add(&mut self, views: &[View], label: &str) -> Result<View, String> {
        let shape = views[0].shape().to_vec();
        if views.iter().any(|view| view.shape() != shape) {
            return Err("it spreads one computed value over another".into());
        }
        self.join(views, DraftKind::Add(Activation::Identity), "sum", shape, label)
    }

    /// Several values one after another.
    pub fn concat(&mut self, views: &[View], label: &str) -> Result<View, String> {
        let size = views.iter().map(|view| view.index.len()).sum();
        self.join(views, DraftKind::Concat, "concat", vec![size], label)
    }

    fn join(
        &mut self,
        views: &[View],
        kind: DraftKind,
        otherwise: &str,
        shape: Vec<usize>,
        label: &str,
    ) -> Result<View, String> {
        let most = if matches!(kind, DraftKind::Add(_)) { add::MOST_PARTS } else { concat::MOST_PARTS };
        if views.len() > most {
            return Err(format!("it joins {} computed values, expected at most {most}", views.len()));
        }
        let (mut from, mut nodes) = (Vec::new(), Vec::new());
        for view in views {
            let (origin, labels) = self.plain(view)?;
            // what has been settled for one part is not settled again for the next
            self.given_mut(origin).is_shared = true;
            from.push(origin);
            nodes.extend(labels.into_iter().filter(|label| !nodes.contains(label)).collect::<Vec<_>>());
        }
        nodes.push(label.to_string());
        let name = self.name(None, otherwise);
        let size = shape.iter().product();
        Ok(self.push(Draft { name, from, nodes, kind }, size, shape))
    }

    /// Whether the layer is a dense one without activation that nothing else uses.
    pub fn is_open(&self, origin: Origin) -> bool {
        let Origin::Layer(index) = origin else { return false };
        let kind = &self.layers[index].kind;
        let is_dense = matches!(kind, DraftKind::Dense { activation: Activation::Identity, steps: None, .. });
        is_dense && !self.given(origin).is_shared
    }

    /// The index of the largest element.
    pub fn argmax(&mut self, view: &View, shape: Vec<usize>, label: &str) -> Result<View, String> {
        let origin = self.ending(view)?;
        // the largest stays the largest
        self.output = (1.0, 0.0);
        let name = self.name(None, "best");
        let nodes = vec![label.to_string()];
        Ok(self.push(Draft { name, from: vec![origin], nodes, kind: DraftKind::Argmax }, 1, shape))
    }

    /// Makes the last layer give the elements of `view`, in its order; what all of them have in common is left to
    /// [`Chain::output`]. Layers that it does not depend on are dropped.
    pub fn finish(&mut self, view: &View) -> Result<(), String> {
        match self.ending(view)? {
            Origin::Input => Ok(()),
            Origin::Layer(last) => {
                self.keep_what_leads_to(last);
                Ok(())
            }
        }
    }

    /// The layer that gives the elements of `view` where nothing comes after it but what all of them have in common.
    fn ending(&mut self, view: &View) -> Result<Origin, String> {
        self.check(view)?;
        let size = self.given(view.origin).size;
        let is_layer = view.origin != Origin::Input;
        if is_layer && !self.is_open(view.origin) && view.is_in_order(size) && !view.is_plain() {
            self.rescale(view)?;
            return Ok(view.origin);
        }
        if view.is_plain() || self.is_open(view.origin) {
            let (origin, nodes) = self.plain(view)?;
            if let Some(last) = self.own(origin) {
                last.nodes.extend(nodes);
                if let Some(output) = whole_end(&mut last.kind) {
                    self.output = output;
                }
            }
            return Ok(origin);
        }
        Err("values are scaled or shifted after the last layer, which has an activation".into())
    }

    /// One scale and one shift for all elements, for whoever reads the output.
    fn rescale(&mut self, view: &View) -> Result<(), String> {
        let (scale, shift) = (&view.scale.values, &view.shift.values);
        if !is_constant(scale) || !is_constant(shift) || scale[0] <= 0.0 {
            return Err("values are scaled or shifted by element after the last layer, which has an activation".into());
        }
        self.output = (scale[0], shift[0]);
        if let Origin::Layer(index) = view.origin {
            self.layers[index].nodes.extend(view.nodes.iter().cloned());
        }
        Ok(())
    }

    /// Drops the layers that the layer `last` does not depend on; it becomes the last one.
    fn keep_what_leads_to(&mut self, last: usize) {
        let mut kept = vec![false; self.layers.len()];
        kept[last] = true;
        for index in (0..=last).rev() {
            if kept[index] {
                self.layers[index].from.iter().filter_map(|origin| origin.layer()).for_each(|from| kept[from] = true);
            }
        }
        let mut places = vec![Origin::Input; self.layers.len()];
        for (count, (place, _)) in places.iter_mut().zip(&kept).filter(|(_, kept)| **kept).enumerate() {
            *place = Origin::Layer(count);
        }
        let mut flags = kept.iter().copied();
        self.layers.retain(|_| flags.next().unwrap_or(false));
        for origin in self.layers.iter_mut().flat_map(|draft| &mut draft.from) {
            if let Origin::Layer(index) = *origin {
                *origin = places[index];
            }
        }
    }

    /// A layer that gives the elements of `view`, in its order, and the labels that belong to the next one: the rows of
    /// an open dense layer change, or consecutive elements are cut out.
    fn plain(&mut self, view: &View) -> Result<(Origin, Vec<String>), String> {
        self.check(view)?;
        if self.is_open(view.origin) || view.is_plain() && view.is_in_order(self.given(view.origin).size) {
            return self.settle(view);
        }
        if !view.is_plain() {
            return Err("its values are moved or scaled, with no dense layer that could do so before it".into());
        }
        let Some((start, end)) = view.consecutive() else { return Err(REORDERED.into()) };
        let name = self.name(None, "part");
        let (from, nodes, grid) = (vec![view.origin], view.nodes.clone(), self.given(view.origin).grid);
        let cut =
            self.push(Draft { name, from, nodes, kind: DraftKind::Slice(start, end) }, end - start, vec![end - start]);
        self.given_mut(cut.origin).grid = grid;
        Ok((cut.origin, Vec::new()))
    }

    /// Makes the layer give the elements of `view`, in its order: its rows change if it is an open dense layer,
    /// otherwise an affine layer is added. The labels that belong to the next layer are given back.
    fn settle(&mut self, view: &View) -> Result<(Origin, Vec<String>), String> {
        let in_order = view.is_in_order(self.given(view.origin).size);
        if in_order && view.is_plain() {
            return Ok((view.origin, view.nodes.clone()));
        }
        if let Some(Draft {
            nodes, kind: DraftKind::Dense { inputs, weights, bias, activation, steps: None, .. }, ..
        }) = self.own(view.origin)
            && *activation == Activation::Identity
        {
            fits(view.index.len(), *inputs)?;
            let row = |at: usize| &weights[at * *inputs..(at + 1) * *inputs];
            let rows =
                view.terms().flat_map(|(at, scale, _)| row(at).iter().map(move |weight| weight * scale)).collect();
            *bias = view.terms().map(|(at, scale, shift)| bias[at] * scale + shift).collect();
            *weights = rows;
            nodes.extend(view.nodes.iter().cloned());
            self.changed(view.origin, Vec::new());
            self.given_mut(view.origin).size = view.index.len();
            return Ok((view.origin, Vec::new()));
        }
        if !in_order {
            return Err(REORDERED.into());
        }
        let name = self.name(None, "affine");
        let kind = DraftKind::Affine { scale: view.scale.values.clone(), shift: view.shift.values.clone() };
        let draft = Draft { name, from: vec![view.origin], nodes: view.nodes.clone(), kind };
        Ok((self.push(draft, view.index.len(), view.shape().to_vec()).origin, Vec::new()))
    }

    /// Complains of a value whose layer has been changed for another one; [`Chain::share`] comes first.
    pub fn check(&self, view: &View) -> Result<(), String> {
        match view.origin {
            _ if view.stage == self.given(view.origin).stage => Ok(()),
            Origin::Layer(index) => Err(format!("the value of layer `{}` is used up", self.layers[index].name)),
            Origin::Input => Err("the input is used up".into()),
        }
    }

    fn push(&mut self, draft: Draft, outputs: usize, shape: Vec<usize>) -> View {
        let origin = Origin::Layer(self.layers.len());
        self.layers.push(draft);
        self.given.push(Given { size: outputs, ..Given::default() });
        View::whole(origin, 0, shape)
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

const REORDERED: &str = "elements are reordered behind an activation or the input, with no dense layer after them";

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
