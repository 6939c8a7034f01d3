//! What each operator computes, in f64.
//!
//! A kernel takes a [`Call`] and gives the outputs or, in words, the reason why there are none. It asks the [`Budget`]
//! before it takes memory or multiplies matrices.

pub mod arithmetic;
pub mod functions;
pub mod matrix;
pub mod normalise;
pub mod quantise;
pub mod shapes;

use super::Limits;
use super::array::{Array, Kind, size};
use super::model::{Attribute, Node};
use crate::frontend::weights::shape_text;
use std::cell::Cell;

/// The outputs of an operator, in their order; those at the end may be left out.
pub type Kernel = fn(&Call) -> Result<Vec<Array>, String>;

/// What is left of the [`Limits`].
#[derive(Debug)]
pub struct Budget {
    elements: Cell<usize>,
    products: Cell<u64>,
}

impl Budget {
    /// All of it.
    pub fn new(limits: Limits) -> Budget {
        Budget { elements: Cell::new(limits.elements), products: Cell::new(limits.products) }
    }
}

/// One application of an operator.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The node.
    pub node: &'a Node,
    /// Version of the standard operators.
    pub opset: i64,
    /// `None`: left out.
    pub inputs: Vec<Option<&'a Array>>,
    /// Memory and time left.
    pub budget: &'a Budget,
}

impl<'a> Call<'a> {
    /// Input `at`, which may be left out.
    pub fn optional(&self, at: usize) -> Option<&'a Array> {
        self.inputs.get(at).copied().flatten()
    }

    /// Input `at`.
    pub fn input(&self, at: usize) -> Result<&'a Array, String> {
        self.optional(at).ok_or_else(|| format!("input {at} is missing"))
    }

    /// A number among the inputs.
    pub fn scalar(&self, at: usize) -> Result<f64, String> {
        let input = self.input(at)?;
        input.scalar().ok_or_else(|| format!("input {at} has shape {}, expected one number", shape_text(&input.shape)))
    }

    /// Whether the attribute is stated.
    pub fn states(&self, name: &str) -> bool {
        self.node.attributes.contains_key(name)
    }

    /// A whole number.
    pub fn int(&self, name: &str, otherwise: i64) -> Result<i64, String> {
        match self.node.attributes.get(name) {
            None => Ok(otherwise),
            Some(Attribute::Int(value)) => Ok(*value),
            Some(_) => Err(format!("attribute `{name}` is not a whole number")),
        }
    }

    /// A whole number that means no or yes.
    pub fn flag(&self, name: &str, otherwise: bool) -> Result<bool, String> {
        match self.int(name, otherwise.into())? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(format!("attribute `{name}` is `{other}`, expected 0 or 1")),
        }
    }

    /// A number.
    pub fn float(&self, name: &str, otherwise: f64) -> Result<f64, String> {
        match self.node.attributes.get(name) {
            None => Ok(otherwise),
            Some(Attribute::Float(value)) => Ok(*value),
            Some(_) => Err(format!("attribute `{name}` is not a number")),
        }
    }

    /// Whole numbers; `None` where they are not stated.
    pub fn ints(&self, name: &str) -> Result<Option<Vec<i64>>, String> {
        match self.node.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Ints(values)) => Ok(Some(values.clone())),
            Some(_) => Err(format!("attribute `{name}` is not a list of whole numbers")),
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, String> {
        match self.node.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Text(text)) => Ok(Some(text)),
            Some(_) => Err(format!("attribute `{name}` is not a text")),
        }
    }

    /// A dimension of a tensor of `rank` dimensions; negative ones count from the end.
    pub fn axis(&self, name: &str, otherwise: i64, rank: usize) -> Result<usize, String> {
        axis(self.int(name, otherwise)?, rank)
    }

    /// Whole numbers that are an attribute in old versions and input `at` in new ones.
    pub fn ints_or_input(&self, name: &str, at: usize) -> Result<Option<Vec<i64>>, String> {
        match self.optional(at) {
            Some(input) if input.kind == Kind::Int(64) => Ok(Some(input.values.iter().map(|&v| v as i64).collect())),
            Some(input) => Err(format!("input {at} holds {}, expected int64", input.kind.name())),
            None => self.ints(name),
        }
    }

    /// The number of elements of a shape, taken from the budget.
    pub fn claim(&self, shape: &[usize]) -> Result<usize, String> {
        if shape.len() > 2 * crate::frontend::MAX_DIMENSIONS {
            return Err(format!("a value has {} dimensions", shape.len()));
        }
        let left = self.budget.elements.get();
        match size(shape).filter(|&size| size <= left) {
            Some(size) => {
                self.budget.elements.set(left - size);
                Ok(size)
            }
            None => Err(format!("a value of shape {} passes the limit of memory", shape_text(shape))),
        }
    }

    /// So many multiplications, taken from the budget.
    pub fn work(&self, factors: &[usize]) -> Result<(), String> {
        let products = factors.iter().try_fold(1u64, |all, &f| all.checked_mul(f as u64));
        let left = products.and_then(|products| self.budget.products.get().checked_sub(products));
        let left = left.ok_or("a product of matrices passes the limit of work")?;
        self.budget.products.set(left);
        Ok(())
    }

    /// The same call with another first input.
    pub fn with(&self, at: usize, input: &'a Array) -> Call<'a> {
        let mut call = self.clone();
        call.inputs[at] = Some(input);
        call
    }
}

/// Dimension `axis` of `rank`; negative ones count from the end.
pub fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let from_start = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
    let known = from_start.and_then(|axis| usize::try_from(axis).ok()).filter(|&axis| axis < rank);
    known.ok_or_else(|| format!("dimension `{axis}` is stated, but the value has {rank}"))
}
