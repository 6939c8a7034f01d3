//! What users see when something is wrong outside the network's text; the text's own faults are in `errors.rs`.
//!
//! Each test is a session whose transcript is a snapshot. Every command of it ends with exit code 1, says so on stderr
//! alone, and writes nothing.

use crate::binary::{Ran, circlet, files, program, run};
use crate::mini;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

/// A folder with networks, and what was said in it.
struct Shell {
    folder: TempDir,
    transcript: String,
}

impl Shell {
    fn new() -> Shell {
        Shell { folder: mini(), transcript: String::new() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command that is refused; `arguments` as a user types them.
    fn refuses(&mut self, arguments: &str) -> &mut Shell {
        let before = files(self.path());
        let ran = circlet(self.path(), &arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(files(self.path()), before, "{arguments}");
        self.says(arguments, ran)
    }

    fn says(&mut self, arguments: &str, ran: Ran) -> &mut Shell {
        let here = self.path().canonicalize().unwrap().display().to_string();
        let said = ran.refused().replace(&here, "[here]");
        writeln!(self.transcript, "$ circlet {arguments}\n{said}").unwrap();
        self
    }

    /// Holds the transcript against its snapshot.
    fn ends(self, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("cli__{name}"), self.transcript));
    }

    /// A comment between the commands.
    fn note(&mut self, text: &str) -> &mut Shell {
        writeln!(self.transcript, "# {text}\n").unwrap();
        self
    }

    /// `mini.circ` under another name, with a change.
    fn edited(&mut self, name: &str, from: &str, to: &str) -> &mut Shell {
        let text = include_str!("../fixtures/cli/mini.circ");
        assert!(text.contains(from), "{from}");
        fs::write(self.path().join(name), text.replace(from, to)).unwrap();
        self
    }
}

#[test]
fn files_that_are_not_there() {
    let mut shell = Shell::new();
    for arguments in [
        "build none.circ",
        "check nowhere/none.circ --json",
        "report .",
        "check cut.npz",
        "verify none",
        "explain mini.circ fc3",
        "run mini.circ --input none.npy --output y.npy",
        "eval mini.circ --inputs eight.csv --labels none.idx",
    ] {
        shell.refuses(arguments);
    }
    shell.ends("files_that_are_not_there");
}

#[test]
fn outputs_that_cannot_be_written() {
    let mut shell = Shell::new();
    let foreign = shell.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("manifest.json"), "{\"name\": \"of another program\"}").unwrap();
    fs::write(foreign.join("thesis.tex"), "").unwrap();
    for arguments in [
        "build mini.circ -o foreign",
        "build mini.circ -o foreign --dump-after all --stop-after lower",
        "build mini.circ -o eight.csv",
        "build mini.circ -o eight.csv/out/mini",
        "explain mini.circ fc1 -o foreign",
        "run mini.circ --input eight.csv --output none/y.npy",
        "run mini.circ --input eight.csv --output eight.csv/y.npy",
        "run mini.circ --input eight.csv --output foreign",
    ] {
        shell.refuses(arguments);
    }
    shell.ends("outputs_that_cannot_be_written");
}

#[test]
fn samples_and_labels_that_do_not_fit() {
    let mut shell = Shell::new();
    fs::write(shell.path().join("labels.csv"), "3\n8\n").unwrap();
    for arguments in [
        "eval mini.circ --inputs eight.csv --labels labels.idx",
        "eval mini.circ --inputs eight.csv --labels labels.csv",
        "eval mini.circ --inputs eight.csv --labels table.csv",
        "eval mini.circ --inputs samples.npy --labels labels.csv",
        "run mini.circ --input nan.npy --output y.npy",
        "run mini.circ --input ragged.csv --output y.npy",
        "run mini.circ --input cut.npz --output y.npy",
        "verify mini.circ --inputs samples.npy",
    ] {
        shell.refuses(arguments);
    }
    let line = "network line {\n    input x 8 range -1 .. 1\n    layer fc dense 1 { weights \"one_row.npy\" }\n}\n";
    fs::write(shell.path().join("line.circ"), line).unwrap();
    fs::write(shell.path().join("one_row.npy"), one_row()).unwrap();
    shell.refuses("eval line.circ --inputs eight.csv --labels labels.csv");
    shell.ends("samples_and_labels_that_do_not_fit");
}

/// A .npy file of shape [1, 8].
fn one_row() -> Vec<u8> {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 8), }\n";
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &[0; 32]].concat()
}

