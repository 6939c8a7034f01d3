//! The tables of sigmoid and tanh: their contents, their error, and the choice of their input format.
//!
//! `y = TABLE[a]` with `a = narrow(x)` in the table's format and `TABLE[a] = round(f(a))` in the output's. The
//! error against `f(x)` has three parts: the input's rounding times the greatest slope of f, the part of x beyond
//! the table's range (where f is nearly flat), and the output's own rounding. [`error_bound`] adds them up.

use crate::fixed::{QFormat, Round};
use crate::network::Activation;

/// Widest table input, in bits.
pub const WIDEST: u32 = 12;

/// `TABLE[input]`: the function's value at a word of format `table`, nearest word of `output`, saturated.
pub fn entry(activation: Activation, table: QFormat, output: QFormat, input: i64) -> i64 {
    let value = activation.eval(table.to_real(input));
    output.from_real(value).unwrap_or_else(|| crate::bug!("activation of a finite number is NaN"))
}

/// Every entry, from the least input word to the greatest.
pub fn entries(activation: Activation, table: QFormat, output: QFormat) -> Vec<i64> {
    (table.min()..=table.max()).map(|input| entry(activation, table, output, input)).collect()
}

/// Greatest `|TABLE[a(x)] - f(x)|` over all x of magnitude up to `reach` and `frac` fraction bits, in real units.
pub fn error_bound(table: QFormat, output: QFormat, sum: &Sum) -> f64 {
    let &Sum { activation, rounding, reach, frac } = sum;
    let f = |x| activation.eval(x);
    let rounded = match rounding {
        _ if table.frac >= frac => 0.0,
        Round::Floor => table.lsb(),
        Round::HalfUp | Round::HalfEven => table.lsb() / 2.0,
    };
    let (least, greatest) = (table.to_real(table.min()), table.to_real(table.max()));
    let above = f(reach.max(greatest)) - f(greatest);
    let below = f(least) - f((-reach).min(least));
    let clipped = (f(reach) - output.to_real(output.max())).max(output.to_real(output.min()) - f(-reach));
    (activation.slope() * rounded).max(above).max(below) + clipped.max(output.lsb() / 2.0)
}

/// What goes into a table: the sum of a layer's product and bias.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// The table's function.
    pub activation: Activation,
    /// How the sum narrows to the table's format.
    pub rounding: Round,
    /// Largest magnitude, in real units.
    pub reach: f64,
    /// Fraction bits.
    pub frac: i32,
}

/// The table format of at most [`WIDEST`] bits with the least [`error_bound`], no finer than the sum.
pub fn choose(output: QFormat, sum: &Sum) -> QFormat {
    let candidate = |int: i32| QFormat { int, frac: (WIDEST as i32 - 1 - int).min(sum.frac).max(1 - int) };
    let error = |format: &QFormat| error_bound(*format, output, sum);
    (-8..=8).map(candidate).min_by(|a, b| error(a).total_cmp(&error(b))).unwrap_or_else(|| candidate(3))
}
