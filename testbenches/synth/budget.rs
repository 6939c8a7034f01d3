//! Budgets of look-up tables: what is chosen keeps them, and the next shorter interval would not.

use super::designs::{aimed, estimated, measured};
use circlet::network::Family;
use std::path::Path;

const POWER: &str = "examples/power/power.circ";

fn aimed_at(target: &str) -> Result<(usize, usize, u64), String> {
    let design = aimed(Path::new(POWER), target)?;
    let family = if target.contains("xc7") { Family::Xc7 } else { Family::Ecp5 };
    Ok((design.manifest.interval, design.manifest.cost.multipliers, estimated(&design, family).luts))
}

#[test]
fn a_budget_of_look_up_tables_is_kept() {
    let mut intervals = Vec::new();
    for (budget, family) in [(4000, "ecp5"), (2200, "ecp5"), (1850, "ecp5"), (2800, "xc7")] {
        let (interval, multipliers, luts) = aimed_at(&format!("luts {budget} {family}")).unwrap();
        println!("{budget} of {family}: {interval} cycles, {multipliers} multipliers, {luts} estimated");
        assert!(luts <= budget);
        let refused = aimed_at(&format!("luts {budget} {family}  interval {} cycles", interval - 1)).unwrap_err();
        assert!(refused.contains("target_not_met"), "{refused}");
        intervals.push(interval);
    }
    assert!(intervals[..3].is_sorted() && intervals[0] < intervals[2], "{intervals:?}");
}

#[test]
fn budgets_are_kept_together() {
    let alone = aimed_at("luts 2200 ecp5").unwrap();
    let both = aimed_at(&format!("luts 2200 ecp5  multipliers {}", alone.1 - 1)).unwrap();
    assert!(both.2 <= 2200 && both.1 < alone.1 && both.0 >= alone.0, "{both:?}, alone {alone:?}");
}

/// The report names the budget that stands in the way of a shorter interval, and what that one would take is so.
#[test]
fn what_stands_in_the_way_is_named() {
    let numbers = |target: &str| {
        let design = aimed(Path::new(POWER), target).unwrap();
        let report = &design.files["report.txt"];
        let sentence = report.lines().find(|line| line.starts_with("Units. ")).unwrap();
        let (_, shorter) = sentence.split_once("; one of ").unwrap();
        let found: Vec<usize> = shorter.split([' ', ';']).filter_map(|word| word.parse().ok()).collect();
        (sentence.contains("multipliers in place of"), found[0], found[1], found[2])
    };
    for target in ["luts 2200 ecp5  multipliers 6", "luts 2200 ecp5"] {
        let (by_multipliers, shorter, needs, now) = numbers(target);
        assert_eq!(by_multipliers, target.contains("multipliers"), "{target}");
        let (budget, chosen) = (if by_multipliers { 6 } else { 2200 }, aimed_at(target).unwrap());
        assert_eq!(if by_multipliers { chosen.1 } else { chosen.2 as usize }, now);
        let free =
            aimed_at(&format!("interval {shorter} cycles  luts 100000 ecp5  multipliers {}", 6.max(needs))).unwrap();
        assert!(needs > budget && (by_multipliers || free.2 as usize == needs), "{target}: {needs}, {free:?}");
        assert!(aimed_at(&format!("interval {shorter} cycles  {target}")).is_err());
    }
}

#[test]
fn what_is_estimated_is_what_yosys_makes() {
    let design = aimed(Path::new(POWER), "luts 1850 ecp5").unwrap();
    let found = measured(&design, Family::Ecp5).total.luts;
    assert!(found as f64 <= 1.2 * 1850.0, "{found}");
}

#[test]
fn a_budget_that_nothing_keeps_is_refused_with_what_would_do() {
    let refused = aimed_at("luts 100 ecp5").unwrap_err();
    let (_, needs) = refused.split_once("the smallest folding needs ").unwrap();
    let needs: u64 = needs.split_whitespace().next().unwrap().parse().unwrap();
    assert!(refused.contains(&format!("allow {needs} look-up tables of ecp5")), "{refused}");
    assert!(aimed_at(&format!("luts {needs} ecp5")).is_ok() && aimed_at(&format!("luts {} ecp5", needs - 1)).is_err());
}
