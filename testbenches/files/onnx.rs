//! ONNX models written field by field, good and bad: the writer is apart from the reader that it tests.

/// A field that holds bytes: a text, a message, packed numbers.
pub fn bytes(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![];
    varint(&mut field, (u64::from(tag) << 3) | 2);
    varint(&mut field, content.len() as u64);
    field.extend(content);
    field
}

/// A field that holds a whole number.
pub fn number(tag: u8, value: i64) -> Vec<u8> {
    let mut field = vec![];
    varint(&mut field, u64::from(tag) << 3);
    varint(&mut field, value as u64);
    field
}

fn varint(field: &mut Vec<u8>, mut value: u64) {
    while value >= 128 {
        field.push(value as u8 | 128);
        value >>= 7;
    }
    field.push(value as u8);
}

/// A model of one graph.
pub fn model(opset: i64, parts: &[Vec<u8>]) -> Vec<u8> {
    let set = bytes(8, &[bytes(1, b""), number(2, opset)].concat());
    let quantisers = bytes(8, &[bytes(1, b"onnx.brevitas"), number(2, 1)].concat());
    [number(1, 8), set, quantisers, bytes(7, &parts.concat())].concat()
}

/// A node of the standard operators.
pub fn node(operator: &str, name: &str, inputs: &[&str], outputs: &[&str], attributes: &[Vec<u8>]) -> Vec<u8> {
    node_of("", operator, name, inputs, outputs, attributes)
}

/// A node of another set of operators.
pub fn node_of(
    domain: &str,
    operator: &str,
    name: &str,
    inputs: &[&str],
    outputs: &[&str],
    attributes: &[Vec<u8>],
) -> Vec<u8> {
    let mut content: Vec<u8> = inputs.iter().flat_map(|name| bytes(1, name.as_bytes())).collect();
    content.extend(outputs.iter().flat_map(|name| bytes(2, name.as_bytes())));
    content.extend([bytes(3, name.as_bytes()), bytes(4, operator.as_bytes()), bytes(7, domain.as_bytes())].concat());
    content.extend(attributes.iter().flat_map(|attribute| bytes(5, attribute)));
    bytes(1, &content)
}

/// An attribute that is a whole number.
pub fn int(name: &str, value: i64) -> Vec<u8> {
    [bytes(1, name.as_bytes()), number(3, value), number(20, 2)].concat()
}

/// An attribute that is a text.
pub fn text(name: &str, value: &str) -> Vec<u8> {
    [bytes(1, name.as_bytes()), bytes(4, value.as_bytes()), number(20, 3)].concat()
}

/// An attribute that is a number.
pub fn float(name: &str, value: f32) -> Vec<u8> {
    [bytes(1, name.as_bytes()), vec![(2 << 3) | 5], value.to_le_bytes().to_vec(), number(20, 1)].concat()
}

/// An attribute that is a list of whole numbers.
pub fn ints(name: &str, values: &[i64]) -> Vec<u8> {
    let values = values.iter().flat_map(|&value| number(8, value)).collect();
    [bytes(1, name.as_bytes()), values, number(20, 7)].concat()
}

/// An initializer of floats.
pub fn floats(name: &str, dims: &[i64], values: &[f32]) -> Vec<u8> {
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    initializer(name, 1, dims, &data)
}

/// An initializer of 64-bit integers.
pub fn integers(name: &str, dims: &[i64], values: &[i64]) -> Vec<u8> {
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    initializer(name, 7, dims, &data)
}

/// An initializer of any type, its data raw.
pub fn initializer(name: &str, code: i64, dims: &[i64], data: &[u8]) -> Vec<u8> {
    let dims = dims.iter().flat_map(|&d| number(1, d)).collect();
    bytes(5, &[dims, number(2, code), bytes(8, name.as_bytes()), bytes(9, data)].concat())
}

/// An input of floats; 0 leaves a size open.
pub fn input(name: &str, dims: &[i64]) -> Vec<u8> {
    let dims: Vec<u8> =
        dims.iter().flat_map(|&d| bytes(1, &if d == 0 { bytes(2, b"N") } else { number(1, d) })).collect();
    let tensor = bytes(1, &[number(1, 1), bytes(2, &dims)].concat());
    bytes(11, &[bytes(1, name.as_bytes()), bytes(2, &tensor)].concat())
}

