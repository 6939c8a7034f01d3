//! Verilator: found, asked for its version, and made to build a module with its harness.

use super::compiler::{Compiler, Job, Means, succeed};
use crate::diag::Error;
use crate::emit::harness::Dut;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that reads everything we emit and honours `probes.vlt`: 5.006.
const MINIMUM: (u32, u32) = (5, 6);

/// An installed Verilator.
#[derive(Clone, Debug)]
pub struct Verilator {
    program: String,
    /// As it names itself: `5.006`.
    pub version: String,
}

/// What is built, and how.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// The module.
    pub dut: &'a Dut,
    /// Where the Verilog files' paths start; memories are read from there as well.
    pub root: &'a Path,
    /// The Verilog files, relative to `root`.
    pub sources: &'a [PathBuf],
    /// What it can do besides simulating.
    pub means: Means,
    /// Cycles it is likely to simulate.
    pub cycles: u64,
}

impl Verilator {
    /// Asks `program` for its version; too old a one is an error.
    pub fn find(program: &str) -> Result<Verilator, Error> {
        let failed = |problem: String| Error::Tool { tool: program.to_string(), problem };
        let output = Command::new(program).arg("--version").output().map_err(|e| {
            let problem =
                if e.kind() == ErrorKind::NotFound { "not found".into() } else { format!("cannot be started: {e}") };
            failed(problem + "; install Verilator 5.006 or newer, on Debian with `apt-get install verilator`")
        })?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(1).unwrap_or_default().to_string();
        match parse_version(&version) {
            Some(found) if found >= MINIMUM => Ok(Verilator { program: program.to_string(), version }),
            Some(_) => Err(failed(format!("version {version} is too old; install 5.006 or newer"))),
            None => Err(failed(format!("`--version` answered `{}`; expected Verilator 5.006 or newer", text.trim()))),
        }
    }

    /// Builds the harness around a module below `work`, which must exist; returns the program.
    pub fn build(&self, build: &Build, work: &Path) -> Result<PathBuf, Error> {
        for (name, text) in build.dut.files() {
            let path = work.join(name);
            std::fs::write(&path, text).map_err(|cause| Error::Write { path, cause })?;
        }
        let objects = work.join("obj");
        let mut command = Command::new(&self.program);
        command.current_dir(build.root).args(["--cc", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-style"]);
        command.args(["--x-assign", "fast", "--x-initial", "unique", "--noassert"]);
        command.args(["--top-module", &build.dut.top, "--Mdir"]).arg(&objects);
        if build.means.trace {
            command.arg(if build.means.fst { "--trace-fst" } else { "--trace" });
        }
        if build.means.coverage {
            command.args(["--coverage-line", "--coverage-toggle"]);
        }
        command.arg(work.join("probes.vlt")).args(build.sources);
        succeed(command, "cannot build the design")?;

        let main = work.join("harness.cpp");
        self.compiler()?.compile(&Job { objects: &objects, main: &main, means: build.means, cycles: build.cycles })
    }

    /// The C++ compiler, for this Verilator's headers and runtime.
    pub fn compiler(&self) -> Result<Compiler, Error> {
        let said = Command::new(&self.program).args(["--getenv", "VERILATOR_ROOT"]).output();
        let said = said.map_err(|e| self.failed(format!("cannot be started: {e}")))?;
        let root = PathBuf::from(String::from_utf8_lossy(&said.stdout).trim());
        match root.join("include/verilated.h").is_file() {
            true => Compiler::new(&root, &self.version),
            false => Err(self.failed(format!("has no `include/verilated.h` in `{}`", root.display()))),
        }
    }

    /// The warnings of `--lint-only -Wall` for a top module; empty when there are none.
    pub fn lint(&self, top: &str, root: &Path, sources: &[PathBuf]) -> Result<String, Error> {
        let mut command = Command::new(&self.program);
        command.current_dir(root).args(["--lint-only", "-Wall", "--top-module", top]).args(sources);
        let output = command.output().map_err(|e| self.failed(format!("cannot be started: {e}")))?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn failed(&self, problem: String) -> Error {
        Error::Tool { tool: self.program.clone(), problem }
    }
}

/// `5.006` -> (5, 6).
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parse_version("5.006") >= Some(MINIMUM));
        assert!(parse_version("5.038") > Some(MINIMUM));
        assert!(parse_version("4.228") < Some(MINIMUM));
        assert_eq!(parse_version("rev"), None);
    }

    #[test]
    fn a_missing_program_says_what_to_do() {
        let problem = Verilator::find("verilator-that-is-not-there").unwrap_err().to_string();
        assert!(problem.contains("install Verilator 5.006 or newer"), "{problem}");
        let problem = Verilator::find("true").unwrap_err().to_string();
        assert!(problem.contains("expected Verilator 5.006"), "{problem}");
    }
}
