//! Model of [`spectral_mac`](super): exact sums of complex products, narrowed once per bin.

use crate::fixed::{Round, narrow};
use crate::machine::Unit;
use crate::machine::text::Fields;
use crate::machine::vector::{Loops, fits_32, narrow_all, vectorised};

/// Weights and running sums of groups of `rows` block rows.
pub struct SpectralMac {
    /// Beats of one spectrum.
    beats: usize,
    /// Positions of a beat: one of each of so many parts of a spectrum, one after the other.
    paths: usize,
    /// Spectra summed into one result, q.
    blocks: usize,
    groups: usize,
    /// Whether each spectrum is taken for all groups, whose sums are held, rather than all spectra for one group.
    by_input: bool,
    shift: i32,
    rounding: Round,
    width: u32,
    /// `[j][2][group][row][t]`: real parts, imaginary parts.
    weights: Vec<i32>,
    /// `[group held][2][row][t]`
    sums: Vec<i64>,
    /// A spectrum, once for each row: real parts; the same with Nyquist in place of DC; imaginary parts with zero in place
    /// of Nyquist. All rows are one long loop.
    spectrum: [Vec<i32>; 3],
    frame: Frame,
    /// Most that a sum grows by words of 1.
    gain: i64,
    beat: usize,
    block: usize,
    group: usize,
    clipped: u64,
}

/// The sums of all groups from the same spectra, made at once where they fit 32 bits; empty where they are not.
#[derive(Default)]
struct Frame {
    /// The spectra.
    words: Vec<i64>,
    /// A spectrum, once for each row of all groups.
    spectrum: [Vec<i32>; 3],
    /// `[2][group][row][t]`
    sums: Vec<i32>,
    /// What each group gives, `[group][t][row][2]`, and how many words of it did not fit.
    given: Vec<i64>,
    clipped: Vec<u64>,
}

impl Unit for SpectralMac {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {
        (self.beat, self.block, self.group) = (0, 0, 0);
        self.sums.fill(0);
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl Loops for SpectralMac {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let (mut rest, lanes) = (input, 2 * self.paths);
        let block = lanes * self.beats;
        while !rest.is_empty() {
            let spectra = block * self.blocks;
            if self.has_whole(&rest[..rest.len().min(spectra)]) {
                self.give_whole(output);
                rest = &rest[spectra..];
                continue;
            }
            let beats =
                if self.beat == 0 && rest.len() >= block && set_apart(&rest[..block], self.paths, &mut self.spectrum) {
                    self.add_spectrum();
                    self.beats
                } else {
                    self.add_beat(&rest[..lanes]);
                    1
                };
            if self.block + 1 == self.blocks {
                self.give(self.beat..self.beat + beats, output);
            }
            self.advance(beats);
            rest = &rest[lanes * beats..];
        }
    }
}

/// Sets a spectrum apart, as often as there is room for it; false if its words have more than 32 bits.
#[inline(always)]
fn set_apart(words: &[i64], paths: usize, [re, nyquist_re, im]: &mut [Vec<i32>; 3]) -> bool {
    let beats = words.len() / 2;
    let (first_re, first_im) = (&mut re[..beats], &mut im[..beats]);
    let mut excess = 0;
    let mut set = |pair: &[i64], re: &mut i32, im: &mut i32| {
        (*re, *im) = (pair[0] as i32, pair[1] as i32);
        excess |= (pair[0] - *re as i64) | (pair[1] - *im as i64);
    };
    if paths == 1 {
        for ((pair, re), im) in words.chunks_exact(2).zip(&mut *first_re).zip(&mut *first_im) {
            set(pair, re, im);
        }
    } else {
        let parts = first_re.chunks_exact_mut(beats / paths).zip(first_im.chunks_exact_mut(beats / paths));
        for (path, (re, im)) in parts.enumerate() {
            for ((beat, re), im) in words.chunks_exact(2 * paths).zip(re).zip(im) {
                set(&beat[2 * path..], re, im);
            }
        }
    }
    let nyquist = std::mem::take(&mut first_im[0]);
    nyquist_re[..beats].copy_from_slice(first_re);
    nyquist_re[0] = nyquist;
    for words in [re, nyquist_re, im] {
        match beats {
            4 => repeat::<4>(words),
            8 => repeat::<8>(words),
            16 => repeat::<16>(words),
            _ => {
                let (first, rest) = words.split_at_mut(beats);
                rest.chunks_exact_mut(beats).for_each(|row| row.copy_from_slice(first));
            }
        }
    }
    excess == 0
}

/// Repeats the first N words: no calls for the few words of a row.
#[inline(always)]
fn repeat<const N: usize>(words: &mut [i32]) {
    let Some((first, rest)) = words.split_first_chunk_mut::<N>() else { return };
    for row in rest.as_chunks_mut().0 {
        *row = *first;
    }
}

impl SpectralMac {
    /// Words of one part of a group's sums.
    fn part(&self) -> usize {
        self.spectrum[0].len()
    }

