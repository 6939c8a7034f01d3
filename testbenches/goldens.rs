//! Did the output change? A fresh build of each committed example against `hdl_out`, byte for byte.

use circlet::diag::Diagnostics;
use circlet::emit::design::{Design, design};
use circlet::emit::write;
use circlet::frontend;
use circlet::pipeline::{self, Silent};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Examples whose output is committed.
const COMMITTED: &[&str] = &["examples/digits/digits.circ"];

fn build(path: &str) -> Design {
    let source = frontend::read_source(Path::new(path)).unwrap();
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut Silent, &mut diagnostics).unwrap();
    design(&compiled.context(), &mut diagnostics).unwrap()
}

fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if ["dump", "report.html", "synth.json", "tb/sim_build", "tb/__pycache__"]
                .iter()
                .any(|name| path == root.join(name))
            {
                continue; // of `circlet explain` and `circlet build`, not committed
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn building_twice_gives_identical_bytes() {
    for path in COMMITTED {
        assert_eq!(build(path).files, build(path).files, "{path}");
    }
}

#[test]
fn committed_output_equals_a_fresh_build() {
    for path in COMMITTED {
        let design = build(path);
        let root = Path::new("hdl_out").join(&design.manifest.network);
        if std::env::var_os("CIRCLET_BLESS").is_some() {
            write::write(&design, &root).unwrap();
        }
        let committed = files(&root);
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&committed), names(&design.files), "{path}: CIRCLET_BLESS=1 writes the new output");
        for (name, text) in &design.files {
            assert!(committed[name] == *text, "{path}: {name} changed; CIRCLET_BLESS=1 writes the new output");
        }
    }
}
