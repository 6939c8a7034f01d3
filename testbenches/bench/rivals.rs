//! The other generators, run beside ours: in a Python environment of their own, made when it is first needed.

use crate::tools;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const WANTED: [&str; 2] = ["nngen==1.3.4", "da4ml==0.6.0"];

/// What a rival makes.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Seconds from the network to its Verilog.
    pub seconds: f64,
    /// Clocks of a frame in simulation; 0 where it is not simulated.
    pub clocks: f64,
}

/// What that takes, as this machine's Yosys counts it.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    pub dsp: f64,
    pub luts: f64,
    pub ff: f64,
}

/// NNgen's MLP 256-128-128-10, 8 x 8 lanes; none where it cannot be installed or run.
pub fn nngen() -> Option<Made> {
    static RUN: OnceLock<Option<Made>> = OnceLock::new();
    *RUN.get_or_init(|| run("nngen", include_str!("rival_nngen.py")))
}

/// Its cells.
pub fn nngen_cells() -> Option<Cells> {
    static COUNTED: OnceLock<Option<Cells>> = OnceLock::new();
    *COUNTED.get_or_init(|| nngen().map(|_| counted("nngen", "mlp", |_| vec!["mlp.v".into()])))
}

/// The cells of da4ml's dense layer of 64 x 64.
pub fn da4ml_cells() -> Option<Cells> {
    static COUNTED: OnceLock<Option<Cells>> = OnceLock::new();
    let made = || run("da4ml", include_str!("rival_da4ml.py"));
    *COUNTED.get_or_init(|| made().map(|_| counted("da4ml", "dense", |folder| verilog(folder, "dense"))))
}

fn place(name: &str) -> PathBuf {
    std::env::current_dir().unwrap().join("target/bench").join(name)
}

fn run(name: &str, script: &str) -> Option<Made> {
    let (python, folder) = (python()?, place(name));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("run.py"), script).unwrap();
    let output = Command::new(python).arg("run.py").current_dir(&folder).output().ok()?;
    if !output.status.success() {
        eprintln!("{name} fails; its stored figures are shown\n{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let said: Value = serde_json::from_str(said.lines().last()?).ok()?;
    let number = |key: &str| said[key].as_f64().unwrap_or_default();
    Some(Made { seconds: number("seconds"), clocks: number("clocks") })
}

fn counted(name: &str, top: &str, files: fn(&Path) -> Vec<String>) -> Cells {
    let folder = place(name);
    let cells = tools::xc7(&folder, top, &files(&folder));
    let count = |prefix| tools::cells(&cells, prefix) as f64;
    let luts = count("LUT") + count("SRL") + 4.0 * (count("RAM32") + count("RAM64"));
    Cells { dsp: count("DSP48E1"), luts, ff: count("FD") }
}

/// Every Verilog file below a folder, relative to it.
fn verilog(root: &Path, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
        if root.join(&name).is_dir() {
            found.extend(verilog(root, &name));
        } else if name.ends_with(".v") {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// The environment with what is wanted in it.
fn python() -> Option<PathBuf> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    MADE.get_or_init(make_python).clone()
}

fn make_python() -> Option<PathBuf> {
    let place = std::env::current_dir().unwrap().join("target/bench_python");
    let python = place.join("bin/python");
    let noted = place.join("wanted");
    if fs::read_to_string(&noted).is_ok_and(|text| text == WANTED.join(" ")) {
        return Some(python);
    }
    eprintln!("installing into target/bench_python: {}", WANTED.join(" "));
    let ran = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let is_made = ran(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place))
        && ran(Command::new(&python).args(pip).args(WANTED));
    if !is_made {
        eprintln!("not installed; stored figures are shown");
        return None;
    }
    fs::write(noted, WANTED.join(" ")).unwrap();
    Some(python)
}
