//! Model of the inverse transform: the forward reduction undone, in place.
//!
//! Part of the emitted crate. Words of a packet come in position order (`re, im` of position t; position 0 holds DC
//! and Nyquist) and leave in halves order (`x[t], x[t + k/2]` for t < k/2).

use crate::fixed::{Complex, Round, round_shift, twiddle};
use crate::machine::{Unit, text::Fields};

/// The inverse transform.
pub struct Ifft {
    k: usize,
    twiddle: i32,
    /// Twiddle factor of group g at index g; index 0 is not used.
    factors: Vec<Complex>,
    round: Round,
    words: Vec<i64>,
}

/// Reads `k twiddle round`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let k: usize = fields.number("k")?;
    if !k.is_power_of_two() || k < 2 {
        return Err(format!("`k={k}`: expected a power of two from 2 on"));
    }
    let bits = fields.number("twiddle")?;
    Ok(Box::new(Ifft {
        k,
        twiddle: bits as i32,
        factors: (0..(k / 4).max(1)).map(|g| twiddle(g, bits)).collect(),
        round: fields.round("round")?,
        words: vec![0; k],
    }))
}

impl Ifft {
    /// The position order undone: the places of an in-place reduction.
    fn load(&mut self, input: &[i64]) {
        self.words[..2].copy_from_slice(&input[..2]);
        for (t, pair) in input.chunks_exact(2).enumerate().skip(1) {
            let first = 1 << t.ilog2();
            self.words[first + t] = pair[0];
            self.words[2 * first + t] = pair[1];
        }
    }

    /// Single values up to a residue modulo `x^M - w` of group 1, M a power of two.
    fn join(&self, re: &mut [i64], im: &mut [i64]) {
        let (all, mut size) = (re.len(), 2);
        while size <= all {
            let slices = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
            for ((re, im), factor) in slices.zip(&self.factors[all / size..]) {
                let (u_re, v_re) = re.split_at_mut(size / 2);
                let (u_im, v_im) = im.split_at_mut(size / 2);
                for n in 0..size / 2 {
                    let (d_re, d_im) = (u_re[n] - v_re[n], u_im[n] - v_im[n]);
                    u_re[n] = round_shift(u_re[n] + v_re[n], 1, self.round);
                    u_im[n] = round_shift(u_im[n] + v_im[n], 1, self.round);
                    let (turned_re, turned_im) =
                        (d_re * factor.re + d_im * factor.im, d_im * factor.re - d_re * factor.im);
                    v_re[n] = round_shift(turned_re, self.twiddle + 1, self.round);
                    v_im[n] = round_shift(turned_im, self.twiddle + 1, self.round);
                }
            }
            size *= 2;
        }
    }
}

impl Unit for Ifft {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        self.load(input);
        let mut words = std::mem::take(&mut self.words);
        let mut size = 2;
        while size <= self.k {
            let (sums, differences) = words[..size].split_at_mut(size / 2);
            if size > 4 {
                let (re, im) = differences.split_at_mut(size / 4);
                self.join(re, im);
            }
            for (s, d) in sums.iter_mut().zip(differences.iter_mut()) {
                (*s, *d) = (round_shift(*s + *d, 1, self.round), round_shift(*s - *d, 1, self.round));
            }
            size *= 2;
        }
        let (low, high) = words.split_at(self.k / 2);
        output.extend(low.iter().zip(high).flat_map(|(&a, &b)| [a, b]));
        self.words = words;
    }

    fn reset(&mut self) {}
}
