//! Activation unit: every function, with and without bias, against the model.

use crate::bench::{Random, Traffic, check};
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
    let plain = Activate { rounding: Round::HalfUp, ..unit([2, 8], Activation::Sigmoid, None, ["s6.13", "s3.5", "s0.8"]) };
    bench("sigmoid", 8, plain);
}

#[test]
fn one_bias() {
    bench("one", 1, unit([1, 1], Activation::Identity, Some(6), ["s3.2", "s3.2", "s3.2"]));
}
