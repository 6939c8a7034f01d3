//! C3A adapters: what comes in is what PEFT computes.
//!
//! The judge follows PEFT line by line with transforms by their definition: `C3ALinear.forward` adds
//! `BlockCircularConvolution(x, kernel) / x.size(-1)`, and `BlockCircularConvolution.forward` is
//! `fft(sum over n of ifft(x[n]) * fft(kernel[m][n])).real` (`peft/tuners/c3a/layer.py`, `utils.py`).

use crate::binary::circlet;
use crate::{Tensors, affine, dense, input, tensors, write_safetensors};
use std::f64::consts::TAU;
use std::path::Path;

/// A complex number.
type Complex = (f64, f64);

/// `sum over t of x[t] exp(sign 2 pi i f t / k)`, divided by k if `sign` is positive: numpy's and torch's `fft`, `ifft`.
fn transform(x: &[Complex], sign: f64) -> Vec<Complex> {
    let k = x.len() as f64;
    let scale = if sign > 0.0 { 1.0 / k } else { 1.0 };
    let term = |f: usize, t: usize| {
        let (sin, cos) = (sign * TAU * ((f * t) as f64 / k).fract()).sin_cos();
        times(x[t], (cos * scale, sin * scale))
    };
    (0..x.len()).map(|f| (0..x.len()).map(|t| term(f, t)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))).collect()
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn real(x: impl Iterator<Item = f64>) -> Vec<Complex> {
    x.map(|x| (x, 0.0)).collect()
}

/// What the adapter adds to the output of a module.
fn change(kernel: &(Vec<usize>, Vec<f32>), x: &[f64]) -> Vec<f64> {
    let [p, q, k] = kernel.0[..] else { panic!("{:?}", kernel.0) };
    let blocks: Vec<Vec<Complex>> = x.chunks(k).map(|block| transform(&real(block.iter().copied()), 1.0)).collect();
    let row = |m: usize| {
        let mut sum = vec![(0.0, 0.0); k];
        for (n, block) in blocks.iter().enumerate() {
            let at = (m * q + n) * k;
            let kernel = transform(&real(kernel.1[at..at + k].iter().map(|&x| x as f64)), -1.0);
            for (f, sum) in sum.iter_mut().enumerate() {
                let product = times(block[f], kernel[f]);
                *sum = (sum.0 + product.0, sum.1 + product.1);
            }
        }
        transform(&sum, -1.0).into_iter().map(|z| z.0 / x.len() as f64)
    };
    (0..p).flat_map(row).collect()
}

/// Writes an adapter of `fc1` 16 -> 24 in blocks of 8 and `fc2` 24 -> 12 in blocks of 12, and its base.
fn write(folder: &Path) -> (Tensors, Tensors) {
    let kernels =
        tensors(&[("base_model.model.fc1.c3a_kernel", &[3, 2, 8]), ("base_model.model.fc2.c3a_kernel", &[1, 2, 12])]);
    let base = tensors(&[("fc1.weight", &[24, 16]), ("fc1.bias", &[24]), ("fc2.weight", &[12, 24])]);
    let config = r#"{"peft_type": "C3A", "base_model_name_or_path": "b", "block_size": 8, "bias": "none",
        "block_size_pattern": {"fc2": 12}, "target_modules": ["fc1", "fc2"], "init_weights": "xavier_uniform"}"#;
    std::fs::create_dir(folder.join("c3a")).unwrap();
    std::fs::write(folder.join("c3a/adapter_config.json"), config).unwrap();
    write_safetensors(&folder.join("c3a/adapter_model.safetensors"), &kernels);
    write_safetensors(&folder.join("base.safetensors"), &base);
    let map = "input = { shape = [16] }\n[[layer]]\nweight = \"fc1.weight\"\nbias = \"fc1.bias\"\nactivation = \"relu\"\n\
               [[layer]]\nweight = \"fc2.weight\"\n";
    std::fs::write(folder.join("base.toml"), map).unwrap();
    (base, kernels)
}

/// The largest difference, relative to the largest expected number.
fn apart(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    found.iter().zip(expected).map(|(a, b)| (a - b).abs() / largest).fold(0.0, f64::max)
}

