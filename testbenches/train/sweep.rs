//! Sweeps over grids: every point once, whatever happens to the process.

use crate::binary::{circlet, program};
use crate::learning::digits;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const GRID: &str = "[grid]\nwidth = [16]\ndepth = [1, 3]\nblock = [1, 8]\nbits = [8]\nprune = [0, 0.5]\n\n[train]\nepochs = 4\nrate = 0.005\n\n\
                    [tune]\nepochs = 1\nrate = 0.001\n";

fn folder(grid: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    fs::write(folder.path().join("grid.toml"), grid).unwrap();
    folder
}

const SWEEP: [&str; 8] = ["sweep", "digits.circ", "--grid", "grid.toml", "--data", ".", "-o", "out"];

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The table without the times.
fn table(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("out/sweep.csv")).unwrap();
    text.lines().map(|line| line.rsplit_once(',').unwrap().0.to_string()).collect()
}

#[test]
fn every_point_learns_once_and_all_are_one_table_and_one_picture() {
    let folder = folder(GRID);
    let place = |name: &str| folder.path().join(name);
    let done = circlet(folder.path(), &[&SWEEP[..], &["--json", "--jobs", "2"]].concat()).json();
    let names: Vec<&str> = done["points"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    let dense_or_blocks =
        |d: &str| [format!("w16_{d}_k1_b8_s1"), format!("w16_{d}_k8_b8_s1"), format!("w16_{d}_k8_b8_p50_s1")];
    assert_eq!(names, [dense_or_blocks("d1"), dense_or_blocks("d3")].concat());
    // 64-16-10 and 64-16-16-16-10 of 8 bits, the last layer dense: by hand
    let cost = |at: usize, what: &str| done["points"][at]["result"]["cost"][what].as_u64().unwrap();
    assert_eq!([0, 1, 3, 4].map(|at| cost(at, "storage")), [1184 * 8, (128 + 160) * 8, 1696 * 8, (192 + 160) * 8]);
    assert_eq!(cost(2, "storage"), cost(1, "storage"), "zeros are stored");
    assert_eq!(
        [2, 5].map(|at| cost(at, "storage_kept")),
        [(64 + 160) * 8, (96 + 160) * 8],
        "half of the blocks are zero"
    );
    // 16 blocks of 14 products, 10 transforms with one complex product; a plain layer of 160
    assert_eq!(
        (cost(0, "multiplies"), cost(1, "multiplies"), cost(2, "multiplies_kept")),
        (1184, 16 * 14 + 40 + 160, 8 * 14 + 40 + 160)
    );
    let samples = &done["points"][0]["result"]["samples"];
    assert_eq!(samples, 144, "a tenth is held back");
    for (at, name) in names.iter().enumerate() {
        let result = &done["points"][at]["result"];
        assert!(result["fixed"].as_u64().unwrap() > 50, "{name}: better than chance, {result}");
        assert_eq!(result["hardware"]["Ok"]["interval"], 64, "{name}: the target of the network");
        let tuned = place(&format!("out/points/{name}/tuned.circ"));
        let report = circlet(folder.path(), &["--json", "report", tuned.to_str().unwrap()]);
        let report: Value = serde_json::from_str(&report.out).unwrap();
        assert_eq!(report["cost"]["multipliers"], result["hardware"]["Ok"]["multipliers"], "{report}");
    }
    assert_eq!(table(folder.path()).len(), 7);
    let picture = fs::read_to_string(place("out/pareto.svg")).unwrap();
    assert_eq!(picture.matches("<title>").count(), 12, "six points in each panel");
    assert_eq!(
        picture.matches("fill=\"none\" stroke=\"#b3541e\"").count(),
        4,
        "what pruned ones would cost: two in each panel"
    );

    // finished points are not run again; more of them are
    let before = fs::read(place("out/sweep.csv")).unwrap();
    let again = circlet(folder.path(), &SWEEP);
    assert!(again.err.contains("6 points, 6 of them done before") && again.code == 0, "{again:?}");
    assert_eq!(fs::read(place("out/sweep.csv")).unwrap(), before, "the same bytes, times among them");
    fs::write(place("grid.toml"), GRID.replace("[16]", "[16, 8]").replace("[1, 3]", "[1]")).unwrap();
    let more = circlet(folder.path(), &SWEEP);
    assert!(more.err.contains("6 points, 3 of them done before") && more.out.contains("6 points, judged"), "{more:?}");
    // another question is another point
    fs::write(place("grid.toml"), GRID.replace("rate = 0.005", "rate = 0.006")).unwrap();
    assert!(circlet(folder.path(), &SWEEP).err.contains("6 points, 0 of them done before"));
}

#[test]
fn a_sweep_that_is_killed_goes_on_to_the_same_table() {
    let grid = "[grid]\nwidth = [32, 64]\nblock = [8]\nseed = [1, 2]\n[train]\nepochs = 40\n";
    let (whole, parts) = (folder(grid), folder(grid));
    let one = [&SWEEP[..], &["--jobs", "1"]].concat();
    circlet(whole.path(), &one).fine();
    let mut child = program(parts.path(), &one).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let second = parts.path().join("out/points/w32_k8_s2");
    let state = second.join("weights.checkpoint");
    while !state.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(parts.path().join("out/points/w32_k8_s1/learnt.json").exists() && !second.join("learnt.json").exists());
    // the process of the point ends with that of the sweep
    let at = |clock: Instant| (fs::read(&state).ok(), clock.elapsed());
    std::thread::sleep(Duration::from_millis(300));
    let (left, _) = at(Instant::now());
    std::thread::sleep(Duration::from_millis(700));
    assert!(left.is_some() && left == fs::read(&state).ok(), "nobody trains any more");
    let epochs = |folder: &Path| json(&folder.join("weights.said.json"))["epochs"].as_u64().unwrap();
    let resumed = circlet(parts.path(), &one);
    assert!(resumed.code == 0 && resumed.err.contains("4 points, 1 of them done before"), "{resumed:?}");
    assert_eq!((table(parts.path()), epochs(&second)), (table(whole.path()), 40));
    for name in ["w32_k8_s2", "w64_k8_s2"] {
        let weights =
            |folder: &Path| fs::read(folder.join("out/points").join(name).join("weights.safetensors")).unwrap();
        assert!(weights(whole.path()) == weights(parts.path()), "{name}: the same bytes");
    }
    let family = fs::read_to_string(parts.path().join("out/sweep.txt")).unwrap();
    assert!(family.lines().count() == 3 && family.contains(".."), "two seeds are one line: {family}");
}

#[test]
fn what_cannot_be_swept_is_told_before_anything_runs() {
    let folder = folder(GRID);
    let refused = |grid: &str, words: &str| {
        fs::write(folder.path().join("grid.toml"), grid).unwrap();
        let told = circlet(folder.path(), &SWEEP).refused();
        assert!(told.contains(words), "{told}");
        assert!(!folder.path().join("out").exists(), "nothing is written");
    };
    refused(
        "[grid]\nblock = [12]",
        "`grid.toml`: line 2: `block` has the value `12`, expected 1, or a power of two from 2 to 1024",
    );
    refused(
        "[grid]\n[train]\nrate = -1",
        "`grid.toml`: line 3: invalid value `-1` for `--rate <RATE>`: expected a number above zero",
    );
    refused("[grid]\n[train]\nlog = \"a\"", "line 3: `log` is no option of a point, expected one of epochs");
    refused("[grid]\n[train]\nheld-back = 0", "line 3: `held-back` is `0`, but points are judged on what is held back");
    refused(
        "[grid]\n[tune]\nbatch-norm = true",
        "line 3: the argument `--from-weights` cannot be used with `--batch-norm`",
    );
    refused("[grid]\nprune = [0.5]\n[train]\npatience = 2", "point `p50_s1`: the argument");
    refused("[grid", "`grid.toml`: line 1: ");
    let network = fs::read_to_string(folder.path().join("digits.circ")).unwrap();
    let with = |from: &str, to: &str| fs::write(folder.path().join("digits.circ"), network.replace(from, to)).unwrap();
    with("activation relu", "activation relu\nweight-bits 9");
    refused("[grid]\nbits = [8]", "`digits.circ`: layer `fc1` states words of its own, which `bits` does not change");
    with(" block 16", "");
    refused("[grid]\nblock = [8]", "the network has none; write `block 16` behind a layer");
    with("layer fc3", "layer extra pointwise { activation relu }\nlayer fc3");
    refused("[grid]\ndepth = [1]", "`depth` takes a chain that begins with dense layers");
    with("", "");
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("out/thesis.txt"), "").unwrap();
    fs::write(folder.path().join("grid.toml"), GRID).unwrap();
    let told = circlet(folder.path(), &SWEEP).refused();
    assert!(told.contains("`out`: is neither empty nor the folder of a sweep; choose another with `-o`"), "{told}");
}
