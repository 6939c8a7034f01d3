//! What `build` leaves on disk.

use crate::binary::{circlet, files};
use crate::mini;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    files(folder).iter().map(|path| path.display().to_string()).collect()
}

/// Every file with its bytes.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    names(folder).into_iter().map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}

#[test]
fn build_writes_the_whole_folder() {
    let folder = mini();
    let out = circlet(folder.path(), &["build", "mini.circ"]).fine();
    let root = folder.path().join("hdl_out/mini");
    assert!(out.starts_with("mini (mini.circ)") && out.ends_with("\nwritten to hdl_out/mini\n"), "{out}");
    let report = fs::read_to_string(root.join("report.txt")).unwrap();
    assert_eq!(out, format!("{report}\nwritten to hdl_out/mini\n"));
    for name in [
        "files.f",
        "manifest.json",
        "report.txt",
        "rtl/mini.v",
        "rtl/mini_fc1.v",
        "rtl/mem/mini_fc1_spectral_mac_row0.hex",
        "model/Cargo.toml",
        "model/src/lib.rs",
        "model/tests/vectors.rs",
        "tb/mini_tb.v",
        "vectors/cycles.hex",
    ] {
        assert!(root.join(name).is_file(), "{name}");
    }
    let list = fs::read_to_string(root.join("files.f")).unwrap();
    assert_eq!(list.lines().last(), Some("rtl/mini.v"), "leaves first");
    let verilog = names(&root).into_iter().filter(|name| name.starts_with("rtl/") && name.ends_with(".v"));
    assert_eq!(verilog.count(), list.lines().count());
    assert!(names(folder.path()).iter().all(|name| !name.contains("/.")), "nothing is left beside");
}

#[test]
fn building_again_or_elsewhere_gives_the_same_bytes() {
    let folder = mini();
    let (first, other) = (folder.path().join("hdl_out/mini"), folder.path().join("deep/er/out"));
    let json = circlet(folder.path(), &["build", "mini.circ", "--json"]).json();
    let once = contents(&first);
    circlet(folder.path(), &["build", "mini.circ"]).fine();
    circlet(folder.path(), &["build", "./mini.circ", "-o", "deep/er/out"]).fine();
    assert!(once == contents(&first) && once == contents(&other));
    let here = folder.path().display().to_string();
    let named = once.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&here));
    assert!(named.is_none(), "{named:?} names the machine");
    // the result is the manifest, and where everything is
    let manifest: Value = serde_json::from_slice(&fs::read(first.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(json["folder"], "hdl_out/mini");
    assert!(manifest.as_object().unwrap().iter().all(|(key, value)| json[key] == *value));
}

#[test]
fn stages_are_dumped_timed_and_stopped_at() {
    let folder = mini();
    let ran = circlet(folder.path(), &["build", "mini.circ", "--dump-after", "all", "--timings"]);
    for stage in ["parse", "resolve", "circulize", "lower", "schedule", "emit"] {
        assert!(ran.err.lines().any(|line| line.trim().starts_with(stage)), "{stage} in\n{}", ran.err);
    }
    ran.fine();
    let dumps = names(&folder.path().join("hdl_out/mini/dump"));
    assert_eq!(dumps.len(), 9, "{dumps:?}");
    assert_eq!((dumps[0].as_str(), dumps[8].as_str()), ("01-parse.txt", "09-emit.txt"));

    let one = ["build", "mini.circ", "-o", "one", "--dump-after", "choose-formats", "--json", "--timings"];
    let ran = circlet(folder.path(), &one);
    let times: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(times["timings"].as_array().unwrap().len(), 9);
    assert_eq!(names(&folder.path().join("one/dump")), ["06-choose-formats.circ"]);

    // the text of the last stage is the result, and reads as a network again
    let text = circlet(folder.path(), &["build", "mini.circ", "-o", "no", "--stop-after", "choose-formats"]).fine();
    assert!(!folder.path().join("no").exists());
    assert_eq!(text, fs::read_to_string(folder.path().join("one/dump/06-choose-formats.circ")).unwrap());
    fs::write(folder.path().join("again.circ"), text).unwrap();
    circlet(folder.path(), &["check", "again.circ"]).fine();

    let stop = ["build", "mini.circ", "-o", "some", "--stop-after", "lower", "--dump-after", "all", "--json"];
    let json = circlet(folder.path(), &stop).json();
    assert_eq!(json["stopped_after"], "lower");
    assert_eq!(json["dumps"].as_array().unwrap().len(), 7);
    assert!(json["dumps"].as_array().unwrap().iter().all(|path| folder.path().join(path.as_str().unwrap()).is_file()));
    // a folder with nothing but dumps is no obstacle
    circlet(folder.path(), &["build", "mini.circ", "-o", "some"]).fine();
    assert!(!folder.path().join("some/dump").exists(), "old dumps go");
}

#[test]
fn what_failed_can_be_looked_at() {
    let folder = mini();
    let text = include_str!("../fixtures/cli/mini.circ").replace("interval 16 cycles", "interval 1 cycles");
    fs::write(folder.path().join("fast.circ"), text).unwrap();
    let err = circlet(folder.path(), &["build", "fast.circ", "--dump-after", "all"]).refused();
    assert!(err.contains("target_not_met") && err.contains("dumped to hdl_out/mini/dump"), "{err}");
    assert_eq!(names(&folder.path().join("hdl_out")).len(), 6, "parse to choose-formats, and nothing else");
    circlet(folder.path(), &["build", "fast.circ", "-o", "none"]).refused();
    assert!(!folder.path().join("none").exists(), "no half-written folder");
}

#[test]
fn what_others_put_into_the_folder_stays() {
    let folder = mini();
    circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
    let out = folder.path().join("out");
    fs::create_dir(out.join("obj_dir")).unwrap();
    fs::write(out.join("obj_dir/notes"), "mine").unwrap();
    fs::write(out.join("rtl/old_layer.v"), "").unwrap();
    circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
    assert_eq!(fs::read_to_string(out.join("obj_dir/notes")).unwrap(), "mine");
    assert!(!out.join("rtl/old_layer.v").exists(), "rtl is circlet's");
}

#[test]
fn a_link_stays_a_link_and_here_is_a_place() {
    let folder = mini();
    fs::create_dir(folder.path().join("disk")).unwrap();
    std::os::unix::fs::symlink("disk", folder.path().join("out")).unwrap();
    for _ in 0..2 {
        circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
        assert!(folder.path().join("out").is_symlink() && folder.path().join("disk/manifest.json").is_file());
    }
    let inside = folder.path().join("empty");
    fs::create_dir(&inside).unwrap();
    circlet(&inside, &["build", "../mini.circ", "-o", "."]).fine();
    assert!(inside.join("manifest.json").is_file());
}
