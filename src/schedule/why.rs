//! Why these units: what the schedule was asked for, what it took, and what the next better choice would need.

use super::fold::{Problem, Walk, cheapest, nearest_interval};

use super::units::Short;
use crate::dataflow::lower::Units;
use crate::network::Network;
use crate::network::dense::pace::{Fold, Pace};

/// What was chosen for a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What was asked for, and what stands in the way of more, a sentence each.
    pub sentences: Vec<String>,
    /// Circulant layers.
    pub layers: Vec<Reason>,
}

/// The units of a circulant layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The layer's name.
    pub layer: String,
    /// `forward`, `spectra`, `products`, `stationary` and `inverse`, as they could be stated.
    pub units: [String; 5],
    /// Multipliers.
    pub multipliers: usize,
    /// What fewer multipliers would take.
    pub fewer: String,
}

/// Why a network that takes `interval` cycles per frame and `multipliers` has the units that it has.
pub fn why(network: &Network, interval: usize, multipliers: usize) -> Option<Why> {
    let problem = Problem::of(network);
    let target = &network.target;
    let cycles = target.cycles().unwrap_or(interval);
    let short = if scarce(&problem, cycles) { Short::Multipliers } else { Short::Nothing };
    let folding = cheapest(&problem, cycles).ok()?;
    let mut walk = Walk::new(&problem, folding.input_lanes, cycles, short);
    let layers = (0..network.layers.len())
        .filter_map(|index| reason(&problem, &mut walk, index, &folding.units[index]))
        .collect();
    let asked = match (target.cycles(), target.multipliers) {
        (Some(cycles), _) => format!("Asked for an interval of {cycles} cycles: the fewest multipliers that keep it."),
        (None, Some(budget)) => format!("Asked for {budget} multipliers at most: the shortest interval they allow."),
        (None, None) if target.memory_bits.is_some() => "Asked for a memory: the shortest interval it allows.".into(),
        (None, None) => "Asked for nothing: the fewest multipliers.".into(),
    };
    Some(Why { sentences: vec![asked, faster(&problem, interval, multipliers)], layers })
}

/// Whether the budget makes multipliers short.
fn scarce(problem: &Problem, cycles: usize) -> bool {
    let target = &problem.network.target;
    let Some(budget) = target.multipliers else { return false };
    target.cycles().is_none() || problem.multipliers(cycles, Short::Nothing).is_none_or(|needs| needs > budget)
}

/// What a shorter interval would need.
fn faster(problem: &Problem, interval: usize, multipliers: usize) -> String {
    let shortest = nearest_interval(problem);
    if shortest >= interval {
        return "No interval is shorter with these blocks.".into();
    }
    let needs = |cycles| problem.multipliers(cycles, Short::Multipliers).unwrap_or(usize::MAX);
    // the longest interval that needs more: multipliers fall as intervals grow
    let (mut more, mut enough) = (shortest - 1, interval);
    while enough - more > 1 {
        let middle = more + (enough - more) / 2;
        *(if needs(middle) > multipliers { &mut more } else { &mut enough }) = middle;
    }
    let more = match more < shortest {
        true => "shorter ones take no more multipliers".to_string(),
        false => format!("one of {more} cycles needs {} multipliers in place of {multipliers}", needs(more)),
    };
    format!("The interval is {interval} cycles; {more}; the shortest is {shortest}.")
}

/// The units of a layer, and what fewer multipliers would take; `None` where it has no blocks.
fn reason(problem: &Problem, walk: &mut Walk, index: usize, units: &Units) -> Option<Reason> {
    let (cycles, short) = (walk.cycles, walk.short);
    let found = walk.circulant(problem, index).map(|circulant| {
        let chosen = circulant.choose(cycles, short);
        (circulant.fewer(&chosen, cycles, short), chosen)
    });
    walk.step(problem, index);
    let (fewer, chosen) = found?;
    let products = units.products.count().to_string();
    let pace = |side: usize, pace: Pace| match (pace, units.folds[side]) {
        (Pace::Folded, Fold { units, multipliers }) => format!("folded units {units} multipliers {multipliers}"),
        _ => pace.name().to_string(),
    };
    let (forward, inverse) = (pace(0, units.forward), pace(1, units.inverse));
    let names = [&forward, units.spectra.name(), &products, units.stationary.name(), &inverse];
    let fewer = match fewer {
        Some((cycles, multipliers)) => format!("{multipliers} from {cycles} cycles on"),
        None => "none".into(),
    };
    let units = names.map(str::to_string);
    Some(Reason { layer: problem.network.layers[index].name.clone(), units, multipliers: chosen.multipliers, fewer })
}
