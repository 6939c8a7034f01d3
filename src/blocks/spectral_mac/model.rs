//! Model of [`spectral_mac`](super): exact sums of complex products, narrowed once per bin.

use crate::fixed::{Round, narrow};
use crate::machine::Unit;
use crate::machine::text::Fields;
use crate::machine::vector::{Loops, fits_32, vectorised};

/// Sums made side by side, at least.
const LANES: usize = 8;

/// Weights and running sums of `rows` block rows.
pub struct SpectralMac {
    /// Beats of one spectrum, k/2.
    beats: usize,
    /// Spectra summed into one result, q.
    blocks: usize,
    shift: i32,
    rounding: Round,
    width: u32,
    /// `[group][j][2][rows][t]`: real parts, imaginary parts; `[j][group]...` where the sums of all groups are held.
    weights: Vec<i32>,
    /// `[group held][2][rows][t]`
    sums: Vec<i64>,
    /// A spectrum, once for each row: real parts; the same with Nyquist in place of DC; imaginary parts with zero in place
    /// of Nyquist. All rows are one long loop.
    spectrum: [Vec<i32>; 3],
    /// The spectra of a sum, `[j][3][t]`, the same three of each; empty where sums are not made of whole ones.
    spectra: Vec<i32>,
    /// The words that they were set apart from.
    words: Vec<i64>,
    /// Most that a sum grows by words of 1.
    gain: i64,
    beat: usize,
    block: usize,
    /// Of those held, where its sums begin.
    group: usize,
    /// Of the coming block's weights.
    at: usize,
    clipped: u64,
}

impl Unit for SpectralMac {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {
        (self.beat, self.block, self.group, self.at) = (0, 0, 0, 0);
        self.sums.fill(0);
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl Loops for SpectralMac {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let mut rest = input;
        while !rest.is_empty() {
            let block = 2 * self.beats;
            let (beats, words) = if self.take_all(rest) {
                self.add_all();
                (self.beats, self.blocks * block)
            } else if self.beat == 0 && rest.len() >= block && self.take(&rest[..block]) {
                self.add_spectrum();
                (self.beats, block)
            } else {
                self.add_beat(rest[0], rest[1]);
                (1, 2)
            };
            if self.block + 1 == self.blocks {
                self.give(self.beat..self.beat + beats, output);
            }
            self.advance(beats);
            rest = &rest[words..];
        }
    }
}

impl SpectralMac {
    /// Sets a spectrum apart for [`SpectralMac::add_spectrum`]; false if its words have more than 32 bits.
    #[inline(always)]
    fn take(&mut self, words: &[i64]) -> bool {
        let [re, nyquist_re, im] = &mut self.spectrum;
        let (first_re, first_im) = (&mut re[..self.beats], &mut im[..self.beats]);
        let mut excess = 0;
        for ((pair, re), im) in words.chunks_exact(2).zip(&mut *first_re).zip(&mut *first_im) {
            (*re, *im) = (pair[0] as i32, pair[1] as i32);
            excess |= (pair[0] - *re as i64) | (pair[1] - *im as i64);
        }
        let nyquist = std::mem::take(&mut first_im[0]);
        let mut set = self.beats;
        while set < re.len() {
            let more = set.min(re.len() - set);
            re.copy_within(..more, set);
            im.copy_within(..more, set);
            set += more;
        }
        nyquist_re.copy_from_slice(re);
        nyquist_re.iter_mut().step_by(self.beats).for_each(|word| *word = nyquist);
        excess == 0
    }

    /// The spectrum's products with a block of each row.
    #[inline(always)]
    fn add_spectrum(&mut self) {
        let [re, nyquist_re, im] = &self.spectrum;
        let (sum_re, sum_im) = self.sums[self.group..self.group + 2 * re.len()].split_at_mut(re.len());
        let (w_re, w_im) = self.weights[self.at..self.at + 2 * re.len()].split_at(re.len());
        let product = |(a, b): (&i32, &i32)| *a as i64 * *b as i64;
        for (sum, (a, b)) in sum_re.iter_mut().zip(w_re.iter().zip(re).zip(w_im.iter().zip(im))) {
            *sum += product(a) - product(b);
        }
        for (sum, (a, b)) in sum_im.iter_mut().zip(w_im.iter().zip(nyquist_re).zip(w_re.iter().zip(im))) {
            *sum += product(a) + product(b);
        }
    }

