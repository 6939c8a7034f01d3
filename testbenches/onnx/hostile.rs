//! Files that are damaged or mean harm: clear errors, bounded memory, no panic.

use crate::made::{
    bytes, float, floats, initializer, input, int, integers, ints, model, node, node_of, output, perceptron, weights,
};
use circlet::frontend::onnx::{Array, Limits, Model, evaluate};

fn decode(bytes: &[u8]) -> Result<Model, String> {
    Model::decode(bytes, None, Limits { elements: 1 << 16, products: 1 << 20 }).map_err(|problem| problem.message)
}

fn refused(bytes: &[u8], words: &str) {
    let message = decode(bytes).map(|_| ()).unwrap_err();
    assert!(message.contains(words), "{message}");
}

/// What a model of these parts says to an input of so many dimensions.
fn run(opset: i64, parts: &[Vec<u8>], shape: &[usize]) -> Result<Vec<f64>, String> {
    let model = decode(&model(opset, parts))?;
    let input = Array::floats(shape.to_vec(), (0..shape.iter().product()).map(|i: usize| i as f64 - 2.0).collect());
    evaluate(&model, &[input]).map(|outputs| outputs[0].values.clone()).map_err(|problem| problem.message)
}

/// A model of one node with one input `x` of two dimensions.
fn single(opset: i64, node: Vec<u8>, rest: &[Vec<u8>]) -> Result<Vec<f64>, String> {
    run(opset, &[&[node, input("x", &[0, 0]), output("y")], rest].concat(), &[2, 3])
}

#[test]
fn what_is_no_model_is_said_to_be_none() {
    refused(b"", "no graph");
    refused(b"this is not a model", "damaged or not an ONNX model");
    let whole = model(13, &perceptron(["x", "fc1", "h", "fc2", "y"]));
    assert!(decode(&whole).is_ok());
    for length in 1..whole.len() {
        assert!(decode(&whole[..length]).is_err(), "cut after {length} bytes");
    }
}

#[test]
fn values_are_given_once_and_before_they_are_used() {
    let cycle = [node("Relu", "first", &["b"], &["a"], &[]), node("Relu", "second", &["a"], &["b"], &[]), output("b")];
    refused(&model(13, &cycle), "node `first` uses value `b` before node `second` gives it");
    refused(&model(13, &[node("Relu", "r", &["x"], &["y"], &[])]), "which nothing gives");
    refused(&model(13, &[output("y")]), "`the output of the graph` uses value `y`");
    let twice = [node("Relu", "", &["x"], &["x"], &[]), input("x", &[1, 2])];
    refused(&model(13, &twice), "`#0 giving x` gives value `x`, which is there already");
    refused(&model(13, &[input("x", &[1]), input("x", &[1])]), "two inputs are called `x`");
    refused(&model(13, &[floats("w", &[1], &[0.0]), floats("w", &[1], &[0.0])]), "two initializers are called `w`");
    let attributes = [int("axis", 1), int("axis", 2)];
    refused(&model(13, &[node("Softmax", "s", &[], &["y"], &attributes)]), "attribute `axis` twice");
}

#[test]
fn names_are_shown_without_their_tricks() {
    let message = decode(&model(13, &[node("Relu", "a\n\x1b[2Jb", &["\"../x"], &["y"], &[])])).map(|_| ()).unwrap_err();
    assert_eq!(message, "`a\\n\\u{1b}[2Jb` uses value `\\\"../x`, which nothing gives");
}

