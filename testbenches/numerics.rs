//! The arithmetic: the oracle first, then everything that is judged by it.

#[path = "common/networks.rs"]
mod networks;

mod numerics {
    mod formats;
    mod levels;
    mod oracle;
    mod projection;
    mod tables;
    mod transform;
    mod units;
}

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The numbers of a test: the same on every run.
fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Largest distance between two equally long lists.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}
