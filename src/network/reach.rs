//! What the values between two layers can reach: a box around a ball.
//!
//! Interval arithmetic alone is sound but wide: it lets every hidden unit be at its extreme at once, and loses a
//! factor of about the square root of the layer's inputs with each layer. A ball does not: if `|x - c| <= r`
//! (Euclidean) then `|Wx - Wc| <= |W| r`, with the operator norm of W. Both hold, so their intersection does.

use crate::fixed::QFormat;

/// A set of real vectors: `low <= x <= high` by element, and Euclidean distance to `centre` at most `radius`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Least values.
    pub low: Vec<f64>,
    /// Greatest values.
    pub high: Vec<f64>,
    /// The centre of the ball; it lies in the box.
    pub centre: Vec<f64>,
    /// The radius of the ball.
    pub radius: f64,
}

impl Reach {
    /// `size` elements, each from `low` to `high`.
    pub fn of_range(size: usize, low: f64, high: f64) -> Reach {
        let radius = (high - low) / 2.0 * (size as f64).sqrt();
        Reach { low: vec![low; size], high: vec![high; size], centre: vec![(low + high) / 2.0; size], radius }
    }

    /// The middle of the box.
    pub fn middle(&self) -> Vec<f64> {
        self.low.iter().zip(&self.high).map(|(low, high)| (low + high) / 2.0).collect()
    }

    /// Half the width of the box, by element.
    pub fn half(&self) -> Vec<f64> {
        self.low.iter().zip(&self.high).map(|(low, high)| (high - low) / 2.0).collect()
    }

    /// Greatest distance from the centre, by element.
    pub fn deviations(&self) -> Vec<f64> {
        let ends = self.low.iter().zip(&self.high).zip(&self.centre);
        ends.map(|((low, high), centre)| (high - centre).max(centre - low).min(self.radius)).collect()
    }

    /// Largest magnitude of any element.
    pub fn largest(&self) -> f64 {
        self.low.iter().chain(&self.high).fold(0.0, |largest, value| largest.max(value.abs()))
    }

    /// The image under a function that never decreases and whose slope never exceeds `slope`.
    pub fn map(&self, slope: f64, function: impl Fn(f64) -> f64) -> Reach {
        let image = |values: &[f64]| values.iter().map(|&x| function(x)).collect();
        let (low, high, centre) = (image(&self.low), image(&self.high), image(&self.centre));
        Reach { low, high, centre, radius: self.radius * slope }
    }

    /// Several vectors one after another, each within its own reach.
    pub fn of_all<'a>(reaches: impl IntoIterator<Item = &'a Reach>) -> Reach {
        let mut all = Reach { low: Vec::new(), high: Vec::new(), centre: Vec::new(), radius: 0.0 };
        for Reach { low, high, centre, radius } in reaches {
            all.low.extend(low);
            all.high.extend(high);
            all.centre.extend(centre);
            all.radius = all.radius.hypot(*radius);
        }
        all
    }

    /// Some of the elements.
    pub fn part(&self, range: std::ops::Range<usize>) -> Reach {
        let of = |values: &[f64]| values[range.clone()].to_vec();
        Reach { low: of(&self.low), high: of(&self.high), centre: of(&self.centre), radius: self.radius }
    }

    /// What is left when every element saturates in `format`.
    pub fn saturated(&self, format: QFormat) -> Reach {
        let (least, greatest) = (format.to_real(format.min()), format.to_real(format.max()));
        self.map(1.0, |x| x.clamp(least, greatest))
    }
}