#[test]
fn sizes_are_bounded() {
    refused(&model(13, &[initializer("w", 1, &[1 << 40, 1 << 40], &[])]), "expected at most");
    refused(&model(13, &[initializer("w", 1, &[-1], &[])]), "size `-1`");
    refused(&model(13, &[input("x", &[1; 9])]), "9 dimensions");
    refused(&model(13, &vec![node("Relu", "", &[], &[], &[]); 1 << 15]), "32768 nodes, expected at most 16384");
    let huge = [node("Gemm", "", &["x", "w"], &["y"], &[]), floats("w", &[3, 1 << 14], &vec![0.0; 3 << 14])];
    assert_eq!(run(13, &[&huge[..], &[input("x", &[0, 3]), output("y")]].concat(), &[2, 3]).unwrap().len(), 1 << 15);
    assert!(
        run(13, &[&huge[..], &[input("x", &[0, 3]), output("y")]].concat(), &[5, 3])
            .unwrap_err()
            .contains("limit of memory")
    );
    // each doubling is small work to write and large to do
    let square = |from: &str, to: &str| node("MatMul", "", &[from, from], &[to], &[]);
    let tower = [square("w", "a"), square("a", "b"), square("b", "y"), floats("w", &[80, 80], &weights(6400))];
    assert!(
        run(13, &[&tower[..], &[input("x", &[1]), output("y")]].concat(), &[1]).unwrap_err().contains("limit of work")
    );
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let unknown = single(13, node("Wonder", "w", &["x"], &["y"], &[]), &[]).unwrap_err();
    assert_eq!(unknown, "node `w` (Wonder): the operator is not taken; the documentation lists those that are");
    let foreign = single(13, node_of("com.microsoft", "Gelu", "g", &["x"], &["y"], &[]), &[]).unwrap_err();
    assert!(foreign.contains("operators of the set `com.microsoft`"), "{foreign}");
    let attribute = single(13, node("Relu", "r", &["x"], &["y"], &[float("alpha", 1.0)]), &[]).unwrap_err();
    assert!(attribute.contains("attribute `alpha` is not known"), "{attribute}");
    let early = single(9, node("QuantizeLinear", "q", &["x", "s"], &["y"], &[]), &[floats("s", &[], &[1.0])]);
    assert!(early.unwrap_err().contains("opset 9, but the operator is there from 10 on"));
    let with = |tag: u8| [model(13, &[]), bytes(tag, b"")].concat();
    refused(&with(25), "operators of its own");
    refused(&model(13, &[bytes(15, b"")]), "sparse initializers");
}

#[test]
fn versions_differ_where_the_standard_says_so() {
    // softmax over all dimensions from `axis` on, and along one
    let softmax = |opset| {
        run(opset, &[node("Softmax", "", &["x"], &["y"], &[int("axis", 0)]), input("x", &[0, 0]), output("y")], &[2, 2])
            .unwrap()
    };
    assert!(
        (softmax(12).iter().sum::<f64>() - 1.0).abs() < 1e-12 && (softmax(13).iter().sum::<f64>() - 2.0).abs() < 1e-12
    );
    // dimensions as attribute and as input
    let old = single(11, node("Unsqueeze", "", &["x"], &["y"], &[ints("axes", &[-1])]), &[]).unwrap();
    let new = single(13, node("Unsqueeze", "", &["x", "a"], &["y"], &[]), &[integers("a", &[1], &[-1])]).unwrap();
    assert_eq!(old, new);
    // broadcasting from a stated dimension on
    let add = node("Add", "", &["x", "b"], &["y"], &[int("broadcast", 1), int("axis", 0)]);
    let column = floats("b", &[2], &[10.0, 20.0]);
    assert_eq!(single(6, add, std::slice::from_ref(&column)).unwrap(), [8.0, 9.0, 10.0, 21.0, 22.0, 23.0]);
    let plain = single(6, node("Add", "", &["x", "b"], &["y"], &[]), &[column]).unwrap_err();
    assert!(plain.contains("cannot be broadcast"), "{plain}");
    // clip's ends as attributes
    let ends = [float("min", -1.0), float("max", 1.5)];
    assert_eq!(single(6, node("Clip", "", &["x"], &["y"], &ends), &[]).unwrap(), [-1.0, -1.0, 0.0, 1.0, 1.5, 1.5]);
    // a normalisation that learns has no fixed meaning
    let ones = floats("v", &[3], &[1.0; 3]);
    let normal = |opset| {
        single(
            opset,
            node("BatchNormalization", "", &["x", "v", "v", "v", "v"], &["y"], &[]),
            std::slice::from_ref(&ones),
        )
    };
    assert!(normal(6).unwrap_err().contains("training mode") && normal(9).is_ok());
}

