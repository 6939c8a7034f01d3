//! Model of the forward transform: reduces a block modulo the factors of `x^k - 1`, in place.
//!
//! Part of the emitted crate. Words of a packet come in halves order (`x[t], x[t + k/2]` for t < k/2) and leave in
//! position order (`re, im` of position t; position 0 holds DC and Nyquist). Blocks that come together are transformed
//! side by side, a lane each.

use crate::fixed::{Complex, Round, twiddle};
use crate::machine::vector::{Long, Loops, Word, narrow_all, vectorised};
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
    places: Places,
    clipped: u64,
}

/// Blocks of short words, and of longer ones, that are transformed side by side.
pub const LANES: [usize; 2] = [8, 4];

/// Where blocks are transformed, several and one, by the words that they are made of.
#[derive(Default)]
pub struct Places {
    pub short: (Vec<[i32; LANES[0]]>, Vec<[i32; 1]>),
    pub small: (Vec<[Long<true>; LANES[1]]>, Vec<[Long<true>; 1]>),
    pub long: (Vec<[Long<false>; LANES[1]]>, Vec<[Long<false>; 1]>),
}

impl Places {
    /// For blocks of `k` words.
    pub fn of(k: usize) -> Places {
        fn both<W: Word, const N: usize>(k: usize) -> (Vec<[W; N]>, Vec<[W; 1]>) {
            (vec![[W::default(); N]; k], vec![[W::default(); 1]; k])
        }
        Places { short: both(k), small: both(k), long: both(k) }
    }
}

/// A bound of the magnitudes of words.
#[inline(always)]
pub fn magnitude(words: &[i64]) -> i64 {
    words.iter().fold(0, |most, word| most | (word ^ word >> 63)) + 1
}

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

    /// Whether complex words of a magnitude, and what roundings add to it, can be turned in 32 bits.
    pub fn fits_32(&self, magnitude: i64) -> bool {
        // a factor's magnitude is 1 but for its rounding; half a unit is added before bits are dropped
        (0..31).contains(&self.frac)
            && magnitude.saturating_add(64).saturating_mul((1 << self.frac) + 2) <= i32::MAX as i64
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
        places: Places::of(k),
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
        // no word within the transform is larger than the sum of magnitudes but for roundings
        let sum = magnitude(input) << self.guard << self.k.ilog2();
        let mut places = std::mem::take(&mut self.places);
        if (0..31).contains(&self.shift) && self.turn.fits_32(sum) {
            self.side_by_side(input, &mut places.short, output);
        } else if sum < 1 << 29 {
            self.side_by_side(input, &mut places.small, output);
        } else {
            self.side_by_side(input, &mut places.long, output);
        }
        self.places = places;
    }
}

impl Fft {
    #[inline(always)]
    fn side_by_side<W: Word, const N: usize>(
        &mut self,
        input: &[i64],
        (several, single): &mut (Vec<[W; N]>, Vec<[W; 1]>),
        output: &mut Vec<i64>,
    ) {
        for blocks in input.chunks(N * self.k) {
            if blocks.len() > 2 * self.k {
                self.transform(blocks, several, output);
            } else {
                // a closure would be compiled without the vectors
                for block in blocks.chunks_exact(self.k) {
                    self.transform(block, single, output);
                }
            }
        }
    }

    /// Blocks, a lane of `words` each, to their spectra.
    #[inline(always)]
    fn transform<W: Word, const N: usize>(&mut self, blocks: &[i64], words: &mut [[W; N]], output: &mut Vec<i64>) {
        let lanes = blocks.len() / self.k;
        if lanes < N {
            // what is left there from before must not count as clipped
            words.iter_mut().for_each(|word| word[lanes..].fill(W::default()));
        }
        for (lane, block) in blocks.chunks_exact(self.k).enumerate() {
            self.load(block, lane, words);
        }
        if self.halving > 0 {
            reduce_halving(words, &self.turn, self.halving);
        } else {
            reduce(words, &self.turn);
        }
        self.clipped += narrow_all(words.as_flattened_mut(), self.shift, self.round, self.width);
        let start = output.len();
        output.resize(start + blocks.len(), 0);
        for (lane, block) in output[start..].chunks_exact_mut(self.k).enumerate() {
            (block[0], block[1]) = (words[0][lane].word(), words[1][lane].word());
            let mut first = 1;
            while 2 * first < self.k {
                let (re, im) = words[2 * first..4 * first].split_at(first);
                for ((pair, re), im) in block[2 * first..4 * first].chunks_exact_mut(2).zip(re).zip(im) {
                    (pair[0], pair[1]) = (re[lane].word(), im[lane].word());
                }
                first *= 2;
            }
        }
    }

