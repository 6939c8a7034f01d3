//! Does the house stand: one door per dependency, one stem per block, and what is emitted stays free of dependencies.

use circlet::blocks;
use circlet::diag::Code;
use circlet::emit::model::SHARED;
use circlet::verify::wave::Fault;
use std::path::{Path, PathBuf};

/// Every Rust file below `folder`, by its path relative to the project.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no sources below {folder}");
    found
}

/// External crates, and the only places below `src/` that may name them.
const DOORS: &[(&str, &[&str])] = &[
    ("pest", &["frontend/"]),
    ("pest_derive", &["frontend/"]),
    ("safetensors", &["frontend/"]),
    ("npyz", &["frontend/", "cli/samples.rs"]),
    ("memmap2", &["frontend/"]),
    ("flate2", &["frontend/"]),
    ("csv", &["frontend/"]),
    ("toml", &["frontend/"]),
    ("hound", &["frontend/"]),
    ("tar", &["frontend/"]),
    ("quick_junit", &["verify/junit.rs"]),
    ("vcd", &["verify/wave/"]),
    ("fst_writer", &["verify/wave/write.rs"]),
    ("wellen", &["verify/wave/fst.rs"]),
    ("prost", &["frontend/onnx/"]),
    ("annotate_snippets", &["diag/"]),
    ("petgraph", &["dataflow/", "schedule/", "emit/"]),
    ("askama", &["blocks/", "emit/", "report/"]),
    ("rustfft", &["spectra.rs", "reference/"]),
    ("realfft", &["train/"]),
    ("gemm", &["train/"]),
    ("candle_core", &["train/"]),
    ("clap", &["cli/", "main.rs"]),
    ("clap_complete", &["cli/"]),
    ("indicatif", &["cli/"]),
];

#[test]
fn each_dependency_has_one_door() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        for (name, doors) in DOORS {
            let inside = doors.iter().any(|door| path.starts_with(&format!("src/{door}")));
            let used = text.lines().any(|line| {
                let code = line.split("//").next().unwrap_or("");
                code.contains(&format!("{name}::")) || code.trim_start().starts_with(&format!("use {name}"))
            });
            if used && !inside {
                wrong.push(format!("{path} uses {name}, which is for {doors:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_block_has_one_stem() {
    for (stem, _) in blocks::MODELS {
        for path in
            [format!("src/blocks/{stem}.rs"), format!("src/blocks/{stem}/model.rs"), format!("templates/{stem}.v")]
        {
            assert!(Path::new(&path).exists(), "{path}");
        }
        assert!(blocks::models::UNITS.iter().any(|(name, _)| name == stem), "{stem} is not in blocks::models::UNITS");
    }
    assert_eq!(blocks::MODELS.len(), blocks::models::UNITS.len());
}

#[test]
fn the_emitted_model_depends_on_nothing() {
    let shared = SHARED.iter().map(|(path, text)| (path.to_string(), *text));
    let models = blocks::MODELS.iter().map(|(stem, text)| (format!("blocks/{stem}/model.rs"), *text));
    for (path, text) in shared.chain(models) {
        for line in text.lines().map(str::trim_start) {
            let Some(used) = line.strip_prefix("use ").or(line.strip_prefix("pub use ")) else { continue };
            let known = ["std::", "super::", "fifo::", "crate::fixed", "crate::machine", "crate::blocks::"];
            assert!(known.iter().any(|k| used.starts_with(k)), "{path}: `{line}`");
        }
    }
}

/// The names in a folder, without what follows the last `ending`.
fn stems(folder: &str, ending: &str) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_string)).collect()
}

#[test]
fn each_code_has_a_fixture_and_each_fixture_a_snapshot() {
    let fixtures = stems("testbenches/fixtures/errors", ".circ");
    let code_of = |fixture: &String| fixture.split('-').next().unwrap_or_default().to_string();
    let codes: Vec<String> = Code::ALL.iter().map(|code| code.name()).collect();
    for code in &codes {
        assert!(fixtures.iter().any(|fixture| code_of(fixture) == *code), "no fixture for `{code}`");
    }
    for fixture in &fixtures {
        assert!(codes.contains(&code_of(fixture)), "{fixture}.circ is named after no code");
    }
    let shown = stems("testbenches/snapshots", ".circ.snap");
    let mut shown: Vec<&str> =
        shown.iter().filter_map(|name| name.strip_prefix("errors__")?.split('@').nth(1)).collect();
    let mut fixtures: Vec<&str> = fixtures.iter().map(String::as_str).collect();
    shown.sort();
    fixtures.sort();
    assert_eq!(shown, fixtures, "snapshots and fixtures are the same");
}

#[test]
fn each_fault_of_a_waveform_has_a_fixture() {
    let fixtures = stems("testbenches/fixtures/waves", "");
    let code_of = |fixture: &String| fixture.split(['-', '.']).next().unwrap_or_default().to_string();
    for code in Fault::CODES {
        assert!(fixtures.iter().any(|fixture| code_of(fixture) == code), "no fixture for `{code}`");
    }
    for fixture in &fixtures {
        assert!(Fault::CODES.contains(&code_of(fixture).as_str()), "{fixture} is named after no code");
    }
}

#[test]
fn emitted_text_has_no_trailing_blanks() {
    let mut folders = vec![PathBuf::from("hdl_out")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.is_ascii(), "{} is not ASCII", path.display());
            let blank = text.lines().position(|line| line.ends_with([' ', '\t', '\r']));
            assert_eq!(blank, None, "{}: line {:?} ends in blanks", path.display(), blank.map(|n| n + 1));
        }
    }
}
