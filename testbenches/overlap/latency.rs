//! The latency of layers of 1024 x 1024 in blocks of 64, alone and one behind the other.

use crate::recipe::{Kind, Numbers, Piece, Recipe};
use circlet::diag::Diagnostics;
use circlet::emit::vectors;
use circlet::frontend::read_source;
use circlet::machine::flow::Flow;
use circlet::machine::{Inputs, Outputs};
use circlet::pipeline::{Silent, compile};

/// Layers of 1024 x 1024 in blocks of 64 with random weights, `interval` cycles per frame.
pub fn network(layers: usize, interval: usize, stated: &[&str]) -> Recipe {
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
pub fn latency(recipe: &Recipe) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let source = read_source(&recipe.write(folder.path())).unwrap();
    let compiled = compile(&source, &mut Silent, &mut Diagnostics::default()).unwrap();
    let context = compiled.context();
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

/// Cycles of a layer alone and of two, first input beat to last output beat, both for one interval.
pub fn alone_and_both(interval: usize) -> [usize; 2] {
    let [alone, both] = [1, 2].map(|layers| latency(&network(layers, interval, &[])));
    println!(
        "interval {interval}: a layer alone {alone}, two layers {both}: {:.1} % of {}",
        percent([alone, both]),
        2 * alone
    );
    [alone, both]
}

/// Two layers, percent of the layers' sum.
pub fn percent([alone, both]: [usize; 2]) -> f64 {
    100.0 * both as f64 / (2 * alone) as f64
}
