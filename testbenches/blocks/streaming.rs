//! A real transform of 64 points, 16 bits in and out, as a streaming core.
//!
//! `cargo test --test blocks streaming -- --nocapture` prints Yosys' counts (`synth_xilinx -family xc7 -flatten`); open cores
//! at one complex sample per clock: r22sdf 8 DSP48, 1,140 LUT, 66.2 dB; dblclockfft 12 DSP48, 1,532 LUT, 71.3 dB.

use crate::measure::{cells, core, signal_to_noise};
use circlet::blocks::{Block, half_fft::HalfFft, wide_fft::WideFft};

#[test]
fn streaming_transform_of_64_points() {
    let fft = core(64);
    let decibels = signal_to_noise(&fft, &fft);
    let [dsp, lut, ff, ram] = cells("streaming_fft_k64", &fft);
    println!("2 words per clock: {dsp} DSP48E1, {lut} LUT, {ff} FF, {decibels:.1} dB, latency {}", fft.latency());
    assert!(dsp <= 8 && lut <= 720 && ram == 0 && decibels >= 71.0, "{dsp} {lut} {ram} {decibels}");
}

#[test]
fn streaming_transform_at_one_word_per_clock() {
    for (paired, name, most) in [(false, "half_fft", 520), (true, "half_fft_pairs", 560)] {
        let half = HalfFft { fft: core(64), paired }.checked().unwrap();
        let decibels = signal_to_noise(&half.fft, &half);
        let [dsp, lut, ff, ram] = cells(&format!("streaming_{name}_k64"), &half);
        println!("{name}: {dsp} DSP48E1, {lut} LUT, {ff} FF, {decibels:.1} dB, latency {}", half.latency());
        assert!(dsp <= 4 && lut <= most && ram == 0 && decibels >= 71.0, "{dsp} {lut} {ram} {decibels}");
    }
}

/// Twice the throughput of one complex sample per clock.
#[test]
fn streaming_transform_at_four_words_per_clock() {
    let wide = WideFft(core(64)).checked().unwrap();
    let decibels = signal_to_noise(&wide.0, &wide);
    let [dsp, lut, ff, ram] = cells("streaming_wide_fft_k64", &wide);
    println!("4 words per clock: {dsp} DSP48E1, {lut} LUT, {ff} FF, {decibels:.1} dB, latency {}", wide.latency());
    assert!(dsp <= 14 && ram == 0 && decibels >= 71.0, "{dsp} {lut} {ram} {decibels}");
}
