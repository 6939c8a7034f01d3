//! Model of the forward transform: reduces a block modulo the factors of `x^k - 1`, in place.
//!
//! Part of the emitted crate. Words of a packet come in halves order (`x[t], x[t + k/2]` for t < k/2) and leave in
//! position order (`re, im` of position t; position 0 holds DC and Nyquist). Blocks that come together are transformed
//! side by side, a lane each.

use crate::fixed::{Complex, Round, narrow, round_shift, twiddle};
use crate::machine::vector::{Loops, vectorised};
use crate::machine::{Unit, text::Fields};

/// The forward transform.
pub struct Fft {
    k: usize,
    guard: u32,
    turn: Turn,
    /// Bit L: level L halves.
    halving: u32,
    shift: i32,
    width: u32,
    round: Round,
    blocks: usize,
    valid: usize,
    /// Index of the coming packet in its frame.
    block: usize,
    single: Vec<[i64; 1]>,
    several: Vec<[i64; LANES]>,
    clipped: u64,
}

/// Blocks transformed side by side.
pub const LANES: usize = 4;

/// The twiddle factors and how their products are rounded.
pub struct Turn {
    /// Factor of group g at index g; index 0 is not used.
    pub factors: Vec<Complex>,
    /// Fraction bits of a factor.
    pub frac: i32,
    /// How products are rounded.
    pub round: Round,
}

impl Turn {
    /// For blocks of `k` words, with factors of `bits` fraction bits.
    pub fn new(k: usize, bits: u32, round: Round) -> Turn {
        Turn { factors: (0..(k / 4).max(1)).map(|g| twiddle(g, bits)).collect(), frac: bits as i32, round }
    }
}

/// Reads `k guard twiddle halving shift width round blocks valid`; bit L of `halving` is level L, `shift` is the fraction bits dropped at the end.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let k: usize = fields.number("k")?;
    if !k.is_power_of_two() || k < 2 {
        return Err(format!("`k={k}`: expected a power of two from 2 on"));
    }
    let round = fields.round("round")?;
    Ok(Box::new(Fft {
        k,
        guard: fields.number("guard")?,
        turn: Turn::new(k, fields.number("twiddle")?, round),
        halving: fields.number("halving")?,
        shift: fields.number("shift")?,
        width: fields.number("width")?,
        round,
        blocks: fields.number("blocks")?,
        valid: fields.number("valid")?,
        block: 0,
        single: vec![[0]; k],
        several: vec![[0; LANES]; k],
        clipped: 0,
    }))
}

impl Unit for Fft {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {
        self.block = 0;
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl Loops for Fft {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for blocks in input.chunks(LANES * self.k) {
            if blocks.len() > 2 * self.k {
                let mut words = std::mem::take(&mut self.several);
                self.transform(blocks, &mut words, output);
                self.several = words;
            } else {
                let mut words = std::mem::take(&mut self.single);
                for block in blocks.chunks_exact(self.k) {
                    self.transform(block, &mut words, output);
                }
                self.single = words;
            }
        }
    }
}

impl Fft {
    /// Blocks, a lane of `words` each, to their spectra.
    #[inline(always)]
    fn transform<const N: usize>(&mut self, blocks: &[i64], words: &mut [[i64; N]], output: &mut Vec<i64>) {
        let (mut largest, lanes) = (0, blocks.len() / self.k);
        if lanes < N {
            // what is left there from before must not count as clipped
            words.iter_mut().for_each(|word| word[lanes..].fill(0));
        }
        for (lane, block) in blocks.chunks_exact(self.k).enumerate() {
            largest |= self.load(block, lane, words);
        }
        // no word within the transform is larger than the sum of magnitudes but for roundings
        if self.halving > 0 {
            reduce_halving(words, &self.turn, self.halving);
        } else if largest < 1 << 29 >> self.k.ilog2() {
            reduce::<N, true>(words, &self.turn);
        } else {
            reduce::<N, false>(words, &self.turn);
        }
        let (shift, round, width, mut clipped) = (self.shift, self.round, self.width, 0);
        for word in words.as_flattened_mut() {
            *word = narrow(*word, shift, round, width, &mut clipped);
        }
        self.clipped += clipped;
        let start = output.len();
        output.resize(start + blocks.len(), 0);
        for (lane, block) in output[start..].chunks_exact_mut(self.k).enumerate() {
            (block[0], block[1]) = (words[0][lane], words[1][lane]);
            let mut first = 1;
            while 2 * first < self.k {
                let (re, im) = words[2 * first..4 * first].split_at(first);
                for ((pair, re), im) in block[2 * first..4 * first].chunks_exact_mut(2).zip(re).zip(im) {
                    (pair[0], pair[1]) = (re[lane], im[lane]);
                }
                first *= 2;
            }
        }
    }

