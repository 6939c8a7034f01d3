//! Folding: how many rows each layer computes in parallel, from the target.
//!
//! A layer of `groups` row groups reads its input `groups` times; the largest number of groups that still meets
//! the interval gives the fewest multipliers. With a budget and no interval, the smallest interval whose
//! multipliers and memory fit is searched by bisection.

use crate::blocks::Cost;
use crate::dataflow::Graph;
use crate::dataflow::lower::{Folding, lower};
use crate::diag::{Code, Diagnostic, Diagnostics, Halted};
use crate::network::{LayerKind, Network};

/// Chooses the folding for the network's target, or says why none meets it.
pub fn fold(network: &Network, diagnostics: &mut Diagnostics) -> Result<Folding, Halted> {
    let target = &network.target;
    let budget = target.multipliers.is_some() || target.memory_bits.is_some();
    let folding = match target.cycles() {
        Some(cycles) => fold_for(network, cycles).map_err(|limit| too_fast(network, cycles, &limit)),
        None if budget => Ok(fastest_within_budget(network)),
        None => fold_for(network, usize::MAX).map_err(|limit| too_fast(network, usize::MAX, &limit)),
    };
    let checked = folding.and_then(|folding| within_budget(network, folding));
    checked.map_err(|diagnostic| {
        diagnostics.push(diagnostic);
        Halted
    })
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
    let mut walk = Walk { cycles, beats: size.div_ceil(input_lanes), limit: None };
    walk.needs(None, size.div_ceil(2), || format!("the input stream brings {size} elements, two per cycle"));
    let rows = (0..network.layers.len()).map(|index| walk.layer(network, index)).collect();
    match walk.limit {
        Some(limit) => Err(limit),
        None => Ok(Folding { input_lanes, rows }),
    }
}

struct Walk {
    cycles: usize,
    /// Beats per frame of the stream that the next layer takes.
    beats: usize,
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
        let LayerKind::Dense(dense) = &layer.kind else {
            self.beats = 1;
            return 1;
        };
        let (reading, rows, out) = match dense.block {
            Some(k) => {
                let (p, q) = (layer.outputs.div_ceil(k), layer.inputs.div_ceil(k));
                self.needs(Some(index), p * k / 2, || {
                    format!("its inverse transform gives two of {} words per cycle", p * k)
                });
                (q * k / 2, p, p * k / 2)
            }
            None => {
                self.needs(Some(index), layer.outputs, || "its rows leave one per cycle".to_string());
                (self.beats, layer.outputs, layer.outputs)
            }
        };
        self.needs(Some(index), reading, || format!("it takes {reading} beats of two words"));
        self.beats = out;
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

fn cost(network: &Network, folding: &Folding) -> Cost {
    let graph: Graph = lower(network, folding);
    graph.graph.node_weights().map(|node| node.cost()).sum()
}

/// Bisection over the interval; costs fall as the interval grows.
fn fastest_within_budget(network: &Network) -> Folding {
    let smallest = nearest_interval(network);
    let (mut fits, mut misses) = (usize::MAX / 2, smallest.saturating_sub(1));
    // beyond this interval every layer has one row
    let slowest = network.layers.iter().map(|l| l.inputs.max(1) * l.outputs.max(1)).max().unwrap_or(1).max(smallest);
    fits = fits.min(slowest);
    let folded = |cycles| fold_for(network, cycles).ok();
    while fits - misses > 1 {
        let middle = misses + (fits - misses) / 2;
        match folded(middle) {
            Some(folding) if over_budget(network, cost(network, &folding)).is_none() => fits = middle,
            _ => misses = middle,
        }
    }
    folded(fits).unwrap_or_else(|| crate::bug!("fold: an interval of {fits} cycles was possible before"))
}

/// Which budget a cost passes: its name, the cost and the budget.
fn over_budget(network: &Network, cost: Cost) -> Option<(&'static str, u64, u64)> {
    let target = &network.target;
    let multipliers = target.multipliers.map(|budget| ("multipliers", cost.multipliers as u64, budget as u64));
    let memory = target.memory_bits.map(|budget| ("memory bits", cost.memory_bits, budget));
    [multipliers, memory].into_iter().flatten().find(|(_, cost, budget)| cost > budget)
}

fn within_budget(network: &Network, folding: Folding) -> Result<Folding, Diagnostic> {
    let Some((what, cost, budget)) = over_budget(network, cost(network, &folding)) else { return Ok(folding) };
    let message =
        format!("the budget of `{budget}` {what} is not met: the smallest design for this target needs {cost}");
    let help = match network.target.cycles() {
        Some(_) => format!("allow a longer interval, or {cost} {what}"),
        None => format!("allow {cost} {what}, or choose larger blocks and narrower words"),
    };
    Err(Diagnostic::new(Code::TargetNotMet, network.target.span, message).help(help))
}
