//! Sweeps: the network of each point of a grid ([`shape`]), what it costs ([`cost`]), and all of them as one table and one
//! picture ([`pareto`]). Points learn in processes of their own, started by the command line.

pub mod cost;
pub mod pareto;
pub mod shape;

use crate::frontend::grid::Point;
use crate::report::table::{Table, grouped};
use cost::{Cost, Hardware};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A point that has learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    /// Which.
    pub point: Point,
    /// Samples held back, on which it is judged.
    pub samples: usize,
    /// Of how many of them the class is right in floating point, after the training.
    pub circulant: usize,
    /// And at level `fixed`, in the end.
    pub fixed: usize,
    /// What it costs.
    pub cost: Cost,
    /// What its hardware promises, or why there is none.
    pub hardware: Result<Hardware, String>,
    /// Time of all its epochs.
    pub seconds: f64,
}

/// The points that differ by their seeds alone.
#[derive(Clone, Debug, Serialize)]
pub struct Family {
    /// Any of them, of seed 0.
    pub point: Point,
    /// How many.
    pub seeds: usize,
    /// Share that is right in floating point: mean, least, greatest.
    pub circulant: [f64; 3],
    /// At level `fixed`.
    pub fixed: [f64; 3],
    /// That of its first point; the costs of a network do not depend on its seed.
    pub cost: Cost,
    /// Of the first point.
    pub hardware: Result<Hardware, String>,
    /// Whether no other family is at least as good and needs less storage, or fewer multiplications.
    pub is_best: [bool; 2],
}

/// Families in the order of their first points.
pub fn families(learnt: &[Learnt]) -> Vec<Family> {
    let mut families: Vec<(Point, Vec<&Learnt>)> = Vec::new();
    for one in learnt {
        let family = one.point.family();
        match families.iter_mut().find(|(point, _)| *point == family) {
            Some((_, members)) => members.push(one),
            None => families.push((family, vec![one])),
        }
    }
    let mut families: Vec<Family> = families.into_iter().map(|(point, members)| family(point, &members)).collect();
    for unit in 0..2 {
        let of = |family: &Family| (family.cost.both()[unit], family.fixed[0]);
        let all: Vec<(u64, f64)> = families.iter().map(of).collect();
        for family in &mut families {
            let (cost, right) = of(family);
            let is_passed = |&(c, r): &(u64, f64)| (c <= cost && r > right) || (c < cost && r >= right);
            family.is_best[unit] = !all.iter().any(is_passed);
        }
    }
    families
}

fn family(point: Point, members: &[&Learnt]) -> Family {
    let spread = |right: fn(&Learnt) -> usize| {
        let shares = || members.iter().map(|one| right(one) as f64 / one.samples.max(1) as f64);
        [shares().sum::<f64>() / members.len() as f64, shares().fold(1.0, f64::min), shares().fold(0.0, f64::max)]
    };
    Family {
        point,
        seeds: members.len(),
        circulant: spread(|one| one.circulant),
        fixed: spread(|one| one.fixed),
        cost: members[0].cost,
        hardware: members[0].hardware.clone(),
        is_best: [false; 2],
    }
}

