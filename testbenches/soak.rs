//! `make soak N=... SEED=...`: random networks through Verilator, Icarus and Yosys, one process per core.

#[path = "common/prove.rs"]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use random::Limits;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().expect("a number of networks and a seed"));
    let (count, first): (u64, u64) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(1));
    let failed: Vec<u64> = (first..first + count).into_par_iter().filter(|&seed| !prove(seed)).collect();
    println!("{} passed, {} failed", count - failed.len() as u64, failed.len());
    if !failed.is_empty() {
        println!("seeds that failed: {failed:?}");
        std::process::exit(1);
    }
}

fn prove(seed: u64) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = random::network(seed, Limits::default(), folder.path());
    let output = folder.path().join("out");
    let outcome = catch_unwind(AssertUnwindSafe(|| prove::network(&path, &output, seed, 4)));
    match outcome {
        Ok(Ok(proof)) => {
            println!("seed {seed}: {proof}");
            true
        }
        Ok(Err(problem)) => {
            println!("seed {seed} FAILED: {problem}");
            false
        }
        Err(_) => {
            println!("seed {seed} FAILED: panicked, see above");
            false
        }
    }
}
