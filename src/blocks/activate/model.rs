//! Model of [`activate`](super): bias, function, narrowing.

use crate::fixed::{Round, narrow};
use crate::machine::Unit;
use crate::machine::text::Fields;
use crate::machine::vector::{Loops, vectorised};
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

impl Unit for Activate {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {
        self.word = 0;
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl Loops for Activate {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let start = output.len();
        output.extend_from_slice(input);
        let words = &mut output[start..];
        self.add_bias(words);
        match self.function {
            Function::Relu => words.iter_mut().for_each(|word| *word = (*word).max(0)),
            Function::Leaky { factor, frac } => {
                words.iter_mut().for_each(|word| *word = if *word < 0 { *word * factor } else { *word << frac });
            }
            Function::Clip { low, high } => words.iter_mut().for_each(|word| *word = (*word).clamp(low, high)),
            Function::Identity | Function::Table(_) => {}
        }
        let (shift, rounding, width) = (self.shift, self.rounding, self.width);
        let mut clipped = 0;
        for word in words.iter_mut() {
            *word = narrow(*word, shift, rounding, width, &mut clipped);
        }
        self.clipped += clipped;
        if let Function::Table(table) = &self.function {
            words.iter_mut().for_each(|word| *word = table[*word as usize & (table.len() - 1)]);
        }
    }
}

impl Activate {
    /// Adds the biases of the coming words.
    #[inline(always)]
    fn add_bias(&mut self, words: &mut [i64]) {
        let mut rest = words;
        while !rest.is_empty() && !self.bias.is_empty() {
            let biases = &self.bias[self.word..];
            let (piece, after) = rest.split_at_mut(rest.len().min(biases.len()));
            piece.iter_mut().zip(biases).for_each(|(word, bias)| *word += bias);
            self.word = if piece.len() == biases.len() { 0 } else { self.word + piece.len() };
            rest = after;
        }
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
