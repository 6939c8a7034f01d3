//! Inverse transform at four words per clock: Verilog against the model, whose values are those of two words per clock.

use crate::bench::{Random, Traffic, check, unit_of};
use circlet::blocks::{Block, ifft::Ifft, wide_ifft::WideIfft};
use circlet::fixed::{QFormat, Round};

fn transform(k: usize, width: u32, twiddle: u32, rounding: Round) -> WideIfft {
    WideIfft(Ifft { k, input: QFormat::of_width(width, width as i32 - 3), twiddle, rounding }).checked().unwrap()
}

fn rtl(case: &str, wide: WideIfft) {
    let packets = (6000 / wide.0.k).clamp(18, 150);
    check(case, &wide, &Traffic { packets, ..Traffic::of_packet(wide.0.k / 4) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("wide_ifft_k32", transform(32, 9, 8, Round::HalfEven));
    rtl("wide_ifft_k64", transform(64, 14, 15, Round::HalfUp));
    rtl("wide_ifft_k128", transform(128, 12, 12, Round::Floor));
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("wide_ifft_k512", transform(512, 15, 14, Round::HalfUp));
    rtl("wide_ifft_k1024", transform(1024, 14, 12, Round::HalfEven));
}

#[test]
fn values_are_those_of_two_words_per_clock() {
    let wide = transform(64, 14, 15, Round::HalfUp);
    let mut random = Random(7);
    let spectra: Vec<i64> = (0..3 * 64).map(|_| random.word(14)).collect();
    let quads = |b: &[i64], t: usize| [b[2 * t], b[2 * t + 1], b[2 * t + 32], b[2 * t + 33]];
    let in_quads: Vec<i64> = spectra.chunks(64).flat_map(|b| (0..16).flat_map(move |t| quads(b, t))).collect();
    let (mut narrow, mut given) = (Vec::new(), Vec::new());
    unit_of(&wide.0).run(&spectra, &mut narrow);
    unit_of(&wide).run(&in_quads, &mut given);
    for (block, pairs) in given.chunks(64).zip(narrow.chunks(64)) {
        for (n, beat) in block.chunks(4).enumerate() {
            assert_eq!(beat[..2], pairs[2 * n..][..2]);
            assert_eq!(beat[2..], pairs[2 * (n + 16)..][..2]);
        }
    }
}

#[test]
fn refusals_and_what_it_costs() {
    let wide = transform(64, 14, 15, Round::HalfUp);
    // twice the words per clock, half as many multipliers more
    assert_eq!((wide.cost().multipliers, wide.0.cost().multipliers), (12, 8));
    assert!(WideIfft(Ifft { k: 16, ..wide.0 }).checked().is_err());
}