    /// Sets the spectra of a sum apart for [`SpectralMac::add_all`], but once where they come again; false if they are not all
    /// there or a sum may have more than 32 bits.
    #[inline(always)]
    fn take_all(&mut self, words: &[i64]) -> bool {
        let beats = self.beats;
        let (whole, starts) = (2 * beats * self.blocks, (self.beat, self.block) == (0, 0));
        if self.spectra.is_empty() || !starts || words.len() < whole {
            return false;
        }
        let words = &words[..whole];
        if self.words == words {
            return true;
        }
        if !fits_32(words, self.gain) {
            return false;
        }
        for (words, parts) in words.chunks_exact(2 * beats).zip(self.spectra.chunks_exact_mut(3 * beats)) {
            let (re, rest) = parts.split_at_mut(beats);
            let (nyquist_re, im) = rest.split_at_mut(beats);
            for (((pair, re), nyquist_re), im) in words.chunks_exact(2).zip(re).zip(&mut *nyquist_re).zip(&mut *im) {
                (*re, *nyquist_re, *im) = (pair[0] as i32, pair[0] as i32, pair[1] as i32);
            }
            nyquist_re[0] = std::mem::take(&mut im[0]);
        }
        self.words.clear();
        self.words.extend_from_slice(words);
        true
    }

    /// The whole sums of all rows: then the last spectrum of a sum is the one under way.
    #[inline(always)]
    fn add_all(&mut self) {
        match self.beats % 32 {
            0 => self.add_side_by_side::<32>(),
            16 => self.add_side_by_side::<16>(),
            _ => self.add_side_by_side::<LANES>(),
        }
        self.block = self.blocks - 1;
        self.at += self.block * self.sums.len();
    }

    /// `N` sums side by side, N a divisor of k/2, modulo 2^32.
    #[inline(always)]
    fn add_side_by_side<const N: usize>(&mut self) {
        let (beats, words) = (self.beats, self.sums.len());
        let (sum_re, sum_im) = self.sums.split_at_mut(words / 2);
        let sums = sum_re.chunks_exact_mut(N).zip(sum_im.chunks_exact_mut(N));
        for (at, (sum_re, sum_im)) in (0..).step_by(N).zip(sums) {
            let weights = self.weights[self.at..].chunks_exact(words);
            let (mut re, mut im) = ([0i32; N], [0i32; N]);
            for (weights, parts) in weights.zip(self.spectra.chunks_exact(3 * beats)) {
                let lanes = |of: &[i32], at: usize| -> [i32; N] { of[at..at + N].try_into().unwrap() };
                let (w_re, w_im) = (lanes(weights, at), lanes(weights, words / 2 + at));
                let position = at & (beats - 1);
                let x_re = lanes(parts, position);
                let (x_nyquist_re, x_im) = (lanes(parts, beats + position), lanes(parts, 2 * beats + position));
                for n in 0..N {
                    let product = |a: i32, b: i32| a.wrapping_mul(b);
                    re[n] = re[n].wrapping_add(product(w_re[n], x_re[n]).wrapping_sub(product(w_im[n], x_im[n])));
                    im[n] =
                        im[n].wrapping_add(product(w_im[n], x_nyquist_re[n]).wrapping_add(product(w_re[n], x_im[n])));
                }
            }
            sum_re.iter_mut().zip(re).for_each(|(sum, word)| *sum = word as i64);
            sum_im.iter_mut().zip(im).for_each(|(sum, word)| *sum = word as i64);
        }
    }

    /// The products of one beat.
    #[inline(always)]
    fn add_beat(&mut self, a: i64, b: i64) {
        // position 0 holds DC and Nyquist, two real numbers
        let (re, nyquist_re, im) = if self.beat == 0 { (a, b, 0) } else { (a, a, b) };
        let words = self.spectrum[0].len();
        let (sum_re, sum_im) = self.sums[self.group..self.group + 2 * words].split_at_mut(words);
        let (w_re, w_im) = self.weights[self.at..self.at + 2 * sum_re.len()].split_at(sum_re.len());
        for at in (self.beat..sum_re.len()).step_by(self.beats) {
            let (w_re, w_im) = (w_re[at] as i64, w_im[at] as i64);
            sum_re[at] += re * w_re - im * w_im;
            sum_im[at] += nyquist_re * w_im + im * w_re;
        }
    }

