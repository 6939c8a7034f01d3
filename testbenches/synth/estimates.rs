//! Estimates of look-up tables and flip-flops against Yosys: an example, and a slice of the random networks.
//! `make estimates` prints all of them.

use super::designs::{error, estimated, measured, of, random};
use circlet::emit::design::Design;
use circlet::network::Family;
use std::path::Path;

/// How far an estimate may be off, percent.
const BOUND: f64 = 20.0;

fn check(name: &str, design: &Design) {
    for family in Family::ALL {
        let (expected, found) = (estimated(design, family), measured(design, family).total);
        let (luts, ffs) = (error(expected.luts, found.luts), error(expected.ffs, found.ffs));
        println!(
            "{name} {}: LUT {} of {} ({luts:+.1} %), FF {} of {} ({ffs:+.1} %)",
            family.name(),
            expected.luts,
            found.luts,
            expected.ffs,
            found.ffs
        );
        assert!(luts.abs() <= BOUND && ffs.abs() <= BOUND, "{name} for {}: {luts:+.1} %, {ffs:+.1} %", family.name());
        let parts = expected.layers.iter().fold((0, 0), |sum, (_, luts, ffs)| (sum.0 + luts, sum.1 + ffs));
        let layers = expected.layers.len() as u64;
        assert!(expected.luts.abs_diff(parts.0) <= layers && expected.ffs.abs_diff(parts.1) <= layers);
    }
}

#[test]
fn estimates_are_within_a_fifth_on_an_example() {
    check("power", &of(Path::new("examples/power/power.circ")));
}

#[test]
fn estimates_are_within_a_fifth_on_random_networks() {
    // 4: what only kept registers read; 8: what a slope multiplies is a sum that others read too; 16: a table read at several places;
    // 27: words that are stored and never read
    for seed in [4, 8, 13, 16, 23, 27] {
        check(&format!("seed {seed}"), &random(seed));
    }
}
