//! `circlet import` and `circlet check` as they are used.

use crate::made::{floats, input, int, model, node, node_of, output, perceptron};
use std::path::Path;
use std::process::{Command, Output};

fn circlet(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_circlet")).args(arguments).current_dir(folder).output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn entries(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_model_is_imported_checked_and_built() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("m.onnx"), model(13, &perceptron(["x", "fc1", "h", "fc2", "y"]))).unwrap();
    let imported = circlet(folder, &["import", "m.onnx", "-o", "net.circ", "--block", "fc1=4", "--range", "-2..2"]);
    let (stdout, stderr) = texts(&imported);
    assert!(imported.status.success(), "{stderr}");
    assert!(stdout.contains("5 nodes became 2 layers: fc1, fc2") && !stdout.contains("is assumed"), "{stdout}");
    assert_eq!(entries(folder), ["m.onnx", "net.circ", "net.safetensors"]);
    assert!(circlet(folder, &["check", "net.circ"]).status.success());
    let (table, _) = texts(&circlet(folder, &["check", "m.onnx"]));
    assert!(table.contains("dense layer `fc1`, 4 -> 8") && table.contains("5 nodes taken, 0 refused"), "{table}");

    // samples that set the formats are named from where the network lies
    std::fs::create_dir(folder.join("nets")).unwrap();
    std::fs::write(folder.join("s.csv"), "0.5,0.25,-1,1\n1,0,-0.5,0.125\n").unwrap();
    let imported = circlet(folder, &["import", "m.onnx", "-o", "nets/net.circ", "--calibrate", "s.csv"]);
    assert!(imported.status.success(), "{}", texts(&imported).1);
    assert!(std::fs::read_to_string(folder.join("nets/net.circ")).unwrap().contains("calibrate \"../s.csv\""));
    assert!(circlet(folder, &["check", "nets/net.circ"]).status.success());
}

#[test]
fn a_quantised_model_says_where_it_is_exact() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let quant =
        |from: &str, to: &str| node_of("onnx.brevitas", "Quant", "", &[from, "scale", "none", "three"], &[to], &[]);
    let weights: Vec<f32> = (0..16).map(|i| [-1.0, 0.0, 2.0, 1.0, 1.0][i * 3 % 5] * 0.125).collect();
    let parts = [
        quant("x", "a"),
        node("MatMul", "", &["a", "w"], &["b"], &[]),
        quant("b", "c"),
        node("MatMul", "", &["c", "w"], &["y"], &[]),
        floats("w", &[4, 4], &weights),
        floats("scale", &[], &[0.3]),
        floats("none", &[], &[0.0]),
        floats("three", &[], &[3.0]),
        input("x", &[0, 4]),
        output("y"),
    ];
    std::fs::write(folder.join("q.onnx"), model(13, &parts)).unwrap();
    let import = |arguments: &[&str]| {
        let run = circlet(folder, &[&["import", "q.onnx", "-o", "q.circ", "--range", "-1..1"], arguments].concat());
        assert!(run.status.success(), "{}", texts(&run).1);
        (texts(&run).0, std::fs::read_to_string(folder.join("q.circ")).unwrap())
    };
    let (told, circ) = import(&["--input-step", "1/64"]);
    assert!(told.contains("4 nodes became 3 layers: quant1, fc1, fc2") && !told.contains("rounded"), "{told}");
    assert!(circ.contains("input x 4 range -64 .. 64 format s7.0") && circ.contains("levels -3 .. 3"), "{circ}");
    assert!(circ.contains("weight-format s2.0") && circ.contains("output scale"), "{circ}");
    let (told, _) = import(&[]);
    assert!(told.contains("the input is rounded to its format before its quantiser"), "{told}");
    let (told, circ) = import(&["--input-step", "1/64", "--block", "4"]);
    assert!(told.contains("the whole weights of `fc1`, `fc2` become circulant"), "{told}");
    assert!(!circ.contains("weight-format"), "{circ}");
    for step in ["0", "-1", "1/0", "x"] {
        let usage = circlet(folder, &["import", "q.onnx", "-o", "q.circ", "--input-step", step]);
        assert_eq!(usage.status.code(), Some(2), "{step}");
    }
    let fine = circlet(folder, &["import", "q.onnx", "-o", "q.circ", "--input-step", "1e-9"]);
    assert!(texts(&fine).1.contains("reaches `1000000000` steps of 0.000000001"), "{}", texts(&fine).1);
}

#[test]
fn what_is_not_taken_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut parts = perceptron(["x", "fc1", "h", "fc2", "y"]);
    parts[1] = node("Selu", "strange", &["sum"], &["h"], &[]);
    parts[4] = node("Softmax", "", &["logits"], &["y"], &[int("wrong", 1)]);
    std::fs::write(folder.join("m.onnx"), model(13, &parts)).unwrap();
    let refused = circlet(folder, &["import", "m.onnx", "-o", "net.circ"]);
    let (_, stderr) = texts(&refused);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr.contains("node `strange`: Selu [1][8] -> ?: activation is not taken yet"), "{stderr}");
    assert!(stderr.contains("= help: train with relu, sigmoid or tanh"), "{stderr}");
    assert_eq!(circlet(folder, &["check", "m.onnx"]).status.code(), Some(1));
    let missing = circlet(folder, &["import", "none.onnx", "-o", "net.circ"]);
    assert!(texts(&missing).1.contains("none.onnx") && missing.status.code() == Some(1));
    for wrong in [["--block", "12"], ["--range", "1..0"]] {
        let usage = circlet(folder, &["import", "m.onnx", "-o", "net.circ", wrong[0], wrong[1]]);
        assert_eq!(usage.status.code(), Some(2));
    }
    let nowhere = circlet(folder, &["import", "m.onnx", "-o", "no/such/net.circ"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert_eq!(entries(folder), ["m.onnx"]);
}
