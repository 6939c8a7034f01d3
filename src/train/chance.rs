//! Everything random, by seed: each use has a stream of its own that its place alone decides.
//!
//! Nothing is carried from one step to the next, so a run that was interrupted goes on with the numbers it would have had.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance(pub u64);

/// What numbers are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Which samples are held back.
    Split,
    /// Weights of layer n before the first step.
    Weights,
    /// The order of the samples in epoch n.
    Order,
    /// How samples are changed in step n.
    Augment,
    /// Which outputs of a layer are left out in step n.
    Dropout {
        /// The layer.
        layer: usize,
    },
}

impl Chance {
    /// The stream of a purpose; `n` is below 2^40.
    pub fn stream(self, purpose: Purpose, n: u64) -> ChaCha8Rng {
        let code = match purpose {
            Purpose::Split => 0,
            Purpose::Weights => 1,
            Purpose::Order => 2,
            Purpose::Augment => 3,
            Purpose::Dropout { layer } => 4 + layer as u64,
        };
        let mut random = ChaCha8Rng::seed_from_u64(self.0);
        random.set_stream(code << 40 | n);
        random
    }
}

/// A number of the normal distribution, by the method of Box and Muller.
pub fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}
