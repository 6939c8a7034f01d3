//! Imported networks as hardware: Verilator, linters and Yosys have nothing to say.

use crate::examples::shared;
use crate::models::import;
use crate::prove;
use circlet::frontend::onnx::Model;
use circlet::frontend::onnx::network::Blocks;

/// Builds and proves one of the dense networks of hls4ml at several block sizes.
fn proved(name: &str) {
    let Some(path) = shared(&format!("hls4ml_onnx/{name}.onnx")) else { return };
    let model = Model::read(&path).unwrap();
    for k in [1, 8, 16] {
        let folder = tempfile::tempdir().unwrap();
        let (_, path) = import(&model, name, Blocks::All(k), folder.path());
        let proof = prove::network(&path, &folder.path().join("out"), k as u64, 2);
        println!("block {k}: {}", proof.unwrap_or_else(|problem| panic!("{name}, block {k}: {problem}")));
    }
}

macro_rules! networks {
    ($($name:ident)*) => { $(#[test] fn $name() { proved(stringify!($name)); })* };
}

networks! {
    two_layer_keras two_layer_pytorch three_layer_keras three_layer_pytorch three_layer_bn_keras
    three_layer_bn_pytorch dense_big_keras
}
