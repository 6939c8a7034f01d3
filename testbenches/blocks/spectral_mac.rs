//! Spectral multiply-accumulate: every shape against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use crate::exact::{narrowed, outputs};
use circlet::blocks::Block;
use circlet::blocks::spectral_mac::{Products, SpectralMac};
use circlet::fixed::{QFormat, Round};
use circlet::network::dense::pace::Stationary;

/// Random weights over their whole range, extremes among them.
fn mac(k: usize, [rows, p, q]: [usize; 3], [input, weight, output]: [u32; 3], rounding: Round) -> SpectralMac {
    let mut random = Random(k as u64);
    let weights = (0..p * q * k).map(|_| random.word(weight)).collect();
    let spectrum = QFormat::of_width(input, input as i32 / 2);
    let weight = QFormat::of_width(weight, weight as i32 - 1);
    let accumulator = QFormat::of_width(output, output as i32 / 2);
    let (products, stationary) = (Products::Four, Stationary::Sums);
    let mac =
        SpectralMac { k, rows, p, q, spectrum, weight, accumulator, rounding, products, stationary, paths: 1, weights };
    mac.check().unwrap();
    mac
}

fn bench(case: &str, mac: SpectralMac) {
    let frame = mac.p.div_ceil(mac.rows) * mac.q * mac.k / 2;
    check(&format!("spectral_mac_{case}"), &mac, &Traffic { packets: 5 * frame + 7, ..Traffic::of_packet(1) });
}

/// The same with three multipliers per complex product.
fn three(mac: SpectralMac) -> SpectralMac {
    SpectralMac { products: Products::Three, ..mac }
}

/// Two multipliers: beats come two cycles apart or more. One: three.
fn bench_steps(case: &str, mac: SpectralMac, products: Products) {
    let mac = SpectralMac { products, ..mac };
    let frame = mac.p.div_ceil(mac.rows) * mac.q * mac.k / 2;
    let traffic = Traffic { packets: 4 * frame + 7, rest: mac.pause(), ..Traffic::of_packet(1) };
    check(&format!("spectral_mac_{}_{case}", products.count()), &mac, &traffic);
}

#[test]
fn two_multipliers_in_two_steps() {
    bench_steps("k4", mac(4, [1, 3, 3], [8, 6, 9], Round::HalfUp), Products::Two);
    bench_steps("k16_r2", mac(16, [2, 3, 4], [12, 10, 16], Round::HalfEven), Products::Two);
    bench_steps("k8_q1", mac(8, [2, 2, 1], [9, 14, 12], Round::Floor), Products::Two);
}

#[test]
fn one_multiplier_in_three_steps() {
    bench_steps("k4", mac(4, [1, 3, 3], [8, 6, 9], Round::HalfUp), Products::One);
    bench_steps("k16_r2", mac(16, [2, 3, 4], [12, 10, 16], Round::HalfEven), Products::One);
    bench_steps("k8_q1", mac(8, [2, 2, 1], [9, 14, 12], Round::Floor), Products::One);
    bench_steps("input_k8", by_input(mac(8, [1, 3, 3], [9, 10, 13], Round::HalfUp)), Products::One);
    let pair = SpectralMac { products: Products::One, ..mac(2, [1, 3, 4], [8, 9, 12], Round::HalfEven) };
    assert_eq!((pair.spacing(), pair.cost().multipliers), (1, 2));
    bench("k2_one", pair);
}

/// A spectrum stays until every group has taken it.
fn by_input(mac: SpectralMac) -> SpectralMac {
    SpectralMac { stationary: Stationary::Blocks, ..mac }
}

#[test]
fn sums_of_all_groups_are_held() {
    bench("input_k8", by_input(mac(8, [2, 5, 3], [12, 10, 14], Round::HalfUp)));
    bench("input_k2", by_input(mac(2, [1, 3, 4], [8, 9, 12], Round::HalfEven)));
    bench("input_k16_q1", by_input(three(mac(16, [2, 4, 1], [10, 8, 12], Round::Floor))));
    bench_steps("input_k32", by_input(mac(32, [1, 2, 2], [9, 10, 13], Round::HalfUp)), Products::Two);
    bench("input_k64", by_input(mac(64, [1, 3, 2], [10, 9, 14], Round::HalfUp)));
    bench("input_one_group", by_input(mac(4, [2, 2, 2], [9, 10, 13], Round::HalfUp)));
}

/// Two positions of a beat, of the even and of the odd bins.
fn wide(mac: SpectralMac) -> SpectralMac {
    let wide = SpectralMac { paths: 2, ..mac };
    wide.check().unwrap();
    wide
}

#[test]
fn two_positions_at_once() {
    bench("wide_k8_r1", wide(mac(8, [1, 2, 3], [9, 10, 13], Round::HalfUp)));
    bench("wide_k16_r3", wide(three(mac(16, [3, 5, 3], [12, 10, 16], Round::HalfEven))));
    bench("wide_k64_r2", wide(mac(64, [2, 3, 2], [10, 9, 14], Round::HalfUp)));
    bench("wide_k8_q1", wide(mac(8, [2, 3, 1], [9, 10, 13], Round::Floor)));
    bench("wide_input_k16", wide(by_input(mac(16, [1, 3, 3], [9, 10, 13], Round::HalfUp))));
}

