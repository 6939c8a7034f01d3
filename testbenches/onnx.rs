//! Models of others: read, evaluated, turned into networks, built and proved.

#[path = "common/examples.rs"]
mod examples;
mod files;

#[path = "onnx/hostile.rs"]
mod hostile;
#[path = "onnx/nodes.rs"]
mod nodes;
#[path = "onnx/table.rs"]
mod table;
