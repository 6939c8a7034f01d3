//! What a network costs: storage and multiplications by its description, and what its hardware promises.
//!
//! The hardware computes blocks of zeros like others and stores them (its schedule reads the spectra of a frame once for
//! each group of block rows, in their order). So two numbers are given: as built, and without blocks of zeros.

use crate::network::{Dense, LayerKind, Network, Weights};
use crate::schedule::Schedule;
use serde::{Deserialize, Serialize};

/// Of all dense layers together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Bits of the weights.
    pub storage: u64,
    /// Those of blocks that are not zero.
    pub storage_kept: u64,
    /// Real multiplications for a frame, transforms among them, four for a complex product.
    pub multiplies: u64,
    /// Without those with blocks of zeros.
    pub multiplies_kept: u64,
}

/// What a schedule promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardware {
    /// Cycles between frames.
    pub interval: usize,
    /// Multipliers.
    pub multipliers: usize,
    /// Bits of all memories.
    pub memory_bits: u64,
}

impl Cost {
    /// Of a network with shapes and weights.
    pub fn new(network: &Network) -> Cost {
        let mut cost = Cost { storage: 0, storage_kept: 0, multiplies: 0, multiplies_kept: 0 };
        for layer in &network.layers {
            if let LayerKind::Dense(dense) = &layer.kind {
                cost.add(dense, network.precision.weights);
            }
        }
        cost
    }

    /// Storage and multiplications as built.
    pub fn both(&self) -> [u64; 2] {
        [self.storage, self.multiplies]
    }

    /// Without blocks of zeros.
    pub fn both_kept(&self) -> [u64; 2] {
        [self.storage_kept, self.multiplies_kept]
    }

    fn add(&mut self, dense: &Dense, bits: u32) {
        let bits =
            dense.stated.weight_bits.or(dense.stated.weight_format.map(|format| format.width())).unwrap_or(bits) as u64;
        let (words, kept, per_word, shared) = match &dense.weights {
            Weights::Dense { values, .. } => (values.len() as u64, values.len() as u64, (1, 1), 0),
            Weights::Circulant { p, q, k, values } => {
                let zeros = values.chunks_exact(*k).filter(|block| block.iter().all(|&value| value == 0.0)).count();
                let kept = (values.len() - zeros * k) as u64;
                let k = *k as u64;
                (values.len() as u64, kept, (2 * k - 2, k), (p + q) as u64 * transform(k))
            }
        };
        self.storage += words * bits;
        self.storage_kept += kept * bits;
        self.multiplies += words * per_word.0 / per_word.1 + shared;
        self.multiplies_kept += kept * per_word.0 / per_word.1 + shared;
    }
}

impl From<&Schedule> for Hardware {
    fn from(schedule: &Schedule) -> Hardware {
        let cost = schedule.cost();
        Hardware { interval: schedule.interval, multipliers: cost.multipliers, memory_bits: cost.memory_bits }
    }
}

/// Real multiplications of a transform of k real words: residues of k/4, k/8, ... complex values are rotated, half of
/// them at each halving.
fn transform(k: u64) -> u64 {
    let residues = (1..=(k / 4).max(1).ilog2()).map(|bits| (1 << bits, bits as u64));
    residues.map(|(values, halvings): (u64, u64)| 4 * halvings * values / 2).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_are_counted_product_by_product() {
        // 2 and 4 have sums and differences alone; 8 rotates one value of a residue of two; 16 in addition two values of a
        // residue of four, and then one of each half
        assert_eq!([2, 4, 8, 16].map(transform), [0, 0, 4, 4 + 8 + 8]);
    }
}
