//! Model of the forward transform at four words per clock: that of two words per clock, whose beats n and n + k/4 come and
//! go side by side.
//!
//! Part of the emitted crate.

use crate::blocks::fft;
use crate::machine::{Unit, text::Fields};

/// A transform of two words per clock, its beats in pairs.
pub struct Wide {
    inner: Box<dyn Unit>,
    k: usize,
    taken: Vec<i64>,
    given: Vec<i64>,
}

/// Reads what the transform of two words per clock reads.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    Ok(Box::new(Wide::of(fft::model::build(fields)?, fields.number("k")?)?))
}

impl Wide {
    /// A transform of blocks of `k` words.
    pub fn of(inner: Box<dyn Unit>, k: usize) -> Result<Wide, String> {
        if k < 4 {
            return Err(format!("`k={k}`: expected 4 or more"));
        }
        Ok(Wide { inner, k, taken: Vec::new(), given: Vec::new() })
    }
}

impl Unit for Wide {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        self.taken.clear();
        self.given.clear();
        for block in input.chunks_exact(self.k) {
            for half in [0, 2] {
                self.taken.extend(block.chunks_exact(4).flat_map(|beat| [beat[half], beat[half + 1]]));
            }
        }
        self.inner.run(&self.taken, &mut self.given);
        for block in self.given.chunks_exact(self.k) {
            let (low, high) = block.split_at(self.k / 2);
            for (a, b) in low.chunks_exact(2).zip(high.chunks_exact(2)) {
                output.extend([a[0], a[1], b[0], b[1]]);
            }
        }
    }

    fn reset(&mut self) {
        self.inner.reset();
    }

    fn clipped(&self) -> u64 {
        self.inner.clipped()
    }
}
