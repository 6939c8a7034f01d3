//! Folding: the units of each layer, and how many rows it computes in parallel, from the target.
//!
//! A layer of `groups` row groups reads its input `groups` times; the largest number of groups that still meets
//! the interval gives the fewest multipliers ([`super::units`]). Where look-up tables have a budget, units are chosen in each way
//! that saves something, and of the two foldings that look smallest the one that is estimated to take the fewest tables is kept.
//! With a budget and no interval, the smallest interval whose multipliers, memory and look-up tables fit is searched by
//! bisection. Where the arrays would stand still for more than a twentieth of that
//! interval, transforms being what takes so long, one up to a quarter longer is taken in which they do not. The input brings as
//! few words per cycle as will do.

use super::Schedule;
use super::plan::plan;
use super::units::{Circulant, Short, Transforms};
use crate::blocks::Cost;
use crate::dataflow::lower::join::{Form, Meeting};
use crate::dataflow::lower::{Folding, Order, Units, lower};
use crate::diag::{Code, Diagnostic, Diagnostics, Halted};
use crate::network::dense::pace::{Pace, Stationary};
use crate::network::{Dense, Family, Layer, LayerKind, Network};
use rayon::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Estimates the look-up tables of each layer, and last those of the edge of the network; `None` where the network cannot be
/// emitted, which the emitter says.
pub type CountLuts = fn(&Network, &Schedule, Family) -> Option<Vec<u64>>;

/// Chooses the folding for the network's target, or says why none meets it.
pub fn fold(problem: &Problem, diagnostics: &mut Diagnostics) -> Result<Chosen, Halted> {
    let target = &problem.network.target;
    let budget = target.multipliers.is_some() || target.memory_bits.is_some() || target.luts.is_some();
    let chosen = match target.cycles() {
        None if budget => fastest_within_budget(problem).map_or_else(|| smallest(problem), |(_, chosen)| Ok(chosen)),
        cycles => cheapest(problem, cycles.unwrap_or(usize::MAX)),
    };
    let chosen = chosen.map_err(|limit| {
        diagnostics.push(too_fast(problem, target.cycles().unwrap_or(usize::MAX), &limit));
        Halted
    })?;
    let over = over_budget(problem, &chosen.folding);
    diagnostics.list.extend(over.iter().map(|over| too_costly(problem, &chosen.folding, over)));
    if over.is_empty() { Ok(chosen) } else { Err(Halted) }
}

/// A folding, and what its units save.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The units of each layer.
    pub folding: Folding,
    /// What they save.
    pub short: Short,
}

/// The folding that meets `cycles` per frame, of units that save what is short; where look-up tables have a budget, the one
/// of [`foldings`] that takes the fewest of them.
pub(super) fn cheapest(problem: &Problem, cycles: usize) -> Result<Chosen, Limit> {
    let found = foldings(problem, cycles)?;
    let count = |chosen: &Chosen| problem.luts(&chosen.folding).iter().sum();
    let counts: Vec<u64> = if found.len() > 1 { found.par_iter().map(count).collect() } else { vec![0; found.len()] };
    let best = found.into_iter().zip(counts).min_by_key(|(_, count)| *count);
    Ok(best.unwrap_or_else(|| crate::bug!("schedule: no folding was tried")).0)
}

/// Foldings that meet `cycles` per frame, of units that save one thing or another: those within the budgets of multipliers and
/// memory, if there are any, and of these one or two that look as if they took the fewest look-up tables.
pub(super) fn foldings(problem: &Problem, cycles: usize) -> Result<Vec<Chosen>, Limit> {
    let mut found: Vec<Chosen> = Vec::new();
    let mut limit = None;
    for short in problem.shorts(cycles) {
        match fold_for(problem, cycles, short).map(|folding| within_memory(problem, folding)) {
            Ok(folding) if found.iter().all(|known| known.folding != folding) => found.push(Chosen { folding, short }),
            Ok(_) => {}
            Err(tightest) => limit = Some(tightest),
        }
    }
    if let (true, Some(limit)) = (found.is_empty(), limit) {
        return Err(limit);
    }
    if found.len() > 1 {
        let (keep, pass): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|chosen| passed(problem, &chosen.folding).is_empty());
        found = if keep.is_empty() { pass } else { keep };
        // counting tables takes long: of the two that look smallest, and of one alone where the other looks much larger
        let bits = |chosen: &Chosen| problem.walked(cycles, chosen.short).map_or(0, |walk| walk.tables);
        found.sort_by_key(bits);
        found.truncate(2);
        let least = bits(&found[0]);
        found.retain(|chosen| 10 * bits(chosen) <= 11 * least);
    }
    Ok(found)
}