/// All families for people; `*` where none is better for its storage, `+` for its multiplications.
pub fn text(families: &[Family]) -> String {
    let head = "width depth block bits pruned circulant fixed range storage-bits multiplies interval multipliers memory-bits best";
    let mut table = Table::new(head, "rrrrrrrrrrrrrl");
    for family in families {
        let Family { point, circulant, fixed, cost, hardware, is_best, .. } = family;
        let stated = |value: Option<usize>| value.map_or("-".to_string(), |value| value.to_string());
        let range = format!("{:.2}..{:.2}", 100.0 * fixed[1], 100.0 * fixed[2]);
        let promised = match hardware {
            Ok(Hardware { interval, multipliers, memory_bits }) => {
                [*interval as u64, *multipliers as u64, *memory_bits].map(grouped)
            }
            Err(_) => [const { String::new() }; 3].map(|_| "-".to_string()),
        };
        let share = |share: f64| format!("{:.2} %", 100.0 * share);
        let best = [("*", is_best[0]), ("+", is_best[1])].map(|(mark, is_best)| if is_best { mark } else { "" });
        let cells = [
            stated(point.width),
            stated(point.depth),
            stated(point.block),
            stated(point.bits.map(|bits| bits as usize)),
            if point.prune > 0.0 { share(point.prune) } else { "-".into() },
            share(circulant[0]),
            share(fixed[0]),
            if family.seeds > 1 { range } else { "-".into() },
            grouped(cost.storage),
            grouped(cost.multiplies),
        ];
        table.row(cells.into_iter().chain(promised).chain([best.concat()]));
    }
    let why = families.iter().filter_map(|family| Some((family.point.name(), family.hardware.as_ref().err()?)));
    let why: String =
        why.map(|(name, why)| format!("no hardware for {}: {why}\n", name.trim_end_matches("_s0"))).collect();
    format!("{table}{why}")
}

/// Every point, a line each.
pub fn csv(learnt: &[Learnt]) -> String {
    let mut text =
        "point,width,depth,block,bits,prune,seed,samples,circulant,fixed,storage_bits,storage_bits_without_zeros,\
                    multiplies,multiplies_without_zeros,interval,multipliers,memory_bits,seconds\n"
            .to_string();
    for Learnt { point, samples, circulant, fixed, cost, hardware, seconds } in learnt {
        let stated = |value: Option<usize>| value.map_or(String::new(), |value| value.to_string());
        let share = |right: usize| right as f64 / (*samples).max(1) as f64;
        let Cost { storage, storage_kept, multiplies, multiplies_kept } = cost;
        let promised = hardware.as_ref().map_or(",,".to_string(), |promised| {
            format!("{},{},{}", promised.interval, promised.multipliers, promised.memory_bits)
        });
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{samples},{},{},{storage},{storage_kept},{multiplies},{multiplies_kept},{promised},{seconds:.3}",
            point.name(),
            stated(point.width),
            stated(point.depth),
            stated(point.block),
            stated(point.bits.map(|bits| bits as usize)),
            point.prune,
            point.seed,
            share(*circulant),
            share(*fixed),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(width: usize, seed: u64, fixed: usize, storage: u64) -> Learnt {
        let point = Point { width: Some(width), depth: None, block: None, bits: None, prune: 0.0, seed };
        let cost = Cost { storage, storage_kept: storage, multiplies: 10, multiplies_kept: 10 };
        let hardware = Ok(Hardware { interval: 8, multipliers: 4, memory_bits: 100 });
        Learnt { point, samples: 100, circulant: fixed, fixed, cost, hardware, seconds: 1.0 }
    }

    #[test]
    fn seeds_are_one_family_and_the_best_are_marked() {
        // 8 is as good as 16 for less; 32 is better for more; all have the same number of multiplications
        let points = [learnt(8, 1, 90, 800), learnt(8, 2, 92, 800), learnt(16, 1, 91, 1600), learnt(32, 1, 97, 3200)];
        let families = families(&points);
        let best: Vec<[bool; 2]> = families.iter().map(|family| family.is_best).collect();
        assert_eq!(best, [[true, false], [false, false], [true, true]]);
        assert_eq!((families[0].seeds, families[0].fixed), (2, [0.91, 0.9, 0.92]));
        assert_eq!(
            text(&families).lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" "),
            "8 - - - - 91.00 % 91.00 % 90.00..92.00 800 10 8 4 100 *"
        );
        assert_eq!(
            csv(&points).lines().nth(4).unwrap(),
            "w32_s1,32,,,,0,1,100,0.97,0.97,3200,3200,10,10,8,4,100,1.000"
        );
    }
}
