//! An output folder written by hand, `fixtures/tiny`: small enough to be damaged in known places.

use circlet::blocks::cells;
use std::path::{Path, PathBuf};

/// A copy of the fixture with its cells.
pub fn tiny(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tiny").join(name);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/fixtures/tiny");
    std::fs::create_dir_all(dir.join("rtl")).unwrap();
    std::fs::create_dir_all(dir.join("model")).unwrap();
    for file in [
        "files.f",
        "manifest.json",
        "model/machine.txt",
        "rtl/delay.v",
        "rtl/tiny.v",
        "rtl/tiny_turn.v",
        "rtl/tiny_twice.v",
    ] {
        std::fs::copy(fixture.join(file), dir.join(file)).unwrap();
    }
    for (stem, text) in cells::closure(["stream_fifo", "turn_fifo", "gate", "axis_in", "axis_out"]) {
        std::fs::write(dir.join(format!("rtl/{stem}.v")), text).unwrap();
    }
    dir
}

/// Replaces one text of one file.
pub fn edit(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} without `{from}`");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}