    /// Whether these words are all spectra of a group, whose sums are made.
    #[inline(always)]
    fn has_whole(&mut self, words: &[i64]) -> bool {
        if self.frame.sums.is_empty()
            || (self.beat, self.block) != (0, 0)
            || words.len() < 2 * self.paths * self.beats * self.blocks
        {
            return false;
        }
        if self.frame.words == words {
            return true;
        }
        // other groups are seldom given others
        let is_made = self.group == 0 && fits_32(words, self.gain, 1 << self.shift >> 1);
        if is_made {
            self.make(words);
        }
        is_made
    }

    /// Makes the sums of all groups: all rows are one long loop.
    #[inline(always)]
    fn make(&mut self, words: &[i64]) {
        let (beats, paths, part) = (self.beats, self.paths, self.part());
        let (shift, rounding, width) = (self.shift, self.rounding, self.width);
        let Frame { words: known, spectrum, sums, given, clipped } = &mut self.frame;
        known.clear();
        known.extend_from_slice(words);
        sums.fill(0);
        let half = sums.len() / 2;
        let (sum_re, sum_im) = sums.split_at_mut(half);
        for (words, weights) in words.chunks_exact(2 * paths * beats).zip(self.weights.chunks_exact(2 * half)) {
            set_apart(words, paths, spectrum);
            let ([re, nyquist_re, im], (w_re, w_im)) = (&*spectrum, weights.split_at(half));
            let product = |(a, b): (&i32, &i32)| a.wrapping_mul(*b);
            for (sum, (a, b)) in sum_re.iter_mut().zip(w_re.iter().zip(re).zip(w_im.iter().zip(im))) {
                *sum = sum.wrapping_add(product(a).wrapping_sub(product(b)));
            }
            for (sum, (a, b)) in sum_im.iter_mut().zip(w_im.iter().zip(nyquist_re).zip(w_re.iter().zip(im))) {
                *sum = sum.wrapping_add(product(a).wrapping_add(product(b)));
            }
        }
        let groups = sum_re.chunks_exact_mut(part).zip(sum_im.chunks_exact_mut(part));
        for (((re, im), given), clipped) in groups.zip(given.chunks_exact_mut(2 * part)).zip(clipped) {
            *clipped = narrow_all(re, shift, rounding, width) + narrow_all(im, shift, rounding, width);
            for (row, (re, im)) in re.chunks_exact(beats).zip(im.chunks_exact(beats)).enumerate() {
                for ((given, re), im) in given[2 * row..].chunks_mut(2 * part / beats).zip(re).zip(im) {
                    (given[0], given[1]) = (*re as i64, *im as i64);
                }
            }
        }
    }

    /// What the group under way gives.
    #[inline(always)]
    fn give_whole(&mut self, output: &mut Vec<i64>) {
        let words = 2 * self.part();
        output.extend_from_slice(&self.frame.given[self.group * words..(self.group + 1) * words]);
        self.clipped += self.frame.clipped[self.group];
        self.group = if self.group + 1 == self.groups { 0 } else { self.group + 1 };
    }

    /// Where the weights of the coming block are, real parts and imaginary ones.
    fn block_weights(&self) -> [std::ops::Range<usize>; 2] {
        [0, 1].map(|lane| {
            let start = ((2 * self.block + lane) * self.groups + self.group) * self.part();
            start..start + self.part()
        })
    }

    /// Where the sums of the group under way are.
    fn group_sums(&self) -> std::ops::Range<usize> {
        let start = if self.by_input { 2 * self.group * self.part() } else { 0 };
        start..start + 2 * self.part()
    }

    /// The spectrum's products with a block of each row.
    #[inline(always)]
    fn add_spectrum(&mut self) {
        let (held, [at_re, at_im], part) = (self.group_sums(), self.block_weights(), self.part());
        let [re, nyquist_re, im] = &self.spectrum;
        let (sum_re, sum_im) = self.sums[held].split_at_mut(part);
        let (w_re, w_im) = (&self.weights[at_re], &self.weights[at_im]);
        let product = |(a, b): (&i32, &i32)| *a as i64 * *b as i64;
        for (sum, (a, b)) in sum_re.iter_mut().zip(w_re.iter().zip(re).zip(w_im.iter().zip(im))) {
            *sum += product(a) - product(b);
        }
        for (sum, (a, b)) in sum_im.iter_mut().zip(w_im.iter().zip(nyquist_re).zip(w_re.iter().zip(im))) {
            *sum += product(a) + product(b);
        }
    }

