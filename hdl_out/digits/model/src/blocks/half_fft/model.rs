//! Model of the forward transform at one word per clock: a packet carries, word after word, what that of two words per
//! clock takes and gives.
//!
//! Part of the emitted crate.

pub use crate::blocks::fft::model::build;
