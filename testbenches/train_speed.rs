//! `make train-speed`: an epoch of a circulant layer against the same layer dense, over its size.

#[path = "train/speed.rs"]
mod speed;

use circlet::report::table::{Table, grouped};
use speed::{BATCH, K, steps};

/// Samples of an epoch.
const EPOCH: usize = 60_000;

fn main() {
    let most = std::env::args().nth(1).and_then(|most| most.parse().ok()).unwrap_or(16384);
    let head = "n dense-weights circulant-weights dense-s/epoch circulant-s/epoch times-faster";
    let mut table = Table::new(head, "rrrrrr");
    for n in [512, 1024, 2048, 4096, 8192, 16384].into_iter().filter(|&n| n <= most) {
        let (dense, circulant) = steps(n, 1.0);
        let epoch = |step: f64| format!("{:.1}", step * EPOCH as f64 / BATCH as f64);
        let (all, few) = (grouped((n * n) as u64), grouped((n * n / K) as u64));
        eprintln!("n {n}: dense {dense:.4} s, circulant {circulant:.4} s per step");
        table.row([n.to_string(), all, few, epoch(dense), epoch(circulant), format!("{:.1}", dense / circulant)]);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!("blocks of {K}, batches of {BATCH}, epochs of {} samples, {threads} threads", grouped(EPOCH as u64));
    println!("{table}");
}