/// The folding with what its layers state, where its own choice of what stays takes more memory than there is: sums of all rows
/// take more room than those of a group.
fn within_memory(problem: &Problem, mut folding: Folding) -> Folding {
    let memory = problem.network.target.memory_bits;
    if memory.is_some_and(|budget| cost(problem, &folding).memory_bits > budget) {
        for (units, layer) in folding.units.iter_mut().zip(&problem.network.layers) {
            let LayerKind::Dense(dense) = &layer.kind else { continue };
            units.stationary = dense.stated.stationary.unwrap_or_default();
        }
    }
    folding
}

/// A network, and what does not change while it is folded.
pub struct Problem<'a> {
    pub(super) network: &'a Network,
    /// Of circulant layers.
    transforms: Vec<Option<Transforms>>,
    count_luts: CountLuts,
    /// The look-up tables of foldings that have been counted: it takes as long as emitting them.
    counted: Mutex<Vec<(Folding, Vec<u64>)>>,
}

impl Problem<'_> {
    /// A network of which nothing is decided yet, and what counts the look-up tables of a schedule.
    pub fn of(network: &Network, count_luts: CountLuts) -> Problem<'_> {
        let family = network.target.luts.map(|luts| luts.family);
        let transforms = network.layers.iter().map(|layer| Transforms::of(layer, family)).collect();
        Problem { network, transforms, count_luts, counted: Mutex::default() }
    }

    /// What units may save in an interval of `cycles`.
    fn shorts(&self, cycles: usize) -> Vec<Short> {
        let target = &self.network.target;
        if target.luts.is_some() {
            return vec![Short::Luts, Short::Nothing, Short::Multipliers];
        }
        let Some(budget) = target.multipliers else { return vec![Short::Nothing] };
        // where a budget alone decides the interval, what is saved in one layer makes another one faster
        let alone = target.cycles().is_none();
        let passes = || self.multipliers(cycles, Short::Nothing).is_some_and(|needs| needs > budget);
        vec![if alone || passes() { Short::Multipliers } else { Short::Nothing }]
    }

    /// Look-up tables by layer, where they have a budget.
    pub fn luts(&self, folding: &Folding) -> Vec<u64> {
        let Some(budget) = self.network.target.luts else { return Vec::new() };
        if let Some(known) = self.counted(folding) {
            return known;
        }
        let schedule = plan(lower(self.network, folding));
        let luts = (self.count_luts)(self.network, &schedule, budget.family).unwrap_or_default();
        self.known().push((folding.clone(), luts.clone()));
        luts
    }

    /// Look-up tables by layer, if they have been counted.
    fn counted(&self, folding: &Folding) -> Option<Vec<u64>> {
        self.known().iter().find(|(of, _)| of == folding).map(|(_, luts)| luts.clone())
    }

    fn known(&self) -> MutexGuard<'_, Vec<(Folding, Vec<u64>)>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Multipliers of the folding for `cycles` per frame, if there is one.
    pub fn multipliers(&self, cycles: usize, short: Short) -> Option<usize> {
        self.walked(cycles, short).map(|walk| walk.multipliers)
    }

    fn walked(&self, cycles: usize, short: Short) -> Option<Walk> {
        let lanes = fold_for(self, cycles, short).ok()?.input_lanes;
        let mut walk = Walk::new(self, lanes, cycles, short);
        for index in 0..self.network.layers.len() {
            walk.step(self, index);
        }
        Some(walk)
    }

    /// The fewest bits of adders and multiplexers of foldings for `cycles`, roughly.
    fn fewest_bits(&self, cycles: usize) -> Option<f64> {
        let walks = self.shorts(cycles).into_iter().filter_map(|short| self.walked(cycles, short));
        walks.map(|walk| walk.tables).min().map(|bits| bits as f64)
    }

    /// Whether spectral arrays are busy in all but a twentieth of `cycles`.
    fn keeps_arrays_busy(&self, cycles: usize, short: Short) -> bool {
        let busy = |Walk { array: [multipliers, products], .. }| 20 * products >= 19 * multipliers * cycles;
        self.walked(cycles, short).is_none_or(busy)
    }

    /// The intervals between `least` and `most` that the array of some layer takes for all of its rows.
    fn array_intervals(&self, least: usize, most: usize) -> Vec<usize> {
        let steps = |layer: &Layer| {
            let LayerKind::Dense(Dense { block: Some(k), .. }) = layer.kind else { return Vec::new() };
            let (p, group) = (layer.outputs.div_ceil(k), layer.inputs.div_ceil(k) * (k / 2));
            (1..=p).flat_map(|groups| (1..=3).map(move |cycles| groups * group * cycles)).collect()
        };
        let mut found: Vec<usize> =
            self.network.layers.iter().flat_map(steps).filter(|cycles| (least..=most).contains(cycles)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What keeps a network from being faster.
pub(super) struct Limit {
    /// Index of the layer; `None`: the input stream.
    layer: Option<usize>,
    /// Cycles per frame that cannot be undercut.
    cycles: usize,
    /// What takes them.
    what: String,
}

/// Words per beat of the input stream that are tried.
const INPUT_LANES: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// The cheapest folding that meets `cycles` per frame, with the fewest words per beat of the input; or the tightest
/// limit in the way.
pub(super) fn fold_for(problem: &Problem, cycles: usize, short: Short) -> Result<Folding, Limit> {
    let mut nearest: Option<Limit> = None;
    for lanes in INPUT_LANES {
        match fold_from(problem, lanes, cycles, short) {
            Ok(folding) => return Ok(folding),
            Err(limit) if nearest.as_ref().is_none_or(|known| limit.cycles <= known.cycles) => nearest = Some(limit),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| crate::bug!("schedule: no width of the input was tried")))
}

/// [`fold_for`] with `lanes` words per beat of the input.
fn fold_from(problem: &Problem, lanes: usize, cycles: usize, short: Short) -> Result<Folding, Limit> {
    let network = problem.network;
    let mut walk = Walk::new(problem, lanes, cycles, short);
    let units = (0..network.layers.len()).map(|index| walk.step(problem, index)).collect();
    let given = walk.forms[walk.forms.len() - 1];
    let pairs = given.words.div_ceil(2).max(given.beats * given.order.lanes / 2);
    let wide_output = given.order.lanes > 2 && pairs > cycles;
    match walk.limit {
        Some(limit) => Err(limit),
        None => Ok(Folding { input_lanes: lanes, wide_output, units }),
    }
}

/// Rows of a matrix, block rows of a block-circulant one.
fn layer_rows(layer: &Layer) -> usize {
    let LayerKind::Dense(dense) = &layer.kind else { return 1 };
    layer.outputs.div_ceil(dense.block.unwrap_or(1))
}

/// Through the layers, each after those that it reads.
pub(super) struct Walk {
    pub cycles: usize,
    pub short: Short,
    /// The streams that the input and the layers so far give.
    forms: Vec<Form>,
    /// Whether their beats come over the whole interval because the rows of a layer are computed in groups.
    spread: Vec<bool>,
    /// Of the layers so far.
    multipliers: usize,
    /// Bits of adders and multiplexers so far, roughly.
    tables: usize,
    /// Multipliers of spectral arrays so far, and the products that a frame needs of them.
    array: [usize; 2],
    limit: Option<Limit>,
}

impl Walk {
    /// Before the first layer, with `lanes` words per beat of the input.
    pub fn new(problem: &Problem, lanes: usize, cycles: usize, short: Short) -> Walk {
        let size = problem.network.input.size();
        let input = Form { order: Order::natural(lanes), beats: size.div_ceil(lanes), words: size };
        let (forms, spread) = (vec![input], vec![false]);
        let mut walk = Walk { cycles, short, forms, spread, multipliers: 0, tables: 0, array: [0; 2], limit: None };
        walk.needs(None, input.beats, || format!("the input stream brings {size} elements, {lanes} per cycle"));
        walk
    }

    /// The units of the next layer.
    pub fn step(&mut self, problem: &Problem, index: usize) -> Units {
        let units = self.layer(problem, index);
        self.note(&problem.network.layers[index], &units);
        units
    }

    /// The next layer with what it reads, if it has blocks.
    pub fn circulant<'a>(&self, problem: &'a Problem, index: usize) -> Option<Circulant<'a>> {
        let layer = &problem.network.layers[index];
        let (LayerKind::Dense(dense), Some(transforms)) = (&layer.kind, &problem.transforms[index]) else {
            return None;
        };
        let (form, spread) = (*layer.from[0].of(&self.forms), *layer.from[0].of(&self.spread));
        Some(Circulant { layer, dense, transforms, form, spread })
    }

    fn needs(&mut self, layer: Option<usize>, cycles: usize, what: impl FnOnce() -> String) {
        let known = self.limit.as_ref().map_or(self.cycles, |limit| limit.cycles);
        if cycles > known {
            self.limit = Some(Limit { layer, cycles, what: what() });
        }
    }

    /// What a layer that takes no wide beats reads.
    fn narrowed(&mut self, index: usize, form: Form) -> Form {
        let narrow = form.narrowed();
        self.needs(Some(index), narrow.beats, || format!("it takes {} beats of two words", narrow.beats));
        narrow
    }

    /// Notes whether what a layer gives comes over the whole interval.
    fn note(&mut self, layer: &Layer, units: &Units) {
        let spread = match &layer.kind {
            LayerKind::Dense(_) => units.rows < layer_rows(layer) && units.stationary == Stationary::Sums,
            _ => layer.from.iter().any(|origin| *origin.of(&self.spread)),
        };
        self.spread.push(spread);
    }

    /// Units of one layer.
    fn layer(&mut self, problem: &Problem, index: usize) -> Units {
        let layer = &problem.network.layers[index];
        let parts: Vec<Form> = layer.from.iter().map(|origin| *origin.of(&self.forms)).collect();
        match &layer.kind {
            LayerKind::Dense(dense) => return self.dense(problem, index, dense, parts[0]),
            LayerKind::Pointwise(_) => {
                self.forms.push(parts[0]);
                return Units::default();
            }
            _ => {}
        }
        let parts: Vec<Form> = parts.into_iter().map(|part| self.narrowed(index, part)).collect();
        let (meeting, in_turn) = match &layer.kind {
            LayerKind::Concat(_) => (Meeting::of_concat(&parts), true),
            LayerKind::Slice(slice) => (Meeting::of_slice(parts[0], slice.start, slice.end), false),
            LayerKind::Add(_) => (Meeting::of_add(&parts), false),
            _ => {
                self.forms.push(Form::single(1));
                return Units::default();
            }
        };
        let reading = meeting.busiest(&parts, in_turn);
        self.needs(Some(index), reading, || format!("it takes {reading} cycles to read what it joins or cuts"));
        self.forms.push(meeting.given);
        Units::default()
    }

    fn dense(&mut self, problem: &Problem, index: usize, dense: &Dense, form: Form) -> Units {
        let layer = &problem.network.layers[index];
        let Some(circulant) = self.circulant(problem, index) else { return self.plain(index, layer, dense, form) };
        if circulant.starves() {
            let what = "it takes four words per cycle, fewer come".to_string();
            self.limit = Some(Limit { layer: Some(index), cycles: usize::MAX, what });
            self.forms.push(Form::pairs(layer.outputs));
            return Units::default();
        }
        let choice = circulant.choose(self.cycles, self.short);
        self.multipliers += choice.multipliers;
        self.tables += choice.tables;
        self.array = [0, 1].map(|n| self.array[n] + choice.array[n]);
        self.needs(Some(index), choice.cycles, || choice.what.clone());
        self.forms.push(choice.given);
        choice.units
    }

    /// Rows of a plain layer; wide beats are read as pairs where there is time for it.
    fn plain(&mut self, index: usize, layer: &Layer, dense: &Dense, form: Form) -> Units {
        let rows = layer.outputs;
        let narrow = form.narrowed();
        let (forward, reading) = match narrow.beats <= self.cycles {
            true => (Pace::Serial, narrow.beats),
            false => (Pace::Whole, form.beats),
        };
        self.needs(Some(index), rows, || "its rows leave one per cycle".to_string());
        self.needs(Some(index), reading, || format!("it takes {reading} beats"));
        self.forms.push(Form::single(rows));
        let rows = match dense.stated.rows {
            Some(stated) => {
                let groups = rows.div_ceil(stated.min(rows));
                self.needs(Some(index), groups * reading, || {
                    format!("`rows {stated}` makes it read its input {groups} times")
                });
                stated.min(rows)
            }
            None => rows.div_ceil((self.cycles / reading).clamp(1, rows)),
        };
        let products = rows * if forward == Pace::Serial { narrow } else { form }.order.lanes;
        self.multipliers += products;
        self.tables += products * dense.formats.map_or(0, |formats| formats.product.width() as usize);
        Units { rows, forward, ..Units::default() }
    }
}

