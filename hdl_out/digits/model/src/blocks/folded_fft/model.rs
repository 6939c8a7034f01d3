//! Model of the folded forward transform: packets of the serial transform, further apart.
//!
//! Part of the emitted crate.

pub use crate::blocks::fft::model::build;
