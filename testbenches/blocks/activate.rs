//! Activation unit: every function, with and without bias, against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use crate::exact::{narrowed, outputs};
use circlet::blocks::activate::Activate;
use circlet::fixed::{QFormat, Round};
use circlet::network::Activation;

fn unit([lanes, beats]: [usize; 2], activation: Activation, bias_width: Option<u32>, formats: [&str; 3]) -> Activate {
    let mut random = Random(beats as u64);
    let bias = bias_width.map_or(Vec::new(), |width| (0..beats * lanes).map(|_| random.word(width)).collect()).into();
    let [product, table, output] = formats.map(|text| QFormat::parse(text).unwrap());
    let bias_width = bias_width.unwrap_or(2);
    Activate { lanes, beats, product, bias, bias_width, activation, table, output, rounding: Round::HalfEven }
}

fn bench(case: &str, packet: usize, unit: Activate) {
    unit.check().unwrap();
    let packets = (6 * unit.beats).div_ceil(packet) + 20;
    check(&format!("activate_{case}"), &unit, &Traffic { packets, ..Traffic::of_packet(packet) });
}

#[test]
fn relu_with_bias() {
    bench("relu", 1, unit([1, 10], Activation::Relu, Some(14), ["s8.11", "s8.11", "s4.7"]));
}

#[test]
fn relu_in_packets_of_pairs() {
    bench("relu_pairs", 4, unit([2, 12], Activation::Relu, Some(20), ["s3.12", "s3.12", "s2.9"]));
}

#[test]
fn identity_without_bias_gains_fraction_bits() {
    bench("identity", 1, unit([1, 1], Activation::Identity, None, ["s3.2", "s3.2", "s2.9"]));
}

#[test]
fn relu_without_bias_wide() {
    bench("relu_wide", 2, unit([2, 4], Activation::Relu, None, ["s18.21", "s8.8", "s3.4"]));
}

#[test]
fn tanh_with_bias() {
    bench("tanh", 1, unit([1, 3], Activation::Tanh, Some(12), ["s6.13", "s2.7", "s0.11"]));
}

#[test]
fn sigmoid_of_pairs() {
    let plain =
        Activate { rounding: Round::HalfUp, ..unit([2, 8], Activation::Sigmoid, None, ["s6.13", "s3.5", "s0.8"]) };
    bench("sigmoid", 8, plain);
}

#[test]
fn leaky_with_bias() {
    bench("leaky", 1, unit([2, 5], Activation::LeakyRelu(0.01), Some(12), ["s6.13", "s2.7", "s4.9"]));
    bench("leaky_shift", 1, unit([1, 5], Activation::LeakyRelu(0.125), None, ["s3.6", "s2.7", "s3.8"]));
}

#[test]
fn clip_between_two_numbers() {
    bench("clip", 1, unit([1, 5], Activation::Clip(-1.5, 6.0), Some(12), ["s6.9", "s2.7", "s3.5"]));
    bench("clip_beyond", 1, unit([2, 2], Activation::Clip(0.25, 1000.0), None, ["s3.6", "s2.7", "s3.4"]));
}

#[test]
fn one_bias() {
    bench("one", 1, unit([1, 1], Activation::Identity, Some(6), ["s3.2", "s3.2", "s3.2"]));
}

#[test]
fn the_model_is_the_function_of_the_sum() {
    let mut random = Random(7);
    for round in 0..90 {
        let clip = Activation::Clip(-(random.below(4) as f64), 1.0 + random.below(3) as f64);
        let leaky = Activation::LeakyRelu([0.25, 0.375, 0.01][round % 3]);
        let activation = [Activation::Identity, Activation::Relu, clip, leaky][random.below(4)];
        let [product, output] =
            [30, 16].map(|most| QFormat::of_width(6 + random.below(most) as u32, random.below(12) as i32));
        let bias = (random.below(2) == 1).then(|| 4 + random.below(20) as u32);
        let base = unit([1 + random.below(2), 1 + random.below(9)], activation, bias, ["s3.4"; 3]);
        let unit = Activate { product, output, rounding: Round::ALL[round % 3], ..base };
        let words: Vec<i64> = (0..3 * unit.beats * unit.lanes).map(|_| random.word(product.width())).collect();
        let expected = words.iter().enumerate().map(|(at, &word)| {
            let sum = word as i128 + unit.bias.get(at % (unit.beats * unit.lanes)).map_or(0, |&bias| bias as i128);
            let end = |real: f64| (real * (product.frac as f64).exp2()) as i128;
            let (value, more) = match activation {
                Activation::Relu => (sum.max(0), 0),
                Activation::Clip(low, high) => (sum.clamp(end(low), end(high)), 0),
                // 0.25, 0.375, and 0.01 as 2621 / 2^18
                Activation::LeakyRelu(0.25) => (if sum < 0 { sum } else { sum * 4 }, 2),
                Activation::LeakyRelu(0.375) => (if sum < 0 { sum * 3 } else { sum * 8 }, 3),
                Activation::LeakyRelu(_) => (if sum < 0 { sum * 2621 } else { sum << 18 }, 18),
                _ => (sum, 0),
            };
            narrowed(value, product.frac + more - output.frac, unit.rounding, output.width())
        });
        assert_eq!(outputs(&mut *unit_of(&unit), &unit, 1, &words), expected.collect::<Vec<_>>(), "{unit:?}");
    }
}

/// Half a unit of the output, plus the slope times half a unit of the table's input, plus what saturation cuts.
#[test]
fn tables_keep_their_error_bound() {
    for (activation, slope) in [(Activation::Tanh, 1.0), (Activation::Sigmoid, 0.25)] {
        for (table, output) in [("s2.7", "s0.11"), ("s3.6", "s0.7"), ("s4.9", "s1.14")] {
            let unit = unit([1, 1], activation, None, ["s5.13", table, output]);
            let bound = 0.5 * unit.output.lsb() + slope * 0.5 * unit.table.lsb();
            // at the ends: the output's largest word may lie a unit below 1, the table's range may end before x does
            let beyond = |x: f64| {
                (activation.eval(x)
                    - activation
                        .eval(x.clamp(unit.table.to_real(unit.table.min()), unit.table.to_real(unit.table.max()))))
                .abs()
            };
            let words: Vec<i64> = (unit.product.min()..unit.product.max()).step_by(97).collect();
            let given = outputs(&mut *unit_of(&unit), &unit, 1, &words);
            for (&word, &given) in words.iter().zip(&given) {
                let x = unit.product.to_real(word);
                let error = (unit.output.to_real(given) - activation.eval(x)).abs();
                let largest = activation.eval(x) - unit.output.to_real(unit.output.max());
                assert!(error <= (bound + beyond(x)).max(largest) + 1e-12, "{activation:?} of {x}: {error} > {bound}");
            }
        }
    }
}