fn too_fast(problem: &Problem, cycles: usize, limit: &Limit) -> Diagnostic {
    let network = problem.network;
    let span = limit.layer.map(|index| network.layers[index].span);
    let who = limit.layer.map_or("the input".to_string(), |index| format!("layer `{}`", network.layers[index].name));
    let message = format!("an interval of `{cycles}` cycles cannot be met: {who} needs at least {}", limit.cycles);
    Diagnostic::new(Code::TargetNotMet, network.target.span, message)
        .here(format!("{cycles} cycles per frame follow from this target"))
        .label(span.unwrap_or(network.input.span), limit.what.clone())
        .help(format!("ask for `interval {} cycles` or more", nearest_interval(problem)))
}

/// The smallest interval that some folding meets.
pub(super) fn nearest_interval(problem: &Problem) -> usize {
    let mut cycles = 1;
    while let Err(limit) = fold_for(problem, cycles, Short::Nothing) {
        cycles = limit.cycles;
    }
    cycles
}

/// Cost of a folding. FIFOs are counted where a budget asks for their bits: they take a schedule.
pub(super) fn cost(problem: &Problem, folding: &Folding) -> Cost {
    let network = problem.network;
    let graph = lower(network, folding);
    match network.target.memory_bits {
        Some(_) => plan(graph).cost(),
        None => graph.graph.node_weights().map(|node| node.cost()).sum(),
    }
}

