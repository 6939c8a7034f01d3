//! A dense network becomes block-circulant: projected, drawn there by ADMM, taught by the dense one.

use crate::binary::circlet;
use crate::learning::digits;
use circlet::frontend::weights::safetensors::read;
use serde_json::Value;
use std::path::Path;

/// Digits with a dense network, trained.
fn dense(folder: &Path) {
    digits(folder);
    let place = folder.join("digits.circ");
    let text = std::fs::read_to_string(&place).unwrap().replace(" block 16", "").replace(" form first-column", "");
    std::fs::write(&place, text).unwrap();
    let train = ["train", "digits.circ", "--data", ".", "-o", "digits.safetensors", "--epochs", "15", "--json"];
    assert!(circlet(folder, &train).json()["test"][0]["right"].as_u64().unwrap() > 335);
}

fn convert(folder: &Path, rest: &[&str]) -> Value {
    let arguments =
        ["convert", "digits.circ", "--data", ".", "-o", "blocks.circ", "--block", "fc1=16,fc2=16", "--json"];
    circlet(folder, &[&arguments[..], rest].concat()).json()
}

/// Right of 359 at level `circulant`, by stage.
fn right(done: &Value, stage: &str) -> u64 {
    let stages = done["stages"].as_array().unwrap();
    let found = stages.iter().find(|found| found["stage"] == stage).unwrap_or_else(|| panic!("{done}"));
    found["test"][0]["right"].as_u64().unwrap()
}

#[test]
fn what_is_drawn_to_circulant_form_survives_its_projection() {
    let folder = tempfile::tempdir().unwrap();
    dense(folder.path());
    let projected = convert(folder.path(), &["--project-only"]);
    assert!(right(&projected, "dense, as given") > 335 && right(&projected, "projected") < 150, "{projected}");
    assert_eq!(right(&projected, "projected"), right(&projected, "tuned"), "nothing is tuned");

    let drawn = convert(folder.path(), &["--admm", "15", "--growth", "1.8", "--epochs", "8", "--seed", "2"]);
    let residual = |epoch: usize| drawn["residuals"][epoch][0]["residual"].as_f64().unwrap();
    assert!(residual(14) < 0.15 && residual(14) < residual(7) && residual(7) < residual(0), "{drawn}");
    assert!(right(&drawn, "projected") > 200 && right(&drawn, "tuned") > 325, "{drawn}");
    let eval =
        ["eval", "blocks.circ", "--images", "test_images.npy", "--labels", "test_labels.npy", "--level", "circulant"];
    let judged = circlet(folder.path(), &[&eval[..], &["--json"]].concat()).json();
    assert_eq!(judged[0]["right"], right(&drawn, "tuned"), "what is written is what was judged");
    let report = circlet(folder.path(), &["report", "blocks.circ", "--json"]).json();
    assert_eq!((&report["layers"][0]["weights"], &report["layers"][2]["weights"]), (&512.into(), &1280.into()));
}

#[test]
fn a_dense_network_teaches_without_labels() {
    let folder = tempfile::tempdir().unwrap();
    dense(folder.path());
    std::fs::remove_file(folder.path().join("train_labels.npy")).unwrap();
    let arguments = ["convert", "digits.circ", "--data", ".", "-o", "blocks.circ", "--block", "16", "--json"];
    assert!(circlet(folder.path(), &arguments).refused().contains("there are no labels and no targets"));
    let taught = convert(folder.path(), &["--distil", "--epochs", "30", "--shift", "0.5"]);
    assert!(right(&taught, "projected") < 150 && right(&taught, "tuned") > 310, "{taught}");

    // what the second layer gives is learnt; the third is the dense network's own
    let arguments = "--distil --embedding fc2 --epochs 60 --rate 0.01 --decay 0 --shift 0.5";
    let taught = convert(folder.path(), &arguments.split(' ').collect::<Vec<_>>());
    assert!(right(&taught, "projected") < 150 && right(&taught, "tuned") > 300, "{taught}");
    let weights = |name: &str| {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        read(&bytes, Some("fc3.weight"), 1 << 20).unwrap().values
    };
    assert_eq!(weights("blocks.safetensors"), weights("digits.safetensors"));
    let refused =
        |layer: &str| circlet(folder.path(), &[&arguments_of(layer)[..], &["-o", "b.circ"]].concat()).refused();
    assert!(
        refused("fc9")
            .contains("`digits.circ`: there is no layer `fc9` for `--embedding`, expected one of fc1, fc2, fc3")
    );
    assert!(!folder.path().join("b.circ").exists());
}

fn arguments_of(layer: &str) -> [&str; 9] {
    ["convert", "digits.circ", "--data", ".", "--block", "16", "--distil", "--embedding", layer]
}

#[test]
fn what_cannot_be_converted_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/digits/digits.safetensors");
    std::fs::copy(from, folder.path().join("digits.safetensors")).unwrap();
    let refused = |rest: &[&str]| {
        let arguments = [&["convert", "digits.circ", "--data", "."], rest].concat();
        circlet(folder.path(), &arguments).refused()
    };
    let told = refused(&["-o", "blocks.circ"]);
    assert!(told.contains("layer `fc1` has circulant weights, expected a dense matrix to convert"), "{told}");
    let told = refused(&["-o", "blocks.circ", "--block", "1"]);
    assert!(told.contains("no dense layer of `digits` has a block size"), "{told}");
    assert!(refused(&["-o", "digits.circ"]).contains("choose another name"));
}
