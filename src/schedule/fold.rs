//! Folding: how many rows each layer computes in parallel, from the target.
//!
//! A layer of `groups` row groups reads its input `groups` times; the largest number of groups that still meets
//! the interval gives the fewest multipliers. With a budget and no interval, the smallest interval whose
//! multipliers and memory fit is searched by bisection.

use super::plan::plan;
use crate::blocks::Cost;
use crate::dataflow::lower::join::{Form, Meeting};
use crate::dataflow::lower::{Folding, Order, lower};
use crate::diag::{Code, Diagnostic, Diagnostics, Halted};
use crate::network::{Dense, Layer, LayerKind, Network};

/// Chooses the folding for the network's target, or says why none meets it.
pub fn fold(network: &Network, diagnostics: &mut Diagnostics) -> Result<Folding, Halted> {
    let target = &network.target;
    let budget = target.multipliers.is_some() || target.memory_bits.is_some();
    let folding = match target.cycles() {
        None if budget => fastest_within_budget(network).map_or_else(|| smallest(network), |(_, folding)| Ok(folding)),
        cycles => fold_for(network, cycles.unwrap_or(usize::MAX)),
    };
    let folding = folding.map_err(|limit| {
        diagnostics.push(too_fast(network, target.cycles().unwrap_or(usize::MAX), &limit));
        Halted
    })?;
    let over = over_budget(network, &folding);
    diagnostics.list.extend(over.iter().map(|over| too_costly(network, &folding, over)));
    if over.is_empty() { Ok(folding) } else { Err(Halted) }
}

/// What keeps a network from being faster.
struct Limit {
    /// Index of the layer; `None`: the input stream.
    layer: Option<usize>,
    /// Cycles per frame that cannot be undercut.
    cycles: usize,
    /// What takes them.
    what: String,
}

/// The folding with the fewest rows that meets `cycles` per frame, or the tightest limit in the way.
fn fold_for(network: &Network, cycles: usize) -> Result<Folding, Limit> {
    let size = network.input.size();
    let input_lanes = if size <= cycles { 1 } else { 2 };
    let input = if input_lanes == 1 { Form::single(size) } else { Form::pairs(size) };
    let mut walk = Walk { cycles, forms: vec![input], limit: None };
    walk.needs(None, size.div_ceil(2), || format!("the input stream brings {size} elements, two per cycle"));
    let rows = (0..network.layers.len()).map(|index| walk.layer(network, index)).collect();
    match walk.limit {
        Some(limit) => Err(limit),
        None => Ok(Folding { input_lanes, rows }),
    }
}

struct Walk {
    cycles: usize,
    /// The streams that the input and the layers so far give.
    forms: Vec<Form>,
    limit: Option<Limit>,
}

impl Walk {
    fn needs(&mut self, layer: Option<usize>, cycles: usize, what: impl FnOnce() -> String) {
        let known = self.limit.as_ref().map_or(self.cycles, |limit| limit.cycles);
        if cycles > known {
            self.limit = Some(Limit { layer, cycles, what: what() });
        }
    }

    /// Rows of one layer.
    fn layer(&mut self, network: &Network, index: usize) -> usize {
        let layer = &network.layers[index];
        let parts: Vec<Form> = layer.from.iter().map(|origin| *origin.of(&self.forms)).collect();
        let (meeting, in_turn) = match &layer.kind {
            LayerKind::Dense(dense) => return self.dense(index, layer, dense, parts[0].beats),
            LayerKind::Add(_) => (Meeting::of_add(&parts), false),
            LayerKind::Concat(_) => (Meeting::of_concat(&parts), true),
            LayerKind::Slice(slice) => (Meeting::of_slice(parts[0], slice.start, slice.end), false),
            LayerKind::Pointwise(_) => {
                self.forms.push(parts[0]);
                return 1;
            }
            LayerKind::Affine(_) | LayerKind::Argmax(_) => {
                self.forms.push(Form::single(1));
                return 1;
            }
        };
        let reading = meeting.busiest(&parts, in_turn);
        self.needs(Some(index), reading, || format!("it takes {reading} cycles to read what it joins or cuts"));
        self.forms.push(meeting.given);
        1
    }

    /// Rows of a dense layer that takes `beats` beats per frame.
    fn dense(&mut self, index: usize, layer: &Layer, dense: &Dense, beats: usize) -> usize {
        let (reading, rows, out) = match dense.block {
            Some(k) => {
                let (p, q) = (layer.outputs.div_ceil(k), layer.inputs.div_ceil(k));
                self.needs(Some(index), p * k / 2, || {
                    format!("its inverse transform gives two of {} words per cycle", p * k)
                });
                (q * k / 2, p, Form { order: Order::halves(k), beats: p * k / 2, words: layer.outputs })
            }
            None => {
                self.needs(Some(index), layer.outputs, || "its rows leave one per cycle".to_string());
                (beats, layer.outputs, Form::single(layer.outputs))
            }
        };
        self.needs(Some(index), reading, || format!("it takes {reading} beats of two words"));
        self.forms.push(out);
        match dense.stated.rows {
            Some(stated) => {
                let groups = rows.div_ceil(stated.min(rows));
                self.needs(Some(index), groups * reading, || {
                    format!("`rows {stated}` makes it read its input {groups} times")
                });
                stated.min(rows)
            }
            None => rows.div_ceil((self.cycles / reading).clamp(1, rows)),
        }
    }
}

