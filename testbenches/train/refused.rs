//! Data that cannot be learnt from is refused by name, before anything is written.

use crate::binary::circlet;
use std::path::Path;

const NETWORK: &str = "network little { input x 2x2 range 0 .. 1 scale 1/255
layer fc dense 3 { weights \"w.safetensors\" tensor \"w\" bias \"w.safetensors\" tensor \"b\" }
layer best argmax }";

/// Four images of 2x2 with their labels, as MNIST has them.
fn images() -> Vec<u8> {
    [&[0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2][..], &[7; 16]].concat()
}

fn labels(labels: [u8; 4]) -> Vec<u8> {
    [&[0, 0, 8, 1, 0, 0, 0, 4][..], &labels].concat()
}

/// Files, further arguments, and words of the complaint.
type Case<'a> = (Vec<(&'a str, Vec<u8>)>, &'a [&'a str], &'a str);

/// What `train` says of a folder of files.
fn told(files: &[(&str, Vec<u8>)], rest: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("little.circ"), NETWORK).unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join("data").join(name), bytes).unwrap();
    }
    let arguments =
        [&["train", "little.circ", "--data", "data", "-o", "w.safetensors", "--epochs", "1"], rest].concat();
    let told = circlet(folder.path(), &arguments).refused();
    let written = |name: &str| folder.path().join(name).exists();
    assert!(!written("w.safetensors") && !written("w.checkpoint"), "{told}");
    told
}

#[test]
fn bad_data_are_refused_by_name() {
    let good = || vec![("train-images-idx3-ubyte", images()), ("train-labels-idx1-ubyte", labels([0, 1, 2, 1]))];
    let with = |name: &'static str, bytes: Vec<u8>| {
        let mut files = good();
        files.retain(|(other, _)| *other != name);
        files.push((name, bytes));
        files
    };
    let without = |name: &str| good().into_iter().filter(|(other, _)| *other != name).collect::<Vec<_>>();
    let cases: Vec<Case> = vec![
        (vec![], &[], "`data`: there are no samples to learn from, expected `train_images.npy`"),
        (without("train-labels-idx1-ubyte"), &[], "`data`: there are no labels and no targets beside the samples"),
        (with("train-images-idx3-ubyte", images()[..20].to_vec()), &[], "4 bytes of data, expected 16"),
        (with("train-images-idx3-ubyte", b"\x1f\x8b\x08 and no more".to_vec()), &[], "the data are damaged"),
        (
            with("train-labels-idx1-ubyte", labels([0, 1, 3, 1])),
            &[],
            "label 2 is `3`, the network tells 3 classes apart",
        ),
        (
            with("train-labels-idx1-ubyte", [&[0, 0, 8, 1, 0, 0, 0, 3][..], &[0, 1, 2]].concat()),
            &[],
            "3 labels, expected one for each of 4 samples",
        ),
        (with("train_images.csv", b"1,2,3,4\n".to_vec()), &[], "expected one"),
        (
            vec![("train_inputs.csv", b"1,2,3\n".to_vec()), ("train_labels.csv", b"1\n".to_vec())],
            &[],
            "expected [samples][2][2] or [samples][4]",
        ),
        (
            vec![("train_inputs.csv", b"1,2,3,nan\n".to_vec()), ("train_labels.csv", b"1\n".to_vec())],
            &[],
            "element 3 is not a finite number",
        ),
        (
            vec![("train_inputs.csv", b"1,2,3,4\n1,2,3,4\n".to_vec()), ("train_targets.csv", b"1,2\n3,4\n".to_vec())],
            &[],
            "2 targets for each sample, the network gives 3 outputs",
        ),
        (
            vec![("train_inputs.csv", b"1,2,3,4\n".to_vec()), ("train_targets.csv", b"1,2,3\n".to_vec())],
            &["--loss", "cross-entropy"],
            "cross-entropy takes classes",
        ),
        (good(), &["--held-back", "0.9"], "of 4 samples 4 are held back"),
        (good(), &["--held-back", "0", "--patience", "1"], "of 4 samples 0 are held back"),
    ];
    for (files, rest, words) in cases {
        let told = told(&files, rest);
        assert!(told.contains(words), "expected `{words}`: {told}");
    }
}

#[test]
fn what_cannot_be_written_is_said_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("little.circ"), NETWORK).unwrap();
    let to = |output: &str| circlet(folder.path(), &["train", "little.circ", "--data", "none", "-o", output]).refused();
    assert!(to("nowhere/w.safetensors").contains("there is no folder `nowhere`"));
    assert!(to(".").contains("it is a folder"));
    assert!(to("w.safetensors").contains("cannot read `none`"));
    let usage = |rest: &[&str]| {
        let arguments = [&["train", "little.circ", "--data", "none", "-o", "w.safetensors"], rest].concat();
        assert_eq!(circlet(Path::new(folder.path()), &arguments).code, 2, "{rest:?}");
    };
    usage(&["--rate", "0"]);
    usage(&["--dropout", "1"]);
    usage(&["--epochs", "0"]);
    usage(&["--batch-norm", "--from-weights"]);
    usage(&["--quantised"]);
    usage(&["--optimiser", "newton"]);
}
