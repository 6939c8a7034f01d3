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

/// The verdict of the plain bench under Icarus.
fn verdict(folder: &Path, network: &str) -> String {
    let bench = format!("tb/{network}_tb.v");
    let compiled = tools::run(folder, "iverilog", &["-g2005", "-Wall", "-o", "bench.vvp", "-f", "files.f", &bench]);
    assert_eq!(compiled.lines().filter(|line| !line.contains("timescale")).count(), 0, "{compiled}");
    tools::run(folder, "vvp", &["-n", "bench.vvp"])
}

#[test]
fn the_plain_bench_passes_under_icarus() {
    let folder = digits("digits_bench");
    let said = verdict(&folder, "digits");
    assert!(said.contains("PASS: ") && !said.contains("mismatch"), "{said}");
}

#[test]
fn the_plain_bench_fails_when_a_weight_is_wrong() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted");
    fs::create_dir_all(&place).unwrap();
    files::write(&place, ".npy");
    // without the argmax every weight is seen at the output
    let network = include_str!("fixtures/cli/mini.circ").replace("    layer best argmax\n", "");
    fs::write(place.join("scores.circ"), network).unwrap();
    let folder = build("scores", "scores.circ");
    assert!(verdict(&folder, "mini").contains("PASS: "));
    let row = folder.join("rtl/mem/mini_fc2_dense_mac_row0.hex");
    let text = fs::read_to_string(&row).unwrap();
    let at = text.lines().next().unwrap().len() + 1;
    let digit = u32::from_str_radix(&text[at..=at], 16).unwrap();
    fs::write(&row, format!("{}{:x}{}", &text[..at], digit ^ 1, &text[at + 1..])).unwrap();
    let said = verdict(&folder, "mini");
    assert!(said.contains("first mismatch in cycle") && said.contains("FAIL: "), "{said}");
}
