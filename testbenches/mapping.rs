//! Files of weights with a mapping: what comes in computes what the framework does, what does not fit is told by name.

#[path = "common/binary.rs"]
mod binary;
#[allow(dead_code, reason = "this test writes its own files")]
mod files;

#[path = "mapping/c3a.rs"]
mod c3a;

use binary::circlet;
use circlet::diag::{Diagnostics, Source};
use circlet::frontend::{self, mapping};
use circlet::passes;
use circlet::reference::Real;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Tensors by name: shape and numbers.
type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers that differ from tensor to tensor; those of a variance are positive.
fn tensor(name: &str, shape: &[usize]) -> (Vec<usize>, Vec<f32>) {
    let seed: usize = name.bytes().map(usize::from).sum();
    let number = |at: usize| ((at * 7 + seed) as f32 * 0.37).sin() / 2.0;
    let positive = |value: f32| if name.contains("var") { value.abs() + 0.1 } else { value };
    (shape.to_vec(), (0..shape.iter().product()).map(|at| positive(number(at))).collect())
}

fn tensors(shapes: &[(&str, &[usize])]) -> Tensors {
    shapes.iter().map(|(name, shape)| (name.to_string(), tensor(name, shape))).collect()
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn write_safetensors(path: &Path, tensors: &Tensors) {
    let data: Vec<(&str, &[usize], Vec<u8>)> =
        tensors.iter().map(|(name, (shape, values))| (name.as_str(), shape.as_slice(), bytes(values))).collect();
    let data: Vec<(&str, &[usize], &[u8])> =
        data.iter().map(|(name, shape, data)| (*name, *shape, &data[..])).collect();
    std::fs::write(path, files::safetensors(&data)).unwrap();
}

fn write_npz(path: &Path, tensors: &Tensors) {
    let array = |shape: &[usize], values: &[f32]| {
        let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
        files::npy("<f4", "False", &format!("({sizes})"), &bytes(values))
    };
    let arrays: Vec<(&str, Vec<u8>)> =
        tensors.iter().map(|(name, (shape, values))| (name.as_str(), array(shape, values))).collect();
    let arrays: Vec<(&str, &[u8])> = arrays.iter().map(|(name, array)| (*name, &array[..])).collect();
    std::fs::write(path, files::npz(&arrays)).unwrap();
}

/// The examples of the documentation.
fn examples() -> Vec<&'static str> {
    let page = include_str!("../src/frontend/mapping.md");
    page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The tensors of PyTorch's example.
fn pytorch() -> Tensors {
    let norm = ["weight", "bias", "running_mean", "running_var"].map(|part| format!("net.1.{part}"));
    let mut shapes: Vec<(&str, &[usize])> =
        vec![("net.0.weight", &[12, 64]), ("net.0.bias", &[12]), ("net.3.weight", &[10, 12]), ("net.3.bias", &[10])];
    shapes.extend(norm.iter().map(|name| (name.as_str(), &[12][..])));
    tensors(&shapes)
}

/// Outputs of every layer of an imported network at level `dense`.
fn dense(circ: &Path, input: &[f64]) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(circ).unwrap();
    let source = Arc::new(Source { path: circ.display().to_string(), text });
    let mut diagnostics = Diagnostics::default();
    let mut network = frontend::load(&source, &mut diagnostics).unwrap_or_else(|_| panic!("{diagnostics:?}"));
    passes::run(&mut network, passes::before("circulize"), &mut diagnostics, &mut |_, _, _| {}).unwrap();
    Real::new(&network).layers(input)
}

/// `W x + b` by its definition, `entry(output, input)` of W.
fn affine(bias: Option<&[f32]>, outputs: usize, x: &[f64], entry: impl Fn(usize, usize) -> f32) -> Vec<f64> {
    let sum = |row: usize| (0..x.len()).map(|column| entry(row, column) as f64 * x[column]).sum::<f64>();
    (0..outputs).map(|row| sum(row) + bias.map_or(0.0, |bias| bias[row] as f64)).collect()
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let far = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(far < 1e-12, "{far:e}");
}

fn input(size: usize) -> Vec<f64> {
    (0..size).map(|at| (at as f64 * 0.61).cos()).collect()
}

