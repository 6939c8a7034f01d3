//! Model of the inverse transform: the forward reduction undone, in place.
//!
//! Part of the emitted crate. Words of a packet come in position order (`re, im` of position t; position 0 holds DC
//! and Nyquist) and leave in halves order (`x[t], x[t + k/2]` for t < k/2). Blocks that come together are transformed side
//! by side, a lane each.

use crate::blocks::fft::model::{LANES, Turn, product};
use crate::fixed::round_shift;
use crate::machine::vector::{Loops, vectorised};
use crate::machine::{Unit, text::Fields};

/// The inverse transform.
pub struct Ifft {
    k: usize,
    turn: Turn,
    single: Vec<[i64; 1]>,
    several: Vec<[i64; LANES]>,
}

/// Reads `k twiddle round`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let k: usize = fields.number("k")?;
    if !k.is_power_of_two() || k < 2 {
        return Err(format!("`k={k}`: expected a power of two from 2 on"));
    }
    let turn = Turn::new(k, fields.number("twiddle")?, fields.round("round")?);
    Ok(Box::new(Ifft { k, turn, single: vec![[0]; k], several: vec![[0; LANES]; k] }))
}

impl Unit for Ifft {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {}
}

impl Loops for Ifft {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for blocks in input.chunks(LANES * self.k) {
            if blocks.len() > 2 * self.k {
                transform(blocks, &mut self.several, &self.turn, output);
            } else {
                for block in blocks.chunks_exact(self.k) {
                    transform(block, &mut self.single, &self.turn, output);
                }
            }
        }
    }
}

/// Spectra, a lane of `words` each, to their blocks.
#[inline(always)]
fn transform<const N: usize>(blocks: &[i64], words: &mut [[i64; N]], turn: &Turn, output: &mut Vec<i64>) {
    let k = words.len();
    let mut largest = 0;
    for (lane, block) in blocks.chunks_exact(k).enumerate() {
        (words[0][lane], words[1][lane]) = (block[0], block[1]);
        let mut first = 1;
        while 2 * first < k {
            let (re, im) = words[2 * first..4 * first].split_at_mut(first);
            for ((pair, re), im) in block[2 * first..4 * first].chunks_exact(2).zip(re).zip(im) {
                (re[lane], im[lane]) = (pair[0], pair[1]);
            }
            first *= 2;
        }
        largest = block.iter().fold(largest, |most, word| most | (word ^ word >> 63));
    }
    // halving keeps words within the largest magnitude of the spectrum, as complex numbers, but for roundings
    if largest < 1 << 28 {
        join_all::<N, true>(words, turn);
    } else {
        join_all::<N, false>(words, turn);
    }
    let (low, high) = words.split_at(k / 2);
    let start = output.len();
    output.resize(start + blocks.len(), 0);
    for (lane, block) in output[start..].chunks_exact_mut(k).enumerate() {
        for ((pair, a), b) in block.chunks_exact_mut(2).zip(low).zip(high) {
            (pair[0], pair[1]) = (a[lane], b[lane]);
        }
    }
}

/// Single values up to a real residue modulo `x^k - 1`.
#[inline(always)]
fn join_all<const N: usize, const SMALL: bool>(words: &mut [[i64; N]], turn: &Turn) {
    let mut size = 2;
    while size <= words.len() {
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            join::<N, SMALL>(re, im, turn);
        }
        for (s, d) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*s, *d) = (round_shift(*s + *d, 1, turn.round), round_shift(*s - *d, 1, turn.round));
        }
        size *= 2;
    }
}

/// Single values up to a residue modulo `x^M - w` of group 1, M a power of two.
#[inline(always)]
fn join<const N: usize, const SMALL: bool>(re: &mut [[i64; N]], im: &mut [[i64; N]], turn: &Turn) {
    let (all, mut size) = (re.len(), 2);
    while size <= all {
        let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
        for ((re, im), factor) in slices.zip(&turn.factors[all / size..]) {
            let (u_re, v_re) = re.split_at_mut(size / 2);
            let (u_im, v_im) = im.split_at_mut(size / 2);
            let u = u_re.as_flattened_mut().iter_mut().zip(u_im.as_flattened_mut());
            let v = v_re.as_flattened_mut().iter_mut().zip(v_im.as_flattened_mut());
            for ((u_re, u_im), (v_re, v_im)) in u.zip(v) {
                let (d_re, d_im) = (*u_re - *v_re, *u_im - *v_im);
                *u_re = round_shift(*u_re + *v_re, 1, turn.round);
                *u_im = round_shift(*u_im + *v_im, 1, turn.round);
                let turned_re = product::<SMALL>(d_re, factor.re) + product::<SMALL>(d_im, factor.im);
                let turned_im = product::<SMALL>(d_im, factor.re) - product::<SMALL>(d_re, factor.im);
                *v_re = round_shift(turned_re, turn.frac + 1, turn.round);
                *v_im = round_shift(turned_im, turn.frac + 1, turn.round);
            }
        }
        size *= 2;
    }
}
