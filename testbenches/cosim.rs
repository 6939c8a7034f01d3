//! Is the Verilog the model? Whole networks, built and run in Verilator, promises included.

#[allow(dead_code)]
mod files;
#[path = "common/mlp.rs"]
mod mlp;
#[path = "common/prove.rs"]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;
#[path = "common/wide.rs"]
mod wide;

use mlp::{Mlp, mlp};
use prove::Failure;
use random::Limits;
use std::collections::BTreeSet;
use std::path::Path;

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
    prove_recipe(seed, random::network(seed, limits))
}

fn prove_recipe(seed: u64, recipe: recipe::Recipe) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = recipe.write(folder.path());
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

/// Seeds of networks that take four words per cycle in many places.
const WIDE: std::ops::Range<u64> = 3000..3008;

#[test]
fn random_networks_of_wide_units_keep_their_promises() {
    let proved = WIDE.filter(|&seed| prove_recipe(seed, wide::network(seed))).count();
    assert!(proved >= 6, "only {proved} networks could be built");
}

/// Seeds of networks with forward transforms of half the pace.
const HALVED: std::ops::Range<u64> = 4000..4006;

fn halved(seed: u64) -> recipe::Recipe {
    random::network(seed, Limits { halved: true, ..Limits::default() })
}

#[test]
fn random_networks_of_half_the_pace_keep_their_promises() {
    let proved = HALVED.filter(|&seed| prove_recipe(seed, halved(seed))).count();
    assert!(proved >= 5, "only {proved} networks could be built");
}

/// What the seeds above draw: every unit at every pace is stated by some layer.
#[test]
fn random_networks_state_every_unit() {
    let stated_by = |recipe: recipe::Recipe| recipe.layers.into_iter().flat_map(|layer| layer.stated);
    let usual = (0..NETWORKS).flat_map(|seed| stated_by(random::network(seed, Limits::default())));
    let wide = WIDE.flat_map(|seed| stated_by(wide::network(seed)));
    let half = HALVED.flat_map(|seed| stated_by(halved(seed)));
    let stated: BTreeSet<String> = usual.chain(wide).chain(half).collect();
    for (unit, paces) in [
        ("forward", &["serial", "wide", "whole", "folded", "half"][..]),
        ("spectra", &["serial", "wide", "whole"]),
        ("inverse", &["serial", "wide", "whole", "bitwise", "folded"]),
        ("products", &["1", "2", "3", "4"]),
        ("stationary", &["sums", "blocks"]),
    ] {
        for pace in paces {
            let text = format!("{unit} {pace}");
            assert!(stated.iter().any(|stated| stated.starts_with(&text)), "no layer states `{text}`: {stated:?}");
        }
    }
}

#[test]
fn the_largest_blocks_keep_their_promises() {
    let limits = |layers, size, block| Limits { layers, size, block, ..Limits::default() };
    assert!(prove(1000, limits(1, 1100, (512, 512))) && prove(1001, limits(2, 600, (128, 256))));
}

/// The MLP for a target; its files stay in `mlp/<name>` below `CARGO_TARGET_TMPDIR`.
fn built(name: &str, target: &str) -> Mlp {
    mlp(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("mlp").join(name), target)
}

/// NNgen takes 18,409 clocks per frame, 80 DSP48 and 11,216 LUT for the same network (Yosys 0.70, stored).
#[test]
fn an_mlp_takes_64_cycles_with_fewer_cells() {
    let mlp = built("fast", "interval 64 cycles  multipliers 80");
    let dsp = mlp.count("DSP48E1");
    assert!(mlp.interval <= 64 && dsp <= 80 && mlp.luts() <= 11_216, "{} {:?}", mlp.interval, mlp.cells);
}

#[test]
fn an_mlp_takes_8_multipliers_and_a_tenth_of_the_cycles() {
    let mlp = built("small", "interval 1840 cycles  multipliers 8");
    assert!(mlp.interval <= 1_840 && mlp.count("DSP48E1") <= 8, "{} {:?}", mlp.interval, mlp.cells);
}

/// Streams that fork, meet in every order, and are cut inside and between the two words of a pair.
#[test]
fn branches_keep_their_promises() {
    prove_texts("branches", 8, BRANCHES);
}

/// Networks given by their layers, on an input of `size` elements.
fn prove_texts(name: &str, size: usize, texts: &[&str]) {
    for (index, text) in texts.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        files::write(folder.path(), "");
        let path = folder.path().join(format!("{name}.circ"));
        std::fs::write(&path, format!("network {name} {{\n input x {size} range -1 .. 1\n{text}\n}}\n")).unwrap();
        let proof = prove::network(&path, &folder.path().join("out"), index as u64, 6);
        println!("{}", proof.unwrap_or_else(|e| panic!("{name} {index}: {e}")));
    }
}

/// Every pace of every unit, between streams of every width.
#[test]
fn units_of_every_pace_keep_their_promises() {
    prove_texts("paces", 64, PACES);
}

#[test]
fn units_of_small_layers_keep_their_promises() {
    prove_texts("little", 8, LITTLE);
}

