//! Forward transform at one word per clock: Verilog against the model, which is that of two words per clock.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, fft::Fft, half_fft::HalfFft};
use circlet::fixed::{QFormat, Round};

fn transform(k: usize, width: u32, guard: u32, twiddle: u32, output: (u32, i32), rounding: Round) -> HalfFft {
    let (input, output) = (QFormat::of_width(width, width as i32 - 2), QFormat::of_width(output.0, output.1));
    let fft = Fft { k, input, guard, twiddle, output, rounding, shifts: false, widest: None, blocks: 1, valid: k };
    HalfFft(fft).checked().unwrap()
}

fn rtl(case: &str, half: HalfFft) {
    let k = half.0.k;
    check(case, &half.checked().unwrap(), &Traffic { packets: (3000 / k).clamp(18, 150), ..Traffic::of_packet(k) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("half_fft_k4", transform(4, 7, 1, 8, (9, 6), Round::HalfEven));
    rtl("half_fft_k8", transform(8, 10, 2, 12, (12, 8), Round::HalfUp));
    let mut masked = transform(8, 6, 0, 6, (10, 5), Round::HalfEven);
    (masked.0.blocks, masked.0.valid) = (3, 21);
    rtl("half_fft_k8_masked", masked);
    rtl("half_fft_k16", transform(16, 16, 0, 16, (20, 14), Round::HalfEven));
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    let mut limited = transform(64, 16, 0, 16, (16, 8), Round::HalfUp);
    limited.0.widest = Some(18);
    rtl("half_fft_k64_limited", limited);
    rtl("half_fft_k128", transform(128, 12, 1, 14, (14, 5), Round::Floor));
    rtl("half_fft_k1024", transform(1024, 12, 0, 14, (16, 5), Round::HalfUp));
}

#[test]
fn half_of_the_multipliers_and_refusals() {
    let half = transform(64, 16, 0, 16, (16, 8), Round::HalfUp);
    assert_eq!(2 * half.cost().multipliers, half.0.cost().multipliers);
    for bad in [Fft { k: 2, valid: 2, ..half.0 }, Fft { shifts: true, ..half.0 }, Fft { widest: Some(17), ..half.0 }] {
        assert!(HalfFft(bad).checked().is_err(), "{bad:?}");
    }
}
