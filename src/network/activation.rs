//! The function behind a dense layer, and alone in a pointwise one: in real numbers, and in integers.
//!
//! In integers all of them are exact up to one narrowing at the end, but the two that are tables
//! ([`super::dense::table`]) and the factor of a leaky relu ([`Leak`]).

use super::dense::table;
use super::print::number;
use crate::fixed::{QFormat, Round, narrow};
use std::fmt;

/// The function applied after the bias. None of them ever decreases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// None.
    Identity,
    /// max(x, 0).
    Relu,
    /// x from zero up, below it this number times x; between 0 and 1.
    LeakyRelu(f64),
    /// No less than the first number and no more than the second.
    Clip(f64, f64),
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
}

impl Activation {
    /// Those without parameters.
    pub const PLAIN: [Activation; 4] = [Activation::Identity, Activation::Relu, Activation::Sigmoid, Activation::Tanh];

    /// The word in `.circ`.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Identity => "identity",
            Activation::Relu => "relu",
            Activation::LeakyRelu(_) => "leaky-relu",
            Activation::Clip(..) => "clip",
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
        }
    }

    /// The function.
    pub fn eval(self, x: f64) -> f64 {
        match self {
            Activation::Identity => x,
            Activation::Relu => x.max(0.0),
            Activation::LeakyRelu(slope) => {
                if x < 0.0 {
                    slope * x
                } else {
                    x
                }
            }
            Activation::Clip(low, high) => x.clamp(low, high),
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::Tanh => x.tanh(),
        }
    }

    /// Whether the hardware uses a table.
    pub fn is_table(self) -> bool {
        matches!(self, Activation::Sigmoid | Activation::Tanh)
    }

    /// Greatest slope.
    pub fn slope(self) -> f64 {
        if self == Activation::Sigmoid { 0.25 } else { 1.0 }
    }

    /// Fraction bits by which the value grows before the narrowing.
    pub fn growth(self) -> u32 {
        if let Activation::LeakyRelu(slope) = self { Leak::of(slope).frac } else { 0 }
    }
}

/// The name and its parameters, as `.circ` has them.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Activation::LeakyRelu(slope) => write!(f, "{} {}", self.name(), number(slope)),
            Activation::Clip(low, high) => write!(f, "{} {} .. {}", self.name(), number(low), number(high)),
            _ => f.write_str(self.name()),
        }
    }
}

/// The factor of a leaky relu as the hardware has it: `factor / 2^frac`, to twelve significant bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The factor, odd.
    pub factor: i64,
    /// Its fraction bits.
    pub frac: u32,
}

impl Leak {
    /// Least slope that the hardware takes.
    pub const LEAST: f64 = 1.0 / 4096.0;

    /// The nearest factor to a slope from [`Leak::LEAST`] to below 1.
    pub fn of(slope: f64) -> Leak {
        let frac = (11 - slope.log2().floor() as i32).clamp(12, 23) as u32;
        let factor = (slope * (frac as f64).exp2()).round_ties_even() as i64;
        let even = factor.trailing_zeros().min(frac);
        Leak { factor: factor >> even, frac: frac - even }
    }
}

/// The ends of a clip in words of `frac` fraction bits: nearest, and no more than any sum reaches.
pub fn clip_ends(low: f64, high: f64, frac: i32) -> (i64, i64) {
    let widest = QFormat::of_width(61, frac);
    let word = |real| widest.from_real(real).unwrap_or_else(|| crate::bug!("a clip ends nowhere"));
    (word(low), word(high))
}

/// An activation in integers, with the formats before and after it.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The function.
    pub activation: Activation,
    /// Sums that go in.
    pub sum: QFormat,
    /// Input of the table; counts for tables alone.
    pub table: QFormat,
    /// Words that come out.
    pub output: QFormat,
    /// How the one narrowing rounds.
    pub rounding: Round,
}

impl Narrowing {
    /// The function of one word; the second argument counts what was clipped.
    pub fn prepare(self) -> impl Fn(i64, &mut u64) -> i64 + Send + Sync {
        let Narrowing { activation, sum, table, output, rounding } = self;
        let entries = if activation.is_table() { table::entries(activation, table, output) } else { Vec::new() };
        move |x, clipped| {
            let cut = |value, growth: u32, clipped: &mut u64| {
                narrow(value, sum.frac + growth as i32 - output.frac, rounding, output.width(), clipped)
            };
            match activation {
                Activation::Identity => cut(x, 0, clipped),
                Activation::Relu => cut(x.max(0), 0, clipped),
                Activation::LeakyRelu(slope) => {
                    let Leak { factor, frac } = Leak::of(slope);
                    cut(if x < 0 { x * factor } else { x << frac }, frac, clipped)
                }
                Activation::Clip(low, high) => {
                    let (low, high) = clip_ends(low, high, sum.frac);
                    cut(x.clamp(low, high), 0, clipped)
                }
                Activation::Sigmoid | Activation::Tanh => {
                    let input = narrow(x, sum.frac - table.frac, rounding, table.width(), clipped);
                    entries[(input - table.min()) as usize]
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaks_are_near_their_slope() {
        assert_eq!(Leak::of(0.25), Leak { factor: 1, frac: 2 });
        for slope in [0.01, 0.1, 0.3, 0.999, 1.0 / 4096.0, 1.5 / 4096.0] {
            let Leak { factor, frac } = Leak::of(slope);
            let near = factor as f64 / (frac as f64).exp2();
            assert!((near - slope).abs() <= slope / 4095.0 && factor < 1 << frac, "{slope}: {near}");
        }
    }
}
