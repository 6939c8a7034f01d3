//! Small networks that learn: digits, an arithmetic rule, and what does not depend on threads.

use crate::binary::circlet;
use crate::files;
use std::path::Path;

/// The digits example in a folder, its weights away.
pub fn digits(folder: &Path) {
    for name in
        ["digits.circ", "calibration.npy", "train_images.npy", "train_labels.npy", "test_images.npy", "test_labels.npy"]
    {
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/digits").join(name), folder.join(name))
            .unwrap();
    }
}

fn train<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&["train", "digits.circ", "--data", ".", "-o", "digits.safetensors", "--json"], rest].concat()
}

#[test]
fn digits_are_learnt_and_every_command_takes_the_weights() {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    let rest = ["--epochs", "12", "--rate", "0.005", "--log", "log.csv", "--curves", "curves.svg", "--batch-norm"];
    let done = circlet(folder.path(), &train(&rest)).json();
    let right = |level: usize| done["test"][level]["right"].as_u64().unwrap();
    assert_eq!((&done["test"][0]["level"], &done["test"][1]["level"]), (&"circulant".into(), &"fixed".into()));
    assert!(right(0) >= 340 && right(1) >= 338, "{done}");
    let log = std::fs::read_to_string(folder.path().join("log.csv")).unwrap();
    assert_eq!(log.lines().count(), 13, "{log}");
    let curves = std::fs::read_to_string(folder.path().join("curves.svg")).unwrap();
    assert!(curves.starts_with("<svg") && curves.matches("<polyline").count() == 2);
    assert!(!folder.path().join("digits.checkpoint").exists(), "a training that is over leaves no checkpoint");
    let eval = ["eval", "digits.circ", "--images", "test_images.npy", "--labels", "test_labels.npy", "--json"];
    let judged = circlet(folder.path(), &eval).json();
    assert_eq!(judged[0]["right"], right(1), "the figure of `train` is that of `eval`");
}

#[test]
fn weights_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    let weights = |threads: &str| {
        let rest = ["--epochs", "2", "--dropout", "0.1", "--shift", "0.5", "--no-test", "--threads", threads];
        circlet(folder.path(), &train(&rest)).fine();
        std::fs::read(folder.path().join("digits.safetensors")).unwrap()
    };
    let one = weights("1");
    assert!(one == weights("2") && one == weights("3"));
}

/// y = C x for a known circulant C: found exactly, by both optimisers, from a .npz with targets.
#[test]
fn a_circulant_rule_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let rule = [0.5, -0.25, 0.125, 1.0];
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let x: Vec<[f32; 4]> = (0..256).map(|_| [next(), next(), next(), next()]).collect();
    let y = |x: &[f32; 4]| -> Vec<f32> { (0..4).map(|a| (0..4).map(|b| rule[(4 + a - b) % 4] * x[b]).sum()).collect() };
    let array = |values: Vec<f32>| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        files::npy("<f4", "False", "(256, 4)", &bytes)
    };
    let (inputs, targets) = (array(x.concat()), array(x.iter().flat_map(y).collect()));
    std::fs::write(folder.path().join("set.npz"), files::npz(&[("x_train", &inputs), ("y_train", &targets)])).unwrap();
    let text = "network rule { input x 4 range -1 .. 1\nlayer only dense 4 block 4 { weights \"w.safetensors\" tensor \
                \"w\" form first-row } }";
    std::fs::write(folder.path().join("rule.circ"), text).unwrap();
    for optimiser in [&["--rate", "0.02"][..], &["--optimiser", "sgd", "--rate", "0.5"]] {
        let arguments = ["train", "rule.circ", "--data", "set.npz", "-o", "w.safetensors", "--decay", "0", "--json"];
        let arguments = [&arguments[..], &["--epochs", "60"], optimiser].concat();
        let done = circlet(folder.path(), &arguments).json();
        assert!(done["last"]["held_loss"].as_f64().unwrap() < 1e-9, "{done}");
        // the form is that of the network: first rows
        std::fs::write(folder.path().join("one.csv"), "1,0,0,0\n").unwrap();
        let run = ["run", "rule.circ", "--input", "one.csv", "--output", "y.npy", "--level", "dense", "--json"];
        circlet(folder.path(), &run).fine();
        let bytes = std::fs::read(folder.path().join("y.npy")).unwrap();
        let found: Vec<f64> =
            bytes[bytes.len() - 32..].chunks(8).map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap())).collect();
        assert!(found.iter().zip(rule).all(|(found, rule)| (found - rule as f64).abs() < 1e-4), "{found:?}");
    }
}
