//! Model of the folded inverse transform: packets of the serial transform, further apart.
//!
//! Part of the emitted crate.

pub use crate::blocks::ifft::model::build;
