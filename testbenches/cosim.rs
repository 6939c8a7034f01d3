//! Is the Verilog the model? Whole networks, built and run in Verilator, promises included.

#[path = "common/prove.rs"]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use random::Limits;

/// Seeds of the random networks, in slices that run side by side.
const SLICES: u64 = 2;
const NETWORKS: u64 = 30;

fn slice(index: u64) {
    for seed in (0..NETWORKS).filter(|seed| seed % SLICES == index) {
        prove(seed, Limits::default());
    }
}

fn prove(seed: u64, limits: Limits) {
    let folder = tempfile::tempdir().unwrap();
    let path = random::network(seed, limits, folder.path());
    let proof =
        prove::network(&path, &folder.path().join("out"), seed, 4).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    println!("{proof}");
}

#[test]
fn random_networks_keep_their_promises_even() {
    slice(0);
}

#[test]
fn random_networks_keep_their_promises_odd() {
    slice(1);
}

#[test]
fn the_largest_blocks_keep_their_promises() {
    prove(1000, Limits { layers: 1, size: 1100, block: (512, 512) });
    prove(1001, Limits { layers: 2, size: 600, block: (128, 256) });
}
