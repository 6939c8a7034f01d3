//! `make soak N=... SEED=...`: random networks over the whole language through Verilator, one process per core.
//!
//! Every tenth network also goes through Icarus (the emitted bench), and every tenth through the linters and Yosys.
//! What fails is made as small as it can be while it fails in the same way, and left in `target/soak/`.

#[path = "common/prove.rs"]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/shrink.rs"]
mod shrink;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;
#[path = "common/wide.rs"]
mod wide;

use prove::{Effort, Failure, Problem, Proof};
use random::Limits;
use rayon::prelude::*;
use recipe::Recipe;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// One of how many networks goes through Icarus, and one through the readers.
const SELDOM: u64 = 10;
/// Most networks tried to make a failing one smaller.
const TRIES: usize = 300;

/// What came of all networks.
#[derive(Default)]
struct Tally {
    proved: u64,
    icarus: u64,
    readers: u64,
    cycles: u64,
    frames: usize,
    declined: u64,
    failed: BTreeMap<u64, Failure>,
}

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().expect("a number of networks and a seed"));
    let (count, first): (u64, u64) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(1));
    // a panic is a verdict; its text is in the problem
    std::panic::set_hook(Box::new(|_| ()));
    let (clock, tally) = (Instant::now(), Mutex::new(Tally::default()));
    (first..first + count).into_par_iter().for_each(|seed| soak(seed, &tally));
    let Tally { proved, icarus, readers, cycles, frames, declined, failed } = tally.into_inner().unwrap();
    println!(
        "seeds {first} to {}: {proved} networks proved in {:.0} s, {cycles} cycles and {frames} frames in lockstep; \
         {icarus} of them also under Icarus, {readers} also by the readers; {declined} declined; {} failed",
        first + count - 1,
        clock.elapsed().as_secs_f64(),
        failed.len()
    );
    if !failed.is_empty() {
        println!("seeds that failed: {failed:?}");
        std::process::exit(1);
    }
}

fn effort(seed: u64) -> Effort {
    Effort { seed, others: 4, readers: seed % SELDOM == 5, icarus: seed.is_multiple_of(SELDOM) }
}

fn soak(seed: u64, tally: &Mutex<Tally>) {
    // one network of four takes four words per cycle where it can, one of four a word per cycle
    let recipe = match seed % 4 {
        3 => wide::network(seed),
        2 => random::network(seed, Limits { halved: true, ..Limits::default() }),
        _ => random::network(seed, Limits::default()),
    };
    let effort = effort(seed);
    let outcome = attempt(&recipe, &effort);
    {
        let mut tally = tally.lock().unwrap();
        match &outcome {
            Ok(proof) => {
                tally.proved += 1;
                tally.icarus += effort.icarus as u64;
                tally.readers += effort.readers as u64;
                tally.cycles += proof.cycles;
                tally.frames += proof.frames;
            }
            Err(problem) if problem.failure == Failure::Declined => tally.declined += 1,
            Err(problem) => drop(tally.failed.insert(seed, problem.failure)),
        }
    }
    match outcome {
        Ok(proof) => println!("seed {seed}: {} cycles compared, interval {}", proof.cycles, proof.interval),
        Err(problem) if problem.failure == Failure::Declined => {
            println!("seed {seed} declined: {}", problem.text.lines().next().unwrap_or_default());
        }
        Err(problem) => report(seed, &recipe, &effort, &problem),
    }
}

fn report(seed: u64, recipe: &Recipe, effort: &Effort, problem: &Problem) {
    let same = |recipe: &Recipe| attempt(recipe, effort).is_err_and(|new| new.failure == problem.failure);
    let (least, tried) = shrink::shrink(recipe.clone(), TRIES, same);
    let folder = Path::new("target/soak").join(seed.to_string());
    std::fs::create_dir_all(&folder).expect("a folder below target");
    let path = least.write(&folder);
    let text = std::fs::read_to_string(&path).expect("what was just written");
    println!("seed {seed} FAILED: {problem}\nsmallest of {tried} tried, {}:\n{text}", path.display());
}

fn attempt(recipe: &Recipe, effort: &Effort) -> Result<Proof, Problem> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = recipe.write(folder.path());
    let output = folder.path().join("out");
    let proof = catch_unwind(AssertUnwindSafe(|| prove::prove(&path, &output, effort, &|_| ())));
    proof.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
        Err(Problem { failure: Failure::Broken, text: text.unwrap_or_default() })
    })
}
