//! `make mutate N=... SEED=...`: mutants of several networks, what `verify` finds of them, and the list.

#[path = "mutant.rs"]
mod mutant;
#[path = "networks.rs"]
mod networks;
#[path = "../common/prove.rs"]
#[allow(dead_code)]
mod prove;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/recipe.rs"]
#[allow(dead_code)]
mod recipe;
#[path = "../common/tools.rs"]
#[allow(dead_code)]
mod tools;

use mutant::{Class, Fate, Mutant};
use networks::Built;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().expect("a number of mutants and a seed"));
    let (count, seed): (usize, u64) = (numbers.next().unwrap_or(240) as usize, numbers.next().unwrap_or(1));
    let clock = Instant::now();
    let place = Path::new("target/mutation");
    let _ = std::fs::remove_dir_all(place);
    let built = networks::build(place);
    let each = count.div_ceil(built.len());
    let jobs: Vec<(&Built, Mutant)> = built
        .iter()
        .flat_map(|one| mutant::mutants(&one.folder, each, seed).into_iter().map(move |m| (one, m)))
        .collect();
    let fates: Vec<(&Built, Mutant, Fate)> = jobs
        .into_par_iter()
        .map(|(one, mutant)| {
            let fate = mutant.fate(&one.folder, Some(&one.name));
            println!("{fate:?} {}: {}", one.name, line(&mutant, &one.folder));
            (one, mutant, fate)
        })
        .collect();
    let (text, alive) = list(&built, &fates, seed);
    std::fs::write("testbenches/mutation/README.md", &text).expect("a folder that can be written to");
    println!("{text}{:.0} s", clock.elapsed().as_secs_f64());
    std::process::exit((alive > 0) as i32);
}

fn line(mutant: &Mutant, folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join(&mutant.file)).unwrap();
    let line = text.lines().nth(mutant.line - 1).unwrap_or_default().trim().to_string();
    let line: String = line.chars().take(90).collect();
    format!("{}:{} {:?} `{}` -> `{}` in `{line}`", mutant.file, mutant.line, mutant.class, mutant.from, mutant.to)
}

fn list(built: &[Built], fates: &[(&Built, Mutant, Fate)], seed: u64) -> (String, usize) {
    let mut text = include_str!("head.md").to_string();
    let mut counts: BTreeMap<Class, [usize; 4]> = BTreeMap::new();
    for (_, mutant, fate) in fates {
        counts.entry(mutant.class).or_default()[*fate as usize] += 1;
    }
    let sum = |fate: Fate| counts.values().map(|row| row[fate as usize]).sum::<usize>();
    let (killed, equal, alive) = (sum(Fate::Killed), sum(Fate::Equivalent), sum(Fate::Alive));
    let share = 100.0 * killed as f64 / (killed + alive).max(1) as f64;
    let _ = writeln!(
        text,
        "Seed {seed}: {} mutants, {equal} equivalent, {killed} of {} others killed: **{share:.1} %**.\n\nNetworks:\n",
        killed + alive + equal,
        killed + alive
    );
    for one in built {
        let _ = writeln!(text, "- `{}`: {}", one.name, one.about);
    }
    text += "\n| class | killed | equivalent | alive | not built |\n|---|---|---|---|---|\n";
    for (class, row) in &counts {
        let at = |fate: Fate| row[fate as usize];
        let _ = writeln!(
            text,
            "| {class:?} | {} | {} | {} | {} |",
            at(Fate::Killed),
            at(Fate::Equivalent),
            at(Fate::Alive),
            at(Fate::Stillborn)
        );
    }
    for (fate, title) in [(Fate::Alive, "Alive"), (Fate::Equivalent, "Equivalent, as Yosys shows")] {
        let _ = writeln!(text, "\n## {title}\n");
        for (one, mutant, _) in fates.iter().filter(|(_, _, own)| *own == fate) {
            let _ = writeln!(text, "- {}: {}", one.name, line(mutant, &one.folder));
        }
    }
    (text, alive)
}
