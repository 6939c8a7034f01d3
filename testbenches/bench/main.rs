//! `make bench`: every figure that circlet is judged by, beside its anchor; writes BENCHMARKS.json and BENCHMARKS.md.
//!
//! usage: bench [PART...]     all parts if none is named; the figures of the others stay

#[path = "../common/aimed.rs"]
mod aimed;
#[allow(dead_code)]
#[path = "../common/bench.rs"]
mod bench;
#[path = "../compile_speed/measure.rs"]
mod compile;
#[allow(dead_code)]
#[path = "../occupancy/count.rs"]
mod count;
#[allow(dead_code, unused_imports)]
#[path = "../blocks/fft.rs"]
mod fft;
#[path = "../blocks/koios.rs"]
mod koios;
#[allow(dead_code)]
#[path = "../overlap/latency.rs"]
mod latency;
#[path = "../common/mlp.rs"]
mod mlp;
#[path = "../model_speed/measure.rs"]
mod model;
mod parts;
#[allow(dead_code)]
#[path = "../common/prove.rs"]
mod prove;
#[allow(dead_code)]
#[path = "../common/recipe.rs"]
mod recipe;
mod rivals;
mod sheet;
#[allow(dead_code)]
#[path = "../common/storage.rs"]
mod storage;
#[allow(dead_code)]
#[path = "../common/throughput.rs"]
mod throughput;
#[allow(dead_code)]
#[path = "../common/tools.rs"]
mod tools;
#[path = "../transforms/measure.rs"]
mod transforms;
#[path = "../common/watched.rs"]
mod watched;

use parts::{Entry, PARTS};
use sheet::{Part, Sheet};
use std::fs;
use std::process::Command;
use std::time::Instant;

const JSON: &str = "BENCHMARKS.json";
const TABLE: &str = "BENCHMARKS.md";

fn main() {
    model::answer();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = PARTS.iter().map(|part| part.0).collect();
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        eprintln!("no part `{unknown}`; the parts are {}", names.join(", "));
        std::process::exit(2);
    }
    let mut sheet: Sheet =
        fs::read_to_string(JSON).map_or_else(|_| Sheet::default(), |text| serde_json::from_str(&text).unwrap());
    sheet.parts.retain(|name, _| names.contains(&name.as_str()));
    for entry in PARTS.iter().filter(|entry| wanted.is_empty() || wanted.iter().any(|name| name == entry.0)) {
        let part = measured(entry);
        println!("\n{} ({}, {:.0} s)", part.about, entry.0, part.seconds);
        for row in &part.rows {
            let [figure, ours, anchor, goal, verdict] = row.cells();
            println!("  {figure}: {ours} | {anchor} | {goal} | {verdict}");
        }
        sheet.parts.insert(entry.0.into(), part);
        // after each part: what was measured stays if a later one fails
        fs::write(JSON, serde_json::to_string_pretty(&sheet).unwrap() + "\n").unwrap();
        fs::write(TABLE, sheet.markdown(&names)).unwrap();
    }
    println!("\n{TABLE} and {JSON} are written");
}

fn measured(&(name, about, tools, rows): &Entry) -> Part {
    eprintln!("{name} ...");
    let clock = Instant::now();
    let rows = rows();
    let seconds = clock.elapsed().as_secs_f64().round();
    let tools = tools.iter().map(|&tool| (tool.to_string(), version(tool))).collect();
    Part { about: about.into(), command: format!("make bench PARTS={name}"), seconds, tools, rows }
}

/// The version of a tool: the first word of what it says that begins with a digit.
fn version(tool: &str) -> String {
    let option = if tool == "yosys" { "-V" } else { "--version" };
    let said = Command::new(tool).arg(option).output().map(|output| output.stdout).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let is_number = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    said.split_whitespace().find(is_number).unwrap_or("not found").into()
}
