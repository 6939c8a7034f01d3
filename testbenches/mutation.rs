//! Mutants of a small network: a seeded slice of `make mutate`, which writes `mutation/README.md`.

#[path = "mutation/equal.rs"]
#[allow(dead_code)]
mod equal;
#[path = "mutation/mutant.rs"]
#[allow(dead_code)]
mod mutant;
#[path = "mutation/networks.rs"]
#[allow(dead_code)]
mod networks;
#[path = "common/prove.rs"]
#[allow(dead_code)]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
#[allow(dead_code)]
mod recipe;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use mutant::{Class, Fate, Mutant};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn mutants_of_every_class_are_found() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutation");
    let _ = std::fs::remove_dir_all(&place);
    let built = &networks::build(&place)[1];
    println!("{}", built.about);
    let mutants = mutant::mutants(&built.folder, 40, 7);
    let classes: BTreeSet<Class> = mutants.iter().map(|mutant| mutant.class).collect();
    assert!(classes.len() >= 8, "{classes:?}");
    // another word in a memory is another netlist
    let gold = equal::Gold::of(&built.folder, &built.name);
    let proof = |mutant: &Mutant| (mutant.class != Class::Memory).then_some(&gold);
    let fates: Vec<Fate> = mutants.par_iter().map(|mutant| mutant.fate(&built.folder, proof(mutant))).collect();
    let count = |fate| fates.iter().filter(|own| **own == fate).count();
    // of those that are other hardware, what no port can show is not sorted out: `make mutate` does that
    let alive: Vec<_> = mutants.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Alive).collect();
    for (mutant, _) in &alive {
        println!("alive: {}:{} `{}` -> `{}`", mutant.file, mutant.line, mutant.from, mutant.to);
    }
    let other = count(Fate::Killed) + alive.len();
    let built = other + count(Fate::Equivalent);
    assert!(built >= 28 && 10 * count(Fate::Killed) >= 8 * other, "{alive:#?}");
}