#[test]
fn pytorch_weights_compute_what_pytorch_does() {
    let folder = tempfile::tempdir().unwrap();
    let tensors = pytorch();
    write_safetensors(&folder.path().join("model.safetensors"), &tensors);
    std::fs::write(folder.path().join("model.toml"), examples()[0]).unwrap();
    let told = circlet(folder.path(), &["import", "model.safetensors", "--map", "model.toml", "-o", "net.circ"]).fine();
    assert!(told.starts_with("3 parts of the mapping became 3 layers: fc1, fc2, best\n"), "{told}");
    let of = |name: &str| tensors[name].1.as_slice();
    let x = input(64);
    let weight = of("net.0.weight");
    let sums = affine(Some(of("net.0.bias")), 12, &x, |row, column| weight[row * 64 + column]);
    let norm = |(at, sum): (usize, &f64)| {
        let part = |name: &str| of(&format!("net.1.{name}"))[at] as f64;
        let normal = (sum - part("running_mean")) / (part("running_var") + 1e-5).sqrt();
        (normal * part("weight") + part("bias")).max(0.0)
    };
    let hidden: Vec<f64> = sums.iter().enumerate().map(norm).collect();
    assert!(hidden.contains(&0.0) && hidden.iter().any(|&x| x > 0.0), "relu does something");
    let weight = of("net.3.weight");
    let logits = affine(Some(of("net.3.bias")), 10, &hidden, |row, column| weight[row * 12 + column]);
    let found = dense(&folder.path().join("net.circ"), &x);
    assert_near(&found[0], &hidden);
    assert_near(&found[1], &logits);
    let circ = std::fs::read_to_string(folder.path().join("net.circ")).unwrap();
    assert!(circ.contains("// net.0.weight, net.1.running_mean, relu\n"), "{circ}");
    circlet(folder.path(), &["check", "net.circ"]).fine();
}

#[test]
fn keras_weights_compute_what_keras_does() {
    let folder = tempfile::tempdir().unwrap();
    let tensors = tensors(&[
        ("dense/dense/kernel:0", &[640, 6]),
        ("dense/dense/bias:0", &[6]),
        ("dense_1/dense_1/kernel:0", &[6, 640]),
        ("norm/norm/moving_mean:0", &[6]),
        ("norm/norm/moving_variance:0", &[6]),
        ("left/over:0", &[1]),
    ]);
    write_npz(&folder.path().join("model.npz"), &tensors);
    std::fs::write(folder.path().join("model.toml"), examples()[1]).unwrap();
    let arguments = ["import", "model.npz", "--map", "model.toml", "-o", "net.circ", "--range", "-2..2", "--json"];
    let told = circlet(folder.path(), &arguments).json();
    assert_eq!(told["layers"], serde_json::json!(["encode", "decode"]));
    assert_eq!(told["notes"], serde_json::json!(["tensors that no layer names: left/over:0"]));
    let of = |name: &str| tensors[name].1.as_slice();
    let x = input(640);
    let kernel = of("dense/dense/kernel:0");
    let sums = affine(Some(of("dense/dense/bias:0")), 6, &x, |row, column| kernel[column * 6 + row]);
    let norm = |(at, sum): (usize, &f64)| {
        let (mean, variance) = (of("norm/norm/moving_mean:0")[at] as f64, of("norm/norm/moving_variance:0")[at] as f64);
        ((sum - mean) / (variance + 1e-3).sqrt()).max(0.0)
    };
    let hidden: Vec<f64> = sums.iter().enumerate().map(norm).collect();
    let kernel = of("dense_1/dense_1/kernel:0");
    let outputs = affine(None, 640, &hidden, |row, column| kernel[column * 640 + row]);
    let found = dense(&folder.path().join("net.circ"), &x);
    assert_near(&found[0], &hidden);
    assert_near(&found[1], &outputs);
}

#[test]
fn every_problem_is_told_with_file_key_and_tensor() {
    let folder = tempfile::tempdir().unwrap();
    write_safetensors(&folder.path().join("model.safetensors"), &pytorch());
    let map = examples()[0]
        .replace("\"net.0.weight\"", "\"net.0.wieght\"")
        .replace("\"net.3.bias\"", "\"net.3.weight\"\nlayout = \"in-out\"\nactivation = \"gelu\"");
    std::fs::write(folder.path().join("model.toml"), map).unwrap();
    let told =
        circlet(folder.path(), &["import", "model.safetensors", "--map", "model.toml", "-o", "net.circ"]).refused();
    insta::assert_snapshot!(told);
    assert_eq!(binary::files(folder.path()).len(), 2, "nothing is written");
}

#[test]
fn weights_without_a_mapping_are_asked_for_one() {
    let folder = tempfile::tempdir().unwrap();
    write_safetensors(&folder.path().join("model.safetensors"), &pytorch());
    let told = circlet(folder.path(), &["import", "model.safetensors", "-o", "net.circ"]).refused();
    assert!(told.contains("it holds net.0.bias, net.0.weight, net.1.bias") && told.contains("--map"), "{told}");
}

