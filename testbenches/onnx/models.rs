//! Whole models: evaluated against the outputs of others, imported, and equal to what they were.
//!
//! `fixtures/onnx/outputs.csv` holds what onnxruntime (dense models) and the qonnx executor (quantised ones) give for
//! inputs that [`sample`] makes: a model, the number of a sample, the outputs.

use crate::examples::shared;
use circlet::diag::{Diagnostics, Source, render};
use circlet::frontend::load;
use circlet::frontend::onnx::import::{Status, Survey, survey};
use circlet::frontend::onnx::network::{Blocks, Options, files};
use circlet::frontend::onnx::{Array, Model, evaluate, judge};
use circlet::network::Network;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The dense networks of hls4ml.
pub const DENSE: [&str; 7] = [
    "two_layer_keras",
    "two_layer_pytorch",
    "three_layer_keras",
    "three_layer_pytorch",
    "three_layer_bn_keras",
    "three_layer_bn_pytorch",
    "dense_big_keras",
];

/// Sample `s` of the model in `file`: numbers that a sine gives, in a range that suits the model.
fn sample(file: &str, size: usize, s: usize) -> Vec<f64> {
    let wave = |i: usize| (0.37 * (i + 1) as f64 * (s + 1) as f64).sin();
    let name = file.rsplit('/').next().unwrap();
    let number = |i: usize| match name {
        _ if name.contains("TFC") => (0.5 + 0.5 * wave(i)) as f32,
        _ if name.contains("unsw") => (wave(i) as f32).signum(),
        _ if name.contains("jet") => wave(i) as f32 * 4.0,
        _ if name.contains("kws") => wave(i) as f32 * 100.0,
        _ => wave(i) as f32,
    };
    (0..size).map(|i| number(i).into()).collect()
}

/// Name, sample and outputs of each line of the fixture.
fn stored() -> Vec<(String, usize, Vec<f64>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/fixtures/onnx/outputs.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let mut fields = line.split(',');
        let (name, sample) = (fields.next().unwrap().to_string(), fields.next().unwrap().parse().unwrap());
        (name, sample, fields.map(|field| field.parse().unwrap()).collect())
    };
    text.lines().map(line).collect()
}

/// The shape of one sample.
fn shape(model: &Model) -> Vec<usize> {
    let sizes = model.inputs[0].shape.iter().enumerate();
    sizes.map(|(at, size)| if at == 0 { 1 } else { size.unwrap() }).collect()
}

/// Relative to the largest of the sample, beyond what the 32-bit sigmoid of onnxruntime is off (some 1e-8).
fn far(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let apart = |(a, b): (&f64, &f64)| ((a - b).abs() - 1e-7).max(0.0);
    found.iter().zip(expected).map(apart).fold(0.0, f64::max) / largest
}

#[test]
fn whole_models_give_what_others_say() {
    let stored = stored();
    let mut compared = 0;
    for (file, s, expected) in &stored {
        let Some(path) = shared(file) else { continue };
        let model = Model::read(&path).unwrap();
        let shape = shape(&model);
        let input = Array::floats(shape.clone(), sample(file, shape.iter().product(), *s));
        let found = evaluate(&model, &[input]).unwrap_or_else(|problem| panic!("{file}: {}", problem.message));
        let far = far(&found[0].values, expected);
        assert!(far < 1e-4, "{file}, sample {s}: {far:e}");
        compared += 1;
    }
    println!("{compared} of {} outputs of whole models compared", stored.len());
}

/// Imports a model into `folder` with these block sizes; the network as every command reads it, and its path.
pub fn import(model: &Model, name: &str, blocks: Blocks, folder: &Path) -> (Network, PathBuf) {
    imported(&survey(model), name, blocks, (-1.0, 1.0), folder)
}

/// The same for a model that is looked at already, with the range of its input.
pub fn imported(survey: &Survey, name: &str, blocks: Blocks, range: (f64, f64), folder: &Path) -> (Network, PathBuf) {
    let refused: Vec<_> = survey.verdicts.iter().filter(|verdict| verdict.status != Status::Taken).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let options = Options { name: name.into(), blocks, range: Some(range), calibration: None };
    let imported = files(survey, &options, "a test").unwrap();
    let path = folder.join(format!("{name}.circ"));
    std::fs::write(&path, &imported.circ).unwrap();
    std::fs::write(folder.join(format!("{name}.safetensors")), &imported.weights).unwrap();
    let source = Arc::new(Source { path: path.display().to_string(), text: imported.circ });
    let mut diagnostics = Diagnostics::default();
    let network = load(&source, &mut diagnostics);
    (network.unwrap_or_else(|_| panic!("{}", render::text(&diagnostics, &source, false))), path)
}

#[test]
fn imported_networks_are_their_models() {
    let stored = stored();
    for name in DENSE {
        let file = format!("hls4ml_onnx/{name}.onnx");
        let Some(path) = shared(&file) else { continue };
        let model = Model::read(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (network, _) = import(&model, name, Blocks::All(1), folder.path());
        let ending = survey(&model).ending;
        let samples: Vec<Vec<f64>> = (0..20).map(|s| sample(&file, network.input.size(), s)).collect();
        let apart = judge::difference(&model, &network, &survey(&model), &samples).unwrap();
        assert!(apart < 1e-9, "{name} differs from its model by {apart:e}");
        for (_, s, expected) in stored.iter().filter(|(stored, _, _)| *stored == file) {
            let mut found = circlet::reference::Real::new(&network).run(&samples[*s]);
            if let Some(ending) = ending {
                ending.apply(&mut found);
            }
            let apart = far(&found, expected);
            assert!(apart < 1e-4, "{name}, sample {s}, differs from onnxruntime by {apart:e}");
        }
    }
}
