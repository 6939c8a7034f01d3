//! The learning rate over the steps: a warm-up, then constant, in steps, or along half a cosine to zero.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// How the rate goes on after the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// As it is.
    Constant,
    /// A tenth after each third of the way.
    Step,
    /// Half a cosine from the whole rate to zero.
    Cosine,
}

impl Curve {
    /// The factor of the rate in step `step` of `steps`, from 0, of which the first `warm` climb from zero.
    pub fn factor(self, step: u64, steps: u64, warm: u64) -> f64 {
        if step < warm {
            return (step + 1) as f64 / warm as f64;
        }
        let way = (step - warm) as f64 / (steps - warm).max(1) as f64;
        match self {
            Curve::Constant => 1.0,
            Curve::Step => 0.1f64.powi((3.0 * way).floor() as i32),
            Curve::Cosine => 0.5 * (1.0 + (PI * way).cos()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_climb_and_fall() {
        assert_eq!([0, 1, 3].map(|step| Curve::Constant.factor(step, 10, 4)), [0.25, 0.5, 1.0]);
        assert_eq!(Curve::Cosine.factor(4, 10, 4), 1.0);
        assert!((Curve::Cosine.factor(7, 10, 4) - 0.5).abs() < 1e-12);
        assert_eq!([0, 3, 6].map(|step| (100.0 * Curve::Step.factor(step, 9, 0)).round()), [100.0, 10.0, 1.0]);
    }
}