#[test]
fn empty_values_are_values() {
    let parts =
        [node("MatMul", "", &["x", "w"], &["y"], &[]), floats("w", &[0, 2], &[]), input("x", &[0, 0]), output("y")];
    assert_eq!(run(13, &parts, &[3, 0]).unwrap(), [0.0; 6]);
}

#[test]
fn a_normalisation_has_as_many_of_each_parameter() {
    let six = floats("v", &[6], &[1.0; 6]);
    let normal = |last: &str, rest: &[Vec<u8>]| {
        single(13, node("BatchNormalization", "n", &["x", "v", "v", "v", last], &["y"], &[]), rest)
    };
    assert_eq!(normal("v", std::slice::from_ref(&six)).unwrap().len(), 6);
    for shape in [&[1][..], &[5], &[7], &[2, 3]] {
        let odd = floats("odd", shape, &vec![1.0; shape.iter().product::<i64>() as usize]);
        let message = normal("odd", &[six.clone(), odd]).unwrap_err();
        assert!(message.contains("input 4 has shape") && message.contains("expected [3]"), "{message}");
    }
}

/// Every damage at the command line, in three gibibytes (the limit is one of constants and computed values as `f64`):
/// exit 1 and a reason, nothing written.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_whatever_a_file_states() {
    let folder = tempfile::tempdir().unwrap();
    let gemm = |size: i64| {
        [
            node("Gemm", "fc", &["x", "w"], &["y"], &[]),
            initializer("w", 1, &[size, size], &[]),
            input("x", &[1, size]),
            output("y"),
        ]
    };
    let reshape = |sizes: &[i64]| {
        let count = sizes.len() as i64;
        [
            node("Reshape", "r", &["x", "s"], &["y"], &[]),
            integers("s", &[count], sizes),
            input("x", &[1, 4]),
            output("y"),
        ]
    };
    let tower: Vec<Vec<u8>> = (0..64)
        .map(|at| {
            node("Concat", "", &[&format!("v{at}"), &format!("v{at}")], &[&format!("v{}", at + 1)], &[int("axis", 1)])
        })
        .chain([input("v0", &[1, 4]), output("v64")])
        .collect();
    let whole = model(13, &perceptron(["x", "fc1", "h", "fc2", "y"]));
    let cases = [
        ("giant.onnx", model(13, &gemm(1 << 31))),
        ("overflow.onnx", model(13, &gemm(i64::MAX))),
        ("negative.onnx", model(13, &gemm(-4))),
        ("input.onnx", model(13, &[node("Relu", "", &["x"], &["y"], &[]), input("x", &[1, 1 << 40]), output("y")])),
        ("reshape.onnx", model(13, &reshape(&[-2, -3]))),
        ("grown.onnx", model(13, &reshape(&[1 << 40, 1 << 40]))),
        ("tower.onnx", model(13, &tower)),
        ("cut.onnx", whole[..whole.len() / 2].to_vec()),
        ("length.onnx", [0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f].to_vec()),
        ("empty.onnx", Vec::new()),
    ];
    for (name, bytes) in cases {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        for command in ["check", "import -o out.circ"] {
            // one thread: each would map its own stack and heap
            let limited = format!("ulimit -v 3145728; RAYON_NUM_THREADS=1 timeout 60 \"$0\" {command} {name}");
            let output = std::process::Command::new("sh")
                .args(["-c", &limited, env!("CARGO_BIN_EXE_circlet")])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let told =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(1), "{command} {name}: {told}");
            assert!(!told.contains("panicked") && told.len() > 20, "{command} {name}: {told}");
            assert!(!folder.path().join("out.circ").exists());
        }
    }
}
