//! The node tests of the ONNX project: each case of an operator that is taken gives its stored outputs, each other
//! one is refused by name.

use crate::examples::shared;
use circlet::frontend::MAX_ELEMENTS;
use circlet::frontend::onnx::{Array, Model, evaluate, operators, tensor};
use std::path::{Path, PathBuf};

const FOLDER: &str = "onnx_node_tests";

/// Cases of operators that are taken, each a test of its own.
macro_rules! cases {
    ($($name:ident)*) => {
        $(#[test]
        #[allow(non_snake_case, reason = "the names are those of the cases")]
        fn $name() { case(stringify!($name)); })*
        const TAKEN: &[&str] = &[$(stringify!($name)),*];
    };
}

cases! {
    test_add test_add_bcast test_batchnorm_example test_clip test_clip_example test_concat_1d_axis_0
    test_concat_2d_axis_0 test_concat_2d_axis_1 test_dequantizelinear test_dequantizelinear_axis
    test_dequantizelinear_int16 test_div test_flatten_axis0 test_flatten_axis1 test_flatten_default_axis
    test_gather_0 test_gather_1 test_gemm_alpha test_gemm_beta test_gemm_default_no_bias
    test_gemm_default_scalar_bias test_gemm_default_single_elem_vector_bias test_gemm_default_vector_bias
    test_gemm_default_zero_bias test_gemm_transposeA test_hardsigmoid_default test_hardsigmoid_example test_identity
    test_leakyrelu test_leakyrelu_default test_leakyrelu_example test_matmul_1d_1d test_matmul_2d test_matmul_3d
    test_matmul_bcast test_mul test_mul_bcast test_mul_example test_qlinearmatmul_2D_int8_float32
    test_qlinearmatmul_2D_uint8_float32 test_qlinearmatmul_3D_uint8_float32 test_quantizelinear
    test_quantizelinear_int16 test_relu test_reshape_extended_dims test_reshape_negative_dim
    test_reshape_reduced_dims test_reshape_reordered_all_dims test_sigmoid test_sigmoid_example test_softmax_axis_0
    test_softmax_axis_2 test_softmax_default_axis test_softmax_example test_softmax_large_number
    test_softmax_negative_axis test_split_equal_parts_1d_opset18 test_split_equal_parts_2d test_sqrt test_squeeze
    test_sub test_sub_bcast test_sub_example test_tanh test_tanh_example test_transpose_all_permutations_0
    test_transpose_all_permutations_1 test_transpose_all_permutations_2 test_transpose_all_permutations_3
    test_transpose_default test_unsqueeze_axis_0 test_unsqueeze_axis_1
}

/// What stands in the refusal of the others, by the beginning of their names.
const REFUSED: &[(&str, &str)] = &[
    ("test_attention", "attention"),
    ("test_averagepool", "pooling"),
    ("test_basic_conv", "convolution"),
    ("test_constant_pad", "the operator is not taken"),
    ("test_conv", "convolution"),
    ("test_dft", "transform"),
    ("test_dynamicquantizelinear", "quantisation by the data"),
    ("test_einsum", "the operator is not taken"),
    ("test_elu", "activation"),
    ("test_exp", "the operator is not taken"),
    ("test_gelu", "activation"),
    ("test_global", "pooling"),
    ("test_gru", "recurrence"),
    ("test_hardswish", "activation"),
    ("test_layer_normalization", "normalisation by the data"),
    ("test_lstm", "recurrence"),
    ("test_matmulinteger", "quantisation by the data"),
    ("test_maxpool", "pooling"),
    ("test_mish", "activation"),
    ("test_qlinearconv", "convolution"),
    ("test_reduce_mean", "the operator is not taken"),
    ("test_rms_normalization", "normalisation by the data"),
    ("test_rotary", "attention"),
    ("test_simple_rnn", "recurrence"),
    ("test_slice", "the operator is not taken"),
    ("test_soft", "activation"),
    ("test_stft", "transform"),
    ("test_swish", "activation"),
];

fn values(folder: &Path, kind: &str) -> Vec<Array> {
    let paths = (0..).map(|at| folder.join(format!("test_data_set_0/{kind}_{at}.pb")));
    let bytes = paths.take_while(|path| path.exists()).map(|path| std::fs::read(path).unwrap());
    bytes.map(|bytes| tensor::read(&bytes, MAX_ELEMENTS).unwrap()).collect()
}

fn case(name: &str) {
    let Some(folder) = shared(&format!("{FOLDER}/{name}")) else { return };
    let model = Model::read(&folder.join("model.onnx")).unwrap();
    let found = evaluate(&model, &values(&folder, "input")).unwrap_or_else(|problem| panic!("{}", problem.message));
    let stored = values(&folder, "output");
    assert_eq!(found.len(), stored.len());
    for (found, stored) in found.iter().zip(&stored) {
        assert_eq!((&found.shape, found.kind), (&stored.shape, stored.kind));
        let bound = |value: f64| if stored.kind.is_float() { 1e-6 + 1e-5 * value.abs() } else { 0.0 };
        for (at, (x, y)) in found.values.iter().zip(&stored.values).enumerate() {
            assert!((x - y).abs() <= bound(*y), "element {at}: {x}, stored is {y}");
        }
    }
}

fn folders() -> Option<Vec<PathBuf>> {
    let root = shared(FOLDER)?;
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.join("model.onnx").exists()).collect();
    folders.sort();
    Some(folders)
}

#[test]
fn every_case_is_taken_or_refused_by_name() {
    let Some(folders) = folders() else {
        eprintln!("{} node tests skipped", TAKEN.len());
        return;
    };
    let mut refused = 0;
    for folder in &folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let model = Model::read(&folder.join("model.onnx"));
        if TAKEN.contains(&name) {
            assert!(operators::of(&model.unwrap().nodes[0]).is_ok(), "{name}");
            continue;
        }
        let message = match model {
            Ok(model) => match evaluate(&model, &values(folder, "input")) {
                Err(problem) => problem.message,
                Ok(_) => panic!("{name} is evaluated, but not in the list of those that are"),
            },
            Err(error) => error.to_string(),
        };
        let expected = REFUSED.iter().find(|(start, _)| name.starts_with(start)).map_or("", |(_, words)| words);
        assert!(!expected.is_empty() && message.contains(expected), "{name}: {message}");
        refused += 1;
    }
    assert_eq!(TAKEN.len() + refused, folders.len());
    println!("{} node tests: {} give the stored outputs, {refused} are refused by name", folders.len(), TAKEN.len());
}
