//! Bit-serial inverse transform: the model is the serial one's, Verilog against it.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, bit_ifft::BitIfft, ifft::Ifft};
use circlet::fixed::{QFormat, Round};

fn bits(k: usize, width: u32, twiddle: u32, rounding: Round) -> BitIfft {
    BitIfft(Ifft { k, input: QFormat::of_width(width, width as i32 - 3), twiddle, rounding }).checked().unwrap()
}

/// Packets as close as they may come, and further apart.
fn rtl(case: &str, block: BitIfft) {
    let packet = block.0.k / 2;
    let traffic = Traffic { packets: 60, rest: block.pause(), ..Traffic::of_packet(packet) };
    check(&format!("bit_{case}"), &block, &traffic);
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("ifft_k4", bits(4, 9, 8, Round::HalfUp));
    rtl("ifft_k8", bits(8, 10, 7, Round::HalfEven));
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("ifft_k16", bits(16, 18, 9, Round::HalfUp));
    rtl("ifft_k16_floor", bits(16, 12, 5, Round::Floor));
    rtl("ifft_k32", bits(32, 14, 12, Round::HalfEven));
}

#[test]
fn a_word_and_what_is_rounded_away_must_pass_between_packets() {
    // 10 bits; two halvings on the way to the words, or one and a turn that halves
    assert_eq!(bits(4, 9, 8, Round::HalfUp).spacing(), 10 + 2);
    assert_eq!(bits(8, 9, 8, Round::HalfUp).spacing(), 10 + 1 + 9);
    for k in [2, 64] {
        assert!(BitIfft(Ifft { k, ..bits(16, 12, 8, Round::HalfUp).0 }).checked().is_err());
    }
}
