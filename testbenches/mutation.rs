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

use mutant::{Class, Fate};
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
    let fates: Vec<Fate> = mutants.par_iter().map(|mutant| mutant.fate(&built.folder, None)).collect();
    let count = |fate| fates.iter().filter(|own| **own == fate).count();
    // of these few, those that nothing can find are not sorted out: `make mutate` does that
    let alive: Vec<_> = mutants.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Alive).collect();
    for (mutant, _) in &alive {
        println!("alive: {}:{} `{}` -> `{}`", mutant.file, mutant.line, mutant.from, mutant.to);
    }
    let built = count(Fate::Killed) + alive.len();
    assert!(built >= 28 && 10 * count(Fate::Killed) >= 7 * built, "{alive:#?}");
}
