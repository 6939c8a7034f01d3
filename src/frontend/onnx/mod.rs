//! ONNX models (and QONNX ones): read, evaluated, and turned into networks.
//!
//! A file becomes a [`Model`] ([`model`]); [`evaluate()`] runs it in f64, which is level `dense` of what is imported and
//! the judge of it. [`operators::OPERATORS`] is the one list of what is known and what becomes of it.
//!
//! Architecture invariant: prost is used here and nowhere else. Nothing of a model is dropped or replaced without a
//! word: a node, an attribute, a type that is not taken is refused by name.
//!
#![doc = include_str!("operators.md")]

pub mod array;
pub mod chain;
pub mod evaluate;
pub mod import;
pub mod judge;
pub mod kernels;
pub mod levels;
pub mod model;
pub mod network;
pub mod operators;
mod proto;
pub mod streamline;
pub mod tensor;

use super::MAX_ELEMENTS;
pub use array::{Array, Kind};
pub use evaluate::evaluate;
pub use model::{Model, Node};

/// Longest file of a model, bytes; longer ones keep their weights as external data.
pub const MAX_MODEL_BYTES: usize = 1 << 29;
/// Most nodes of a model.
pub const MAX_NODES: usize = 1 << 14;
/// Newest version of the standard operators whose changes are known here.
pub const NEWEST_OPSET: i64 = 28;

/// What reading and evaluating a model may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elements of all constants together, and again of all computed values together.
    pub elements: usize,
    /// Multiplications of all matrix products together.
    pub products: u64,
}

impl Default for Limits {
    /// A gibibyte of constants as `f64`, and some seconds of work.
    fn default() -> Limits {
        Limits { elements: MAX_ELEMENTS, products: 1 << 34 }
    }
}

/// A legal name of `.circ` near `text`; `otherwise` where there is none.
pub fn safe_name(text: &str, otherwise: &str) -> String {
    super::names::legal(text).unwrap_or_else(|| otherwise.into())
}
