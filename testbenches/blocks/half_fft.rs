//! Forward transform at half the rate, in both forms: Verilog against the model, which is that of two words per clock.

use crate::bench::{Traffic, check};
use circlet::blocks::{Block, fft::Fft, half_fft::HalfFft};
use circlet::fixed::{QFormat, Round};

fn transform(k: usize, width: u32, guard: u32, twiddle: u32, output: (u32, i32), rounding: Round) -> HalfFft {
    let (input, output) = (QFormat::of_width(width, width as i32 - 2), QFormat::of_width(output.0, output.1));
    let fft = Fft { k, input, guard, twiddle, output, rounding, shifts: false, widest: None, blocks: 1, valid: k };
    HalfFft { fft, paired: false }.checked().unwrap()
}

/// Packets as close as they may come, and further apart.
fn rtl(case: &str, half: HalfFft) {
    let k = half.fft.k;
    let packet = k / half.input().lanes;
    let (rest, packets) = (half.pause(), (3000 / k).clamp(18, 150));
    let traffic = Traffic { packets, rest, ..Traffic::of_packet(packet) };
    check(&format!("half_fft_{case}"), &half.checked().unwrap(), &traffic);
}

fn rtl_of_pairs(case: &str, half: HalfFft) {
    rtl(&format!("pairs_{case}"), HalfFft { paired: true, ..half });
}

fn masked() -> HalfFft {
    let mut masked = transform(8, 6, 0, 6, (10, 5), Round::HalfEven);
    (masked.fft.blocks, masked.fft.valid) = (3, 21);
    masked
}

fn limited() -> HalfFft {
    let mut limited = transform(64, 16, 0, 16, (16, 8), Round::HalfUp);
    limited.fft.widest = Some(18);
    limited
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("k4", transform(4, 7, 1, 8, (9, 6), Round::HalfEven));
    rtl("k8", transform(8, 10, 2, 12, (12, 8), Round::HalfUp));
    rtl("k8_masked", masked());
    rtl("k16", transform(16, 16, 0, 16, (20, 14), Round::HalfEven));
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("k64_limited", limited());
    rtl("k128", transform(128, 12, 1, 14, (14, 5), Round::Floor));
    rtl("k1024", transform(1024, 12, 0, 14, (16, 5), Round::HalfUp));
}

#[test]
fn rtl_of_pairs_of_small_blocks_is_the_model() {
    rtl_of_pairs("k4", transform(4, 7, 1, 8, (9, 6), Round::HalfEven));
    rtl_of_pairs("k8_masked", masked());
    rtl_of_pairs("k16", transform(16, 16, 0, 16, (20, 14), Round::HalfEven));
    rtl_of_pairs("k32", transform(32, 9, 0, 10, (12, 6), Round::HalfUp));
}

#[test]
fn rtl_of_pairs_of_large_blocks_is_the_model() {
    rtl_of_pairs("k64_limited", limited());
    rtl_of_pairs("k128", transform(128, 12, 1, 14, (14, 5), Round::Floor));
    rtl_of_pairs("k1024", transform(1024, 12, 0, 14, (16, 5), Round::HalfUp));
}

/// Whether every pair is there when it is read, in the cycle after it is written or later, and until the pair that takes
/// its place is written, in the same cycle or later; packets of `k / 2` pairs begin k cycles apart.
fn is_kept(k: usize, places: usize, written: impl Fn(usize) -> usize, read: &[(usize, usize)]) -> bool {
    let next = |pair: usize| if pair + places < k / 2 { written(pair + places) } else { k + written(pair % places) };
    read.iter().all(|&(pair, cycle)| written(pair) < cycle && cycle <= next(pair))
}

/// `half_take` and `half_give`, for every block: the first read of each is as early as it may be.
#[test]
fn pairs_are_read_while_they_are_there() {
    for k in (2..=10).map(|n| 1usize << n) {
        let take = |start| {
            let read: Vec<_> = (0..k).map(|i| (i / 4 + i / 2 % 2 * (k / 4), start + i)).collect();
            is_kept(k, k / 2, |pair| pair, &read)
        };
        let give =
            |start| is_kept(k, k / 4, |pair| 2 * pair + 1, &(0..k / 2).map(|j| (j, start + j)).collect::<Vec<_>>());
        let starts = ((k / 4 - 1).max(1), k / 2 + 1);
        assert!(take(starts.0) && give(starts.1), "{k}");
        assert!(!take(starts.0 - 1) && !give(starts.1 - 1), "{k}");
        let half = |paired| HalfFft { paired, ..transform(k, 8, 0, 8, (12, 4), Round::Floor) }.latency();
        assert_eq!(half(true) - half(false) + k / 2 + 1, starts.0 + 1 + starts.1 + 1, "{k}");
    }
}

#[test]
fn half_of_the_multipliers_and_refusals() {
    let half = transform(64, 16, 0, 16, (16, 8), Round::HalfUp);
    for block in [half, HalfFft { paired: true, ..half }] {
        assert_eq!(2 * block.cost().multipliers, block.fft.cost().multipliers);
        assert_eq!(block.spacing(), 64);
        let fft = block.fft;
        for bad in [Fft { k: 2, valid: 2, ..fft }, Fft { shifts: true, ..fft }, Fft { widest: Some(17), ..fft }] {
            assert!(HalfFft { fft: bad, ..block }.checked().is_err(), "{bad:?}");
        }
    }
}
