//! Layers that join and part: sums, concatenations, slices. Nothing in them is learnt.

use super::pointwise::Function;
use super::{Pass, Trainable};
use crate::network::Slice;
use candle_core::{Result, Tensor};

/// The sum of several origins, and a function of it.
pub struct Sum(pub Function);

impl Trainable for Sum {
    fn forward(&self, parts: &[Tensor], _: Pass) -> Result<Tensor> {
        let mut sum = parts[0].clone();
        for part in &parts[1..] {
            sum = (sum + part)?;
        }
        self.0.apply(&sum)
    }
}

/// Several origins one after another.
pub struct Row;

impl Trainable for Row {
    fn forward(&self, parts: &[Tensor], _: Pass) -> Result<Tensor> {
        Tensor::cat(parts, 1)
    }
}

/// Some consecutive elements.
pub struct Part(pub Slice);

impl Trainable for Part {
    fn forward(&self, parts: &[Tensor], _: Pass) -> Result<Tensor> {
        parts[0].narrow(1, self.0.start, self.0.end - self.0.start)
    }
}
