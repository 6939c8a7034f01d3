//! Model of [`activate`](super): bias, function, narrowing.

use crate::fixed::{Round, narrow};
use crate::machine::Unit;
use crate::machine::text::Fields;
use std::rc::Rc;

/// Biases of one frame and the function.
pub struct Activate {
    /// One word per word of a frame, in stream order; empty: none.
    bias: Rc<[i64]>,
    function: Function,
    /// Fraction bits lost by the one narrowing.
    shift: i32,
    rounding: Round,
    /// Bits after the narrowing.
    width: u32,
    word: usize,
    clipped: u64,
}

enum Function {
    Identity,
    Relu,
    /// From zero up times `2^frac`, below it times `factor`.
    Leaky {
        factor: i64,
        frac: u32,
    },
    /// Between two words.
    Clip {
        low: i64,
        high: i64,
    },
    /// By the narrowed sum as an unsigned number.
    Table(Rc<[i64]>),
}

impl Activate {
    fn value(&mut self, sum: i64) -> i64 {
        let sum = match self.function {
            Function::Relu => sum.max(0),
            Function::Leaky { factor, .. } if sum < 0 => sum * factor,
            Function::Leaky { frac, .. } => sum << frac,
            Function::Clip { low, high } => sum.clamp(low, high),
            Function::Identity | Function::Table(_) => sum,
        };
        let narrowed = narrow(sum, self.shift, self.rounding, self.width, &mut self.clipped);
        match &self.function {
            Function::Table(table) => table[narrowed as usize & (table.len() - 1)],
            _ => narrowed,
        }
    }
}

impl Unit for Activate {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for &product in input {
            let mut sum = product;
            if let Some(bias) = self.bias.get(self.word) {
                sum += bias;
                self.word = if self.word + 1 == self.bias.len() { 0 } else { self.word + 1 };
            }
            let value = self.value(sum);
            output.push(value);
        }
    }

    fn reset(&mut self) {
        self.word = 0;
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

/// Reads `words` (of a frame), `activation`, `shift`, `width`, `rounding`; the memory `bias`, `[words]`, where it is
/// named; for `leaky-relu` `factor` and `frac`, for `clip` `low` and `high`; and for any other activation but `identity`
/// and `relu` the memory `table`, `[2^width]`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (words, width): (usize, u32) = (fields.number("words")?, fields.number("width")?);
    let shift: i32 = fields.number("shift")?;
    if !(2..=62).contains(&width) || !(-61..=62).contains(&shift) {
        return Err(format!("`width={width} shift={shift}`: expected 2 to 62 bits, shifted by less"));
    }
    let bias = if fields.word("bias").is_ok() { fields.memory("bias")? } else { Rc::from([]) };
    if !bias.is_empty() && bias.len() != words {
        return Err(format!("{} biases, expected `words={words}`", bias.len()));
    }
    let function = match fields.word("activation")? {
        "identity" => Function::Identity,
        "relu" => Function::Relu,
        "leaky-relu" => Function::Leaky { factor: fields.number("factor")?, frac: fields.number("frac")? },
        "clip" => Function::Clip { low: fields.number("low")?, high: fields.number("high")? },
        _ => Function::Table(fields.memory("table")?),
    };
    if let Function::Table(table) = &function
        && (width > 24 || table.len() != 1 << width)
    {
        return Err(format!("a table of {} words, expected 2^{width}", table.len()));
    }
    match function {
        Function::Leaky { factor, frac } if frac > 30 || !(0..1 << frac).contains(&factor) => {
            return Err(format!("`factor={factor} frac={frac}`: expected a factor below 1 of at most 30 bits"));
        }
        Function::Clip { low, high } if low > high => return Err(format!("`low={low} high={high}`: expected a range")),
        _ => {}
    }
    let rounding = fields.round("rounding")?;
    Ok(Box::new(Activate { bias, function, shift, rounding, width, word: 0, clipped: 0 }))
}