/// The smallest interval whose folding is within budget, by bisection: costs fall as the interval grows. Look-up tables take
/// long to count, so the first intervals tried are those that the bits of adders, which do not, point to.
fn fastest_within_budget(problem: &Problem) -> Option<(usize, Chosen)> {
    let fits_budget = |chosen: &Chosen| over_budget(problem, &chosen.folding).is_empty();
    let (mut misses, mut fits) = (nearest_interval(problem).saturating_sub(1), slowest_interval(problem));
    let mut best = (fits, cheapest(problem, fits).ok().filter(fits_budget)?);
    // of the folding that misses, and of the one that fits
    let mut known = [None, luts_per_bits(problem, fits, &best.1)];
    let mut tried = 0;
    while fits - misses > 1 {
        let pointed = if tried < POINTED { pointed_to(problem, known, misses, fits) } else { None };
        let middle = pointed.unwrap_or(misses + (fits - misses) / 2);
        tried += 1;
        match cheapest(problem, middle).ok() {
            Some(chosen) if fits_budget(&chosen) => {
                known[1] = luts_per_bits(problem, middle, &chosen);
                (fits, best) = (middle, (middle, chosen));
            }
            chosen => {
                known[0] = chosen.and_then(|chosen| luts_per_bits(problem, middle, &chosen));
                misses = middle;
            }
        }
    }
    let target = &problem.network.target;
    if target.multipliers.is_none() || target.luts.is_some() || problem.keeps_arrays_busy(best.0, best.1.short) {
        return Some(best);
    }
    let longer = problem.array_intervals(best.0, best.0 + best.0 / 4).into_iter();
    let busy = longer
        .filter_map(|cycles| Some((cycles, cheapest(problem, cycles).ok()?)))
        .find(|(cycles, chosen)| problem.keeps_arrays_busy(*cycles, chosen.short));
    busy.filter(|(_, chosen)| fits_budget(chosen)).or(Some(best))
}

