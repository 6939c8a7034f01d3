//! Verilator: found, asked for its version, and made to build a module with its harness.

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
    /// With the means to write a waveform.
    pub trace: bool,
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
        command.current_dir(build.root).args(["--cc", "--exe", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-style"]);
        command.args(["--x-assign", "fast", "--x-initial", "unique", "--noassert", "-o", "harness"]);
        command.args(["--top-module", &build.dut.top, "--Mdir"]).arg(&objects);
        command.args(["-CFLAGS", self.optimisation(build)]).args(["-CFLAGS", "-I.."]);
        if build.trace {
            command.arg("--trace");
        }
        command.arg(work.join("probes.vlt")).args(build.sources).arg(work.join("harness.cpp"));
        self.succeed(command, "cannot build the design")?;

        let runtime = Runtime::of(&self.version, build.trace);
        runtime.fetch(&objects);
        let mut command = Command::new("make");
        command.arg("-C").arg(&objects).args(["-f", &format!("V{}.mk", build.dut.top), "harness"]);
        self.succeed(command, "cannot compile what Verilator made of the design")?;
        runtime.keep(&objects);
        Ok(objects.join("harness"))
    }

    /// The warnings of `--lint-only -Wall` for a top module; empty when there are none.
    pub fn lint(&self, top: &str, root: &Path, sources: &[PathBuf]) -> Result<String, Error> {
        let mut command = Command::new(&self.program);
        command.current_dir(root).args(["--lint-only", "-Wall", "--top-module", top]).args(sources);
        let output = command.output().map_err(|e| self.failed(format!("cannot be started: {e}")))?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Optimising takes longer than it saves on what is large, and on what only writes waveforms.
    fn optimisation(&self, build: &Build) -> &'static str {
        const LARGE: u64 = 1 << 20;
        let size = |path: &PathBuf| std::fs::metadata(build.root.join(path)).map_or(0, |meta| meta.len());
        if build.trace || build.sources.iter().map(size).sum::<u64>() > LARGE { "-O1" } else { "-O2" }
    }

    fn succeed(&self, mut command: Command, what: &str) -> Result<(), Error> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command.output().map_err(|e| self.failed(format!("`{program}` cannot be started: {e}")))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let telling = |line: &&str| line.contains("%Error") || line.contains("error:");
        let mut lines: Vec<_> = said.lines().filter(telling).take(5).collect();
        if lines.is_empty() {
            lines = said.lines().rev().take(5).collect();
            lines.reverse();
        }
        Err(self.failed(format!("{what}:\n{}", lines.join("\n"))))
    }

    fn failed(&self, problem: String) -> Error {
        Error::Tool { tool: self.program.clone(), problem }
    }
}

/// Verilator's own part of a simulator, compiled once for all designs; kept in the user's cache folder.
///
/// It only saves time: where it cannot be read or written, it is compiled again.
struct Runtime(Option<PathBuf>);

impl Runtime {
    const OBJECTS: [&str; 3] = ["verilated.o", "verilated_threads.o", "verilated_vcd_c.o"];

    fn of(version: &str, trace: bool) -> Runtime {
        let folder = |name: &str, below: &str| {
            std::env::var_os(name).filter(|v| !v.is_empty()).map(|v| PathBuf::from(v).join(below))
        };
        let cache = folder("XDG_CACHE_HOME", "").or_else(|| folder("HOME", ".cache"));
        let kind = if trace { "-trace" } else { "" };
        Runtime(cache.map(|cache| cache.join("circlet").join(format!("verilator-{version}{kind}"))))
    }

    fn fetch(&self, objects: &Path) {
        for name in Self::OBJECTS {
            let copied = self.0.as_ref().map(|cache| std::fs::read(cache.join(name)));
            if let Some(Ok(object)) = copied {
                // written, not copied: it must be newer than its source
                let _ = std::fs::write(objects.join(name), object);
            }
        }
    }

    fn keep(&self, objects: &Path) {
        let Some(cache) = &self.0 else { return };
        let _ = std::fs::create_dir_all(cache);
        for name in Self::OBJECTS.iter().filter(|name| !cache.join(name).exists()) {
            let beside = cache.join(format!("{name}.{}", std::process::id()));
            if std::fs::copy(objects.join(name), &beside).is_ok() {
                let _ = std::fs::rename(beside, cache.join(name));
            }
        }
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
