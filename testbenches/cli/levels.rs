//! Networks on samples: `run`, `eval` and `verify`.

use crate::binary::{circlet, files};
use crate::{mini, project};
use npyz::{NpyFile, WriterBuilder};
use serde_json::Value;
use std::path::Path;

const LEVELS: [&str; 5] = ["dense", "circulant", "fixed", "cycle", "rtl"];

fn read_npy(path: &Path) -> (Vec<u64>, Vec<f64>) {
    let file = NpyFile::new(std::fs::File::open(path).unwrap()).unwrap();
    (file.shape().to_vec(), file.into_vec().unwrap())
}

fn write_npy(path: &Path, shape: &[u64], values: &[f64]) {
    let file = std::fs::File::create(path).unwrap();
    let mut writer = npyz::WriteOptions::new().default_dtype().shape(shape).writer(file).begin_nd().unwrap();
    writer.extend(values.iter().copied()).unwrap();
    writer.finish().unwrap();
}

/// `mini.circ` without its argmax: outputs are numbers.
fn scores(folder: &Path) {
    let text = include_str!("../fixtures/cli/mini.circ").replace("    layer best argmax\n", "");
    std::fs::write(folder.join("scores.circ"), text).unwrap();
}

#[test]
fn run_gives_the_same_bits_at_fixed_cycle_and_rtl() {
    let folder = mini();
    scores(folder.path());
    let samples: Vec<f64> = (0..70 * 8).map(|i| (i as f64 * 0.7).sin()).collect();
    write_npy(&folder.path().join("in.npy"), &[70, 8], &samples);
    let results = LEVELS.map(|level| {
        let output = format!("{level}.npy");
        let arguments = ["run", "scores.circ", "--input", "in.npy", "--output", &output, "--level", level, "--json"];
        let json = circlet(folder.path(), &arguments).json();
        assert_eq!(json, serde_json::json!({ "level": level, "output": output, "shape": [70, 8] }));
        let (shape, values) = read_npy(&folder.path().join(&output));
        assert_eq!(shape, [70, 8]);
        values
    });
    let [dense, circulant, fixed, cycle, rtl] = &results;
    assert!(fixed == cycle && cycle == rtl);
    let largest = |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
    assert!(largest(dense, circulant) < 1e-9, "the weights are circulant as they come");
    assert!(largest(circulant, fixed) < 0.02 && largest(circulant, fixed) > 0.0);
}

#[test]
fn run_says_what_it_wrote_and_how_far_it_is() {
    let folder = mini();
    let ran = circlet(folder.path(), &["run", "mini.circ", "--inputs", "eight.csv", "-o", "y.npy"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, "2 x 1 numbers written to y.npy\n");
    let (shape, values) = read_npy(&folder.path().join("y.npy"));
    assert_eq!(shape, [2, 1]);
    assert!(values.iter().all(|class| (0.0..8.0).contains(class) && class.fract() == 0.0));
}

#[test]
fn eval_counts_at_every_level() {
    let folder = mini();
    let place = |name: &str| project(&format!("examples/digits/{name}"));
    let (network, images, labels) = (place("digits.circ"), place("test_images.npy"), place("test_labels.npy"));
    let given = ["eval", &network, "--images", &images, "--labels", &labels];
    let levels = [&given[..], &["--level", "dense,circulant", "--level", "fixed,cycle,rtl", "--limit", "12"]].concat();
    let json = circlet(folder.path(), &[&levels[..], &["--json"]].concat()).json();
    let results = json.as_array().unwrap();
    let levels: Vec<&str> = results.iter().map(|r| r["level"].as_str().unwrap()).collect();
    assert_eq!(levels, LEVELS);
    for result in results {
        let (right, samples) = (result["right"].as_u64().unwrap(), result["samples"].as_u64().unwrap());
        assert_eq!((samples, result["accuracy"].as_f64().unwrap()), (12, right as f64 / 12.0));
        assert!(right >= 10, "{result}");
    }
    assert!(results[2]["right"] == results[3]["right"] && results[3]["right"] == results[4]["right"]);
    let table = circlet(folder.path(), &given).fine();
    assert!(table.contains("level  right  samples  accuracy") && table.contains("fixed") && table.contains("359"));
}

#[test]
fn verify_takes_a_network_or_its_folder() {
    let folder = mini();
    circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
    let before = files(folder.path());
    let ran = circlet(folder.path(), &["verify", "out", "--frames", "3", "--seed", "7", "--json"]);
    assert_eq!(ran.err, "");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, report["differences"].as_u64()), (0, Some(0)));
    assert_eq!(report["promised"], report["measured"]);
    assert_eq!(report["network"], "mini");
    let plans = report["plans"].as_array().unwrap();
    let cycles: u64 = plans.iter().map(|plan| plan["cycles"].as_u64().unwrap()).sum();
    assert_eq!(report["cycles"].as_u64(), Some(cycles));
    assert!(plans.len() > 10 && cycles > 1000);
    for word in ["no bubbles", "reset", "stalls", "random"] {
        assert!(plans.iter().any(|plan| plan["name"].as_str().unwrap().contains(word)), "{word}");
    }
    assert_eq!(files(folder.path()), before, "the folder is only read");

    let ran = circlet(folder.path(), &["verify", "mini.circ", "--inputs", "eight.csv"]);
    assert!(ran.err.contains("build with Verilator") && ran.err.contains("no bubbles"), "{}", ran.err);
    assert!(ran.fine().contains(": 0 differences"));
    assert_eq!(files(folder.path()), before, "nothing is left behind");
}