/// An output.
pub fn output(name: &str) -> Vec<u8> {
    bytes(12, &bytes(1, name.as_bytes()))
}

/// Numbers that look like weights.
pub fn weights(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * 0.37).sin() / 4.0).collect()
}

/// Parts of a perceptron 4 - 8 - 3 whose nodes and values have these names.
pub fn perceptron(names: [&str; 5]) -> Vec<Vec<u8>> {
    let [x, first, hidden, last, y] = names;
    vec![
        node("Gemm", first, &[x, "w1", "b1"], &["sum"], &[int("transB", 1)]),
        node("Relu", "", &["sum"], &[hidden], &[]),
        node("MatMul", last, &[hidden, "w2"], &["product"], &[]),
        node("Add", "", &["product", "b2"], &["logits"], &[]),
        node("Softmax", "", &["logits"], &[y], &[int("axis", 1)]),
        floats("w1", &[8, 4], &weights(32)),
        floats("b1", &[8], &weights(8)),
        floats("w2", &[8, 3], &weights(24)),
        floats("b2", &[3], &weights(3)),
        input(x, &[0, 4]),
        output(y),
    ]
}

/// Whole models as seeds of fuzzing.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let quantised = [
        node_of(
            "onnx.brevitas",
            "Quant",
            "q",
            &["x", "s", "z", "bits"],
            &["xq"],
            &[int("signed", 1), int("narrow", 0)],
        ),
        node_of("onnx.brevitas", "BipolarQuant", "", &["w", "s"], &["wq"], &[]),
        node("Transpose", "", &["wq"], &["wt"], &[ints("perm", &[1, 0])]),
        node("MatMul", "", &["xq", "wt"], &["y"], &[]),
        floats("s", &[], &[0.25]),
        floats("z", &[], &[0.0]),
        floats("bits", &[], &[4.0]),
        floats("w", &[3, 4], &weights(12)),
        input("x", &[1, 4]),
        output("y"),
    ];
    let shapes = [
        node("Shape", "", &["x"], &["s"], &[]),
        node("Gather", "", &["s", "i"], &["n"], &[]),
        node("Unsqueeze", "", &["n"], &["n1"], &[ints("axes", &[0])]),
        node("Concat", "", &["n1", "rest"], &["shape"], &[int("axis", 0)]),
        node("Reshape", "", &["x", "shape"], &["flat"], &[]),
        node("BatchNormalization", "", &["flat", "v", "v", "v", "v"], &["normal"], &[float("epsilon", 1.0)]),
        node("Split", "", &["normal"], &["a", "b"], &[int("axis", 1)]),
        node("Concat", "", &["b", "a"], &["c"], &[int("axis", 1)]),
        node("Gemm", "", &["c", "w"], &["y"], &[]),
        node("ArgMax", "", &["y"], &["best"], &[int("axis", 1), int("keepdims", 0)]),
        integers("i", &[], &[0]),
        integers("rest", &[1], &[-1]),
        floats("v", &[6], &weights(6)),
        floats("w", &[6, 2], &weights(12)),
        input("x", &[1, 2, 3]),
        output("best"),
    ];
    let linear = [
        node("QuantizeLinear", "", &["x", "s", "z"], &["q"], &[]),
        node("QLinearMatMul", "", &["q", "s", "z", "w", "s", "z", "s", "z"], &["p"], &[]),
        node("DequantizeLinear", "", &["p", "s", "z"], &["y"], &[]),
        floats("s", &[], &[0.1]),
        initializer("z", 2, &[], &[128]),
        initializer("w", 2, &[4, 2], &[1, 2, 3, 200, 5, 6, 7, 8]),
        input("x", &[1, 4]),
        output("y"),
    ];
    vec![
        ("perceptron.onnx", model(13, &perceptron(["x", "fc1", "h", "fc2", "y"]))),
        ("quantised.onnx", model(9, &quantised)),
        ("shapes.onnx", model(11, &shapes)),
        ("linear.onnx", model(13, &linear)),
    ]
}