    /// The products of one beat.
    #[inline(always)]
    fn add_beat(&mut self, beat: &[i64]) {
        let (held, [at_re, at_im], part) = (self.group_sums(), self.block_weights(), self.part());
        let (sum_re, sum_im) = self.sums[held].split_at_mut(part);
        let (w_re, w_im) = (&self.weights[at_re], &self.weights[at_im]);
        for (path, pair) in beat.chunks_exact(2).enumerate() {
            let (a, b, position) = (pair[0], pair[1], path * self.beats + self.beat);
            // position 0 holds DC and Nyquist, two real numbers
            let (re, nyquist_re, im) = if position == 0 { (a, b, 0) } else { (a, a, b) };
            for at in (position..part).step_by(self.paths * self.beats) {
                let (w_re, w_im) = (w_re[at] as i64, w_im[at] as i64);
                sum_re[at] += re * w_re - im * w_im;
                sum_im[at] += nyquist_re * w_im + im * w_re;
            }
        }
    }

    /// The sums of some positions, narrowed, `[t][rows][2]`; they start again from zero.
    #[inline(always)]
    fn give(&mut self, positions: std::ops::Range<usize>, output: &mut Vec<i64>) {
        let (shift, rounding, width, mut clipped) = (self.shift, self.rounding, self.width, 0);
        let (start, lanes, held) = (output.len(), 2 * self.part() / self.beats, self.group_sums());
        output.resize(start + positions.len() * lanes, 0);
        for (row, sums) in self.sums[held].chunks_exact_mut(self.beats).enumerate() {
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
        self.beat = 0;
        let (inner, outer) = match self.by_input {
            true => ((&mut self.group, self.groups), (&mut self.block, self.blocks)),
            false => ((&mut self.block, self.blocks), (&mut self.group, self.groups)),
        };
        for (count, end) in [inner, outer] {
            *count += 1;
            if *count < end {
                return;
            }
            *count = 0;
        }
    }
}

/// Reads `k`, `rows`, `p`, `q`, `shift`, `rounding`, `output` (bits), `stationary=blocks` and `paths=2` where that is so, and the memory `weights`, `[p][q][k/2][2]`.
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
    let paths = if fields.word("paths").is_ok() { fields.number("paths")? } else { 1 };
    if ![1, 2].contains(&paths) || !(k / 2).is_multiple_of(paths) {
        return Err(format!("`paths={paths} k={k}`: expected 1, or 2 of blocks of 4 words or more"));
    }
    let size = p.checked_mul(q).and_then(|blocks| blocks.checked_mul(k));
    if size != Some(natural.len()) {
        return Err(format!("{} weights, expected p*q*k with `p={p} q={q} k={k}`", natural.len()));
    }
    let by_input = fields.word("stationary").is_ok_and(|text| text == "blocks");
    let (groups, part) = (p.div_ceil(rows), rows * k / 2);
    let gain = natural.chunks_exact(q * k).flat_map(|row| {
        let at = |t: usize| move |block: &[i64]| block[2 * t].abs() + block[2 * t + 1].abs();
        (0..k / 2).map(move |t| row.chunks_exact(k).map(at(t)).sum::<i64>())
    });
    let all = groups * part;
    let frame = match !by_input && (0..31).contains(&shift) {
        true => Frame {
            words: Vec::new(),
            spectrum: [(); 3].map(|()| vec![0; all]),
            sums: vec![0; 2 * all],
            given: vec![0; 2 * all],
            clipped: vec![0; groups],
        },
        false => Frame::default(),
    };
    Ok(Box::new(SpectralMac {
        beats: k / 2 / paths,
        paths,
        blocks: q,
        groups,
        by_input,
        shift,
        rounding: fields.round("rounding")?,
        width,
        weights: in_order(&natural, k, rows, q)?,
        sums: vec![0; if by_input { groups } else { 1 } * 2 * part],
        spectrum: [(); 3].map(|()| vec![0; part]),
        frame,
        gain: gain.max().unwrap_or_default(),
        beat: 0,
        block: 0,
        group: 0,
        clipped: 0,
    }))
}

/// `[p][q][k/2][2]` -> `[j][2][group][row][t]`, zero where a group has rows beyond p.
fn in_order(natural: &[i64], k: usize, rows: usize, q: usize) -> Result<Vec<i32>, String> {
    let all = (natural.len() / (q * k)).next_multiple_of(rows) * (k / 2);
    let mut ordered = vec![0i32; q * 2 * all];
    for (block, words) in natural.chunks_exact(k).enumerate() {
        let (i, j) = (block / q, block % q);
        for (at, &weight) in words.iter().enumerate() {
            let place = (2 * j + at % 2) * all + i * (k / 2) + at / 2;
            ordered[place] = weight.try_into().map_err(|_| format!("weight {weight}: more than 32 bits"))?;
        }
    }
    Ok(ordered)
}
