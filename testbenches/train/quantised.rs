//! Learning with the hardware's numbers: the way there is level `fixed` to the bit, and it is worth its while.

use crate::binary::circlet;
use crate::learning::digits;
use candle_core::{DType, Device, Tensor};
use circlet::diag::{Diagnostics, Source};
use circlet::frontend;
use circlet::network::Network;
use circlet::passes::{self, PASSES, infer_shapes};
use circlet::reference::Fixed;
use circlet::train::chance::Chance;
use circlet::train::layers::{Making, Pass};
use circlet::train::model::Model;
use circlet::train::straight::Hardware;
use std::sync::Arc;

const NETWORK: &str = r#"network two {
    input x 6 range -1 .. 1
    precision { activations 6 bits  weights 6 bits }
    layer a dense 8 block 4 { weights "w.safetensors" tensor "aw" form first-column bias "w.safetensors" tensor "ab" activation tanh }
    layer b dense 5 block 2 { weights "w.safetensors" tensor "bw" form first-column FORMAT }
}"#;

fn network(format: &str) -> Network {
    let source = Arc::new(Source { path: "two.circ".into(), text: NETWORK.replace("FORMAT", format) });
    let mut diagnostics = Diagnostics::default();
    let mut network = frontend::load_untrained(&source, &mut diagnostics).unwrap_or_else(|_| panic!("{diagnostics:?}"));
    passes::run(&mut network, &[infer_shapes::PASS], &mut diagnostics, &mut |_, _, _| {}).unwrap();
    network
}

fn model(network: &Network) -> Model {
    let making = Making { dtype: DType::F32, chance: Chance(2), dropout: 0.0, batch_norm: false };
    Model::new(network, &making, &mut Diagnostics::default()).unwrap()
}

/// A batch of 12 samples.
fn inputs() -> Vec<f32> {
    (0..72).map(|at| ((at * 37 % 73) as f32 / 36.5) - 1.0).collect()
}

#[test]
fn the_way_there_is_level_fixed_to_the_bit() {
    let network = network("");
    let model = model(&network);
    let hardware = Hardware::new(&network, &model, &mut Diagnostics::default()).unwrap();
    let x = Tensor::from_vec(inputs(), (12, 6), &Device::Cpu).unwrap();
    let outputs = model.forward_with(&x, Pass::Training(0), hardware.run(&model, &inputs(), 6)).unwrap();

    let mut built = model.export(&network);
    passes::run(&mut built, PASSES, &mut Diagnostics::default(), &mut |_, _, _| {}).unwrap();
    let fixed = Fixed::new(&built);
    let format = *fixed.formats().last().unwrap();
    let rows = outputs.to_vec2::<f32>().unwrap();
    for (found, sample) in rows.iter().zip(inputs().chunks(6)) {
        let sample: Vec<f64> = sample.iter().map(|&x| x as f64).collect();
        let words = fixed.run(&fixed.quantise(&sample));
        let expected: Vec<f32> = words.output().iter().map(|&word| format.to_real(word) as f32).collect();
        assert_eq!(*found, expected);
    }
    let float = model.forward(&x, Pass::Training(0)).unwrap().to_vec2::<f32>().unwrap();
    assert_ne!(rows, float, "six bits make a difference");
}

#[test]
fn what_is_clipped_does_not_learn() {
    // words from -0.25 to 0.1875: most sums lie beyond
    let network = network("format s-2.4");
    let model = model(&network);
    let hardware = Hardware::new(&network, &model, &mut Diagnostics::default()).unwrap();
    let x = candle_core::Var::from_vec(inputs(), (12, 6), &Device::Cpu).unwrap();
    let float = model.forward(&x, Pass::Training(0)).unwrap().to_vec2::<f32>().unwrap();
    let mut seen = [0, 0];
    for (row, sample) in float.iter().enumerate() {
        for (column, value) in sample.iter().enumerate() {
            let outputs = model.forward_with(&x, Pass::Training(0), hardware.run(&model, &inputs(), 6)).unwrap();
            let one = outputs.narrow(0, row, 1).unwrap().narrow(1, column, 1).unwrap().sum_all().unwrap();
            let gradient = one.backward().unwrap().get(&x).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
            // the words of the first layer are near what floating point gives: only what is near an end may differ
            if [-0.25f32, 0.1875].iter().all(|end| (value - end).abs() > 0.15) {
                let is_inside = (-0.25..=0.1875).contains(value);
                assert_eq!(gradient.iter().any(|&gradient| gradient != 0.0), is_inside, "{row} {column}: {value}");
                seen[is_inside as usize] += 1;
            }
        }
    }
    assert!(seen[0] > 10 && seen[1] > 3, "{seen:?}");
}

#[test]
fn four_bits_lose_less_when_they_are_learnt_with() {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    let place = folder.path().join("digits.circ");
    let text = std::fs::read_to_string(&place).unwrap().replace("activations 10 bits", "activations 4 bits");
    std::fs::write(&place, text).unwrap();
    let train = |rest: &[&str]| {
        let ran = circlet(folder.path(), &[&["train", "digits.circ", "--data", ".", "--json"], rest].concat());
        let done: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
        [0, 1].map(|level| done["test"][level]["right"].as_i64().unwrap())
    };
    let after = train(&["-o", "digits.safetensors", "--epochs", "12", "--rate", "0.005"]);
    let tuned = train(&["-o", "four.circ", "--from-weights", "--quantised", "--epochs", "8", "--rate", "0.002"]);
    let eval = ["eval", "four.circ", "--images", "test_images.npy", "--labels", "test_labels.npy", "--json"];
    let judged: serde_json::Value = serde_json::from_str(&circlet(folder.path(), &eval).out).unwrap();
    assert_eq!(judged[0]["right"], tuned[1], "the formats trained with are those of the network that is written");
    println!("right of 359 at circulant and fixed: rounded after training {after:?}, trained with it {tuned:?}");
    assert!(tuned[1] >= after[1] + 7, "rounded after training {after:?}, trained with it {tuned:?}");
}
