//! Forward transform at four words per clock: Verilog against the model, whose values are those of two words per clock.

use crate::bench::{Random, Traffic, check, unit_of};
use circlet::blocks::{Block, fft::Fft, wide_fft::WideFft};
use circlet::fixed::{QFormat, Round};

fn transform(k: usize, width: u32, guard: u32, twiddle: u32, output: (u32, i32), rounding: Round) -> WideFft {
    let (input, output) = (QFormat::of_width(width, width as i32 - 2), QFormat::of_width(output.0, output.1));
    let fft = Fft { k, input, guard, twiddle, output, rounding, shifts: true, widest: None, blocks: 1, valid: k };
    WideFft(fft).checked().unwrap()
}

fn rtl(case: &str, wide: WideFft) {
    let packets = (6000 / wide.0.k).clamp(18, 150);
    check(case, &wide.checked().unwrap(), &Traffic { packets, ..Traffic::of_packet(wide.0.k / 4) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("wide_fft_k32", transform(32, 7, 1, 8, (12, 6), Round::HalfEven));
    rtl("wide_fft_k64", transform(64, 12, 2, 15, (18, 8), Round::HalfUp));
    let mut products = transform(32, 9, 0, 10, (11, 6), Round::Floor);
    products.0.shifts = false;
    rtl("wide_fft_k32_products", products);
}

#[test]
fn levels_that_halve_do_so_in_both_pipelines() {
    for (k, width, widest) in [(32, 8, 10), (64, 16, 18), (128, 12, 16)] {
        let mut limited = transform(k, width, 0, 12, (width, 3), Round::HalfUp);
        (limited.0.widest, limited.0.shifts) = (Some(widest), k == 128);
        rtl(&format!("wide_fft_k{k}_limited"), limited);
    }
}

#[test]
fn words_that_do_not_exist_are_zero() {
    // the last block ends in each quarter of it
    for valid in [69, 83, 107, 127, 128] {
        let mut masked = transform(64, 6, 0, 6, (14, 5), Round::HalfEven);
        (masked.0.blocks, masked.0.valid) = (2, valid);
        rtl(&format!("wide_fft_k64_n{valid}"), masked);
    }
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("wide_fft_k256", transform(256, 12, 1, 14, (16, 5), Round::HalfUp));
    rtl("wide_fft_k1024", transform(1024, 10, 0, 12, (16, 5), Round::HalfUp));
}

#[test]
fn values_are_those_of_two_words_per_clock() {
    let wide = transform(64, 12, 2, 15, (18, 8), Round::HalfUp);
    let mut random = Random(5);
    let words: Vec<i64> = (0..3 * 64).map(|_| random.word(12)).collect();
    let (mut narrow, mut given) = (Vec::new(), Vec::new());
    let pairs = |block: &[i64], n: usize| [block[n], block[n + 32], block[n + 16], block[n + 48]];
    let in_pairs: Vec<i64> = words.chunks(64).flat_map(|b| (0..32).flat_map(move |n| [b[n], b[n + 32]])).collect();
    let in_quads: Vec<i64> = words.chunks(64).flat_map(|b| (0..16).flat_map(move |n| pairs(b, n))).collect();
    unit_of(&wide.0).run(&in_pairs, &mut narrow);
    unit_of(&wide).run(&in_quads, &mut given);
    for (block, positions) in given.chunks(64).zip(narrow.chunks(64)) {
        for (t, beat) in block.chunks(4).enumerate() {
            assert_eq!(beat[..2], positions[2 * t..][..2]);
            assert_eq!(beat[2..], positions[2 * (t + 16)..][..2]);
        }
    }
}

#[test]
fn refusals_and_what_it_costs() {
    let wide = transform(64, 16, 0, 16, (22, 8), Round::HalfUp);
    let (cost, narrow) = (wide.cost(), wide.0.cost());
    // twice the words per clock, half as many multipliers more, and about the same memory
    assert_eq!((cost.multipliers, narrow.multipliers), (6, 4));
    assert_eq!((cost.memory_bits, narrow.memory_bits), (3_248, 3_208));
    for bad in [Fft { k: 16, valid: 16, ..wide.0 }, Fft { widest: Some(17), ..wide.0 }] {
        assert!(WideFft(bad).checked().is_err(), "{bad:?}");
    }
}