#[test]
fn mappings_that_are_wrong_are_refused_in_words() {
    let input = "input = { shape = [4] }\n";
    let deep = format!("{input}layer = {}", "[".repeat(1 << 16));
    let many = format!("{input}{}", "[[layer]]\n".repeat(300));
    let cases: &[(&str, &str)] = &[
        ("", "missing field `input`"),
        ("input = 3", "line 1"),
        (
            "input = { shape = [4] }\n\nlayout = \"rows\"",
            "line 3: unknown variant `rows`, expected `out-in` or `in-out`",
        ),
        (input, "0 layers, expected 1 to 256"),
        (&many, "300 layers"),
        (&deep, "line 2"),
        ("input = { shape = [] }\n[[layer]]", "expected 1 to 1048576 elements"),
        ("input = { shape = [4294967296, 4294967296] }\n[[layer]]", "expected 1 to 1048576 elements"),
        ("input = { shape = [-1] }\n[[layer]]", "line 1: invalid value: integer `-1`"),
        ("input = { shape = [4], range = [1, nan] }\n[[layer]]", "expected a low and a higher number"),
        ("input = { shape = [4], name = \"wire\" }\n[[layer]]", "keyword of Verilog"),
        ("input = { shape = [4] }\n[[layer]]\nname = \"a\\\"; $finish\"", "name `a\\\"; $finish`"),
        ("input = { shape = [4] }\n[[layer]]\nname = \"a\"\n[[layer]]\nname = \"a\"", "name `a` is taken"),
        ("input = { shape = [4] }\n[[layer]]\nkernel = \"a\"", "line 3: unknown field `kernel`"),
        (
            "input = { shape = [4] }\n[[layer]]\nnorm = { mean = \"m\", variance = \"v\" }",
            "line 3: missing field `epsilon`",
        ),
    ];
    for (text, words) in cases {
        let problem = mapping::read(text).map(drop).unwrap_err();
        assert!(problem.message.contains(words), "{text:?}: {}", problem.message);
        assert!(!problem.message.contains('\n'));
    }
}

#[test]
fn what_a_layer_cannot_do_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut given = tensors(&[("w", &[4, 4]), ("b", &[4]), ("var", &[4]), ("cube", &[2, 2, 2])]);
    given.insert("negative".into(), (vec![4], vec![1.0, -1.0, 1.0, 1.0]));
    given.insert("nan".into(), (vec![4, 4], vec![f32::NAN; 16]));
    write_safetensors(&folder.path().join("w.safetensors"), &given);
    let cases = [
        ("weight = \"nan\"", "nan[0][0] is NaN"),
        ("weight = \"cube\"", "has shape [2][2][2], expected [outputs][4]"),
        ("weight = \"w\"\nbias = \"w\"", "`bias`: tensor `w` of `w.safetensors` has shape [4][4], expected [4]"),
        ("bias = \"b\"", "belong to a `weight`"),
        ("name = \"idle\"", "it does nothing"),
        (
            "weight = \"w\"\nnorm = { mean = \"b\", variance = \"negative\", epsilon = 0.1 }",
            "element 1 is `-1`, with epsilon `0.1`",
        ),
    ];
    for (layer, words) in cases {
        std::fs::write(folder.path().join("m.toml"), format!("input = {{ shape = [4] }}\n[[layer]]\n{layer}\n"))
            .unwrap();
        let told = circlet(folder.path(), &["import", "w.safetensors", "--map", "m.toml", "-o", "n.circ"]).refused();
        assert!(told.starts_with("error: `m.toml`: layer ") && told.contains(words), "{told}");
    }
}

#[test]
fn names_of_tensors_never_become_text_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\n    layer evil argmax\n// \\\"../../x\u{1b}[2J";
    // as the header's JSON has it
    let written = serde_json::to_string(name).unwrap();
    write_safetensors(
        &folder.path().join("w.safetensors"),
        &BTreeMap::from([("harmless".into(), tensor("w", &[4, 4]))]),
    );
    let bytes = std::fs::read(folder.path().join("w.safetensors")).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(bytes[8..8 + length].to_vec()).unwrap().replace("\"harmless\"", &written);
    let renamed = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[8 + length..]].concat();
    std::fs::write(folder.path().join("w.safetensors"), renamed).unwrap();
    let map = format!("input = {{ shape = [4] }}\n[[layer]]\nweight = {}\n", written.replace("\\u001b", "\\u001B"));
    std::fs::write(folder.path().join("m.toml"), map).unwrap();
    circlet(folder.path(), &["import", "w.safetensors", "--map", "m.toml", "-o", "n.circ"]).fine();
    let report = circlet(folder.path(), &["report", "n.circ", "--json"]).json();
    assert_eq!(report["layers"].as_array().unwrap().len(), 1);
    let text = std::fs::read_to_string(folder.path().join("n.circ")).unwrap();
    assert!(
        !text.contains('\u{1b}') && !text.lines().any(|line| line.trim_start().starts_with("layer evil")),
        "{text}"
    );
    // neither do names of files
    std::fs::write(folder.path().join("x\ny.csv"), "1,2,3,4\n").unwrap();
    let arguments = ["import", "w.safetensors", "--map", "m.toml", "-o", "o.circ", "--calibrate", "x\ny.csv"];
    let told = circlet(folder.path(), &arguments).refused();
    assert!(told.contains("cannot stand in a `.circ` file"), "{told}");
    assert!(!folder.path().join("o.circ").exists());
}
