//! Schedule -> files: Verilog, the model crate, benches, vectors, the manifest.
//!
//! [`design::design`] is pure and gives texts by path; [`write::write`] alone touches the disk.

pub mod context;
pub mod design;
pub mod harness;
pub mod model;
pub mod rtl;
pub mod signals;
pub mod vectors;
pub mod write;

pub use context::Context;