fn too_fast(network: &Network, cycles: usize, limit: &Limit) -> Diagnostic {
    let span = limit.layer.map(|index| network.layers[index].span);
    let who = limit.layer.map_or("the input".to_string(), |index| format!("layer `{}`", network.layers[index].name));
    let message = format!("an interval of `{cycles}` cycles cannot be met: {who} needs at least {}", limit.cycles);
    Diagnostic::new(Code::TargetNotMet, network.target.span, message)
        .here(format!("{cycles} cycles per frame follow from this target"))
        .label(span.unwrap_or(network.input.span), limit.what.clone())
        .help(format!("ask for `interval {} cycles` or more", nearest_interval(network)))
}

/// The smallest interval that some folding meets.
fn nearest_interval(network: &Network) -> usize {
    match fold_for(network, 1) {
        Ok(_) => 1,
        Err(limit) => limit.cycles,
    }
}

/// Cost of a folding. FIFOs are counted where a budget asks for their bits: they take a schedule.
fn cost(network: &Network, folding: &Folding) -> Cost {
    let graph = lower(network, folding);
    match network.target.memory_bits {
        Some(_) => plan(graph).cost(),
        None => graph.graph.node_weights().map(|node| node.cost()).sum(),
    }
}

/// The smallest interval whose folding is within budget, by bisection: costs fall as the interval grows.
fn fastest_within_budget(network: &Network) -> Option<(usize, Folding)> {
    let fold = |cycles| fold_for(network, cycles).ok().filter(|folding| over_budget(network, folding).is_empty());
    let (mut misses, mut fits) = (nearest_interval(network).saturating_sub(1), slowest_interval(network));
    let mut best = (fits, fold(fits)?);
    while fits - misses > 1 {
        let middle = misses + (fits - misses) / 2;
        match fold(middle) {
            Some(folding) => (fits, best) = (middle, (middle, folding)),
            None => misses = middle,
        }
    }
    Some(best)
}

/// An interval beyond which every layer computes one row at a time.
fn slowest_interval(network: &Network) -> usize {
    let products = network.layers.iter().map(|layer| layer.inputs.max(1) * layer.outputs.max(1));
    products.max().unwrap_or(1).max(nearest_interval(network))
}

/// The smallest folding of all.
fn smallest(network: &Network) -> Result<Folding, Limit> {
    fold_for(network, slowest_interval(network))
}

/// A budget that is passed.
struct Over {
    what: &'static str,
    budget: u64,
    needs: u64,
    /// Its share of a cost.
    of: fn(&Cost) -> u64,
}

/// The budgets that a folding passes.
fn over_budget(network: &Network, folding: &Folding) -> Vec<Over> {
    let (target, cost) = (&network.target, cost(network, folding));
    let over = |what, budget: Option<u64>, of: fn(&Cost) -> u64| {
        budget.map(|budget| Over { what, budget, needs: of(&cost), of }).filter(|over| over.needs > over.budget)
    };
    let multipliers = over("multipliers", target.multipliers.map(|m| m as u64), |cost| cost.multipliers as u64);
    let memory = over("memory bits", target.memory_bits, |cost| cost.memory_bits);
    multipliers.into_iter().chain(memory).collect()
}

fn too_costly(network: &Network, folding: &Folding, over: &Over) -> Diagnostic {
    let Over { what, budget, needs, of } = over;
    let schedule = plan(lower(network, folding));
    let of_layer = |index: usize| of(&schedule.layer_cost(index));
    let (message, way) = match network.target.cycles() {
        Some(cycles) => (
            format!("the budget of `{budget}` {what} is not met: an interval of {cycles} cycles needs {needs}"),
            fastest_within_budget(network).map(|(cycles, _)| format!("ask for `interval {cycles} cycles`, or ")),
        ),
        None => (format!("the budget of `{budget}` {what} cannot be met: the smallest folding needs {needs}"), None),
    };
    let mut diagnostic = Diagnostic::new(Code::TargetNotMet, network.target.span, message);
    if let Some(most) = (0..network.layers.len()).max_by_key(|&index| of_layer(index)) {
        let layer = &network.layers[most];
        diagnostic = diagnostic.label(layer.span, format!("layer `{}` takes {} of them", layer.name, of_layer(most)));
    }
    let help = format!("{}allow {needs} {what}, or choose larger blocks or narrower words", way.unwrap_or_default());
    diagnostic.help(help)
}
