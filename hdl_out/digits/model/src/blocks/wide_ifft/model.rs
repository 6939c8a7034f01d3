//! Model of the inverse transform at four words per clock: that of two words per clock, whose beats n and n + k/4 come and
//! go side by side.
//!
//! Part of the emitted crate.

use crate::blocks::ifft;
use crate::blocks::wide_fft::model::Wide;
use crate::machine::{Unit, text::Fields};

/// Reads what the transform of two words per clock reads.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    Ok(Box::new(Wide::of(ifft::model::build(fields)?, fields.number("k")?)?))
}
