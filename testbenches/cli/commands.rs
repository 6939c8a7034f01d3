//! What each command says.

use crate::binary::{circlet, files, program, run};
use crate::{mini, project};
use serde_json::Value;
use std::fs::File;
use std::process::Stdio;

#[test]
fn check_counts_and_writes_nothing() {
    let folder = mini();
    let before = files(folder.path());
    assert_eq!(circlet(folder.path(), &["check", "mini.circ"]).fine(), "0 errors, 0 warnings\n");
    let found = circlet(folder.path(), &["check", "mini.circ", "--json"]).json();
    assert_eq!(found, serde_json::json!({ "errors": 0, "warnings": 0, "diagnostics": [] }));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn check_tells_every_problem_at_once() {
    let folder = mini();
    let text = "network bad {\n    input x 8 range 2 .. 1\n    layer a dense 8 block 3 { weights \"none.npy\" }\n    \
                layer a dense 8 { weights \"cut.npy\" }\n}\n";
    std::fs::write(folder.path().join("bad.circ"), text).unwrap();
    let before = files(folder.path());
    let ran = circlet(folder.path(), &["check", "bad.circ"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "5 errors, 0 warnings\n"), "{}", ran.err);
    let ran = circlet(folder.path(), &["check", "bad.circ", "--json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let told: Vec<Value> = ran.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found["diagnostics"], Value::from(told), "one line on stderr each");
    let mut codes: Vec<&str> =
        found["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    codes.sort();
    let expected = ["block_not_power_of_two", "duplicate_name", "empty_range", "file_malformed", "file_unreadable"];
    assert_eq!(codes, expected);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn report_is_what_build_writes_and_what_is_expected_of_synthesis() {
    let folder = mini();
    let report = circlet(folder.path(), &["report", "mini.circ"]).fine();
    let json = circlet(folder.path(), &["report", "mini.circ", "--json"]).json();
    assert!(!folder.path().join("hdl_out").exists());
    circlet(folder.path(), &["build", "mini.circ", "-q"]).fine();
    let written = |name: &str| std::fs::read_to_string(folder.path().join("hdl_out/mini").join(name)).unwrap();
    let estimate = report.strip_prefix(&written("report.txt")).unwrap();
    assert!(estimate.starts_with("\nLook-up tables and flip-flops, estimated;"), "{estimate}");
    let mut manifest = json.clone();
    let estimates = manifest.as_object_mut().unwrap().remove("estimates").unwrap();
    assert_eq!(manifest, serde_json::from_str::<Value>(&written("manifest.json")).unwrap());
    for (family, index) in [("ecp5", 0), ("xc7", 1)] {
        assert_eq!(estimates[index]["family"], family);
        assert!(estimates[index]["luts"].as_u64().unwrap() > 0 && estimates[index]["ffs"].as_u64().unwrap() > 0);
    }
    for fact in ["interval", "latency", "multipliers", "bits of memory", "at 50 MHz"] {
        assert!(report.contains(fact), "{fact}");
    }
    assert!(json["interval"].as_u64().unwrap() <= 16);
    assert_eq!(json["layers"].as_array().unwrap().len(), 3);
}

#[test]
fn graph_shows_every_layer() {
    let folder = mini();
    let dot = circlet(folder.path(), &["graph", "mini.circ"]).fine();
    assert!(dot.starts_with("digraph mini {") && dot.ends_with("}\n"));
    for layer in ["fc1", "fc2", "best"] {
        assert!(dot.contains(&format!("label=\"{layer}\"")), "{layer}");
    }
    assert_eq!(circlet(folder.path(), &["graph", "mini.circ", "--json"]).json()["dot"], dot);
}

#[test]
fn passes_are_listed_in_their_order() {
    let folder = mini();
    let list = circlet(folder.path(), &["passes", "--json"]).json();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    let place = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let order =
        ["parse", "resolve", "infer-shapes", "circulize", "choose-formats", "lower", "schedule", "emit", "write"];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{names:?}");
    let table = circlet(folder.path(), &["passes"]).fine();
    assert!(names.iter().all(|name| table.contains(name)));
}

#[test]
fn completions_know_commands_options_and_stages() {
    let folder = mini();
    for shell in ["bash", "zsh", "fish"] {
        let script = circlet(folder.path(), &["completions", shell]).fine();
        for word in ["verify", "explain", "dump-after", "choose-formats", "circulant"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        std::fs::write(folder.path().join(shell), script).unwrap();
    }
    let checked = std::process::Command::new("bash").arg("-n").arg(folder.path().join("bash")).status().unwrap();
    assert!(checked.success());
    assert_eq!(circlet(folder.path(), &["completions", "abacus"]).code, 2);
}

#[test]
fn explain_leads_to_places_that_exist() {
    let folder = mini();
    let steps = circlet(folder.path(), &["explain", "mini.circ", "fc1", "--json"]).json();
    let steps = steps.as_array().unwrap();
    let mut seen = String::new();
    for step in steps {
        let path = step["path"].as_str().unwrap();
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        if let Some(line) = step["line"].as_u64() {
            let line = text.lines().nth(line as usize - 1).unwrap();
            assert!(line.contains("fc1"), "{path}: {line}");
        }
        seen += &format!("{path}\n");
    }
    assert_eq!(steps[0]["path"], "mini.circ");
    assert_eq!(steps[0]["sees"], "layer fc1 dense 8 block 4 {");
    let places =
        ["dump/02-resolve.circ", "choose-formats.circ", "lower.dot", "schedule.txt", "report.txt", "rtl/mini.v"];
    let places =
        places.into_iter().chain(["rtl/mini_fc1.v", "rtl/mem/", "blocks/fft/model.rs", "machine.txt", "manifest.json"]);
    for place in places {
        assert!(seen.contains(place), "{place} is not in\n{seen}");
    }
    let table = circlet(folder.path(), &["explain", "mini.circ", "fc1"]).fine();
    assert!(steps.iter().all(|step| table.contains(step["path"].as_str().unwrap())));
}

#[test]
fn explain_finds_a_layer_that_was_folded() {
    let folder = mini();
    let text = "network norm {\n    input x 8 range 0 .. 1\n    layer fc dense 8 { weights \"matrix.npy\" }\n    \
                layer bn affine { scale \"bias.npy\"  shift \"bias.npy\" }\n}\n";
    std::fs::write(folder.path().join("norm.circ"), text).unwrap();
    let ran = circlet(folder.path(), &["explain", "norm.circ", "bn"]);
    assert_eq!(ran.err, "layer `bn` is folded into layer `fc`\n");
    assert!(ran.fine().contains("norm.circ:3"));
}

#[test]
fn help_and_usage() {
    let folder = mini();
    let commands = ["build", "check", "verify", "run", "eval", "explain", "report", "graph", "passes", "completions"];
    let help = circlet(folder.path(), &["--help"]).fine();
    for command in commands {
        assert!(help.contains(&format!("\n  {command}")), "{command}");
        let own = circlet(folder.path(), &[command, "--help"]).fine();
        assert!(own.contains("Usage: circlet") && own.contains("--json"), "{own}");
    }
    assert!(circlet(folder.path(), &["--version"]).fine().starts_with("circlet 0."));
    let wrong: [&[&str]; 9] = [
        &[],
        &["nothing"],
        &["build"],
        &["build", "mini.circ", "--fast"],
        &["build", "mini.circ", "--dump-after", "fold"],
        &["build", "mini.circ", "--stop-after", "all"],
        &["verify", "mini.circ", "--frames", "0"],
        &["run", "mini.circ", "--input", "x.npy", "--output", "y.npy", "--level", "gates"],
        &["explain", "mini.circ"],
    ];
    for arguments in wrong {
        let ran = circlet(folder.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains("Usage: ") || ran.err.contains("--help"), "{}", ran.err);
    }
    let known = circlet(folder.path(), wrong[4]).err;
    assert!(known.contains("possible values: all, parse, resolve, infer-shapes"), "{known}");
}

#[test]
fn a_reader_may_leave_and_a_full_disk_is_told() {
    let folder = mini();
    let network = project("examples/digits/digits.circ");
    for arguments in [&["graph", network.as_str()][..], &["completions", "zsh"], &["passes"]] {
        let mut child = program(folder.path(), arguments).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
        let mut full = program(folder.path(), arguments);
        full.stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::piped());
        let ran = run(full);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("cannot write `stdout`: No space left"), "{}", ran.err);
    }
    // nobody hears what is said on stderr
    let mut deaf = program(folder.path(), &["check", "none.circ"]);
    deaf.stderr(File::options().write(true).open("/dev/full").unwrap());
    assert_eq!(run(deaf).code, 1);
}
