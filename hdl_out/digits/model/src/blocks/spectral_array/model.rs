//! Model of the whole-block spectral array: a beat carries, lane after lane, what the serial rows take in the beats of a
//! spectrum; sums leave in their sequence too.
//!
//! Part of the emitted crate.

pub use crate::blocks::spectral_mac::model::build;