#[test]
fn verilator_is_missing_or_not_the_one() {
    let mut shell = Shell::new();
    circlet(shell.path(), &["build", "mini.circ", "-o", "out"]).fine();
    for (note, script) in [
        ("no program `verilator`", None),
        ("an old one", Some("echo 'Verilator 4.038 2020-07-11 rev v4.036-114-g0cd4a57ad'")),
        ("another program", Some("echo usage: verilator FILE")),
        (
            "one that fails",
            Some("[ $1 = --version ] && echo Verilator 5.020 || { echo '%Error: no licence' >&2; exit 1; }"),
        ),
    ] {
        let tools = tempfile::tempdir().unwrap();
        if let Some(script) = script {
            let path = tools.path().join("verilator");
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = program(shell.path(), &["verify", "out", "--quiet"]);
        command.env("PATH", tools.path());
        shell.note(note).says("verify out --quiet", run(command));
    }
    shell.ends("verilator_is_missing_or_not_the_one");
}

#[test]
fn folders_that_are_damaged() {
    let mut shell = Shell::new();
    let row = "rtl/mem/mini_fc1_spectral_mac_row0.hex";
    for (name, text) in [
        (row, Some("// cut short\n0\n")),
        (row, Some("// no number\n0x12\n")),
        (row, None),
        ("model/machine.txt", Some("machine mini\n")),
        ("model/machine.txt", None),
        ("manifest.json", Some("{ \"circlet\": \"0.1.0\", \"network\": \"mini\" }\n")),
        ("manifest.json", None),
        ("files.f", None),
    ] {
        let out = shell.path().join("out");
        circlet(shell.path(), &["build", "mini.circ", "-o", "out"]).fine();
        match text {
            Some(text) => fs::write(out.join(name), text).unwrap(),
            None => fs::remove_file(out.join(name)).unwrap(),
        }
        let what = text.map_or("is gone".to_string(), |text| format!("is {text:?}"));
        shell.note(&format!("{name} {what}")).refuses("verify out --quiet");
        fs::remove_dir_all(out).unwrap();
    }
    circlet(shell.path(), &["build", "mini.circ", "-o", "out"]).fine();
    shell.refuses("verify out --inputs eight.csv");
    shell.ends("folders_that_are_damaged");
}

#[test]
fn verilog_that_does_not_build_is_named() {
    let folder = mini();
    circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
    fs::write(folder.path().join("out/rtl/mini_fc2.v"), "module mini_fc2 (\n").unwrap();
    let said = circlet(folder.path(), &["verify", "out"]).refused();
    assert!(said.contains("cannot build the design") && said.contains("rtl/mini_fc2.v:1"), "{said}");
    fs::remove_file(folder.path().join("out/rtl/mini_fc2.v")).unwrap();
    let said = circlet(folder.path(), &["verify", "out"]).refused();
    assert!(said.contains("cannot build the design") && said.contains("rtl/mini_fc2.v"), "{said}");
}

#[test]
fn targets_that_cannot_be_met() {
    let mut shell = Shell::new();
    for target in [
        "interval 5 cycles",
        "clock 10 MHz  throughput 2e6 frames/s",
        "interval 8 cycles  multipliers 9",
        "multipliers 2  memory 0.1 kbit",
        "luts 20 ecp5",
    ] {
        shell.edited("target.circ", "clock 50 MHz  interval 16 cycles", target).refuses("build target.circ");
    }
    shell.ends("targets_that_cannot_be_met");
}

#[test]
fn names_that_the_design_needs_itself() {
    let mut shell = Shell::new();
    for (from, to) in [
        ("network mini", "network stream_fifo"),
        ("layer fc2", "layer rst"),
        ("layer fc2", "layer fc1_spectral_mac"),
        ("layer best", "layer m_axis_tdata"),
    ] {
        shell.edited("names.circ", from, to).refuses("build names.circ");
        assert_eq!(circlet(shell.path(), &["check", "names.circ"]).code, 1, "check knows it too");
    }
    shell.ends("names_that_the_design_needs_itself");
}

#[test]
fn a_simulation_that_ends_itself_is_told() {
    let folder = mini();
    circlet(folder.path(), &["build", "mini.circ", "-o", "out"]).fine();
    let top = folder.path().join("out/rtl/mini.v");
    let text = fs::read_to_string(&top).unwrap();
    let edited = |line: &str| text.replace("endmodule", &format!("    {line}\nendmodule"));
    // what a design prints is not taken for a record
    fs::write(&top, edited("always @(posedge clk) $display(\"a beat of mine\");")).unwrap();
    circlet(folder.path(), &["verify", "out", "--quiet"]).fine();
    fs::write(&top, edited("always @(posedge frame_error) begin $display(\"no good\"); $stop; end")).unwrap();
    let said = circlet(folder.path(), &["verify", "out", "--quiet"]).refused();
    assert!(said.contains("the simulation ended early") && said.contains("no good"), "{said}");
}
