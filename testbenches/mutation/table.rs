//! `make mutate N=... SEED=...`: mutants of several networks, what `verify` finds of them, and the list.

#[path = "equal.rs"]
mod equal;
#[path = "mutant.rs"]
mod mutant;
#[path = "networks.rs"]
mod networks;
#[path = "../common/prove.rs"]
#[allow(dead_code)]
mod prove;
#[path = "../common/random.rs"]
mod random;
#[path = "reasons.rs"]
mod reasons;
#[path = "../common/recipe.rs"]
#[allow(dead_code)]
mod recipe;
#[path = "../common/tools.rs"]
#[allow(dead_code)]
mod tools;

use equal::Gold;
use mutant::{Class, Fate, Mutant};
use networks::Built;
use rayon::prelude::*;
use reasons::Reasons;
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
    let reasons = Reasons::read();
    let golds: BTreeMap<&str, Gold> = built.iter().map(|one| (&*one.name, Gold::of(&one.folder, &one.name))).collect();
    let fates: Vec<Judged> = jobs
        .into_par_iter()
        .map(|(one, mutant)| {
            let judged = judge(one, &golds[&*one.name], mutant, &reasons);
            println!("{}", judged.line());
            judged
        })
        .collect();
    let text = list(&built, &fates, seed);
    std::fs::write("testbenches/mutation/README.md", &text).expect("a folder that can be written to");
    println!("{text}{:.0} s", clock.elapsed().as_secs_f64());
    let unexplained = fates.iter().filter(|own| own.fate == Fate::Alive && own.why.is_none()).count();
    std::process::exit((unexplained > 0) as i32);
}

/// A mutant and what came of it.
struct Judged<'a> {
    of: &'a Built,
    mutant: Mutant,
    fate: Fate,
    why: Option<String>,
}

impl Judged<'_> {
    fn line(&self) -> String {
        let Mutant { file, line, class, from, to, .. } = &self.mutant;
        let text: String = source(self.of, &self.mutant).chars().take(90).collect();
        let why = self.why.as_ref().map_or(String::new(), |why| format!(". {why}"));
        format!("{:?} {} {file}:{line} {class:?} `{from}` -> `{to}` in `{text}`{why}", self.fate, self.of.name)
    }
}

fn source(of: &Built, mutant: &Mutant) -> String {
    let text = std::fs::read_to_string(of.folder.join(&mutant.file)).unwrap();
    text.lines().nth(mutant.line - 1).unwrap_or_default().trim().to_string()
}

fn judge<'a>(of: &'a Built, gold: &Gold, mutant: Mutant, reasons: &Reasons) -> Judged<'a> {
    let reason = reasons.of(&of.name, &mutant, &source(of, &mutant));
    // another word in a memory is another netlist, and what has its reason needs no proof
    let proof = mutant.class != Class::Memory && reason.is_none();
    let fate = mutant.fate(&of.folder, proof.then_some(gold));
    if fate != Fate::Alive {
        return Judged { of, mutant, fate, why: None };
    }
    let fate = if reason.is_some_and(|reason| reason.same) { Fate::Harmless } else { fate };
    let why = reason.map(|reason| reason.why.clone());
    Judged { of, mutant, fate, why }
}

fn list(built: &[Built], fates: &[Judged], seed: u64) -> String {
    let mut text = include_str!("head.md").to_string();
    let mut counts: BTreeMap<Class, [usize; 5]> = BTreeMap::new();
    for own in fates {
        counts.entry(own.mutant.class).or_default()[own.fate as usize] += 1;
    }
    let sum = |fate: Fate| counts.values().map(|row| row[fate as usize]).sum::<usize>();
    let (killed, equal, harmless, alive) =
        (sum(Fate::Killed), sum(Fate::Equivalent), sum(Fate::Harmless), sum(Fate::Alive));
    let share = 100.0 * killed as f64 / (killed + alive).max(1) as f64;
    let _ = writeln!(
        text,
        "Seed {seed}: {} mutants, {equal} equivalent, {harmless} harmless, {killed} of {} others killed: \
         **{share:.1} %**.\n\nNetworks:\n",
        killed + alive + equal + harmless,
        killed + alive
    );
    for one in built {
        let _ = writeln!(text, "- `{}`: {}", one.name, one.about);
    }
    text += "\n| class | killed | equivalent | harmless | alive | not built |\n|---|---|---|---|---|---|\n";
    for (class, row) in &counts {
        let at = |fate: Fate| row[fate as usize];
        let _ = writeln!(
            text,
            "| {class:?} | {} | {} | {} | {} | {} |",
            at(Fate::Killed),
            at(Fate::Equivalent),
            at(Fate::Harmless),
            at(Fate::Alive),
            at(Fate::Stillborn)
        );
    }
    let titles = [
        (Fate::Alive, "Alive"),
        (Fate::Harmless, "Harmless, for the reason given"),
        (Fate::Equivalent, "Equivalent, as Yosys shows"),
    ];
    for (fate, title) in titles {
        let _ = writeln!(text, "\n## {title}\n");
        for own in fates.iter().filter(|own| own.fate == fate) {
            let line = own.line();
            let _ = writeln!(text, "- {}", line.split_once(' ').map_or("", |(_, rest)| rest));
        }
    }
    text
}
