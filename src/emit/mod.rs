//! Schedule -> files: Verilog, the model crate, benches, vectors, the manifest.
//!
//! [`design::design`] is pure and gives texts by path; [`write::write`] alone touches the disk.

pub mod design;
pub mod manifest;
pub mod model;
pub mod rtl;
pub mod vectors;
pub mod write;
