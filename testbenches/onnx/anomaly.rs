//! The anomaly detector of MLPerf Tiny, 640-128x4-8-128x4-640 with batch normalisation: from its Keras file by a mapping to
//! hardware. The judge is the score that its authors publish for the sample beside it.
//!
//! A user takes the tensors out of the HDF5 file with h5py, as the documentation of mappings shows. Here they are taken by
//! their places in the file, which `fixtures/onnx/ad01.csv` holds.

use crate::examples::shared;
use crate::prove;
use circlet::diag::{Diagnostics, render};
use circlet::frontend::weights::safetensors;
use circlet::frontend::{self, read_source};
use circlet::network::Network;
use circlet::passes;
use circlet::reference::{Fixed, Real};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Score of the sample, as `anomaly_score_ToyCar_id_01.csv` beside the model has it.
const PUBLISHED: f64 = 9.491290419806504;

fn floats(bytes: &[u8]) -> Vec<f64> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()).into()).collect()
}

/// The windows of five successive frames of 128 numbers.
fn windows() -> Option<Vec<Vec<f64>>> {
    let path = shared("mlperf_tiny_anomaly/normal_id_01_00000000_hist_librosa.bin")?;
    let frames = floats(&std::fs::read(path).unwrap());
    Some(frames.windows(640).step_by(128).map(<[f64]>::to_vec).collect())
}

/// Writes weights, mapping and samples, imports them with these blocks, and gives the path of the network.
fn import(folder: &Path, block: &str, windows: &[Vec<f64>]) -> Option<PathBuf> {
    let file = std::fs::read(shared("mlperf_tiny_anomaly/ad01.h5")?).unwrap();
    let places = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/fixtures/onnx/ad01.csv");
    let text = std::fs::read_to_string(places).unwrap();
    let mut tensors = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let shape: Vec<usize> = fields[2].split('x').map(|size| size.parse().unwrap()).collect();
        let (start, size): (usize, usize) = (fields[1].parse().unwrap(), shape.iter().product());
        tensors.insert(fields[0].to_string(), (shape, floats(&file[start..start + 4 * size])));
    }
    let views = tensors.iter().map(|(name, (shape, values))| (name.clone(), (shape.clone(), values.as_slice())));
    std::fs::write(folder.join("ad01.safetensors"), safetensors::write(&views.collect()).unwrap()).unwrap();
    std::fs::write(folder.join("ad01.toml"), mapping()).unwrap();
    let rows: Vec<String> = windows
        .iter()
        .step_by(4)
        .map(|window| {
            let numbers: Vec<String> = window.iter().map(|x| x.to_string()).collect();
            numbers.join(",")
        })
        .collect();
    std::fs::write(folder.join("samples.csv"), rows.join("\n")).unwrap();
    let arguments = [
        "import",
        "ad01.safetensors",
        "--map",
        "ad01.toml",
        "--calibrate",
        "samples.csv",
        "--block",
        block,
        "-o",
        "ad.circ",
    ];
    let run = Command::new(env!("CARGO_BIN_EXE_circlet")).args(arguments).current_dir(folder).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(folder.join("ad.circ"))
}

/// Ten dense layers; all but the last one with batch normalisation and relu, as the file's `model_config` says.
fn mapping() -> String {
    let mut text = "layout = \"in-out\"\ninput = { shape = [640] }\n".to_string();
    let numbered = |stem: &str, at: usize| if at == 0 { stem.to_string() } else { format!("{stem}_{at}") };
    for at in 0..10 {
        let (dense, norm) = (numbered("dense", at), numbered("batch_normalization", at));
        let part = |of: &str, part: &str| format!("\"{of}/{of}/{part}:0\"");
        let (weight, bias) = (part(&dense, "kernel"), part(&dense, "bias"));
        let _ = writeln!(text, "[[layer]]\nname = \"fc{}\"\nweight = {weight}\nbias = {bias}", at + 1);
        if at < 9 {
            let [gamma, beta, mean, variance] =
                ["gamma", "beta", "moving_mean", "moving_variance"].map(|name| part(&norm, name));
            let _ = writeln!(
                text,
                "norm = {{ gamma = {gamma}, beta = {beta}, mean = {mean}, variance = {variance}, epsilon = 1e-3 }}\n\
                 activation = \"relu\""
            );
        }
    }
    text
}

/// The network at `path` after every pass but those that follow `end`.
fn network(path: &Path, passes: &[passes::Pass]) -> Network {
    let source = read_source(path).unwrap();
    let mut diagnostics = Diagnostics::default();
    let network = frontend::load(&source, &mut diagnostics).and_then(|mut network| {
        passes::run(&mut network, passes, &mut diagnostics, &mut |_, _, _| {})?;
        Ok(network)
    });
    network.unwrap_or_else(|_| panic!("{}", render::text(&diagnostics, &source, false)))
}

/// Mean over the windows of the mean squared error of the reconstruction.
fn score(windows: &[Vec<f64>], reconstruct: impl Fn(&[f64]) -> Vec<f64>) -> f64 {
    let error = |window: &Vec<f64>| {
        let squares = reconstruct(window).iter().zip(window).map(|(y, x)| (y - x).powi(2)).sum::<f64>();
        squares / window.len() as f64
    };
    windows.iter().map(error).sum::<f64>() / windows.len() as f64
}

#[test]
fn the_detector_scores_as_published() {
    let Some(windows) = windows() else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = import(folder.path(), "1", &windows) else { return };
    let dense = network(&path, passes::before("circulize"));
    let real = Real::new(&dense);
    let found = score(&windows, |window| real.run(window));
    assert!((found / PUBLISHED - 1.0).abs() < 1e-4, "{found}, published {PUBLISHED}");
    let quantised = network(&path, passes::PASSES);
    let fixed = Fixed::new(&quantised);
    let format = *fixed.formats().last().unwrap();
    let words = |window: &[f64]| fixed.run(&fixed.quantise(window)).output().to_vec();
    let rough = score(&windows, |window| words(window).iter().map(|&word| format.to_real(word)).collect());
    println!("score of {} windows: dense {found:.6}, fixed {rough:.6}, published {PUBLISHED:.6}", windows.len());
    assert!((rough / PUBLISHED - 1.0).abs() < 0.05, "level fixed, 12 bits: {rough}, published {PUBLISHED}");
}

#[test]
fn the_detector_as_hardware() {
    let Some(windows) = windows() else { return };
    for block in ["1", "8", "16"] {
        let folder = tempfile::tempdir().unwrap();
        let Some(path) = import(folder.path(), block, &windows) else { return };
        let text = std::fs::read_to_string(&path).unwrap();
        let end = text.trim_end().strip_suffix('}').unwrap();
        std::fs::write(&path, format!("{end}    target {{ interval 5200 cycles }}\n}}\n")).unwrap();
        let proof = prove::network(&path, &folder.path().join("out"), 1, 1);
        println!("block {block}: {}", proof.unwrap_or_else(|problem| panic!("block {block}: {problem}")));
    }
}
