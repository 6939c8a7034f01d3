//! Folded forward transform: the model is the serial one's, Verilog against it.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, fft::Fft, fold::Fold, folded_fft::FoldedFft};
use circlet::fixed::{QFormat, Round};

fn folded(k: usize, multipliers: usize, units: usize) -> FoldedFft {
    let input = QFormat::of_width(12, 9);
    let output = QFormat { int: 5, frac: 8 };
    let fft = Fft {
        k,
        input,
        guard: 2,
        twiddle: 12,
        output,
        rounding: Round::HalfUp,
        shifts: true,
        widest: None,
        blocks: 3,
        valid: 3 * k,
    };
    FoldedFft { fft, fold: Fold { multipliers, units } }.checked().unwrap()
}

/// Packets as close as they may come, and further apart.
fn rtl(case: &str, block: FoldedFft) {
    let packet = block.fft.k / 2;
    let traffic = Traffic { packets: 60, rest: block.pause(), ..Traffic::of_packet(packet) };
    check(&format!("folded_{case}"), &block, &traffic);
}

#[test]
fn rtl_with_three_multipliers_is_the_model() {
    rtl("fft_k64_m3", folded(64, 3, 1));
    rtl("fft_k256_m3", folded(256, 3, 1));
}

#[test]
fn rtl_with_one_multiplier_is_the_model() {
    let block = folded(64, 1, 1);
    let fft = Fft { rounding: Round::HalfEven, twiddle: 9, blocks: 2, valid: 100, ..block.fft };
    rtl("fft_k64_m1", FoldedFft { fft, ..block });
    rtl("fft_k128_m1", folded(128, 1, 1));
}

#[test]
fn rtl_without_multipliers_is_the_model() {
    let block = folded(64, 0, 1);
    rtl("fft_k64_m0", block);
    let fft = Fft { rounding: Round::Floor, twiddle: 17, valid: 2 * 64 + 1, ..block.fft };
    rtl("fft_k64_m0_floor", FoldedFft { fft, ..block });
    rtl("fft_k512_m0", folded(512, 0, 1));
}

#[test]
fn rtl_of_the_largest_block_is_the_model() {
    rtl("fft_k1024_m3", folded(1024, 3, 1));
    rtl("fft_k1024_m1_u2", folded(1024, 1, 2));
}

#[test]
fn rtl_of_several_units_is_the_model() {
    rtl("fft_k64_m3_u2", folded(64, 3, 2));
    rtl("fft_k64_m1_u5", folded(64, 1, 5));
    rtl("fft_k128_m0_u3", folded(128, 0, 3));
}

#[test]
fn units_are_busy_in_every_cycle_or_wait_for_words() {
    let spacing = |k, multipliers, units| folded(k, multipliers, units).spacing();
    assert_eq!([spacing(256, 3, 1), spacing(256, 1, 1), spacing(256, 0, 1)], [321, 3 * 321, 4 * 321]);
    assert_eq!([spacing(256, 1, 2), spacing(256, 1, 8)], [482, 128]);
    assert_eq!([spacing(64, 1, 1), spacing(64, 3, 2)], [3 * 49, 32]);
    for k in [32, 2048] {
        assert!(
            FoldedFft { fft: Fft { k, valid: 3 * k, ..folded(64, 1, 1).fft }, ..folded(64, 1, 1) }.checked().is_err()
        );
    }
    for (multipliers, units) in [(2, 1), (4, 1), (1, 0), (1, 17)] {
        assert!(FoldedFft { fold: Fold { multipliers, units }, ..folded(64, 1, 1) }.checked().is_err());
    }
}
