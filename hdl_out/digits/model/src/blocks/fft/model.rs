//! Model of the forward transform: reduces a block modulo the factors of `x^k - 1`, in place.
//!
//! Part of the emitted crate. Words of a packet come in halves order (`x[t], x[t + k/2]` for t < k/2) and leave in
//! position order (`re, im` of position t; position 0 holds DC and Nyquist).

use crate::fixed::{Complex, Round, narrow, round_shift, twiddle};
use crate::machine::{Unit, text::Fields};

/// The forward transform.
pub struct Fft {
    k: usize,
    guard: u32,
    twiddle: i32,
    /// Twiddle factor of group g at index g; index 0 is not used.
    factors: Vec<Complex>,
    shift: i32,
    width: u32,
    round: Round,
    blocks: usize,
    valid: usize,
    /// Index of the coming packet in its frame.
    block: usize,
    words: Vec<i64>,
    clipped: u64,
}

/// Reads `k guard twiddle shift width round blocks valid`; `shift` is the fraction bits dropped at the end.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let k: usize = fields.number("k")?;
    if !k.is_power_of_two() || k < 2 {
        return Err(format!("`k={k}`: expected a power of two from 2 on"));
    }
    let bits = fields.number("twiddle")?;
    Ok(Box::new(Fft {
        k,
        guard: fields.number("guard")?,
        twiddle: bits as i32,
        factors: (0..(k / 4).max(1)).map(|g| twiddle(g, bits)).collect(),
        shift: fields.number("shift")?,
        width: fields.number("width")?,
        round: fields.round("round")?,
        blocks: fields.number("blocks")?,
        valid: fields.number("valid")?,
        block: 0,
        words: vec![0; k],
        clipped: 0,
    }))
}

impl Fft {
    /// The words of the packet in natural order, with guard bits; words that do not exist are zero.
    fn load(&mut self, input: &[i64]) {
        let rest = self.valid.saturating_sub(self.block * self.k);
        let (low, high) = self.words.split_at_mut(self.k / 2);
        for ((pair, a), b) in input.chunks_exact(2).zip(low).zip(high) {
            (*a, *b) = (pair[0] << self.guard, pair[1] << self.guard);
        }
        if rest < self.k {
            self.words[rest..].fill(0);
        }
        self.block = (self.block + 1) % self.blocks;
    }

    /// A residue modulo `x^M - w` of group 1, M a power of two, down to its single values.
    fn split(&self, re: &mut [i64], im: &mut [i64]) {
        let (all, mut size) = (re.len(), re.len());
        while size > 1 {
            let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
            for ((re, im), factor) in slices.zip(&self.factors[all / size..]) {
                let (lo_re, hi_re) = re.split_at_mut(size / 2);
                let (lo_im, hi_im) = im.split_at_mut(size / 2);
                for n in 0..size / 2 {
                    let turned_re = hi_re[n] * factor.re - hi_im[n] * factor.im;
                    let turned_im = hi_re[n] * factor.im + hi_im[n] * factor.re;
                    let turned_re = round_shift(turned_re, self.twiddle, self.round);
                    let turned_im = round_shift(turned_im, self.twiddle, self.round);
                    (lo_re[n], hi_re[n]) = (lo_re[n] + turned_re, lo_re[n] - turned_re);
                    (lo_im[n], hi_im[n]) = (lo_im[n] + turned_im, lo_im[n] - turned_im);
                }
            }
            size /= 2;
        }
    }
}

impl Unit for Fft {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        self.load(input);
        let mut words = std::mem::take(&mut self.words);
        let mut size = self.k;
        while size > 1 {
            let (sums, differences) = words[..size].split_at_mut(size / 2);
            for (a, b) in sums.iter_mut().zip(differences.iter_mut()) {
                (*a, *b) = (*a + *b, *a - *b);
            }
            if size > 4 {
                let (re, im) = differences.split_at_mut(size / 4);
                self.split(re, im);
            }
            size /= 2;
        }
        let mut put = |word| output.push(narrow(word, self.shift, self.round, self.width, &mut self.clipped));
        put(words[0]);
        put(words[1]);
        for t in 1..self.k / 2 {
            let (re, im) = places(t);
            put(words[re]);
            put(words[im]);
        }
        self.words = words;
    }

    fn reset(&mut self) {
        self.block = 0;
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

/// Where the in-place reduction leaves the real and the imaginary part of position `t >= 1`.
pub fn places(t: usize) -> (usize, usize) {
    let first = 1 << t.ilog2();
    (first + t, 2 * first + t)
}