#[test]
fn a_merged_adapter_computes_what_peft_does() {
    let folder = tempfile::tempdir().unwrap();
    let (base, kernels) = write(folder.path());
    let arguments = ["import", "base.safetensors", "--map", "base.toml", "--adapter", "c3a", "-o", "net.circ"];
    circlet(folder.path(), &arguments).fine();
    let x = input(16);
    let weight = |name: &str| &base[name].1;
    let sums = affine(Some(weight("fc1.bias")), 24, &x, |row, column| weight("fc1.weight")[row * 16 + column]);
    let added = change(&kernels["base_model.model.fc1.c3a_kernel"], &x);
    assert!(apart(&sums, &added) > 0.1, "the adapter does something");
    let hidden: Vec<f64> = sums.iter().zip(&added).map(|(sum, added)| (sum + added).max(0.0)).collect();
    let sums = affine(None, 12, &hidden, |row, column| weight("fc2.weight")[row * 24 + column]);
    let added = change(&kernels["base_model.model.fc2.c3a_kernel"], &hidden);
    let outputs: Vec<f64> = sums.iter().zip(&added).map(|(sum, added)| sum + added).collect();
    let found = dense(&folder.path().join("net.circ"), &x);
    assert!(apart(&found[0], &hidden) < 1e-9 && apart(&found[1], &outputs) < 1e-9, "{found:?}");
}

#[test]
fn an_adapter_alone_is_one_circulant_layer() {
    let folder = tempfile::tempdir().unwrap();
    let (_, kernels) = write(folder.path());
    let told = circlet(folder.path(), &["import", "c3a", "--module", "fc1", "-o", "change.circ"]).fine();
    assert!(told.starts_with("module fc1 became the layer delta, 16 to 24 in blocks of 8\n"), "{told}");
    let x = input(16);
    let found = dense(&folder.path().join("change.circ"), &x);
    assert!(apart(&found[0], &change(&kernels["base_model.model.fc1.c3a_kernel"], &x)) < 1e-9);
    let circ = std::fs::read_to_string(folder.path().join("change.circ")).unwrap();
    assert!(circ.contains("layer delta dense 24 block 8 {") && circ.contains("form first-row"), "{circ}");
    let report = circlet(folder.path(), &["report", "change.circ", "--json"]).json();
    assert_eq!(report["layers"][0]["weights"], 3 * 2 * 8, "hardware of the adapter's own size");
    // blocks that the hardware does not have, and modules that are not named
    let told = circlet(folder.path(), &["import", "c3a", "--module", "fc2", "-o", "n.circ"]).refused();
    assert!(told.contains("blocks of `12`") && told.contains("--adapter"), "{told}");
    let told = circlet(folder.path(), &["import", "c3a", "-o", "n.circ"]).refused();
    assert!(told.contains("no module is named, the adapter changes fc1, fc2"), "{told}");
    let told = circlet(folder.path(), &["import", "c3a", "--module", "fc1", "--block", "4", "-o", "n.circ"]).refused();
    assert!(told.contains("blocks of its own"), "{told}");
}

#[test]
fn adapters_that_do_not_fit_are_refused_in_words() {
    let refused = |change: &dyn Fn(&Path), words: &str| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        change(folder.path());
        let arguments = ["import", "base.safetensors", "--map", "base.toml", "--adapter", "c3a", "-o", "n.circ"];
        let told = circlet(folder.path(), &arguments).refused();
        assert!(told.contains(words), "{told}");
        assert!(!folder.path().join("n.circ").exists());
    };
    let config =
        |text: &'static str| move |folder: &Path| std::fs::write(folder.join("c3a/adapter_config.json"), text).unwrap();
    refused(&config("{"), "it is not JSON");
    refused(&config("[]"), "`peft_type` is missing");
    refused(&config("{\"peft_type\": \"LORA\"}"), "`peft_type` is `LORA`, expected `C3A`");
    refused(&config("{\"peft_type\": \"C3A\"}"), "missing field `block_size`");
    refused(&config("{\"peft_type\": \"C3A\", \"block_size\": -1}"), "invalid value");
    refused(&config("{\"peft_type\": \"C3A\", \"block_size\": 16}"), "has blocks of `8`, but `block_size` is 16");
    let kernels = |shapes: &'static [(&str, &[usize])]| {
        move |folder: &Path| write_safetensors(&folder.join("c3a/adapter_model.safetensors"), &tensors(shapes))
    };
    refused(&kernels(&[]), "holds no kernels");
    refused(&kernels(&[("base_model.model.fc1.c3a_kernel", &[3, 16])]), "shape [3][16], expected [p][q][k]");
    refused(&kernels(&[("base_model.model.fc1.c3a_kernel", &[2, 2, 8])]), "changes [16][16] weights of module `fc1`");
    refused(
        &kernels(&[("base_model.model.fc9.c3a_kernel", &[2, 2, 8])]),
        "no layer has the weights of these modules: fc9",
    );
    refused(&kernels(&[("base_model.model.fc1.bias", &[24])]), "is no C3A kernel");
    refused(&|folder: &Path| std::fs::remove_file(folder.join("c3a/adapter_config.json")).unwrap(), "cannot read");
}
