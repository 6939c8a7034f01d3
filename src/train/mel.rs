//! Log-mel frames: how much sound there is in each band of frequencies, over time.
//!
//! Windows (Hann) every few milliseconds; the power of each, by the real FFT, in triangular bands whose middles are evenly
//! spaced on the mel scale, `2595 log10(1 + f / 700)`; its decimal logarithm. A recording is stretched to a fixed number of
//! frames, each the mean over its part of the time. The loudest number of a recording becomes 1, five decades of power
//! below it and less become 0: what is left does not depend on the loudness, nor on how fast something is said.

use realfft::RealFftPlanner;

/// How recordings become frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mel {
    /// Frames of each recording.
    pub frames: usize,
    /// Bands of each frame.
    pub bands: usize,
    /// Length of a window, seconds.
    pub window: f64,
    /// From a window to the next, seconds.
    pub hop: f64,
}

/// Lowest frequency of the lowest band, Hz; the highest band ends at half the rate of samples.
const LOWEST: f64 = 60.0;

/// Decades of power between 1 and 0.
const DECADES: f64 = 5.0;

/// What is added to every power, so that silence has a logarithm.
const SILENCE: f64 = 1e-10;

impl Mel {
    /// The numbers of a recording, `[frames][bands]`, from 0 to 1.
    pub fn of(&self, samples: &[f32], rate: u32) -> Vec<f64> {
        let spectra = self.spectra(samples, rate as f64);
        let stretched = stretched(&spectra, self.frames);
        let loudest = stretched.iter().flatten().copied().fold(f64::MIN, f64::max);
        stretched.concat().iter().map(|power| (1.0 + (power - loudest) / DECADES).clamp(0.0, 1.0)).collect()
    }

    /// Logarithms of powers of every window, `[windows][bands]`.
    fn spectra(&self, samples: &[f32], rate: f64) -> Vec<Vec<f64>> {
        let length = ((self.window * rate).round() as usize).max(2);
        let hop = ((self.hop * rate).round() as usize).max(1);
        let size = length.next_power_of_two();
        let bands = self.bands(size, rate);
        let transform = RealFftPlanner::<f64>::new().plan_fft_forward(size);
        let (mut block, mut bins) = (transform.make_input_vec(), transform.make_output_vec());
        let windows = samples.len().saturating_sub(length) / hop + 1;
        let window = |start: usize| {
            block.fill(0.0);
            for (n, sample) in samples[start..].iter().take(length).enumerate() {
                let hann = 0.5 - 0.5 * (std::f64::consts::TAU * (n as f64 + 0.5) / length as f64).cos();
                block[n] = *sample as f64 * hann;
            }
            if transform.process(&mut block, &mut bins).is_err() {
                crate::bug!("mel: a transform of {size} samples was refused");
            }
            let powers: Vec<f64> = bins.iter().map(|bin| bin.norm_sqr()).collect();
            let of_band = |band: &Vec<(usize, f64)>| band.iter().map(|&(bin, part)| powers[bin] * part).sum::<f64>();
            bands.iter().map(|band| (of_band(band) + SILENCE).log10()).collect()
        };
        (0..windows).map(|at| at * hop).map(window).collect()
    }

    /// For each band the bins in it, and how much of each: a triangle whose ends are the middles of its neighbours.
    fn bands(&self, size: usize, rate: f64) -> Vec<Vec<(usize, f64)>> {
        let mel = |hertz: f64| 2595.0 * (1.0 + hertz / 700.0).log10();
        let hertz = |mel: f64| 700.0 * (10f64.powf(mel / 2595.0) - 1.0);
        let (low, high) = (mel(LOWEST), mel(rate / 2.0));
        let place = |n: usize| hertz(low + (high - low) * n as f64 / (self.bands + 1) as f64);
        let band = |n: usize| {
            let (from, middle, to) = (place(n), place(n + 1), place(n + 2));
            let part = |bin: usize| {
                let at = bin as f64 * rate / size as f64;
                if at < middle { (at - from) / (middle - from) } else { (to - at) / (to - middle) }
            };
            let inside: Vec<(usize, f64)> =
                (0..=size / 2).map(|bin| (bin, part(bin))).filter(|(_, part)| *part > 0.0).collect();
            // a band between two bins takes the nearest
            let nearest = (middle * size as f64 / rate).round() as usize;
            if inside.is_empty() { vec![(nearest.min(size / 2), 1.0)] } else { inside }
        };
        (0..self.bands).map(band).collect()
    }
}

/// So many frames, each the mean over its part of the time.
fn stretched(given: &[Vec<f64>], frames: usize) -> Vec<Vec<f64>> {
    let step = given.len() as f64 / frames as f64;
    let frame = |at: usize| {
        let (from, to) = (at as f64 * step, (at + 1) as f64 * step);
        let mut sum = vec![0.0; given[0].len()];
        let last = (to.ceil() as usize).min(given.len());
        for (n, row) in given.iter().enumerate().take(last).skip(from as usize) {
            let part = (to.min(n as f64 + 1.0) - from.max(n as f64)).max(0.0) / step;
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += part * value);
        }
        sum
    };
    (0..frames).map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEL: Mel = Mel { frames: 4, bands: 8, window: 0.032, hop: 0.016 };

    fn tone(hertz: f64, count: usize, loud: f32) -> Vec<f32> {
        (0..count).map(|n| loud * (std::f64::consts::TAU * hertz * n as f64 / 8000.0).sin() as f32).collect()
    }

    #[test]
    fn a_tone_is_loudest_in_its_band_however_loud_and_long() {
        // middles of the bands, 8 between 60 and 4000 Hz: 92.7 mel and so many steps of 228.2
        for (band, hertz) in [(1, 439.0), (4, 1391.0), (7, 3139.0)] {
            let frames = MEL.of(&tone(hertz, 8000, 0.5), 8000);
            for frame in frames.chunks(8) {
                let loudest = (0..8).max_by(|&a, &b| frame[a].total_cmp(&frame[b])).unwrap();
                assert!(loudest == band && frame[band] > 0.99, "{hertz} Hz: {frame:?}");
            }
            let near = |other: Vec<f64>| frames.iter().zip(other).all(|(a, b)| (a - b).abs() < 0.02);
            assert!(near(MEL.of(&tone(hertz, 8000, 0.05), 8000)) && near(MEL.of(&tone(hertz, 4000, 0.5), 8000)));
        }
    }

    #[test]
    fn the_time_is_shared_out_evenly() {
        let given: Vec<Vec<f64>> = (0..6).map(|n| vec![n as f64]).collect();
        assert_eq!(stretched(&given, 3).concat(), [0.5, 2.5, 4.5]);
        let four = stretched(&given, 4).concat();
        // 0, 1 and half of 1, 2 ... : means over one and a half each
        let expected = [1.0 / 3.0, (0.5 * 1.0 + 2.0) / 1.5, (3.0 + 0.5 * 4.0) / 1.5, (0.5 * 4.0 + 5.0) / 1.5];
        assert!(four.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{four:?}");
        assert_eq!(stretched(&given[1..2], 4).concat(), [1.0; 4]);
        // a recording shorter than a window, and silence
        assert!(MEL.of(&[0.5; 10], 8000).len() == 32 && MEL.of(&[], 8000).iter().all(|&value| value == 1.0));
    }
}
