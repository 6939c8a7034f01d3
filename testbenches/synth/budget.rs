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