    /// The words of a packet in natural order, with guard bits; words that do not exist are zero.
    #[inline(always)]
    fn load<W: Word, const N: usize>(&mut self, block: &[i64], lane: usize, words: &mut [[W; N]]) {
        let rest = self.valid.saturating_sub(self.block * self.k);
        let (low, high) = words.split_at_mut(self.k / 2);
        for ((pair, a), b) in block.chunks_exact(2).zip(low).zip(high) {
            (a[lane], b[lane]) = (W::of(pair[0] << self.guard), W::of(pair[1] << self.guard));
        }
        if rest < self.k {
            words[rest..].iter_mut().for_each(|word| word[lane] = W::default());
        }
        self.block = if self.block + 1 == self.blocks { 0 } else { self.block + 1 };
    }
}

/// A real residue modulo `x^k - 1` down to its single values.
#[inline(always)]
fn reduce<W: Word, const N: usize>(words: &mut [[W; N]], turn: &Turn) {
    let mut size = words.len();
    while size > 1 {
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        for (a, b) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*a, *b) = (a.plus(*b), a.minus(*b));
        }
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            split(re, im, turn);
        }
        size /= 2;
    }
}

/// A residue modulo `x^M - w` of group 1, M a power of two, down to its single values.
#[inline(always)]
fn split<W: Word, const N: usize>(re: &mut [[W; N]], im: &mut [[W; N]], turn: &Turn) {
    let (all, mut size) = (re.len(), re.len());
    while size > 1 {
        let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
        for ((re, im), factor) in slices.zip(&turn.factors[all / size..]) {
            let (lo_re, hi_re) = re.split_at_mut(size / 2);
            let (lo_im, hi_im) = im.split_at_mut(size / 2);
            let hi = hi_re.as_flattened_mut().iter_mut().zip(hi_im.as_flattened_mut());
            let lo = lo_re.as_flattened_mut().iter_mut().zip(lo_im.as_flattened_mut());
            for ((lo_re, lo_im), (hi_re, hi_im)) in lo.zip(hi) {
                let turned_re = hi_re.times(factor.re).minus(hi_im.times(factor.im));
                let turned_im = hi_re.times(factor.im).plus(hi_im.times(factor.re));
                let turned_re = turned_re.rounded(turn.frac, turn.round);
                let turned_im = turned_im.rounded(turn.frac, turn.round);
                (*lo_re, *hi_re) = (lo_re.plus(turned_re), lo_re.minus(turned_re));
                (*lo_im, *hi_im) = (lo_im.plus(turned_im), lo_im.minus(turned_im));
            }
        }
        size /= 2;
    }
}

/// [`reduce`] where levels halve: the sum rounded half up, the difference half down.
#[inline(always)]
fn reduce_halving<W: Word, const N: usize>(words: &mut [[W; N]], turn: &Turn, halving: u32) {
    let k = words.len();
    let mut size = k;
    while size > 1 {
        let halve = (halving >> (k / size).ilog2() & 1) as i32;
        let (sums, differences) = words[..size].split_at_mut(size / 2);
        for (a, b) in sums.as_flattened_mut().iter_mut().zip(differences.as_flattened_mut()) {
            (*a, *b) = (a.plus(*b).rounded(halve, Round::HalfUp), a.minus(*b).rounded(halve, Round::Floor));
        }
        if size > 4 {
            let (re, im) = differences.split_at_mut(size / 4);
            split_halving(re, im, 1, k, turn, halving);
        }
        size /= 2;
    }
}

/// A residue modulo `x^M - w` of group `g` down to its single values.
fn split_halving<W: Word, const N: usize>(
    re: &mut [[W; N]],
    im: &mut [[W; N]],
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
    let halve = (halving >> (k / 2 / size).ilog2() & 1) as i32;
    // what is halved afterwards is cut
    let round = if halve == 1 { Round::Floor } else { turn.round };
    for (n, lane) in (0..half).flat_map(|n| (0..N).map(move |lane| (n, lane))) {
        let (hi_re, hi_im) = (re[n + half][lane], im[n + half][lane]);
        let turned =
            [hi_re.times(factor.re).minus(hi_im.times(factor.im)), hi_re.times(factor.im).plus(hi_im.times(factor.re))];
        for (words, turned) in [&mut *re, &mut *im].into_iter().zip(turned) {
            let (lo, turned) = (words[n][lane], turned.rounded(turn.frac, round));
            words[n][lane] = lo.plus(turned).rounded(halve, Round::HalfUp);
            words[n + half][lane] = lo.minus(turned).rounded(halve, Round::Floor);
        }
    }
    let ((lo_re, hi_re), (lo_im, hi_im)) = (re.split_at_mut(half), im.split_at_mut(half));
    split_halving(lo_re, lo_im, 2 * g, k, turn, halving);
    split_halving(hi_re, hi_im, 2 * g + 1, k, turn, halving);
}
