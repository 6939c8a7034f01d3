//! Model of the inverse transform: the forward reduction undone, in place.
//!
//! Part of the emitted crate. Words of a packet come in position order (`re, im` of position t; position 0 holds DC
//! and Nyquist) and leave in halves order (`x[t], x[t + k/2]` for t < k/2). Blocks that come together are transformed side
//! by side, a lane each.

use crate::blocks::fft::model::{Places, Turn, magnitude};
use crate::machine::vector::{Loops, Word, vectorised};
use crate::machine::{Unit, text::Fields};

/// The inverse transform.
pub struct Ifft {
    turn: Turn,
    places: Places,
}

/// Reads `k twiddle round`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let k: usize = fields.number("k")?;
    if !k.is_power_of_two() || k < 2 {
        return Err(format!("`k={k}`: expected a power of two from 2 on"));
    }
    let turn = Turn::new(k, fields.number("twiddle")?, fields.round("round")?);
    Ok(Box::new(Ifft { turn, places: Places::of(k) }))
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
        // halving keeps words within the largest magnitude of the spectrum, as complex numbers, but for roundings; what is
        // turned are their differences
        let largest = magnitude(input);
        if self.turn.fits_32(3 * largest) {
            side_by_side(input, &mut self.places.short, &self.turn, output);
        } else if largest < 1 << 28 {
            side_by_side(input, &mut self.places.small, &self.turn, output);
        } else {
            side_by_side(input, &mut self.places.long, &self.turn, output);
        }
    }
}

#[inline(always)]
fn side_by_side<W: Word, const N: usize>(
    input: &[i64],
    (several, single): &mut (Vec<[W; N]>, Vec<[W; 1]>),
    turn: &Turn,
    output: &mut Vec<i64>,
) {
    let k = single.len();
    for blocks in input.chunks(N * k) {
        if blocks.len() > 2 * k {
            transform(blocks, several, turn, output);
        } else {
            // a closure would be compiled without the vectors
            for block in blocks.chunks_exact(k) {
                transform(block, single, turn, output);
            }
        }
    }
}

/// Spectra, a lane of `words` each, to their blocks.
#[inline(always)]
fn transform<W: Word, const N: usize>(blocks: &[i64], words: &mut [[W; N]], turn: &Turn, output: &mut Vec<i64>) {
    let k = words.len();
    for (lane, block) in blocks.chunks_exact(k).enumerate() {
        (words[0][lane], words[1][lane]) = (W::of(block[0]), W::of(block[1]));
        let mut first = 1;
        while 2 * first < k {
            let (re, im) = words[2 * first..4 * first].split_at_mut(first);
            for ((pair, re), im) in block[2 * first..4 * first].chunks_exact(2).zip(re).zip(im) {
                (re[lane], im[lane]) = (W::of(pair[0]), W::of(pair[1]));
            }
            first *= 2;
        }
    }
    join_all(words, turn);
    let (low, high) = words.split_at(k / 2);
    let start = output.len();
    output.resize(start + blocks.len(), 0);
    for (lane, block) in output[start..].chunks_exact_mut(k).enumerate() {
        for ((pair, a), b) in block.chunks_exact_mut(2).zip(low).zip(high) {
            (pair[0], pair[1]) = (a[lane].word(), b[lane].word());
        }
    }
}

/// Single values up to a real residue modulo `x^k - 1`.
#[inline(always)]
fn join_all<W: Word, const N: usize>(words: &mut [[W; N]], turn: &Turn) {
    let mut size = 2;
    while size <= words.len() {
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            join(re, im, turn);
        }
        for (s, d) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*s, *d) = (s.plus(*d).rounded(1, turn.round), s.minus(*d).rounded(1, turn.round));
        }
        size *= 2;
    }
}

/// Single values up to a residue modulo `x^M - w` of group 1, M a power of two.
#[inline(always)]
fn join<W: Word, const N: usize>(re: &mut [[W; N]], im: &mut [[W; N]], turn: &Turn) {
    let (all, mut size) = (re.len(), 2);
    while size <= all {
        let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
        for ((re, im), factor) in slices.zip(&turn.factors[all / size..]) {
            let (u_re, v_re) = re.split_at_mut(size / 2);
            let (u_im, v_im) = im.split_at_mut(size / 2);
            let u = u_re.as_flattened_mut().iter_mut().zip(u_im.as_flattened_mut());
            let v = v_re.as_flattened_mut().iter_mut().zip(v_im.as_flattened_mut());
            for ((u_re, u_im), (v_re, v_im)) in u.zip(v) {
                let (d_re, d_im) = (u_re.minus(*v_re), u_im.minus(*v_im));
                *u_re = u_re.plus(*v_re).rounded(1, turn.round);
                *u_im = u_im.plus(*v_im).rounded(1, turn.round);
                let turned_re = d_re.times(factor.re).plus(d_im.times(factor.im));
                let turned_im = d_im.times(factor.re).minus(d_re.times(factor.im));
                *v_re = turned_re.rounded(turn.frac + 1, turn.round);
                *v_im = turned_im.rounded(turn.frac + 1, turn.round);
            }
        }
        size *= 2;
    }
}
