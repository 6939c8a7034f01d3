//! Model of the whole-block inverse transform: a beat carries, lane after lane, what the serial transform takes and gives
//! in the beats of a packet.
//!
//! Part of the emitted crate.

pub use crate::blocks::ifft::model::build;
