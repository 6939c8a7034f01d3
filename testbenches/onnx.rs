//! Models of others: read, evaluated, turned into networks, built and proved.

#[path = "common/examples.rs"]
mod examples;
#[path = "files/onnx.rs"]
mod made;
#[path = "common/prove.rs"]
mod prove;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

#[path = "onnx/anomaly.rs"]
mod anomaly;
#[path = "onnx/chains.rs"]
mod chains;
#[path = "onnx/command.rs"]
mod command;
#[path = "onnx/hardware.rs"]
mod hardware;
#[path = "onnx/hostile.rs"]
mod hostile;
#[path = "onnx/models.rs"]
mod models;
#[path = "onnx/nodes.rs"]
mod nodes;
#[path = "onnx/quantised.rs"]
mod quantised;
#[path = "onnx/table.rs"]
mod table;
