//! Whole-block forward transform: the model is the serial one's, Verilog against it.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, fft::Fft, whole_fft::WholeFft};
use circlet::fixed::{QFormat, Round};

fn whole(k: usize, [width, guard, twiddle]: [u32; 3], output: (u32, i32), rounding: Round, valid: usize) -> WholeFft {
    let (input, output) = (QFormat::of_width(width, width as i32 - 2), QFormat::of_width(output.0, output.1));
    let fft = Fft {
        k,
        input,
        guard,
        twiddle,
        output,
        rounding,
        shifts: true,
        widest: None,
        blocks: valid.div_ceil(k),
        valid,
    };
    WholeFft(fft).checked().unwrap()
}

fn rtl(case: &str, whole: WholeFft) {
    check(&format!("whole_{case}"), &whole, &Traffic { packets: 300, ..Traffic::of_packet(1) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("fft_k2", whole(2, [8, 0, 8], (10, 6), Round::HalfUp, 2));
    rtl("fft_k4_masked", whole(4, [6, 1, 8], (7, 2), Round::Floor, 9));
    rtl("fft_k8_masked", whole(8, [9, 2, 12], (12, 8), Round::HalfEven, 20));
    rtl("fft_k8_exact", whole(8, [9, 0, 9], (14, 8), Round::HalfUp, 8));
}

#[test]
fn rtl_of_blocks_of_sixteen_is_the_model() {
    rtl("fft_k16", whole(16, [18, 0, 10], (18, 10), Round::HalfUp, 16));
    rtl("fft_k16_masked", whole(16, [12, 3, 2], (14, 6), Round::HalfEven, 46));
    rtl("fft_k16_exact", whole(16, [8, 2, 14], (18, 10), Round::Floor, 16));
}

#[test]
fn rtl_of_the_largest_blocks_is_the_model() {
    rtl("fft_k32", whole(32, [12, 2, 15], (16, 8), Round::HalfEven, 32));
    rtl("fft_k32_masked", whole(32, [8, 0, 9], (16, 8), Round::HalfUp, 40));
}

#[test]
fn larger_blocks_are_refused_and_shared_sums_keep_the_net_small() {
    let largest = whole(32, [8, 0, 10], (18, 10), Round::HalfUp, 32);
    assert!(WholeFft(Fft { k: 64, valid: 64, ..largest.0 }).checked().is_err());
    // 50 sums of butterflies; three turns by an eighth, two by a sixteenth of a turn
    let sixteen = whole(16, [8, 0, 10], (18, 10), Round::HalfUp, 16);
    assert!((50..=100).contains(&sixteen.adders()), "{}", sixteen.adders());
    assert_eq!(whole(2, [8, 0, 8], (10, 6), Round::HalfUp, 2).latency(), 1);
}
