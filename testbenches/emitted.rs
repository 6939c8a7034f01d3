//! What circlet emits stands on its own: the model crate with its tests and its step API, the plain Verilog bench.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;
mod files;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use binary::circlet;
use circlet::machine::{Inputs, Machine};
use circlet::verify::folder::Folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

include!("fixtures/cli/answers.rs");

/// An output folder below the target folder.
fn build(name: &str, network: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted");
    fs::create_dir_all(&place).unwrap();
    circlet(&place, &["build", network, "-o", name]).fine();
    place.join(name)
}

fn digits(name: &str) -> PathBuf {
    build(name, concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digits/digits.circ"))
}

/// Runs cargo in the model crate: without a network, in a target folder of its own.
fn cargo(model: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.current_dir(model).args(arguments).args(["--offline", "--quiet"]);
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted-target"));
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{arguments:?}\n{}\n{}", text(output.stdout), text(output.stderr));
    assert_eq!(text(output.stderr), "", "no warnings");
    text(output.stdout)
}

#[test]
fn the_model_crate_passes_its_tests_and_steps_like_the_library() {
    let folder = digits("digits_model");
    let model = folder.join("model");
    let manifest = fs::read_to_string(model.join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("dependencies"), "{manifest}");
    let tests = cargo(&model, &["test"]);
    assert!(
        tests.matches("test result: ok. 1 passed").count() == 2,
        "vectors and the example of its front page\n{tests}"
    );

    fs::create_dir_all(model.join("examples")).unwrap();
    let head = "use digits_model::{Inputs, Machine, network};\n\nfn main() {\n    print!(\"{}\", answers(&mut network()));\n}\n\n";
    fs::write(model.join("examples/answers.rs"), head.to_string() + include_str!("fixtures/cli/answers.rs")).unwrap();
    let theirs = cargo(&model, &["run", "--example", "answers"]);
    let ours = answers(&mut Folder::open(&folder).unwrap().machine().unwrap());
    let first = ours.lines().zip(theirs.lines()).find(|(ours, theirs)| ours != theirs);
    assert!(first.is_none() && ours.len() == theirs.len(), "{first:?}");
    assert!(ours.lines().count() == 4000 && ours.contains("valid: true"));
}

/// The verdict of the plain bench under Icarus and under Verilator: what each printed, and whether it ended well.
fn verdicts(folder: &Path, network: &str) -> [(String, bool); 2] {
    let (bench, top) = (format!("tb/{network}_tb.v"), format!("{network}_tb"));
    let compiled = tools::run(folder, "iverilog", &["-g2005", "-Wall", "-o", "bench.vvp", "-f", "files.f", &bench]);
    assert_eq!(compiled.lines().filter(|line| !line.contains("timescale")).count(), 0, "{compiled}");
    let options = ["--binary", "--timing", "-Wno-fatal", "-O0", "--Mdir", "bench_obj", "--top-module", &top];
    tools::run(folder, "verilator", &[&options[..], &["-f", "files.f", &bench]].concat());
    let ended = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (text, output.status.success())
    };
    let verilated = folder.join(format!("bench_obj/V{top}")).display().to_string();
    [ended("vvp", &["-n", "bench.vvp"]), ended(&verilated, &[])]
}

#[test]
fn the_plain_bench_passes_under_icarus_and_verilator() {
    let folder = digits("digits_bench");
    for (said, passed) in verdicts(&folder, "digits") {
        assert!(passed && said.contains("PASS: ") && !said.contains("mismatch"), "{said}");
    }
}

#[test]
fn the_benches_fail_when_a_weight_is_wrong() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted");
    fs::create_dir_all(&place).unwrap();
    files::write(&place, ".npy");
    // without the argmax every weight is seen at the output
    let network = include_str!("fixtures/cli/mini.circ").replace("    layer best argmax\n", "");
    fs::write(place.join("scores.circ"), network).unwrap();
    let folder = build("scores", "scores.circ");
    assert!(verdicts(&folder, "mini").iter().all(|(said, passed)| *passed && said.contains("PASS: ")));
    for simulator in ["icarus", "verilator"] {
        let (said, passed) = cocotb(&folder, simulator);
        assert!(passed, "{said}");
    }
    let row = folder.join("rtl/mem/mini_fc2_dense_mac_row0.hex");
    let text = fs::read_to_string(&row).unwrap();
    let at = text.lines().next().unwrap().len() + 1;
    let digit = u32::from_str_radix(&text[at..=at], 16).unwrap();
    fs::write(&row, format!("{}{:x}{}", &text[..at], digit ^ 1, &text[at + 1..])).unwrap();
    for (said, passed) in verdicts(&folder, "mini") {
        assert!(!passed && said.contains("first mismatch in cycle") && said.contains("FAIL: "), "{said}");
    }
    for simulator in ["icarus", "verilator"] {
        let (said, passed) = cocotb(&folder, simulator);
        assert!(!passed && said.contains("(tdata, tlast) is"), "{said}");
    }
}

/// The verdict of the cocotb bench: its results file, and whether every test in it passed.
fn cocotb(folder: &Path, simulator: &str) -> (String, bool) {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin");
    assert!(python.join("cocotb-config").exists(), "cocotb is missing; `make tools` installs it");
    let path = format!("{}:{}", python.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("make");
    command.current_dir(folder).args(["-f", "tb/Makefile", &format!("SIM={simulator}")]).env("PATH", path);
    let output = command.env("CIRCLET_SEED", "7").output().unwrap();
    let log = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let results = fs::read_to_string(folder.join(format!("tb/sim_build/{simulator}/results.xml")));
    let results = results.unwrap_or_else(|e| panic!("{e}: {log}"));
    let passed = !results.contains("<failure") && results.matches("<testcase").count() == 4;
    (log + &results, passed)
}

#[test]
fn the_cocotb_bench_passes_under_icarus() {
    let (said, passed) = cocotb(&digits("digits_cocotb"), "icarus");
    assert!(passed, "{said}");
}