/// Intervals that are pointed to before those that are left are halved.
const POINTED: usize = 8;

/// The fewest bits of adders for `cycles`, roughly, and the folding's look-up tables, if they have been counted.
fn luts_per_bits(problem: &Problem, cycles: usize, chosen: &Chosen) -> Option<[f64; 2]> {
    let luts: u64 = problem.counted(&chosen.folding)?.iter().sum();
    Some([problem.fewest_bits(cycles)?, luts as f64])
}

/// The interval between `misses` and `fits` at which look-up tables reach their budget, if they grow evenly with the bits of
/// adders between what is known of both; where nothing misses yet, faster than these.
fn pointed_to(problem: &Problem, known: [Option<[f64; 2]>; 2], misses: usize, fits: usize) -> Option<usize> {
    let most = problem.network.target.luts?.most as f64;
    let [bits, luts] = known[1]?;
    let allowed = match known[0] {
        Some([more, more_luts]) => bits + (most - luts) * (more - bits) / (more_luts - luts),
        None => bits * (most / luts).powf(0.8),
    };
    let (mut over, mut under) = (misses, fits - 1);
    while under - over > 1 {
        let middle = over + (under - over) / 2;
        let passes = problem.fewest_bits(middle)? > allowed;
        *(if passes { &mut over } else { &mut under }) = middle;
    }
    Some(under)
}

