//! Model of [`spectral_mac`](super): exact sums of complex products, narrowed once per bin.

use crate::fixed::{Round, narrow};
use crate::machine::Unit;
use crate::machine::text::Fields;

/// Weights and running sums of `rows` block rows.
pub struct SpectralMac {
    /// Beats of one spectrum, k/2.
    beats: usize,
    /// Spectra summed into one result, q.
    blocks: usize,
    rows: usize,
    shift: i32,
    rounding: Round,
    width: u32,
    /// `[group][j][t][rows][2]`, the order of use.
    weights: Vec<i32>,
    /// `[t][rows][2]`
    sums: Vec<i64>,
    beat: usize,
    block: usize,
    /// Of the coming beat's weights.
    at: usize,
    clipped: u64,
}

impl Unit for SpectralMac {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let words = 2 * self.rows;
        for x in input.chunks_exact(2) {
            let weights = &self.weights[self.at..self.at + words];
            let sums = &mut self.sums[self.beat * words..(self.beat + 1) * words];
            if self.block == 0 {
                sums.fill(0);
            }
            if self.beat == 0 {
                add_real_products(x[0], x[1], weights, sums);
            } else {
                add_complex_products(x[0], x[1], weights, sums);
            }
            if self.block + 1 == self.blocks {
                let (shift, rounding, width) = (self.shift, self.rounding, self.width);
                output.extend(sums.iter().map(|&sum| narrow(sum, shift, rounding, width, &mut self.clipped)));
            }
            self.advance(words);
        }
    }

    fn reset(&mut self) {
        (self.beat, self.block, self.at) = (0, 0, 0);
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl SpectralMac {
    fn advance(&mut self, words: usize) {
        self.at += words;
        self.beat += 1;
        if self.beat < self.beats {
            return;
        }
        self.beat = 0;
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

/// Position 0: the words are DC and Nyquist, two real numbers.
fn add_real_products(dc: i64, nyquist: i64, weights: &[i32], sums: &mut [i64]) {
    for (sum, weight) in sums.chunks_exact_mut(2).zip(weights.chunks_exact(2)) {
        sum[0] += dc * weight[0] as i64;
        sum[1] += nyquist * weight[1] as i64;
    }
}

fn add_complex_products(re: i64, im: i64, weights: &[i32], sums: &mut [i64]) {
    for (sum, weight) in sums.chunks_exact_mut(2).zip(weights.chunks_exact(2)) {
        let (w_re, w_im) = (weight[0] as i64, weight[1] as i64);
        sum[0] += re * w_re - im * w_im;
        sum[1] += re * w_im + im * w_re;
    }
}

/// Reads `k`, `rows`, `p`, `q`, `shift`, `rounding`, `output` (bits) and the memory `weights`, `[p][q][k/2][2]`.
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
    Ok(Box::new(SpectralMac {
        beats: k / 2,
        blocks: q,
        rows,
        shift,
        rounding: fields.round("rounding")?,
        width,
        weights: in_order_of_use(&natural, k, rows, q)?,
        sums: vec![0; k * rows],
        beat: 0,
        block: 0,
        at: 0,
        clipped: 0,
    }))
}

/// `[p][q][k/2][2]` -> `[group][j][t][rows][2]`, zero where a group has rows beyond p.
fn in_order_of_use(natural: &[i64], k: usize, rows: usize, q: usize) -> Result<Vec<i32>, String> {
    let row_words = q * k;
    let groups = (natural.len() / row_words).div_ceil(rows);
    let mut ordered = vec![0i32; groups * rows * row_words];
    for (i, row) in natural.chunks_exact(row_words).enumerate() {
        let base = i / rows * rows * row_words + i % rows * 2;
        for (beat, pair) in row.chunks_exact(2).enumerate() {
            for (lane, &weight) in pair.iter().enumerate() {
                ordered[base + beat * 2 * rows + lane] =
                    weight.try_into().map_err(|_| format!("weight {weight}: more than 32 bits"))?;
            }
        }
    }
    Ok(ordered)
}