    /// The sums of some positions, narrowed, `[t][rows][2]`; they start again from zero.
    #[inline(always)]
    fn give(&mut self, positions: std::ops::Range<usize>, output: &mut Vec<i64>) {
        let (shift, rounding, width, mut clipped) = (self.shift, self.rounding, self.width, 0);
        let words = 2 * self.spectrum[0].len();
        let (start, lanes) = (output.len(), words / self.beats);
        output.resize(start + positions.len() * lanes, 0);
        let held = &mut self.sums[self.group..self.group + words];
        for (row, sums) in held.chunks_exact_mut(self.beats).enumerate() {
            let sums = &mut sums[positions.clone()];
            for sum in sums.iter_mut() {
                *sum = narrow(*sum, shift, rounding, width, &mut clipped);
            }
            // real parts of all rows, then imaginary parts
            let lane = if row < lanes / 2 { 2 * row } else { 2 * row + 1 - lanes };
            for (sum, given) in sums.iter_mut().zip(output[start + lane..].iter_mut().step_by(lanes)) {
                *given = std::mem::take(sum);
            }
        }
        self.clipped += clipped;
    }

    #[inline(always)]
    fn advance(&mut self, beats: usize) {
        self.beat += beats;
        if self.beat < self.beats {
            return;
        }
        let words = 2 * self.spectrum[0].len();
        self.beat = 0;
        self.at += words;
        self.group += words;
        if self.group < self.sums.len() {
            return;
        }
        self.group = 0;
        self.block += 1;
        if self.block < self.blocks {
            return;
        }
        self.block = 0;
        if self.at == self.weights.len() {
            self.at = 0;
        }
    }
}

/// Reads `k`, `rows`, `p`, `q`, `shift`, `rounding`, `output` (bits), `stationary=blocks` where that is so, and the memory `weights`, `[p][q][k/2][2]`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (k, rows): (usize, usize) = (fields.number("k")?, fields.number("rows")?);
    let (p, q): (usize, usize) = (fields.number("p")?, fields.number("q")?);
    let (shift, width): (i32, u32) = (fields.number("shift")?, fields.number("output")?);
    let natural = fields.memory("weights")?;
    if !k.is_power_of_two() || k < 2 || rows == 0 || p == 0 || q == 0 {
        return Err(format!("`k={k} rows={rows} p={p} q={q}`: expected k a power of two from 2 and counts from 1"));
    }
    if !(2..=62).contains(&width) || !(-61..=62).contains(&shift) {
        return Err(format!("`output={width} shift={shift}`: expected 2 to 62 bits, shifted by less"));
    }
    let size = p.checked_mul(q).and_then(|blocks| blocks.checked_mul(k));
    if size != Some(natural.len()) {
        return Err(format!("{} weights, expected p*q*k with `p={p} q={q} k={k}`", natural.len()));
    }
    let by_input = fields.word("stationary").is_ok_and(|text| text == "blocks");
    let held = if by_input { p.div_ceil(rows) } else { 1 };
    let whole = !by_input && (k / 2).is_multiple_of(LANES);
    let weights = in_order_of_use(&natural, k, rows, q, by_input)?;
    let gain = natural.chunks_exact(q * k).flat_map(|row| {
        let at = |t: usize| move |block: &[i64]| block[2 * t].abs() + block[2 * t + 1].abs();
        (0..k / 2).map(move |t| row.chunks_exact(k).map(at(t)).sum::<i64>())
    });
    Ok(Box::new(SpectralMac {
        beats: k / 2,
        blocks: q,
        shift,
        rounding: fields.round("rounding")?,
        width,
        weights,
        sums: vec![0; held * k * rows],
        spectrum: [(); 3].map(|()| vec![0; k / 2 * rows]),
        spectra: vec![0; if whole { q * 3 * k / 2 } else { 0 }],
        words: Vec::new(),
        gain: gain.max().unwrap_or_default(),
        beat: 0,
        block: 0,
        group: 0,
        at: 0,
        clipped: 0,
    }))
}

/// `[p][q][k/2][2]` -> `[group][j][2][rows][t]`, or `[j][group]...` by input, zero where a group has rows beyond p.
fn in_order_of_use(natural: &[i64], k: usize, rows: usize, q: usize, by_input: bool) -> Result<Vec<i32>, String> {
    let groups = (natural.len() / (q * k)).div_ceil(rows);
    let mut ordered = vec![0i32; groups * rows * q * k];
    for (block, words) in natural.chunks_exact(k).enumerate() {
        let (i, j) = (block / q, block % q);
        let place = if by_input { j * groups + i / rows } else { i / rows * q + j };
        let base = place * rows * k + i % rows * (k / 2);
        for (at, &weight) in words.iter().enumerate() {
            ordered[base + at % 2 * rows * (k / 2) + at / 2] =
                weight.try_into().map_err(|_| format!("weight {weight}: more than 32 bits"))?;
        }
    }
    Ok(ordered)
}
