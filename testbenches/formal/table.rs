//! `make formal`: proves every cell for every set of parameters of the grid, and writes the list.

#[path = "cases.rs"]
mod cases;
#[path = "prover.rs"]
mod prover;

use cases::{FAULTS, REACHED};
use prover::{Answer, Case, Goal};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

fn main() {
    let clock = Instant::now();
    let answers: Vec<(Case, Answer, f64)> = cases::grid()
        .into_par_iter()
        .map(|case| {
            let (answer, seconds) = case.solve(Goal::Prove);
            println!("{:16} {:70} {answer:?} {seconds:.1} s", case.cell, case.parameters);
            (case, answer, seconds)
        })
        .collect();
    let refuted = FAULTS.par_iter().map(|(cell, from, to)| {
        let case = Case { steps: 60, ..cases::of(cell) };
        (cell, from, to, case.solve(Goal::Refute(from, to)).0)
    });
    let refuted: Vec<_> = refuted.collect();
    let reached = REACHED.par_iter().map(|cell| (cell, Case { steps: 60, ..cases::of(cell) }.solve(Goal::Reach).0));
    let reached: Vec<_> = reached.collect();
    let text = list(&answers, &refuted, &reached);
    std::fs::write("testbenches/formal/README.md", text).expect("a folder that can be written to");
    let open = answers.iter().filter(|(_, answer, _)| !matches!(answer, Answer::Proved(_))).count()
        + refuted.iter().filter(|row| !matches!(row.3, Answer::Counterexample(_))).count()
        + reached.iter().filter(|row| !matches!(row.1, Answer::Counterexample(_))).count();
    println!("{} proofs, {open} open, {:.0} s", answers.len(), clock.elapsed().as_secs_f64());
    std::process::exit((open > 0) as i32);
}

type Refuted<'a> = (&'a &'a str, &'a &'a str, &'a &'a str, Answer);

fn list(answers: &[(Case, Answer, f64)], refuted: &[Refuted], reached: &[(&&str, Answer)]) -> String {
    let mut text = include_str!("head.md").to_string();
    let mut cells: BTreeMap<&str, Vec<&(Case, Answer, f64)>> = BTreeMap::new();
    for row in answers {
        cells.entry(row.0.cell).or_default().push(row);
    }
    for (cell, rows) in &cells {
        let _ = writeln!(text, "## {cell}\n");
        if *cell == "adder_graph" {
            text += "- proves    each output is its constant times the input, modulo its range, `depth` cycles later\n";
        } else {
            let properties = prover::properties_of(cell);
            let lines = properties.lines().take_while(|line| line.starts_with("//"));
            for line in lines.filter_map(|line| line.strip_prefix("//   ")) {
                let _ = writeln!(text, "{}{}", if line.starts_with(' ') { "  " } else { "- " }, line.trim());
            }
        }
        text += "\n| parameters | induction | s |\n|---|---|---|\n";
        for (case, answer, seconds) in rows {
            let depth = match answer {
                Answer::Proved(depth) => format!("{depth}"),
                other => format!("{other:?}"),
            };
            let _ = writeln!(text, "| {} | {depth} | {seconds:.1} |", case.parameters);
        }
        text += "\n";
    }
    text += "## Faults that the proofs find\n\n| cell | instead of | stands | cycles to the counterexample |\n|---|---|---|---|\n";
    for (cell, from, to, answer) in refuted {
        let cycles = match answer {
            Answer::Counterexample(cycles) => cycles.to_string(),
            other => format!("{other:?}"),
        };
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        let _ = writeln!(text, "| {cell} | `{}` | `{}` | {cycles} |", line(from), line(to));
    }
    text += "\n## States that are reached under the assumptions\n\n| cell | cycles |\n|---|---|\n";
    for (cell, answer) in reached {
        let cycles = match answer {
            Answer::Counterexample(cycles) => cycles.to_string(),
            other => format!("{other:?}"),
        };
        let _ = writeln!(text, "| {cell} | {cycles} |");
    }
    text
}
