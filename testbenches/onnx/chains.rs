//! Models to chains of layers: what is taken computes the same, what is not is refused by name, names are safe.

use crate::made::{
    float, floats, initializer, input, int, ints, model, node, node_of, output, perceptron, seeds, text, weights,
};
use crate::models::import;
use crate::prove;
use circlet::frontend::onnx::import::{Status, Survey, survey};
use circlet::frontend::onnx::network::{Blocks, Options, files};
use circlet::frontend::onnx::{Limits, Model, judge};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn decode(bytes: &[u8]) -> Model {
    Model::decode(bytes, None, Limits::default()).unwrap_or_else(|problem| panic!("{}", problem.message))
}

/// A model of these nodes between an input `x` of four elements and an output `y`.
fn between(nodes: &[Vec<u8>]) -> Model {
    let vector = [floats("v4", &[4], &weights(4)), floats("w44", &[4, 4], &weights(16)), floats("two", &[], &[2.0])];
    decode(&model(13, &[nodes, &vector, &[input("x", &[0, 4]), output("y")]].concat()))
}

fn options() -> Options {
    Options { name: "made".into(), blocks: Blocks::All(1), range: Some((-1.0, 1.0)), calibration: None }
}

/// Imports a model, and compares; the names of its layers.
fn same(model: &Model) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (network, _) = import(model, "made", Blocks::All(1), folder.path());
    let survey = survey(model);
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let sample = |_| (0..network.input.size()).map(|_| random.random_range(-1.0..1.0)).collect();
    let samples: Vec<Vec<f64>> = (0..5).map(sample).collect();
    let apart = judge::difference(model, &network, &survey, &samples).unwrap();
    assert!(apart < 1e-9, "{apart:e}");
    network.layers.iter().map(|layer| layer.name.clone()).collect()
}

fn refusals(survey: &Survey) -> Vec<(&str, &str)> {
    let refused = survey.verdicts.iter().filter(|verdict| verdict.status == Status::Refused);
    refused.map(|verdict| (verdict.node.as_str(), verdict.becomes.as_str())).collect()
}

