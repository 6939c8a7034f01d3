//! Model of the whole-block forward transform: a beat carries, lane after lane, what the serial transform takes and gives
//! in the beats of a packet.
//!
//! Part of the emitted crate.

pub use crate::blocks::fft::model::build;
