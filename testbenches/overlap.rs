//! Neighbouring layers overlap: the latency of a network against what its layers take one after the other.

#[allow(dead_code)]
#[path = "common/recipe.rs"]
mod recipe;

use circlet::diag::Diagnostics;
use circlet::emit::{Context, vectors};
use circlet::frontend::read_source;
use circlet::machine::flow::Flow;
use circlet::machine::{Inputs, Outputs};
use circlet::pipeline::{Silent, compile};
use recipe::{Kind, Numbers, Piece, Recipe};

/// Layers of 1024 x 1024 in blocks of 64 with random weights, `interval` cycles per frame.
fn network(layers: usize, interval: usize, stated: &[&str]) -> Recipe {
    let kind = Kind::Dense { outputs: 1024, block: 64, form: "first-column", numbers: Numbers::Usual, bias: true };
    let stated = stated.iter().chain(&["activation relu"]).map(|text| text.to_string()).collect();
    Recipe {
        seed: 6,
        shape: vec![1024],
        input: "range -1 .. 1".into(),
        precision: "precision { activations 12 bits  weights 12 bits }".into(),
        samples: 0,
        layers: vec![Piece { stated, ..Piece::of(kind) }; layers],
        target: format!("target {{ interval {interval} cycles }}"),
    }
}

/// Cycles from the first input beat of a frame to its last output beat, in a model idle before: counted at its ports.
fn latency(recipe: &Recipe) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let source = read_source(&recipe.write(folder.path())).unwrap();
    let compiled = compile(&source, &mut Silent, &mut Diagnostics::default()).unwrap();
    let context = Context { network: &compiled.network, schedule: &compiled.schedule };
    let machine = vectors::machine_of(&context);
    let (lanes, frame) = (machine.fifos[0].lanes, machine.frame_in);
    let (mut flow, mut outputs) = (Flow::of(machine), Outputs::default());
    let (mut given, mut cycle) = (0, 0);
    loop {
        let data = (0..lanes).map(|lane| (given * 37 + lane * 11) as i64 % 64 - 32).collect();
        let inputs = Inputs { valid: given < frame, data, last: given + 1 == frame, ready: true, rst: false };
        flow.step(&inputs, &mut outputs);
        given += (inputs.valid && outputs.ready) as usize;
        if outputs.valid && outputs.last {
            assert_eq!(cycle, compiled.schedule.latency_last, "what is promised");
            return cycle;
        }
        cycle += 1;
    }
}

/// 1024-1024-1024 against twice 1024-1024.
///
/// A layer alone is a network of its own with the same target. Its whole-frame time is what it takes from the first beat of its
/// input to the last beat of its output; a layer that waited for whole frames would begin when the one before it had ended, so the
/// sum of the layers' times is the latency without any overlap. Here the target is an interval of 4,096 cycles; the other
/// intervals are printed.
#[test]
fn two_layers_take_less_than_their_sum() {
    let ratio = |interval| {
        let [alone, both] = [1, 2].map(|layers| latency(&network(layers, interval, &[])));
        let percent = 100.0 * both as f64 / (2 * alone) as f64;
        println!("interval {interval}: a layer alone {alone}, two layers {both}: {percent:.1} % of {}", 2 * alone);
        percent
    };
    let [.., last] = [512, 1024, 2048, 8192, 4096].map(ratio);
    assert!(last <= 60.0);
}

/// With sums that stay in both layers the second one has to wait for most of the first one's frame.
#[test]
fn what_overlaps_is_the_order_of_the_spectra() {
    let interval = 4096;
    let sums = latency(&network(2, interval, &["stationary sums"]));
    assert!(latency(&network(2, interval, &[])) + interval / 2 < sums);
}