    /// The words of a packet in natural order, with guard bits; words that do not exist are zero. Gives a bound of their
    /// magnitudes.
    #[inline(always)]
    fn load<const N: usize>(&mut self, block: &[i64], lane: usize, words: &mut [[i64; N]]) -> i64 {
        let rest = self.valid.saturating_sub(self.block * self.k);
        let (low, high) = words.split_at_mut(self.k / 2);
        let mut largest = 0;
        for ((pair, a), b) in block.chunks_exact(2).zip(low).zip(high) {
            (a[lane], b[lane]) = (pair[0] << self.guard, pair[1] << self.guard);
            largest |= (a[lane] ^ a[lane] >> 63) | (b[lane] ^ b[lane] >> 63);
        }
        if rest < self.k {
            words[rest..].iter_mut().for_each(|word| word[lane] = 0);
        }
        self.block = if self.block + 1 == self.blocks { 0 } else { self.block + 1 };
        largest + 1
    }
}

/// The product of two words, which fit 32 bits if they are `SMALL`.
#[inline(always)]
pub fn product<const SMALL: bool>(a: i64, b: i64) -> i64 {
    if SMALL { a as i32 as i64 * (b as i32 as i64) } else { a * b }
}

/// A real residue modulo `x^k - 1` down to its single values.
#[inline(always)]
fn reduce<const N: usize, const SMALL: bool>(words: &mut [[i64; N]], turn: &Turn) {
    let mut size = words.len();
    while size > 1 {
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        for (a, b) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*a, *b) = (*a + *b, *a - *b);
        }
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            split::<N, SMALL>(re, im, turn);
        }
        size /= 2;
    }
}

/// A residue modulo `x^M - w` of group 1, M a power of two, down to its single values.
#[inline(always)]
fn split<const N: usize, const SMALL: bool>(re: &mut [[i64; N]], im: &mut [[i64; N]], turn: &Turn) {
    let (all, mut size) = (re.len(), re.len());
    while size > 1 {
        let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
        for ((re, im), factor) in slices.zip(&turn.factors[all / size..]) {
            let (lo_re, hi_re) = re.split_at_mut(size / 2);
            let (lo_im, hi_im) = im.split_at_mut(size / 2);
            let hi = hi_re.as_flattened_mut().iter_mut().zip(hi_im.as_flattened_mut());
            let lo = lo_re.as_flattened_mut().iter_mut().zip(lo_im.as_flattened_mut());
            for ((lo_re, lo_im), (hi_re, hi_im)) in lo.zip(hi) {
                let turned_re = product::<SMALL>(*hi_re, factor.re) - product::<SMALL>(*hi_im, factor.im);
                let turned_im = product::<SMALL>(*hi_re, factor.im) + product::<SMALL>(*hi_im, factor.re);
                let turned_re = round_shift(turned_re, turn.frac, turn.round);
                let turned_im = round_shift(turned_im, turn.frac, turn.round);
                (*lo_re, *hi_re) = (*lo_re + turned_re, *lo_re - turned_re);
                (*lo_im, *hi_im) = (*lo_im + turned_im, *lo_im - turned_im);
            }
        }
        size /= 2;
    }
}

/// [`reduce`] where levels halve: the sum rounded half up, the difference half down.
fn reduce_halving<const N: usize>(words: &mut [[i64; N]], turn: &Turn, halving: u32) {
    let k = words.len();
    let mut size = k;
    while size > 1 {
        let halve = halving >> (k / size).ilog2() & 1;
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        for (a, b) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*a, *b) = ((*a + *b + halve as i64) >> halve, (*a - *b) >> halve);
        }
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            split_halving(re, im, 1, k, turn, halving);
        }
        size /= 2;
    }
}

/// A residue modulo `x^M - w` of group `g` down to its single values.
fn split_halving<const N: usize>(
    re: &mut [[i64; N]],
    im: &mut [[i64; N]],
    g: usize,
    k: usize,
    turn: &Turn,
    halving: u32,
) {
    let size = re.len();
    if size == 1 {
        return;
    }
    let (half, factor) = (size / 2, turn.factors[g]);
    let halve = halving >> (k / 2 / size).ilog2() & 1 == 1;
    for (n, lane) in (0..half).flat_map(|n| (0..N).map(move |lane| (n, lane))) {
        let (hi_re, hi_im) = (re[n + half][lane], im[n + half][lane]);
        let turned = [hi_re * factor.re - hi_im * factor.im, hi_re * factor.im + hi_im * factor.re];
        for (words, turned) in [&mut *re, &mut *im].into_iter().zip(turned) {
            let lo = words[n][lane];
            (words[n][lane], words[n + half][lane]) = if halve {
                let turned = turned >> turn.frac;
                ((lo + turned + 1) >> 1, (lo - turned) >> 1)
            } else {
                let turned = round_shift(turned, turn.frac, turn.round);
                (lo + turned, lo - turned)
            };
        }
    }
    let ((lo_re, hi_re), (lo_im, hi_im)) = (re.split_at_mut(half), im.split_at_mut(half));
    split_halving(lo_re, lo_im, 2 * g, k, turn, halving);
    split_halving(hi_re, hi_im, 2 * g + 1, k, turn, halving);
}
