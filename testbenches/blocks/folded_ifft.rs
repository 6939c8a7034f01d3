//! Folded inverse transform: the model is the serial one's, Verilog against it.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, fold::Fold, folded_ifft::FoldedIfft, ifft::Ifft};
use circlet::fixed::{QFormat, Round};

fn folded(k: usize, multipliers: usize, units: usize) -> FoldedIfft {
    let ifft = Ifft { k, input: QFormat::of_width(15, 10), twiddle: 12, rounding: Round::HalfUp };
    FoldedIfft { ifft, fold: Fold { multipliers, units } }.checked().unwrap()
}

/// Packets as close as they may come, and further apart.
fn rtl(case: &str, block: FoldedIfft) {
    let packet = block.ifft.k / 2;
    let traffic = Traffic { packets: 60, rest: block.pause(), ..Traffic::of_packet(packet) };
    check(&format!("folded_{case}"), &block, &traffic);
}

#[test]
fn rtl_with_three_multipliers_is_the_model() {
    rtl("ifft_k64_m3", folded(64, 3, 1));
    rtl("ifft_k256_m3", folded(256, 3, 1));
}

#[test]
fn rtl_with_one_multiplier_is_the_model() {
    let block = folded(64, 1, 1);
    rtl("ifft_k64_m1", FoldedIfft { ifft: Ifft { rounding: Round::HalfEven, twiddle: 9, ..block.ifft }, ..block });
    rtl("ifft_k128_m1", folded(128, 1, 1));
}

#[test]
fn rtl_without_multipliers_is_the_model() {
    let block = folded(64, 0, 1);
    rtl("ifft_k64_m0", block);
    rtl("ifft_k64_m0_floor", FoldedIfft { ifft: Ifft { rounding: Round::Floor, twiddle: 17, ..block.ifft }, ..block });
    rtl("ifft_k512_m0", folded(512, 0, 1));
}

#[test]
fn rtl_of_the_largest_block_is_the_model() {
    rtl("ifft_k1024_m3", folded(1024, 3, 1));
    rtl("ifft_k1024_m1_u2", folded(1024, 1, 2));
}

#[test]
fn rtl_of_several_units_is_the_model() {
    rtl("ifft_k64_m3_u2", folded(64, 3, 2));
    rtl("ifft_k64_m1_u5", folded(64, 1, 5));
    rtl("ifft_k128_m0_u3", folded(128, 0, 3));
}

#[test]
fn units_are_busy_in_every_cycle_or_wait_for_words() {
    let spacing = |k, multipliers, units| folded(k, multipliers, units).spacing();
    assert_eq!([spacing(256, 3, 1), spacing(256, 1, 1), spacing(256, 0, 1)], [321, 3 * 321, 4 * 321]);
    assert_eq!([spacing(256, 1, 2), spacing(256, 1, 8)], [482, 128]);
    assert_eq!([spacing(64, 1, 1), spacing(64, 3, 2)], [3 * 49, 32]);
    for k in [32, 2048] {
        assert!(FoldedIfft { ifft: Ifft { k, ..folded(64, 1, 1).ifft }, ..folded(64, 1, 1) }.checked().is_err());
    }
}
