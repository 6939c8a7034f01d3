//! The integer transform of one block, by its definition: a recursion over the tree of factors of `x^k - 1`.
//!
//! Natural order in, packed spectrum in position order out ([`crate::fixed::spectrum_angle`]), and back. This is
//! the judge of the streaming transforms in `blocks`: it shares nothing with them but the primitives of `fixed`.
//!
//! Forward, without scaling: a real residue modulo `x^m - 1` splits into sums (modulo `x^(m/2) - 1`) and
//! differences (modulo `x^(m/2) + 1`), which are complex modulo `x^(m/4) - j` for free. A complex residue modulo
//! `x^M - w` splits into `lo + hi T` and `lo - hi T` with `T = sqrt(w)`. Inverse: the same backwards, halving.

use crate::fixed::{Complex, Round, round_shift, twiddle};

/// The transform of blocks of k words.
#[derive(Clone, Debug)]
pub struct Transform {
    /// Twiddle factor of group g in `s1.<frac>`; entry 0 is not used.
    twiddles: Vec<Complex>,
    frac: i32,
    rounding: Round,
    /// Bit L: level L of the forward transform halves.
    halving: u32,
}

impl Transform {
    /// For blocks of `k` words, with twiddle factors in `s1.<frac>`.
    pub fn new(k: usize, frac: u32, rounding: Round) -> Transform {
        let twiddles = (0..(k / 4).max(1)).map(|g| if g == 0 { Complex::default() } else { twiddle(g, frac) });
        Transform { twiddles: twiddles.collect(), frac: frac as i32, rounding, halving: 0 }
    }

    /// The same with levels of the forward transform that halve: bit L of the mask for level L. Half of `lo + hi T` is
    /// rounded half up, half of `lo - hi T` half down, once.
    pub fn halving(self, levels: u32) -> Transform {
        Transform { halving: levels, ..self }
    }

    /// Block of k words to its packed spectrum, `[k/2][2]`; same format, words grow by log2 k bits.
    pub fn forward(&self, block: &[i64]) -> Vec<i64> {
        let mut words = vec![0; block.len()];
        self.split_real(block, 0, &mut words);
        words
    }

    /// Packed spectrum to the block of k words; same format, words grow by one bit.
    pub fn inverse(&self, words: &[i64]) -> Vec<i64> {
        self.join_real(words, words.len())
    }

    /// The sum and the difference of a level, where the product stands at `frac` more fraction bits.
    fn join(&self, level: u32, lo: i64, product: i64, frac: i32) -> (i64, i64) {
        if self.halving >> level & 1 == 1 {
            let (lo, round) = (lo << frac, |value| round_shift(value, frac + 1, Round::HalfUp));
            return (round(lo + product), -round(product - lo));
        }
        let product = round_shift(product, frac, self.rounding);
        (lo + product, lo - product)
    }

    fn split_real(&self, x: &[i64], level: u32, words: &mut [i64]) {
        let half = x.len() / 2;
        let (sum, difference): (Vec<i64>, Vec<i64>) = (0..half).map(|n| self.join(level, x[n], x[n + half], 0)).unzip();
        if half == 1 {
            words[0] = sum[0];
            words[1] = difference[0];
            return;
        }
        let quarter = half / 2;
        let z: Vec<Complex> =
            (0..quarter).map(|n| Complex { re: difference[n], im: difference[n + quarter] }).collect();
        self.split_complex(&z, 1, level + 1, words);
        self.split_real(&sum, level + 1, words);
    }

    fn split_complex(&self, z: &[Complex], g: usize, level: u32, words: &mut [i64]) {
        if let [z] = z {
            words[2 * g] = z.re;
            words[2 * g + 1] = z.im;
            return;
        }
        let half = z.len() / 2;
        let t = self.twiddles[g];
        let mut u = Vec::with_capacity(half);
        let mut v = Vec::with_capacity(half);
        for n in 0..half {
            let (lo, hi) = (z[n], z[n + half]);
            let re = self.join(level, lo.re, hi.re * t.re - hi.im * t.im, self.frac);
            let im = self.join(level, lo.im, hi.re * t.im + hi.im * t.re, self.frac);
            u.push(Complex { re: re.0, im: im.0 });
            v.push(Complex { re: re.1, im: im.1 });
        }
        self.split_complex(&u, 2 * g, level + 1, words);
        self.split_complex(&v, 2 * g + 1, level + 1, words);
    }

    fn join_real(&self, words: &[i64], m: usize) -> Vec<i64> {
        let half = m / 2;
        let (sum, difference) = if half == 1 {
            (vec![words[0]], vec![words[1]])
        } else {
            let z = self.join_complex(words, 1, half / 2);
            (self.join_real(words, half), z.iter().map(|z| z.re).chain(z.iter().map(|z| z.im)).collect())
        };
        let a = (0..half).map(|n| round_shift(sum[n] + difference[n], 1, self.rounding));
        let b = (0..half).map(|n| round_shift(sum[n] - difference[n], 1, self.rounding));
        a.chain(b).collect()
    }

    fn join_complex(&self, words: &[i64], g: usize, size: usize) -> Vec<Complex> {
        if size == 1 {
            return vec![Complex { re: words[2 * g], im: words[2 * g + 1] }];
        }
        let u = self.join_complex(words, 2 * g, size / 2);
        let v = self.join_complex(words, 2 * g + 1, size / 2);
        let t = self.twiddles[g];
        let halved = |value| round_shift(value, 1, self.rounding);
        let turned = |value| round_shift(value, self.frac + 1, self.rounding);
        let lo = u.iter().zip(&v).map(|(u, v)| Complex { re: halved(u.re + v.re), im: halved(u.im + v.im) });
        let hi = u.iter().zip(&v).map(|(u, v)| {
            let (re, im) = (u.re - v.re, u.im - v.im);
            Complex { re: turned(re * t.re + im * t.im), im: turned(im * t.re - re * t.im) }
        });
        lo.chain(hi).collect()
    }
}