/// The one node that is refused, and words of the reason.
fn refused(nodes: &[Vec<u8>], node: &str, words: &str) {
    let survey = survey(&between(nodes));
    match refusals(&survey).as_slice() {
        [(label, reason)] if *label == node && reason.contains(words) => assert!(survey.chain.is_none()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_perceptron_becomes_text_that_a_person_reads() {
    let model = decode(&model(13, &perceptron(["pixels", "dense_1", "h", "dense_2", "scores"])));
    assert_eq!(same(&model), ["fc1", "fc2"]);
    let blocks = "fc1=4".parse().unwrap();
    let imported = files(&survey(&model), &Options { blocks, ..options() }, "perceptron.onnx").unwrap();
    insta::assert_snapshot!(imported.circ);
}

#[test]
fn order_and_selection_go_into_the_weights() {
    let (_, shapes) = seeds().into_iter().find(|(name, _)| *name == "shapes.onnx").unwrap();
    let model = decode(&shapes);
    assert_eq!(same(&model), ["fc1", "best"]);
    // a part of the input twice, and a constant beside it
    let nodes = [
        node("Split", "", &["x"], &["a", "b"], &[int("axis", 1)]),
        node("Concat", "", &["b", "b", "one"], &["c"], &[int("axis", -1)]),
        node("MatMul", "", &["c", "w"], &["y"], &[]),
        floats("one", &[1, 1], &[1.0]),
        floats("w", &[5, 3], &weights(15)),
    ];
    assert_eq!(same(&between(&nodes)), ["fc1"]);
}

#[test]
fn scales_fold_where_a_layer_can_take_them() {
    let matmul = |from: &str, to: &str| node("MatMul", "", &[from, "w44"], &[to], &[]);
    let mul = |from: &str, to: &str| node("Mul", "m", &[from, "v4"], &[to], &[]);
    let relu = |from: &str, to: &str| node("Relu", "r", &[from], &[to], &[]);
    assert_eq!(same(&between(&[matmul("x", "a"), mul("a", "b"), relu("b", "y")])), ["fc1"]);
    assert_eq!(same(&between(&[mul("x", "a"), matmul("a", "y")])), ["affine1", "fc1"]);
    assert_eq!(same(&between(&[matmul("x", "a"), mul("a", "b"), matmul("b", "y")])), ["fc1", "fc2"]);
    let behind = [matmul("x", "a"), relu("a", "b"), mul("b", "c"), matmul("c", "y")];
    assert_eq!(same(&between(&behind)), ["fc1", "affine1", "fc2"]);
    let last = survey(&between(&[matmul("x", "a"), relu("a", "b"), mul("b", "y")]));
    assert!(refusals(&last)[0].1.contains("after the last layer"), "{:?}", last.verdicts);
    let twice = node("Add", "", &["a", "a"], &["y"], &[]);
    assert_eq!(same(&between(&[matmul("x", "a"), twice])), ["fc1"]);
}

#[test]
fn activations_stand_behind_layers_or_alone() {
    let matmul = |from: &str, to: &str| node("MatMul", "", &[from, "w44"], &[to], &[]);
    let one =
        |operator: &str, from: &str, to: &str, attributes: &[Vec<u8>]| node(operator, "", &[from], &[to], attributes);
    for (operator, attributes) in [
        ("Relu", vec![]),
        ("LeakyRelu", vec![float("alpha", 0.3)]),
        ("LeakyRelu", vec![]),
        ("HardSigmoid", vec![float("alpha", 0.7), float("beta", 0.4)]),
        ("Sigmoid", vec![]),
        ("Tanh", vec![]),
    ] {
        assert_eq!(same(&between(&[matmul("x", "a"), one(operator, "a", "y", &attributes)])), ["fc1"], "{operator}");
        if operator != "HardSigmoid" {
            let alone = [one(operator, "x", "a", &attributes), matmul("a", "y")];
            assert_eq!(same(&between(&alone)), ["act1", "fc1"], "{operator}");
        }
    }
    let constants = [floats("low", &[], &[-0.05]), floats("high", &[], &[0.1])];
    for (low, high) in [("low", "high"), ("", "high"), ("low", "")] {
        let nodes = [matmul("x", "a"), node("Clip", "", &["a", low, high], &["y"], &[])];
        assert_eq!(same(&between(&[&nodes[..], &constants].concat())), ["fc1"], "{low} {high}");
    }
    let nothing = [matmul("x", "a"), node("Clip", "", &["a"], &["y"], &[])];
    assert_eq!(same(&between(&nothing)), ["fc1"]);
}

/// `Quant` with this scale, zero point, width, range and rounding.
fn quant(from: &str, to: &str, parameters: [&str; 3], signed: i64, narrow: i64, rounding: &str) -> Vec<u8> {
    let attributes = [int("signed", signed), int("narrow", narrow), text("rounding_mode", rounding)];
    let [scale, zero, bits] = parameters;
    node_of("onnx.brevitas", "Quant", "", &[from, scale, zero, bits], &[to], &attributes)
}

#[test]
fn quantisers_of_every_kind_are_thresholds() {
    let matmul = |from: &str, to: &str| node("MatMul", "", &[from, "w44"], &[to], &[]);
    let parameters = [
        floats("scale", &[], &[0.07]),
        floats("scales", &[4], &[0.07, 0.03, 0.11, 0.25]),
        floats("none", &[], &[0.0]),
        floats("zero", &[], &[1.0]),
        floats("three", &[], &[3.0]),
        floats("one", &[], &[1.0]),
    ];
    let model = |nodes: &[Vec<u8>]| between(&[nodes, &parameters].concat());
    for rounding in ["ROUND", "FLOOR", "CEIL", "ROUND_TO_ZERO", "HALF_UP", "HALF_DOWN", "UP"] {
        for (signed, narrow) in [(1, 0), (1, 1), (0, 0), (0, 1)] {
            for (scale, zero) in [("scale", "none"), ("scales", "zero")] {
                let step = |from: &str, to: &str| quant(from, to, [scale, zero, "three"], signed, narrow, rounding);
                let chain = [matmul("x", "a"), step("a", "b"), matmul("b", "c"), step("c", "d"), matmul("d", "y")];
                assert_eq!(same(&model(&chain)), ["fc1", "fc2", "fc3"], "{rounding} {signed} {narrow} {scale}");
            }
        }
    }
    // of the input; behind another activation; at the end, in its units
    let sign = |from: &str, to: &str| node_of("onnx.brevitas", "BipolarQuant", "", &[from, "scale"], &[to], &[]);
    assert_eq!(same(&model(&[sign("x", "a"), matmul("a", "b"), sign("b", "y")])), ["quant1", "fc1"]);
    let one_bit = quant("b", "y", ["scale", "none", "one"], 1, 0, "ROUND");
    assert_eq!(same(&model(&[sign("x", "a"), matmul("a", "b"), one_bit])), ["quant1", "fc1"]);
    let behind = [
        matmul("x", "a"),
        node("Mul", "", &["a", "v4"], &["b"], &[]),
        node("Tanh", "", &["b"], &["c"], &[]),
        quant("c", "d", ["scale", "none", "three"], 1, 1, "ROUND"),
        matmul("d", "y"),
    ];
    assert_eq!(same(&model(&behind)), ["fc1", "fc2"]);
    let twice = [
        quant("x", "a", ["scale", "none", "three"], 1, 1, "ROUND"),
        quant("a", "b", ["scales", "none", "three"], 0, 0, "ROUND"),
        matmul("b", "y"),
    ];
    assert_eq!(same(&model(&twice)), ["quant1", "quant2", "fc1"]);
}

#[test]
fn quantisers_in_powers_of_two_are_formats() {
    let eighths: Vec<f32> = (0..16).map(|i| (i * 7 % 11) as f32 / 8.0 - 0.5).collect();
    let parameters = [
        floats("w8", &[4, 4], &eighths),
        floats("b8", &[4], &eighths[3..7]),
        floats("scale", &[], &[0.0625]),
        floats("none", &[], &[0.0]),
        floats("four", &[], &[4.0]),
    ];
    for rounding in ["ROUND", "FLOOR"] {
        for (signed, narrow) in [(1, 0), (1, 1), (0, 0), (0, 1)] {
            for activation in ["Relu", "Identity"] {
                let step = |from: &str, to: &str| quant(from, to, ["scale", "none", "four"], signed, narrow, rounding);
                let nodes = [
                    node("MatMul", "", &["x", "w8"], &["a"], &[]),
                    node("Add", "", &["a", "b8"], &["b"], &[]),
                    node(activation, "", &["b"], &["c"], &[]),
                    step("c", "d"),
                    node("MatMul", "", &["d", "w8"], &["e"], &[]),
                    step("e", "f"),
                    node("MatMul", "", &["f", "w8"], &["y"], &[]),
                ];
                let model = between(&[&nodes[..], &parameters].concat());
                assert_eq!(same(&model), ["fc1", "fc2", "fc3"], "{rounding} {signed} {narrow} {activation}");
                let circ = files(&survey(&model), &options(), "a test").unwrap().circ;
                let format = if signed == 1 { "quantise s-1.4" } else { "quantise s0.4" };
                assert!(circ.matches(format).count() == 2 && !circ.contains("thresholds"), "{circ}");
            }
        }
    }
}

#[test]
fn integers_of_onnx_are_thresholds_too() {
    let bytes = |name: &str, dims: &[i64], values: &[u8]| initializer(name, 2, dims, values);
    let parameters = [
        floats("s", &[], &[0.02]),
        floats("t", &[], &[0.013]),
        floats("u", &[], &[0.009]),
        bytes("z", &[], &[128]),
        bytes("q", &[], &[3]),
        bytes("w", &[4, 4], &[1, 250, 3, 7, 128, 0, 255, 17, 90, 91, 92, 93, 4, 3, 2, 1]),
    ];
    let model = |nodes: &[Vec<u8>]| between(&[nodes, &parameters].concat());
    let quantise = node("QuantizeLinear", "", &["x", "s", "z"], &["a"], &[]);
    let product = node("QLinearMatMul", "", &["a", "s", "z", "w", "t", "q", "u", "z"], &["b"], &[]);
    let back = node("DequantizeLinear", "", &["b", "u", "z"], &["c"], &[]);
    let matmul = node("MatMul", "", &["c", "w44"], &["y"], &[]);
    assert_eq!(same(&model(&[quantise.clone(), product.clone(), back, matmul])), ["quant1", "fc1", "fc2"]);
    let end = node("DequantizeLinear", "", &["b", "u", "z"], &["y"], &[]);
    assert_eq!(same(&model(&[quantise, product, end])), ["quant1", "fc1"]);
}

#[test]
fn quantisers_that_do_not_fit_are_refused() {
    let wide = [floats("s", &[], &[0.01]), floats("z", &[], &[0.0]), floats("bits", &[], &[16.0])];
    let node = quant("x", "y", ["s", "z", "bits"], 1, 0, "ROUND");
    let survey = survey(&between(&[&[node][..], &wide].concat()));
    assert!(refusals(&survey)[0].1.contains("65536 levels apart, at most 4096"), "{:?}", survey.verdicts);
    // a small file that asks for much
    let (size, zeros) = (1 << 14, vec![0.01; 1 << 14]);
    let many = [
        quant("x", "y", ["s", "z", "bits"], 1, 0, "ROUND"),
        floats("s", &[size], &zeros),
        floats("z", &[], &[0.0]),
        floats("bits", &[], &[12.0]),
        input("x", &[0, size]),
        output("y"),
    ];
    let survey = self::survey(&decode(&model(13, &many)));
    assert!(refusals(&survey)[0].1.contains("16384 x 4095 thresholds"), "{:?}", survey.verdicts);
}

#[test]
fn what_has_no_layer_is_refused() {
    let matmul = |from: &str, to: &str| node("MatMul", "dense", &[from, "w44"], &[to], &[]);
    let scaled =
        [node("Mul", "", &["x", "v4"], &["a"], &[]), matmul("x", "b"), node("Add", "s", &["a", "b"], &["y"], &[])];
    refused(&scaled, "s", "no dense layer that could do so");
    let spread = [node("Split", "", &["x"], &["a", "b", "c", "d"], &[int("axis", 1)]), matmul("x", "e")];
    refused(&[&spread[..], &[node("Add", "s", &["a", "e"], &["y"], &[])]].concat(), "s", "spreads one computed value");
    refused(
        &[node("Mul", "", &["x", "v4"], &["a"], &[]), node("Relu", "r", &["a"], &["y"], &[])],
        "r",
        "no dense layer",
    );
    refused(&[node("MatMul", "m", &["x", "x"], &["y"], &[])], "m", "combines computed values");
    let middle = [node("Softmax", "s", &["x"], &["a"], &[]), matmul("a", "y")];
    refused(&middle, "dense", "softmax before it is not at the network's end");
    let steep = [float("alpha", 2.0)];
    refused(&[node("LeakyRelu", "l", &["x"], &["a"], &steep), matmul("a", "y")], "l", "its slope is `2`");
    refused(&[node("Div", "d", &["v4", "x"], &["a"], &[]), matmul("a", "y")], "d", "depend on the input");
    refused(&[node("Identity", "", &["x"], &["y"], &[])], "the graph", "no layers");
    let constant = [node("Identity", "", &["v4"], &["y"], &[])];
    refused(&constant, "the graph", "output `y` does not depend on the input");
}

#[test]
fn branches_become_layers() {
    let matmul = |from: &str, to: &str| node("MatMul", "", &[from, "w44"], &[to], &[]);
    let relu = |from: &str, to: &str| node("Relu", "", &[from], &[to], &[]);
    let join = |operator: &str, from: &[&str], to: &str| match operator {
        "Concat" => node("Concat", "", from, &[to], &[int("axis", 1)]),
        _ => node(operator, "", from, &[to], &[]),
    };
    let halves = |from: &str| node("Split", "", &[from], &["p", "q"], &[int("axis", 1)]);
    let names = |nodes: &[Vec<u8>]| same(&between(nodes));
    // residual paths, with signs, scales and constants that go into the rows before them
    assert_eq!(names(&[matmul("x", "a"), relu("a", "b"), join("Add", &["b", "x"], "y")]), ["fc1", "sum1"]);
    assert_eq!(names(&[matmul("x", "a"), join("Sub", &["x", "a"], "y")]), ["fc1", "sum1"]);
    let late = [matmul("x", "a"), join("Mul", &["a", "v4"], "b"), join("Sum", &["x", "b", "v4"], "c")];
    assert_eq!(names(&[&late[..], &[relu("c", "d"), matmul("d", "y")]].concat()), ["fc1", "sum1", "fc2"]);
    // a layer that two others take keeps its rows
    let twice = [matmul("x", "a"), relu("a", "h"), matmul("h", "b"), join("Add", &["b", "h"], "c"), relu("c", "y")];
    assert_eq!(names(&twice), ["fc1", "fc2", "sum1"]);
    let open = [matmul("x", "a"), relu("a", "b"), join("Mul", &["a", "two"], "c"), join("Add", &["c", "b"], "y")];
    assert_eq!(refusals(&survey(&between(&open))).len(), 1, "a scale beside an activation of the same sums");
    // parts: into the weights where there are some, cut out where there are none
    let parts = [matmul("x", "a"), relu("a", "h"), halves("h")];
    let swapped = [join("Concat", &["q", "p"], "c"), matmul("c", "y")];
    assert_eq!(names(&[&parts[..], &swapped].concat()), ["fc1", "fc2"]);
    let beside = [join("Concat", &["q", "x"], "y")];
    assert_eq!(names(&[&parts[..], &beside].concat()), ["fc1", "part1", "concat1"]);
    assert_eq!(names(&[&parts[..], &[relu("q", "y")]].concat()), ["fc1", "part1", "act1"]);
    // what the output does not depend on is dropped
    assert_eq!(names(&[relu("x", "unused"), matmul("x", "y"), matmul("y", "late")]), ["fc1"]);
}

/// A residual block behind a split and before a concatenation, as hardware.
#[test]
fn branches_become_hardware() {
    let nodes = [
        node("MatMul", "", &["x", "w44"], &["a"], &[]),
        node("Relu", "", &["a"], &["h"], &[]),
        node("MatMul", "", &["h", "w44"], &["b"], &[]),
        node("Add", "", &["b", "h"], &["c"], &[]),
        node("Relu", "", &["c"], &["d"], &[]),
        node("Split", "", &["d"], &["p", "q"], &[int("axis", 1)]),
        node("Concat", "", &["q", "x"], &["y"], &[int("axis", 1)]),
    ];
    let folder = tempfile::tempdir().unwrap();
    for k in [1, 4] {
        let (_, path) = import(&between(&nodes), "made", Blocks::All(k), folder.path());
        let proof = prove::network(&path, &folder.path().join("out"), k as u64, 4);
        println!("block {k}: {}", proof.unwrap_or_else(|problem| panic!("block {k}: {problem}")));
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let nodes = [
        node("LeakyRelu", "first", &["x"], &["a"], &[float("alpha", -0.5)]),
        node("MatMul", "taken", &["a", "w44"], &["b"], &[]),
        node("Conv", "second", &["b", "w44"], &["c"], &[]),
        node("Relu", "open", &["c"], &["d"], &[]),
        node_of("com.example", "Magic", "third", &["d"], &["y"], &[]),
    ];
    let survey = survey(&between(&nodes));
    let status = |name: &str| survey.verdicts.iter().find(|verdict| verdict.node == name).unwrap().status;
    assert_eq!(["first", "second", "third"].map(status), [Status::Refused; 3]);
    assert_eq!((status("taken"), status("open")), (Status::Taken, Status::Open));
    assert!(
        survey.verdicts.iter().filter(|v| v.node != "third").all(|v| v.status != Status::Refused || v.help.is_some())
    );
    assert_eq!(survey.verdicts[1].shapes, "[1][4], [4][4] -> [1][4]");
}

#[test]
fn graphs_of_another_form_are_refused() {
    let graph = |parts: &[Vec<u8>]| {
        let survey = survey(&decode(&model(13, parts)));
        refusals(&survey)[0].1.to_string()
    };
    let relu = node("Relu", "", &["x"], &["y"], &[]);
    assert!(graph(&[relu.clone(), input("x", &[1, 4]), input("z", &[1]), output("y")]).contains("2 inputs"));
    assert!(graph(&[relu.clone(), input("x", &[0, 0]), output("y")]).contains("dimension 1 of input `x` is open"));
    let w = floats("w", &[4, 2], &weights(8));
    let two = [node("MatMul", "", &["x", "w"], &["y"], &[]), w, input("x", &[1, 4]), output("y"), output("y")];
    assert!(graph(&two).contains("2 outputs"));
    let mut infinite = weights(8);
    infinite[3] = f32::INFINITY;
    let parts = [two[0].clone(), floats("w", &[4, 2], &infinite), two[2].clone(), output("y")];
    let problem = files(&survey(&decode(&model(13, &parts))), &options(), "a test").unwrap_err();
    assert!(problem.message.contains("element 5 of `fc1.weight` is `inf`"), "{}", problem.message);
}

#[test]
fn names_become_safe() {
    let hostile = ["module", "a\"b", "\u{1b}[2J\n../../etc/passwd", "wire; rm -rf", "\n    layer x argmax"];
    for (at, name) in hostile.iter().enumerate() {
        let mut names = ["x", "first", "h", "last", "y"];
        names[at] = name;
        let layers = same(&decode(&model(13, &perceptron(names))));
        assert_eq!(layers, ["fc1", "fc2"], "{name}");
    }
    // frameworks name weights after their layers
    let named = |name: &str| {
        let nodes = [node("MatMul", "", &["x", name], &["y"], &[]), floats(name, &[4, 4], &weights(16))];
        same(&between(&nodes)).remove(0)
    };
    assert_eq!(named("features.11.weight"), "features_11");
    assert_eq!(named("Dense/kernel"), "dense");
    assert_eq!(named("wire.weight"), "wire0");
    assert_eq!(named("../../x\n\".weight"), "fc1", "the input is called x");
    assert_eq!(named("漢.weight"), "fc1");
}

#[test]
fn block_sizes_are_read_with_care() {
    assert_eq!("16".parse(), Ok(Blocks::All(16)));
    for (text, words) in [
        ("12", "not a power of two"),
        ("2048", "1 to 1024"),
        ("fc1=8,fc1=4", "two block sizes"),
        ("fc1=8,4", "LAYER=SIZE"),
    ] {
        let problem = text.parse::<Blocks>().unwrap_err();
        assert!(problem.contains(words), "{text}: {problem}");
    }
    let model = decode(&model(13, &perceptron(["x", "a", "h", "b", "y"])));
    let wrong = Options { blocks: "fc3=8".parse().unwrap(), ..options() };
    let problem = files(&survey(&model), &wrong, "a test").unwrap_err();
    assert_eq!(problem.message, "there is no dense layer `fc3`; the dense layers are fc1, fc2");
}

/// A random chain of nodes: most are taken.
fn random(seed: u64) -> Model {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut size: i64 = random.random_range(2..=9);
    let mut parts = vec![input("v0", &[0, size])];
    let length = random.random_range(2..=9);
    let numbers = |random: &mut ChaCha8Rng, count: i64| -> Vec<f32> {
        (0..count).map(|_| random.random_range(0.2..1.0) * [-1.0, 1.0].choose(random).unwrap()).collect()
    };
    for at in 0..length {
        let (from, to, w) = (format!("v{at}"), format!("v{}", at + 1), format!("w{at}"));
        let (from, to, w) = (from.as_str(), to.as_str(), w.as_str());
        let one = |operator: &str| node(operator, "", &[from], &[to], &[]);
        match random.random_range(0..11) {
            0..3 => {
                let outputs = random.random_range(1..=9);
                let turned = random.random_bool(0.5);
                let dims = if turned { [outputs, size] } else { [size, outputs] };
                parts.push(floats(w, &dims, &numbers(&mut random, size * outputs)));
                let attributes = [int("transB", turned as i64), float("alpha", 0.5)];
                parts.push(node("Gemm", "", &[from, w], &[to], &attributes));
                size = outputs;
            }
            3 => parts.push(one(["Relu", "Sigmoid", "Tanh"].choose(&mut random).unwrap())),
            4 => {
                parts.push(floats(w, &[size], &numbers(&mut random, size)));
                let operator = ["Add", "Sub", "Mul", "Div"].choose(&mut random).unwrap();
                let swapped = *operator != "Div" && random.random_bool(0.3);
                let inputs = if swapped { [w, from] } else { [from, w] };
                parts.push(node(operator, "", &inputs, &[to], &[]));
            }
            5 => {
                let positive: Vec<f32> = numbers(&mut random, size).iter().map(|x| x.abs()).collect();
                parts.push(floats(w, &[size], &positive));
                parts.push(node("BatchNormalization", "", &[from, w, w, w, w], &[to], &[]));
            }
            6 => {
                let (a, b) = (format!("a{at}"), format!("b{at}"));
                parts.push(node("Transpose", "", &[from], &[&a], &[]));
                parts.push(node("Identity", "", &[&a], &[&b], &[]));
                parts.push(node("Transpose", "", &[&b], &[to], &[ints("perm", &[1, 0])]));
            }
            7 if size % 2 == 0 => {
                let (a, b) = (format!("a{at}"), format!("b{at}"));
                parts.push(node("Split", "", &[from], &[&a, &b], &[int("axis", 1)]));
                parts.push(node("Concat", "", &[&b, &a], &[to], &[int("axis", 1)]));
            }
            8 => {
                parts.push(floats(w, &[], &[random.random_range(0.02..0.3)]));
                let (bits, zero) = (format!("b{at}"), format!("z{at}"));
                parts.push(floats(&bits, &[], &[random.random_range(2..6) as f32]));
                parts.push(floats(&zero, &[], &[0.0]));
                parts.push(quant(from, to, [w, &zero, &bits], random.random_range(0..2), 0, "ROUND"));
            }
            9 => parts.push(node("LeakyRelu", "", &[from], &[to], &[float("alpha", 0.25)])),
            _ => parts.push(node("Flatten", "", &[from], &[to], &[])),
        }
    }
    parts.push(output(&format!("v{length}")));
    decode(&model(13, &parts))
}

#[test]
fn random_chains_compute_what_their_models_do() {
    const MODELS: u64 = 400;
    let models: Vec<Model> = (0..MODELS).map(random).filter(|model| survey(model).chain.is_some()).collect();
    for model in &models {
        same(model);
    }
    let count = models.len();
    println!("{count} of {MODELS} random models are chains, and compute the same");
    assert!(count > 100, "{count}");
}
