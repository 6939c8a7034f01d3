//! Estimates against Yosys as a table: estimates [FIRST [COUNT]]: the examples and 30 random networks from seed FIRST, or COUNT
//! of these alone.

#[path = "../common/aimed.rs"]
mod aimed;
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
use rayon::prelude::*;
use std::path::Path;

const EXAMPLES: [&str; 4] = ["digits", "mnist", "spoken", "power"];

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let (first, count) = (arguments.first().copied().unwrap_or(1), arguments.get(1).copied());
    let examples = EXAMPLES.iter().filter(|_| count.is_none()).map(|name| Named::Example(name));
    let seeds = first..first + count.unwrap_or(30);
    let all: Vec<Named> = examples.chain(seeds.map(Named::Seed)).collect();
    println!("| network | family | LUT estimated | LUT | | FF estimated | FF | |\n|---|---|---|---|---|---|---|---|");
    // as many at a time as there are cores, printed in their order
    let mut off = 0;
    for some in all.chunks(rayon::current_num_threads()) {
        let found: Vec<(String, usize)> = some.par_iter().map(rows).collect();
        for (rows, over) in found {
            print!("{rows}");
            off += over;
        }
    }
    println!("\n{off} figures are off by more than 20 %.");
}

enum Named {
    Example(&'static str),
    Seed(u64),
}

/// The rows of a network, and how many of its figures are off by more than 20 %.
fn rows(named: &Named) -> (String, usize) {
    let (name, design) = match named {
        Named::Example(name) => (name.to_string(), of(Path::new(&format!("examples/{name}/{name}.circ")))),
        Named::Seed(seed) => (format!("seed {seed}"), network(*seed)),
    };
    let (mut rows, mut off) = (String::new(), 0);
    for family in Family::ALL {
        let (expected, found) = (estimated(&design, family), measured(&design, family).total);
        let (luts, ffs) = (error(expected.luts, found.luts), error(expected.ffs, found.ffs));
        off += (luts.abs() > 20.0) as usize + (ffs.abs() > 20.0) as usize;
        rows += &format!(
            "| {name} | {} | {} | {} | {luts:+.1} % | {} | {} | {ffs:+.1} % |\n",
            family.name(),
            expected.luts,
            found.luts,
            expected.ffs,
            found.ffs
        );
    }
    (rows, off)
}