#[test]
fn two_positions_give_the_sums_of_one_at_a_time() {
    let narrow = mac(16, [2, 3, 4], [12, 10, 16], Round::HalfEven);
    let mut random = Random(3);
    let spectra: Vec<i64> = (0..2 * 4 * 16).map(|_| random.word(12)).collect();
    let quads = |b: &[i64], t: usize| [b[2 * t], b[2 * t + 1], b[2 * t + 8], b[2 * t + 9]];
    let in_quads: Vec<i64> = spectra.chunks(16).flat_map(|b| (0..4).flat_map(move |t| quads(b, t))).collect();
    let (mut one, mut two) = (Vec::new(), Vec::new());
    unit_of(&narrow).run(&spectra, &mut one);
    unit_of(&wide(narrow)).run(&in_quads, &mut two);
    // [group][t][row][2], and [group][t][row][path][2]
    for (one, two) in one.chunks(32).zip(two.chunks(32)) {
        for (position, row) in (0..8).flat_map(|position| (0..2).map(move |row| (position, row))) {
            let (path, t) = (position / 4, position % 4);
            assert_eq!(one[4 * position + 2 * row..][..2], two[8 * t + 4 * row + 2 * path..][..2]);
        }
    }
    assert_eq!(one.len(), two.len());
    let products = SpectralMac { products: Products::Two, paths: 2, ..mac(16, [2, 3, 4], [12, 10, 16], Round::Floor) };
    assert!(products.check().is_err());
}

#[test]
fn one_real_pair() {
    bench("k2_r1", mac(2, [1, 1, 1], [6, 6, 6], Round::HalfUp));
}

#[test]
fn real_pairs_in_uneven_groups() {
    bench("k2_r3", mac(2, [3, 7, 5], [12, 10, 13], Round::HalfEven));
}

#[test]
fn two_beats_wide_words() {
    bench("k4_r2", mac(4, [2, 3, 3], [26, 20, 40], Round::HalfUp));
}

#[test]
fn one_column() {
    bench("k16_q1", mac(16, [4, 6, 1], [14, 12, 18], Round::Floor));
}

#[test]
fn the_shallowest_memory() {
    bench("k16_r4", mac(16, [4, 8, 4], [14, 12, 16], Round::HalfUp));
}

#[test]
fn the_deepest_shift_register() {
    bench("k8_r1", mac(8, [1, 3, 2], [16, 8, 12], Round::HalfEven));
}

#[test]
fn sums_in_memory() {
    bench("k64_r2", mac(64, [2, 3, 3], [12, 14, 16], Round::HalfUp));
}

#[test]
fn the_largest_block() {
    bench("k512_r1", mac(512, [1, 1, 2], [14, 10, 14], Round::HalfUp));
}

#[test]
fn three_multipliers_one_real_pair() {
    bench("three_k2", three(mac(2, [1, 2, 3], [8, 6, 9], Round::HalfUp)));
}

#[test]
fn three_multipliers_two_beats() {
    bench("three_k4", three(mac(4, [3, 4, 1], [6, 6, 12], Round::HalfEven)));
}

#[test]
fn three_multipliers_wide_words() {
    bench("three_k8", three(mac(8, [1, 2, 3], [24, 17, 30], Round::HalfUp)));
}

#[test]
fn three_multipliers_sums_in_memory() {
    bench("three_k64", three(mac(64, [2, 2, 2], [12, 12, 16], Round::HalfUp)));
}

/// `sum_j W_ij X_j` of one frame, in the order in which the groups leave.
fn sums(mac: &SpectralMac, frame: &[i64]) -> Vec<i64> {
    let SpectralMac { k, rows, p, q, .. } = *mac;
    let shift = mac.spectrum.frac + mac.weight.frac - mac.accumulator.frac;
    let word = |i: usize, t: usize, lane: usize| {
        let product = |j: usize| {
            let [x, w] = [&frame[j * k + 2 * t..], &mac.weights[(i * q + j) * k + 2 * t..]]
                .map(|s| [s[0], s[1]].map(i128::from));
            match (t, lane) {
                (0, _) => x[lane] * w[lane],
                (_, 0) => x[0] * w[0] - x[1] * w[1],
                (_, _) => x[0] * w[1] + x[1] * w[0],
            }
        };
        if i < p { narrowed((0..q).map(product).sum(), shift, mac.rounding, mac.accumulator.width()) } else { 0 }
    };
    let beat = |g: usize, t: usize| (0..2 * rows).map(move |at| word(g * rows + at / 2, t, at % 2));
    (0..p.div_ceil(rows)).flat_map(|g| (0..k / 2).flat_map(move |t| beat(g, t))).collect()
}

#[test]
fn the_model_is_the_sum_of_products() {
    let mut random = Random(5);
    for round in 0..60 {
        let k = 2 << (round % 9);
        let shape = [1 + random.below(5), 1 + random.below(7), 1 + random.below(5)];
        let widths = [6 + random.below(20) as u32, 6 + random.below(20) as u32, 6 + random.below(35) as u32];
        let stationary = Stationary::ALL[round / 3 % 2];
        let mac = SpectralMac { stationary, ..mac(k, shape, widths, Round::ALL[round % 3]) };
        let mut unit = unit_of(&mac);
        for _frame in 0..2 {
            let frame: Vec<i64> = (0..mac.q * k).map(|_| random.word(mac.spectrum.width())).collect();
            let groups = mac.p.div_ceil(mac.rows);
            let replayed = match mac.stationary {
                Stationary::Sums => frame.repeat(groups),
                Stationary::Blocks => frame.chunks(k).flat_map(|spectrum| spectrum.repeat(groups)).collect(),
            };
            assert_eq!(outputs(&mut *unit, &mac, 1, &replayed), sums(&mac, &frame), "{mac:?}");
        }
    }
}
