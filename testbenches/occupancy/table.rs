//! `make occupancy`: the table of `README.md` beside this file.

#[allow(dead_code)]
mod count;
#[allow(dead_code)]
#[path = "../common/recipe.rs"]
mod recipe;
#[allow(dead_code)]
#[path = "../common/tools.rs"]
mod tools;

use circlet::network::LayerKind;

const HEAD: &str = include_str!("head.md");

fn main() {
    println!("{}", HEAD.trim_end());
    for k in [16, 64, 256] {
        for budget in (0..=8).map(|bits| 1 << bits) {
            println!("| {k} | {budget} | {}", row(k, budget));
        }
    }
}

fn row(k: usize, budget: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let compiled = match count::layer(folder.path(), k, budget) {
        Ok(compiled) => compiled,
        Err(text) => {
            let needs = text.split("needs ").nth(1).and_then(|rest| rest.split_whitespace().next());
            return format!("refused: the smallest needs {} | | | | | | |", needs.unwrap_or("more"));
        }
    };
    assert!(compiled.network.layers.iter().all(|layer| matches!(layer.kind, LayerKind::Dense(_))));
    let model = count::in_model(&compiled);
    let verilog = count::in_verilog(&compiled, folder.path());
    let percent = |share: count::Share| format!("{:.1} %", share.percent());
    let all = [model.arrays, verilog.arrays, model.all, verilog.all].map(percent).join(" | ");
    let (arrays, whole) = (model.arrays.multipliers, model.all.multipliers);
    eprintln!("k {k}, {budget}: {all}");
    format!("{} | {arrays} | {} | {all} |", compiled.schedule.interval, whole - arrays)
}
