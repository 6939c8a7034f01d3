//! Is the Verilog the model? Whole networks, built and run in Verilator, promises included.

#[allow(dead_code)]
mod files;
#[path = "common/prove.rs"]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use prove::Failure;
use random::Limits;

/// Seeds of the random networks, in slices that run side by side.
const SLICES: u64 = 2;
const NETWORKS: u64 = 30;

fn slice(index: u64) {
    let seeds = (0..NETWORKS).filter(|seed| seed % SLICES == index);
    let proved = seeds.filter(|&seed| prove(seed, Limits::default())).count() as u64;
    assert!(proved * 10 >= NETWORKS / SLICES * 9, "only {proved} networks could be built");
}

/// Whether the network was built: a target or a format may not be possible, anything else holds or fails.
fn prove(seed: u64, limits: Limits) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = random::network(seed, limits).write(folder.path());
    match prove::network(&path, &folder.path().join("out"), seed, 4) {
        Ok(proof) => println!("{proof}"),
        Err(problem) if problem.failure == Failure::Declined => return false,
        Err(problem) => panic!("seed {seed}: {problem}"),
    }
    true
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
    let limits = |layers, size, block| Limits { layers, size, block };
    assert!(prove(1000, limits(1, 1100, (512, 512))) && prove(1001, limits(2, 600, (128, 256))));
}

/// Streams that fork, meet in every order, and are cut inside and between the two words of a pair.
#[test]
fn branches_keep_their_promises() {
    for (index, text) in BRANCHES.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        files::write(folder.path(), "");
        let path = folder.path().join("branches.circ");
        std::fs::write(&path, format!("network branches {{\n input x 8 range -1 .. 1\n{text}\n}}\n")).unwrap();
        let proof = prove::network(&path, &folder.path().join("out"), index as u64, 6);
        println!("{}", proof.unwrap_or_else(|e| panic!("branches {index}: {e}")));
    }
}

const BRANCHES: &[&str] = &[
    // the first beats of a frame pass, the others end: a burst that begins with the period and rests at its end
    r#"layer a slice 0 .. 2
       layer b slice 0 .. 1 from a
       layer all concat from b, a"#,
    // blocks of one size meet as they come; one layer goes to three
    r#"layer a dense 8 block 4 { weights "matrix.npy" activation relu }
       layer b dense 8 block 4 { weights "matrix.npy" }
       layer s add from b, a { activation relu }
       layer c dense 8 block 2 { weights "matrix.npy" }
       layer t add from c, a, s, b
       layer all concat from t, a
       layer part slice 4 .. 12
       layer d dense 8 { weights "matrix.npy" }
       target { interval 16 cycles }"#,
    // every order turned into pairs, odd frames, two lanes at the input
    r#"layer a dense 8 block 8 from x { weights "matrix.npy" }
       layer b dense 8 from x { weights "matrix.npy" }
       layer cut slice 2 .. 7 from a
       layer tail slice 3 .. 8 from b
       layer s add from cut, tail
       layer odd slice 1 .. 4 from a
       layer all concat from s, odd
       layer e dense 8 { weights "matrix.npy" activation tanh }
       layer best argmax
       target { interval 12 cycles }"#,
    // formats far apart, a sum of the input with itself, and the input next to the output
    r#"layer a dense 8 block 4 { weights "matrix.npy" format s5.2 }
       layer b dense 8 block 2 from x { weights "matrix.npy" format s0.13 }
       layer s add from a, b, x, x { format s2.6 rounding half-even activation relu }
       layer all concat from b, s, x { format s1.5 rounding floor }"#,
];