const PACES: &[&str] = &[
    // wide beats become pairs, pairs become wide beats, a spectrum of wide beats becomes one of pairs
    r#"layer a dense 64 block 16 { weights "square.npy" forward whole spectra whole inverse whole rows 2 activation relu }
       layer b dense 64 block 8 { weights "square.npy" forward whole spectra whole inverse serial products 3 }
       layer c dense 64 block 32 { weights "square.npy" forward whole spectra serial inverse bitwise rows 1 }"#,
    // wide beats of small blocks become wider ones; few columns, rows of several groups
    r#"layer a dense 64 block 4 { weights "square.npy" forward serial spectra whole inverse whole products 3 rows 5 }
       layer b dense 64 block 16 { weights "square.npy" forward whole spectra whole inverse bitwise rows 3 products 4 }
       layer c dense 64 block 8 { weights "square.npy" forward serial spectra serial inverse whole rows 3 products 3 }
       layer d dense 10 { weights "fc.npz" tensor "w" }
       layer best argmax"#,
    // wide beats at every place that takes streams
    r#"layer a dense 64 block 8 { weights "square.npy" forward whole inverse whole }
       layer f pointwise { activation tanh }
       layer b dense 64 block 8 { weights "square.npy" inverse whole spectra whole }
       layer s add from f, b, f { activation relu }
       layer low slice 3 .. 35 from b
       layer high slice 0 .. 32 from s
       layer all concat from low, high { format s2.9 }
       layer e dense 64 block 8 { weights "square.npy" inverse whole spectra whole }"#,
    // more words per cycle than pairs can bring: the compiler's choice, from the input to the output
    r#"layer a dense 64 block 16 { weights "square.npy" activation relu }
       layer b dense 64 block 16 { weights "square.npy" }
       target { interval 8 cycles }"#,
    // four words per cycle, between blocks of every size, in front of and behind whole blocks, pairs and single words
    r#"layer a dense 64 block 32 { weights "square.npy" forward whole spectra whole inverse whole activation relu }
       layer b dense 64 block 64 { weights "square.npy" inverse wide stationary blocks rows 1 products 3 }
       layer c dense 64 block 128 { weights "square.npy" inverse wide activation tanh }
       layer d dense 64 block 32 { weights "square.npy" forward wide spectra wide inverse wide rows 1 }
       layer f pointwise { activation relu }
       layer e dense 64 block 32 { weights "square.npy" forward wide spectra wide inverse whole rows 2 }
       layer g dense 64 block 32 { weights "square.npy" inverse wide rows 2 stationary blocks }
       layer h dense 64 block 64 { weights "square.npy" forward wide spectra serial inverse folded products 2 }
       layer i dense 10 { weights "fc.npz" tensor "w" }
       layer best argmax"#,
    // the same where streams meet, and a frame that ends within a block
    r#"layer a dense 64 block 64 { weights "square.npy" inverse wide }
       layer b dense 64 block 32 { weights "square.npy" forward wide spectra wide inverse serial rows 2 }
       layer low slice 3 .. 35 from a
       layer s add from a, b { activation relu }
       layer all concat from low, s
       layer part slice 32 .. 96 from all
       layer c dense 64 block 64 { weights "square.npy" }"#,
    // more words per cycle than pairs can bring, of blocks too large to be taken whole
    r#"layer a dense 64 block 64 { weights "square.npy" activation relu }
       layer b dense 64 block 64 { weights "square.npy" }
       target { interval 16 cycles }"#,
    // complex butterflies in turn, products in steps
    r#"layer a dense 64 block 64 { weights "square.npy" forward folded units 2 multipliers 1 inverse folded multipliers 3 products 1 activation relu }
       layer b dense 64 block 64 { weights "square.npy" forward folded inverse folded units 3 multipliers 0 products 1 }
       layer c dense 64 block 64 { weights "square.npy" forward serial inverse folded units 4 multipliers 1 products 3 }
       target { multipliers 40 }"#,
    // a word per cycle before products of every pace
    r#"layer a dense 64 block 64 { weights "square.npy" forward half products 2 activation relu }
       layer b dense 64 block 8 { weights "square.npy" forward half spectra whole inverse bitwise rows 2 }
       layer c dense 64 block 16 { weights "square.npy" forward half spectra whole inverse whole products 3 }
       layer d dense 64 block 4 { weights "square.npy" forward half spectra serial rows 3 stationary blocks }"#,
];

const LITTLE: &[&str] = &[
    // a frame per cycle
    r#"layer a dense 8 block 8 { weights "matrix.npy" bias "bias.npy" }
       layer b dense 8 block 8 { weights "matrix.npy" }
       target { interval 1 cycles }"#,
    // blocks larger than the frame, and blocks of two words
    r#"layer a dense 8 block 16 { weights "matrix.npy" forward whole spectra whole inverse bitwise }
       layer b dense 8 block 2 { weights "matrix.npy" forward whole spectra whole inverse whole }
       layer c dense 8 block 16 { weights "matrix.npy" forward whole spectra whole inverse whole }
       layer d dense 8 { weights "matrix.npy" }"#,
    // multipliers are short
    r#"layer a dense 8 block 4 { weights "matrix.npy" }
       layer b dense 8 block 8 { weights "matrix.npy" }
       target { interval 16 cycles multipliers 6 }"#,
];

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
