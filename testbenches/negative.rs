//! Negative proofs: one bit of one emitted file is wrong, and `circlet verify` finds it and names layer and line.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;

use binary::{circlet, files};
use circlet::manifest::Manifest;
use npyz::WriterBuilder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const NETWORK: &str = include_str!("fixtures/cli/proof.circ");

/// The folder with `proof.circ`, its weights and `out`, built once.
fn original() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("negative");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("proof.circ"), NETWORK).unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for (name, shape) in
            [("fc1", &[1, 1, 64][..]), ("fc2", &[2, 4, 16]), ("fc3", &[10, 32]), ("bias1", &[64]), ("bias2", &[32])]
        {
            let file = fs::File::create(folder.join(format!("{name}.npy"))).unwrap();
            let mut writer = npyz::WriteOptions::new().default_dtype().shape(shape).writer(file).begin_nd().unwrap();
            writer.extend((0..shape.iter().product()).map(|_: u64| random.random_range(-0.3f64..0.3))).unwrap();
            writer.finish().unwrap();
        }
        circlet(&folder, &["build", "proof.circ", "-o", "out"]).fine();
        folder
    })
}

/// A copy of `out` for one case.
fn copy(case: &str) -> PathBuf {
    let (from, to) = (original().join("out"), original().join(case));
    for name in files(&from) {
        fs::create_dir_all(to.join(&name).parent().unwrap()).unwrap();
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
    to
}

/// The first file of a copy that serves `layers` and whose path has all of `parts`.
fn find(folder: &Path, layers: &[&str], parts: &[&str]) -> PathBuf {
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: Manifest = serde_json::from_str(&manifest).unwrap();
    let of_layers = manifest.modules.iter().filter(|module| module.layers == layers);
    let names: Vec<&str> = of_layers
        .flat_map(|module| module.memories.iter().map(|memory| memory.file.as_str()).chain([module.file.as_str()]))
        .collect();
    let found = names.iter().find(|name| parts.iter().all(|part| name.contains(part)));
    folder.join(found.unwrap_or_else(|| panic!("no {parts:?} of {layers:?} among {names:?}")))
}

/// Line of the source in which a layer is declared.
fn line_of(layer: &str) -> u64 {
    NETWORK.lines().position(|line| line.trim().starts_with(&format!("layer {layer} "))).unwrap() as u64 + 1
}

/// A file to be damaged: the layers it serves, and parts of its path.
type File<'a> = (&'a [&'a str], &'a [&'a str]);

/// Damages one file of a copy and verifies it: the difference is in `layer`, first seen in a signal that begins so.
fn caught(case: &str, file: File, damage: impl Fn(&str) -> String, layer: &str, signal: &str) -> Value {
    let folder = copy(case);
    let path = find(&folder, file.0, file.1);
    let text = fs::read_to_string(&path).unwrap();
    let damaged = damage(&text);
    let changed = text.lines().zip(damaged.lines()).filter(|(a, b)| a != b).count();
    assert_eq!((changed, text.len()), (1, damaged.len()), "{case}: one line, its length kept");
    fs::write(&path, damaged).unwrap();
    let ran = circlet(original(), &["verify", case, "--json"]);
    assert_eq!(ran.code, 1, "{case}: {ran:?}");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let mismatch = &report["mismatch"];
    println!("{case}: {mismatch}");
    assert_eq!(report["differences"], 1, "{report}");
    assert_eq!((&mismatch["layer"], &mismatch["source"]), (&layer.into(), &"proof.circ".into()), "{case}: {mismatch}");
    assert_eq!(mismatch["line"].as_u64(), Some(line_of(layer)), "{case}: {mismatch}");
    assert!(mismatch["signal"].as_str().unwrap().starts_with(signal), "{case}: {mismatch}");
    fs::remove_dir_all(folder).unwrap();
    mismatch.clone()
}

/// Flips the lowest bit of a digit before the `nth` place (from 0) where `after` follows: digit 0 is the last one.
fn flip(nth: usize, after: &'static str, digit: usize) -> impl Fn(&str) -> String {
    move |text| {
        let place = text.match_indices(after).nth(nth).unwrap_or_else(|| panic!("no place {nth} before `{after}`"));
        let at = place.0 - 1 - digit;
        let value = text[at..=at].chars().last().unwrap().to_digit(16).unwrap();
        format!("{}{:x}{}", &text[..at], value ^ 1, &text[at + 1..])
    }
}

/// Replaces the first `from` by `to`, as long.
fn swap(from: &'static str, to: &'static str) -> impl Fn(&str) -> String {
    move |text| {
        assert!(text.contains(from), "no `{from}` in\n{text}");
        text.replacen(from, to, 1)
    }
}

#[test]
fn what_is_right_passes() {
    let ran = circlet(original(), &["verify", "out", "--json"]);
    let report: Value = serde_json::from_str(&ran.fine()).unwrap();
    assert_eq!(report["differences"], 0);
}

/// Flips the lowest bit of a parameter of an instance.
fn parameter(instance: &'static str, name: &'static str) -> impl Fn(&str) -> String {
    move |text| {
        let end = text.find(&format!(") {instance} (")).unwrap_or_else(|| panic!("no `{instance}`"));
        let start = text[..end].rfind(&format!(".{name} ")).unwrap_or_else(|| panic!("no `{name}`"));
        format!("{}{}", &text[..start], flip(0, ")", 0)(&text[start..]))
    }
}

#[test]
fn a_twiddle_of_a_transform() {
    caught("twiddle", (&["fc1"], &["/turn_g16_"]), flip(4, "};", 0), "fc1", "fc1_spectra_push_data");
}

#[test]
fn a_twiddle_of_an_inverse_transform() {
    caught("twiddle_back", (&["fc1"], &["/ifft_rotator_g8_"]), flip(2, "};", 1), "fc1", "fc2_in_push_data");
}

#[test]
fn a_sign_in_a_sum_that_stands_for_a_twiddle() {
    let sign = |text: &str| {
        let start = text.find(".SUB (").unwrap();
        format!("{}{}", &text[..start], flip(0, ")", 0)(&text[start..]))
    };
    caught("sum", (&["fc2"], &["/times_"]), sign, "fc2", "fc2_spectra_push_data");
}

#[test]
fn a_sign_in_a_cell() {
    caught("sign", (&[], &["/complex_product.v"]), swap("a_re - b_im", "a_re + b_im"), "fc1", "fc1_sums_push_data");
}

#[test]
fn a_weight_of_a_spectrum() {
    caught("weight", (&["fc2"], &["spectral_mac_row0.hex"]), flip(40, "\n", 0), "fc2", "fc2_sums_push_data");
}

#[test]
fn a_weight_of_a_plain_layer() {
    caught("plain", (&["fc3"], &["dense_mac_row1.hex"]), flip(20, "\n", 0), "fc3", "fc3_sums_push_data");
}

#[test]
fn a_bias() {
    caught("bias", (&["fc2"], &["activate_bias.hex"]), flip(7, "\n", 0), "fc2", "fc3_in_push_data");
}

#[test]
fn the_depth_of_a_fifo_inside_a_layer() {
    caught("depth", (&["fc2"], &["/proof_fc2.v"]), parameter("fc2_spectra", "DEPTH"), "fc2", "fc2_in_pop");
}

#[test]
fn the_depth_of_a_fifo_between_layers() {
    // the first thing seen is that the layer before waits; what it waits for is named as well
    let depth = parameter("fc3_in", "DEPTH");
    let mismatch = caught("between", (&["fc3"], &["/proof_fc3.v"]), depth, "fc2", "fc2_sums_pop");
    let room = serde_json::json!({ "fifo": "fc3_in", "layer": "fc3", "line": line_of("fc3") });
    assert_eq!(mismatch["waits_for"][1], room);
}

#[test]
fn the_pointer_of_a_fifo() {
    let pointer = swap("write_address == LAST", "write_address != LAST");
    caught("pointer", (&[], &["/stream_fifo.v"]), pointer, "fc1", "fc1_");
}

#[test]
fn the_rule_of_a_gate() {
    caught("gate", (&["fc3"], &["/proof_fc3.v"]), parameter("fc3_mac_gate", "EVERY"), "fc3", "fc3_in_pop");
}

#[test]
fn a_comparison() {
    caught("comparison", (&["best"], &["/argmax_"]), swap("> best_q2", "< best_q2"), "best", "out_push_data");
}

#[test]
fn a_real_and_an_imaginary_part_that_change_places() {
    // in the sums that come back: fc1 has one block per row, nothing comes back there
    let pair = swap("{sum_im, sum_re}", "{sum_re, sum_im}");
    caught("pair", (&[], &["/spectral_row.v"]), pair, "fc2", "fc2_sums_push_data");
}

#[test]
fn an_address_of_a_memory_that_is_off_by_one() {
    let end = swap("read_ahead #(.DEPTH(64)", "read_ahead #(.DEPTH(63)");
    caught("address", (&["fc2"], &["/proof_fc2_spectral_mac.v"]), end, "fc2", "fc2_sums_push_data");
}

#[test]
fn a_stall_that_is_missing() {
    let stall = swap(".room    (fc3_sums_room)", ".room    (1'b1         )");
    let mismatch = caught("stall", (&["fc3"], &["/proof_fc3.v"]), stall, "fc3", "fc3_in_pop");
    assert!(mismatch["plan"] != "no bubbles" && mismatch["expected"]["integer"] == 0, "{mismatch}");
}
