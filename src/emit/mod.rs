//! Schedule -> files: Verilog, the model crate, benches, vectors, the manifest.

pub mod harness;
pub mod manifest;
