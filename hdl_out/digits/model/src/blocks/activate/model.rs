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
    /// By the narrowed sum as an unsigned number.
    Table(Rc<[i64]>),
}

impl Activate {
    fn value(&mut self, sum: i64) -> i64 {
        let sum = if let Function::Relu = self.function { sum.max(0) } else { sum };
        let narrowed = narrow(sum, self.shift, self.rounding, self.width, &mut self.clipped);
        match &self.function {
            Function::Table(table) => table[narrowed as usize & (table.len() - 1)],
            Function::Identity | Function::Relu => narrowed,
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
/// named; and, for any activation but `identity` and `relu`, the memory `table`, `[2^width]`.
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
        _ => Function::Table(fields.memory("table")?),
    };
    if let Function::Table(table) = &function
        && (width > 24 || table.len() != 1 << width)
    {
        return Err(format!("a table of {} words, expected 2^{width}", table.len()));
    }
    let rounding = fields.round("rounding")?;
    Ok(Box::new(Activate { bias, function, shift, rounding, width, word: 0, clipped: 0 }))
}
