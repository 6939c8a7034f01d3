//! The built program as a user runs it: arguments in, exit code, stdout and stderr out.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// All of stdout.
    pub out: String,
    /// All of stderr.
    pub err: String,
}

/// Runs circlet in a folder; whatever it is given, it does not panic.
pub fn circlet(folder: &Path, arguments: &[&str]) -> Ran {
    run(program(folder, arguments))
}

/// The program, to be run in a folder.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_circlet"));
    command.current_dir(folder).args(arguments);
    command
}

/// Runs a command that [`program`] made.
pub fn run(mut command: Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran = Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) };
    assert!((0..=2).contains(&ran.code) && !ran.err.contains("panicked"), "{command:?}\n{ran:?}");
    ran
}

impl Ran {
    /// Stdout of a run that went well and had nothing to complain about.
    pub fn fine(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        assert!(!self.err.contains("error") && !self.err.contains("warning"), "{self:?}");
        self.out
    }

    /// The result, of a run with `--json` that went well.
    pub fn json(self) -> Value {
        serde_json::from_str(&self.fine()).unwrap()
    }

    /// Stderr of a run that ended with exit code 1 and had no result.
    pub fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (1, ""), "{self:?}");
        self.err
    }
}

/// Every file below a folder, relative to it, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().to_path_buf()),
            }
        }
    }
    found.sort();
    found
}