/// An interval beyond which every layer computes one row at a time.
fn slowest_interval(problem: &Problem) -> usize {
    let network = problem.network;
    let products = network.layers.iter().map(|layer| layer.inputs.max(1) * layer.outputs.max(1));
    let transforms = network.layers.iter().zip(&problem.transforms).filter_map(|(layer, transforms)| {
        let LayerKind::Dense(Dense { block: Some(k), .. }) = layer.kind else { return None };
        Some(transforms.as_ref()?.slowest([layer.inputs.div_ceil(k), layer.outputs.div_ceil(k)]))
    });
    products.chain(transforms).max().unwrap_or(1).max(nearest_interval(problem))
}

/// The smallest folding of all.
fn smallest(problem: &Problem) -> Result<Chosen, Limit> {
    cheapest(problem, slowest_interval(problem))
}

/// A budget that is passed.
pub(super) struct Over {
    pub what: String,
    budget: u64,
    pub needs: u64,
    /// Its share of a cost; `None`: look-up tables, which no cost holds.
    pub of: Option<fn(&Cost) -> u64>,
}

/// The budgets that a folding passes; look-up tables are counted where the others are kept.
pub(super) fn over_budget(problem: &Problem, folding: &Folding) -> Vec<Over> {
    let passed = passed(problem, folding);
    match problem.network.target.luts {
        Some(luts) if passed.is_empty() => {
            let (budget, needs) = (luts.most, problem.luts(folding).iter().sum());
            let what = format!("look-up tables of {}", luts.family.name());
            (needs > budget).then_some(Over { what, budget, needs, of: None }).into_iter().collect()
        }
        _ => passed,
    }
}

/// The budgets that a folding passes, look-up tables apart.
fn passed(problem: &Problem, folding: &Folding) -> Vec<Over> {
    let network = problem.network;
    let (target, cost) = (&network.target, cost(problem, folding));
    let over = |what: &str, budget: Option<u64>, of: fn(&Cost) -> u64| {
        let (budget, needs) = (budget?, of(&cost));
        (needs > budget).then(|| Over { what: what.into(), budget, needs, of: Some(of) })
    };
    let multipliers = over("multipliers", target.multipliers.map(|m| m as u64), |cost| cost.multipliers as u64);
    let memory = over("memory bits", target.memory_bits, |cost| cost.memory_bits);
    multipliers.into_iter().chain(memory).collect()
}

fn too_costly(problem: &Problem, folding: &Folding, over: &Over) -> Diagnostic {
    let network = problem.network;
    let Over { what, budget, needs, of } = over;
    let layers = match of {
        Some(of) => {
            let schedule = plan(lower(network, folding));
            (0..network.layers.len()).map(|index| of(&schedule.layer_cost(index))).collect()
        }
        None => problem.luts(folding),
    };
    let (message, way) = match network.target.cycles() {
        Some(cycles) => (
            format!("the budget of `{budget}` {what} is not met: an interval of {cycles} cycles needs {needs}"),
            fastest_within_budget(problem).map(|(cycles, _)| format!("ask for `interval {cycles} cycles`, or ")),
        ),
        None => (format!("the budget of `{budget}` {what} cannot be met: the smallest folding needs {needs}"), None),
    };
    let mut diagnostic = Diagnostic::new(Code::TargetNotMet, network.target.span, message);
    if let Some((layer, takes)) = network.layers.iter().zip(layers).max_by_key(|(_, takes)| *takes) {
        diagnostic = diagnostic.label(layer.span, format!("layer `{}` takes {takes} of them", layer.name));
    }
    let help = format!("{}allow {needs} {what}, or choose larger blocks or narrower words", way.unwrap_or_default());
    diagnostic.help(help)
}
