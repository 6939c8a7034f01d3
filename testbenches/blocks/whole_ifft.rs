//! Whole-block inverse transform: the model is the serial one's, Verilog against it.

use crate::bench::{Traffic, check};
use circlet::blocks::{ifft::Ifft, whole_ifft::WholeIfft};
use circlet::fixed::{QFormat, Round};

fn whole(k: usize, width: u32, twiddle: u32, rounding: Round) -> WholeIfft {
    WholeIfft(Ifft { k, input: QFormat::of_width(width, width as i32 - 3), twiddle, rounding }).checked().unwrap()
}

fn rtl(case: &str, whole: WholeIfft) {
    check(&format!("whole_{case}"), &whole, &Traffic { packets: 300, ..Traffic::of_packet(1) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("ifft_k2", whole(2, 8, 8, Round::HalfEven));
    rtl("ifft_k4", whole(4, 9, 8, Round::HalfUp));
    rtl("ifft_k8", whole(8, 10, 7, Round::HalfEven));
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("ifft_k16", whole(16, 18, 12, Round::HalfUp));
    rtl("ifft_k16_floor", whole(16, 12, 5, Round::Floor));
    rtl("ifft_k32", whole(32, 14, 15, Round::HalfEven));
}

#[test]
fn larger_blocks_are_refused() {
    let largest = whole(32, 14, 12, Round::HalfUp);
    assert!(WholeIfft(Ifft { k: 64, ..largest.0 }).checked().is_err());
    assert!((250..=450).contains(&largest.adders()), "{}", largest.adders());
}
