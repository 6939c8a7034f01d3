//! The external tools of the benches: Verilator, Icarus, Yosys and the C++ compiler. A missing one fails the test.
//!
//! All of them run in the output folder: names of Verilog and memory files are relative to it.

use circlet::synth::yosys::look;
use circlet::verify::compiler::{Job, Means};
use circlet::verify::verilator::Verilator;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a command in `dir` and gives back what it printed; any failure ends the test with that text.
pub fn run(dir: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(dir).output();
    let output = output.unwrap_or_else(|e| panic!("`{program}` cannot be started ({e}); `make tools` installs it"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?} in {}:\n{text}", dir.display());
    text
}

/// Reads the design with three tools; each must have nothing to say.
pub fn lint(dir: &Path, top: &str, files: &[String]) {
    let with = |options: &[&'static str]| -> Vec<String> {
        options.iter().map(|o| o.to_string()).chain(files.iter().cloned()).collect()
    };
    let silent = |program: &str, arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = run(dir, program, &arguments);
        assert!(text.trim().is_empty(), "{program} {arguments:?} in {}:\n{text}", dir.display());
    };
    let mut verilator = with(&["--lint-only", "-Wall", "--top-module"]);
    verilator.insert(3, top.into());
    silent("verilator", verilator);
    let mut icarus = with(&["-Wall", "-g2005", "-o", "/dev/null", "-s"]);
    icarus.insert(5, top.into());
    silent("iverilog", icarus);
    let script = format!("{}; hierarchy -check -top {top}; proc; check -assert", read_verilog(files));
    silent("yosys", vec!["-q".into(), "-p".into(), script]);
}

/// Multipliers and memory bits as Yosys counts them.
pub fn count(dir: &Path, top: &str, files: &[String]) -> (usize, u64) {
    let script = format!(
        "{}; hierarchy -check -top {top}; proc -norom; flatten; opt; tee -q -o stat.json stat -json",
        read_verilog(files)
    );
    run(dir, "yosys", &["-q", "-p", &script]);
    let text = std::fs::read_to_string(dir.join("stat.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let design = &json["design"];
    let multipliers = design["num_cells_by_type"]["$mul"].as_u64().unwrap_or(0) as usize;
    (multipliers, design["num_memory_bits"].as_u64().unwrap())
}

/// The memories of the flat design and their bits, as Yosys finds them.
pub fn memories(dir: &Path, top: &str, files: &[String]) -> Vec<(String, u64)> {
    let script = format!(
        "{}; hierarchy -check -top {top}; proc -norom; flatten; opt_clean; write_json memories.json",
        read_verilog(files)
    );
    run(dir, "yosys", &["-q", "-p", &script]);
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(dir.join("memories.json")).unwrap()).unwrap();
    let memories = json["modules"][top]["memories"].as_object().unwrap();
    let bits = |memory: &serde_json::Value| memory["width"].as_u64().unwrap() * memory["size"].as_u64().unwrap();
    memories.iter().map(|(name, memory)| (name.clone(), bits(memory))).collect()
}

/// What `synth_xilinx -family xc7 -flatten` makes of the design: cells by name.
pub fn xc7(dir: &Path, top: &str, files: &[String]) -> BTreeMap<String, u64> {
    let read = read_verilog(files);
    let synth = format!("synth_xilinx -family xc7 -flatten -top {top}; tee -q -o stat.json stat -json");
    let script = format!("{read}; {synth}; {}", look(&read, top));
    run(dir, "yosys", &["-q", "-p", &script]);
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(dir.join("stat.json")).unwrap()).unwrap();
    let cells = json["design"]["num_cells_by_type"].as_object().unwrap();
    cells.iter().map(|(name, count)| (name.clone(), count.as_u64().unwrap())).collect()
}

/// The cells of a design whose names begin with `prefix`.
pub fn cells(design: &BTreeMap<String, u64>, prefix: &str) -> u64 {
    design.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, count)| count).sum()
}

/// Files are read with `-defer`: an uninstantiated cell would open the default name of its ROM.
fn read_verilog(files: &[String]) -> String {
    format!("read_verilog -defer {}", files.join(" "))
}

/// Turns the design into a program that reads a stimulus and writes a response; see `harness.cpp`.
pub fn simulator(dir: &Path, top: &str, files: &[String]) -> PathBuf {
    let mut arguments =
        vec!["--cc", "--prefix", "Vdut", "--x-initial", "unique", "-O3", "-Mdir", "obj", "--top-module", top];
    arguments.extend(files.iter().map(String::as_str));
    run(dir, "verilator", &arguments);
    let (objects, main) = (dir.join("obj"), dir.join("obj/harness.cpp"));
    std::fs::write(&main, include_str!("harness.cpp")).unwrap();
    let job = Job { objects: &objects, main: &main, means: Means::default(), cycles: 0 };
    let verilator = Verilator::find("verilator").unwrap();
    verilator.compiler().and_then(|compiler| compiler.compile(&job)).unwrap_or_else(|e| panic!("{top}: {e}"))
}
