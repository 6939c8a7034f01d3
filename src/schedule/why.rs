//! Why these units: what the schedule was asked for, what it took, and what the next better choice would need.

use super::fold::{Chosen, Over, Problem, Walk, cheapest, cost, foldings, nearest_interval, over_budget};
use super::units::Short;
use crate::dataflow::lower::{Folding, Units};
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

/// Why a network that takes `interval` cycles per frame and `multipliers` has the units that were chosen.
pub fn why(problem: &Problem, chosen: &Chosen, interval: usize, multipliers: usize) -> Why {
    let (network, target) = (problem.network, &problem.network.target);
    let (cycles, folding) = (target.cycles().unwrap_or(interval), &chosen.folding);
    let mut walk = Walk::new(problem, folding.input_lanes, cycles, chosen.short);
    let layers = (0..network.layers.len())
        .filter_map(|index| reason(problem, &mut walk, index, &folding.units[index]))
        .collect();
    let fewest = if target.luts.is_some() { "look-up tables" } else { "multipliers" };
    let budgets: Vec<String> = [
        target.multipliers.map(|budget| format!("{budget} multipliers")),
        target.memory_bits.map(|budget| format!("{budget} bits of memory")),
        target.luts.map(|luts| format!("{} look-up tables of {}", luts.most, luts.family.name())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let asked = match target.cycles() {
        Some(cycles) => format!("Asked for an interval of {cycles} cycles: the fewest {fewest} that keep it."),
        None if budgets.is_empty() => "Asked for nothing: the fewest multipliers.".into(),
        None => format!("Asked for {} at most: the shortest interval they allow.", budgets.join(" and ")),
    };
    Why { sentences: vec![asked, faster(problem, folding, interval, multipliers)], layers }
}

/// What a shorter interval would need of what is short.
fn faster(problem: &Problem, folding: &Folding, interval: usize, multipliers: usize) -> String {
    let shortest = nearest_interval(problem);
    if shortest >= interval {
        return "No interval is shorter with these blocks.".into();
    }
    let more = match problem.network.target.luts {
        Some(luts) => {
            let takes = |other: &Chosen| other.folding == *folding;
            let needs_other = |cycles| !foldings(problem, cycles).is_ok_and(|all| all.iter().any(takes));
            let less = longest(shortest, interval, needs_other);
            let other = less.and_then(|less| Some((less, cheapest(problem, less).ok()?.folding)));
            let found = other.map(|(less, other)| match over_budget(problem, &other).first() {
                Some(Over { what, needs, of: Some(of), .. }) => {
                    format!("one of {less} cycles needs {needs} {what} in place of {}", of(&cost(problem, folding)))
                }
                _ => {
                    let [more, now] = [&other, folding].map(|folding| problem.luts(folding).iter().sum::<u64>());
                    let what = format!("look-up tables of {}", luts.family.name());
                    format!("one of {less} cycles is estimated to need {more} {what} in place of {now}")
                }
            });
            found.unwrap_or("shorter ones take the same units".into())
        }
        None => {
            let needs = |cycles| problem.multipliers(cycles, Short::Multipliers).unwrap_or(usize::MAX);
            // multipliers fall as intervals grow
            let less = longest(shortest, interval, |cycles| needs(cycles) > multipliers);
            less.map_or("shorter ones take no more multipliers".into(), |less| {
                format!("one of {less} cycles needs {} multipliers in place of {multipliers}", needs(less))
            })
        }
    };
    format!("The interval is {interval} cycles; {more}; the shortest is {shortest}.")
}

/// The longest interval from `shortest` on, below `interval`, that needs more; intervals below one that does all do.
fn longest(shortest: usize, interval: usize, needs_more: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut more, mut enough) = (shortest - 1, interval);
    while enough - more > 1 {
        let middle = more + (enough - more) / 2;
        *(if needs_more(middle) { &mut more } else { &mut enough }) = middle;
    }
    (more >= shortest).then_some(more)
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
