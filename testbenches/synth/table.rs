//! Estimates against Yosys as a table: estimates [FIRST [COUNT]]: the examples, and COUNT random networks from seed FIRST.

#[path = "../common/random.rs"]
mod random;
#[path = "../common/recipe.rs"]
#[allow(dead_code)]
mod recipe;

#[path = "designs.rs"]
#[allow(dead_code)]
mod designs;

use circlet::network::Family;
use designs::{error, estimated, measured, of, random as network};
use std::path::Path;

const EXAMPLES: [&str; 4] = ["digits", "mnist", "spoken", "power"];

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let (first, count) = (arguments.first().copied().unwrap_or(1), arguments.get(1).copied().unwrap_or(30));
    println!("| network | family | LUT estimated | LUT | | FF estimated | FF | |\n|---|---|---|---|---|---|---|---|");
    let examples =
        EXAMPLES.iter().map(|name| (name.to_string(), of(Path::new(&format!("examples/{name}/{name}.circ")))));
    let randoms = (first..first + count).map(|seed| (format!("seed {seed}"), network(seed)));
    let mut off = 0;
    for (name, design) in examples.chain(randoms) {
        for family in Family::ALL {
            let (expected, found) = (estimated(&design, family), measured(&design, family).total);
            let (luts, ffs) = (error(expected.luts, found.luts), error(expected.ffs, found.ffs));
            off += (luts.abs() > 20.0) as usize + (ffs.abs() > 20.0) as usize;
            println!(
                "| {name} | {} | {} | {} | {luts:+.1} % | {} | {} | {ffs:+.1} % |",
                family.name(),
                expected.luts,
                found.luts,
                expected.ffs,
                found.ffs
            );
        }
    }
    println!("\n{off} figures are off by more than 20 %.");
}
