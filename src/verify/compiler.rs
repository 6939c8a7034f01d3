//! The C++ compiler behind Verilator: what it compiles once for all designs, and how hard it tries on each.
//!
//! A simulator is one translation unit, linked with Verilator's own runtime; of a large design, what runs only once
//! stands in a second one, which is not optimised. Runtime and precompiled header are kept in the user's cache folder by versions and flags; they only save time: where that folder cannot be read or written
//! they are compiled again. Each is made beside its place and renamed, so that processes do not see half of one.

use crate::diag::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the harness and the classes that Verilator makes include.
const HEADERS: &str = "#include <cstdint>\n#include <cstdio>\n#include <cstdlib>\n#include <memory>\n#include <vector>\n\
     #include <unistd.h>\n#include <verilated.h>\n";
/// The name of that text, and of what it is compiled to.
const HEADER: (&str, &str) = ("circlet.h", "circlet.h.gch");

/// A C++ compiler that knows where Verilator's headers are.
#[derive(Clone, Debug)]
pub struct Compiler {
    program: String,
    include: PathBuf,
    cache: Option<PathBuf>,
}

/// What of Verilator's runtime a simulator has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// It can write a waveform.
    pub trace: bool,
    /// As FST, not as VCD.
    pub fst: bool,
    /// It counts the lines and bits it has been through.
    pub coverage: bool,
}

/// A simulator to be compiled.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Where Verilator wrote its classes; everything is made there.
    pub objects: &'a Path,
    /// The file with `main`.
    pub main: &'a Path,
    /// What of the runtime it has.
    pub means: Means,
    /// Cycles it is likely to simulate: the more there are, the harder the compiler tries.
    pub cycles: u64,
}

impl Compiler {
    /// The compiler of this system (`CXX`, or `c++`) for a Verilator installed at `root`.
    pub fn new(root: &Path, version: &str) -> Result<Compiler, Error> {
        let program = std::env::var("CXX").ok().filter(|name| !name.is_empty()).unwrap_or("c++".into());
        let mut command = Command::new(&program);
        command.args(["-dumpfullversion", "-dumpversion"]);
        let said = output(&mut command)?;
        let own = String::from_utf8_lossy(&said.stdout).trim().to_string();
        let folder = |name: &str, below: &str| {
            std::env::var_os(name).filter(|v| !v.is_empty()).map(|v| PathBuf::from(v).join(below))
        };
        let cache = folder("XDG_CACHE_HOME", "").or_else(|| folder("HOME", ".cache"));
        let cache = cache.map(|cache| cache.join("circlet").join(format!("verilator-{version}-{program}-{own}")));
        // a compiler named by a path has no folder of its own
        let cache = cache.filter(|_| !program.contains('/'));
        Ok(Compiler { program, include: root.join("include"), cache })
    }

    /// Compiles and links a simulator; gives its path.
    pub fn compile(&self, job: &Job) -> Result<PathBuf, Error> {
        let list = |suffix: &str| -> Result<Vec<String>, Error> {
            let entries = std::fs::read_dir(job.objects).map_err(|cause| read(job.objects, cause))?;
            let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            let mut names: Vec<String> = names.filter(|name| name.starts_with('V') && name.ends_with(suffix)).collect();
            names.sort();
            Ok(names)
        };
        let main = std::path::absolute(job.main).map_err(|cause| read(job.main, cause))?;
        let (start, mut often): (Vec<String>, Vec<String>) =
            list(".cpp")?.into_iter().partition(|name| name.ends_with(AT_START));
        often.push(main.display().to_string());
        let start = self.start(&start, job)?;
        write(&job.objects.join("unit.cpp"), &(start.included + &includes(&often)))?;

        let level = level(job.cycles);
        let mut runtime: Vec<PathBuf> = start.object.into_iter().collect();
        for name in list("_classes.mk")?.first().map(|name| job.objects.join(name)).iter() {
            let text = std::fs::read_to_string(name).map_err(|cause| read(name, cause))?;
            for part in runtime_parts(&text) {
                runtime.push(self.runtime(part, job)?);
            }
        }
        let mut command = self.command(level, job.means);
        if let Some(header) = self.header(level, job) {
            command.arg("-include").arg(header);
        }
        command.args(["unit.cpp", "-I.", "-I.."]).args(runtime).args(["-pthread", "-o", "simulator"]);
        if job.means.fst {
            command.arg("-lz");
        }
        command.current_dir(job.objects);
        succeed(command, FAILED)?;
        Ok(job.objects.join("simulator"))
    }

    /// What of a design runs at the start only: to be included where it is small, else compiled.
    fn start(&self, names: &[String], job: &Job) -> Result<Start, Error> {
        let bytes = |name: &String| std::fs::metadata(job.objects.join(name)).map_or(0, |file| file.len());
        if names.iter().map(bytes).sum::<u64>() < APART {
            return Ok(Start { included: includes(names), object: None });
        }
        write(&job.objects.join("start.cpp"), &includes(names))?;
        let mut command = self.command(LEVELS[0].1, job.means);
        command.args(["-c", "start.cpp", "-I.", "-I..", "-pthread", "-o", "start.o"]).current_dir(job.objects);
        succeed(command, FAILED)?;
        Ok(Start { included: String::new(), object: Some("start.o".into()) })
    }

    fn command(&self, level: &str, means: Means) -> Command {
        let mut command = Command::new(&self.program);
        command.args([level, "-std=gnu++17", "-w", "-DVM_SC=0", "-DVM_TRACE_SAIF=0"]);
        let bit = |name: &str, set: bool| format!("-D{name}={}", set as u8);
        command.args([
            bit("VM_TRACE", means.trace),
            bit("VM_TRACE_VCD", means.trace && !means.fst),
            bit("VM_TRACE_FST", means.trace && means.fst),
            bit("VM_COVERAGE", means.coverage),
        ]);
        for path in [self.include.clone(), self.include.join("vltstd")] {
            command.arg("-I").arg(path);
        }
        command
    }

    /// One part of the runtime, compiled.
    fn runtime(&self, part: &str, job: &Job) -> Result<PathBuf, Error> {
        let means = [("trace", job.means.trace), ("fst", job.means.fst), ("coverage", job.means.coverage)];
        let kind: String = means.iter().filter(|(_, set)| *set).map(|(name, _)| format!("-{name}")).collect();
        self.once(&format!("{part}{kind}.o"), job, |place| {
            let mut command = self.command("-O2", job.means);
            command.arg("-c").arg(self.include.join(format!("{part}.cpp"))).arg("-o").arg(place).arg("-pthread");
            succeed(command, "cannot compile Verilator's runtime")
        })
    }

    /// The precompiled header, for simulators that are compiled in less time than it would take to make one.
    fn header(&self, level: &str, job: &Job) -> Option<PathBuf> {
        let cache = self.cache.as_ref()?.join(format!("header{level}"));
        if job.means != Means::default() || level == LEVELS[LEVELS.len() - 1].1 {
            return None;
        }
        let folder = Compiler { cache: Some(cache.clone()), ..self.clone() };
        let text = folder.once(HEADER.0, job, |place| write(place, HEADERS)).ok()?;
        let made = folder.once(HEADER.1, job, |place| {
            let mut command = self.command(level, job.means);
            command.args(["-pthread", "-x", "c++-header"]).arg(&text).arg("-o").arg(place);
            succeed(command, "cannot compile Verilator's header")
        });
        // the compiler looks for the one beside the other
        (made.ok()? == cache.join(HEADER.1) && text == cache.join(HEADER.0)).then_some(text)
    }

    /// The file `name` of the cache, made if it is not there; beside the simulator where there is no cache.
    fn once(&self, name: &str, job: &Job, make: impl Fn(&Path) -> Result<(), Error>) -> Result<PathBuf, Error> {
        if let Some(cache) = self.cache.as_ref().filter(|cache| std::fs::create_dir_all(cache).is_ok()) {
            let place = cache.join(name);
            let there = || place.is_file();
            if there() {
                return Ok(place);
            }
            if let Ok(beside) = tempfile::Builder::new().prefix(name).tempdir_in(cache) {
                let new = beside.path().join(name);
                make(&new)?;
                if std::fs::rename(new, &place).is_ok() || there() {
                    return Ok(place);
                }
            }
        }
        let place = job.objects.join(name);
        make(&place)?;
        Ok(place)
    }
}

/// The code of a design that runs at the start only.
struct Start {
    included: String,
    object: Option<PathBuf>,
}

/// How the files of such code end.
const AT_START: &str = "__Slow.cpp";
/// From how many bytes on it is compiled apart: with coverage there are tens of millions, of which optimising takes minutes.
const APART: u64 = 4_000_000;
const FAILED: &str = "cannot compile what Verilator made of the design";

fn includes(names: &[String]) -> String {
    names.iter().map(|name| format!("#include \"{name}\"\n")).collect()
}

/// From how many cycles on a level is worth its time. Compilation and a cycle both take longer the larger a design
/// is, so that the numbers hold for all sizes: optimising for debugging takes a third longer than not at all and
/// makes a simulator four to eight times as fast.
const LEVELS: [(u64, &str); 3] = [(0, "-O0"), (130_000, "-Og"), (4_000_000, "-O3")];

fn level(cycles: u64) -> &'static str {
    LEVELS.iter().rev().find(|(from, _)| cycles >= *from).map_or(LEVELS[0].1, |(_, level)| level)
}

/// The parts of Verilator's runtime that `V<top>_classes.mk` asks for.
fn runtime_parts(makefile: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut inside = false;
    for line in makefile.lines() {
        if line.starts_with("VM_GLOBAL_") {
            inside = true;
        } else if inside {
            parts.extend(line.split_whitespace().filter(|word| *word != "\\"));
            inside = line.ends_with('\\');
        }
    }
    parts
}

fn read(path: &Path, cause: std::io::Error) -> Error {
    Error::Read { path: path.to_path_buf(), cause }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|cause| Error::Write { path: path.to_path_buf(), cause })
}

fn output(command: &mut Command) -> Result<std::process::Output, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|cause| Error::Tool { tool: program, problem: format!("cannot be started: {cause}") })
}

/// Runs a tool; what it says about an error becomes ours.
pub fn succeed(mut command: Command, what: &str) -> Result<(), Error> {
    let said = output(&mut command)?;
    if said.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    let telling = |line: &&str| line.contains("%Error") || line.contains("error:");
    let mut lines: Vec<_> = text.lines().filter(telling).take(5).collect();
    if lines.is_empty() {
        lines = text.lines().rev().take(5).collect();
        lines.reverse();
    }
    let tool = command.get_program().to_string_lossy().into_owned();
    Err(Error::Tool { tool, problem: format!("{what}:\n{}", lines.join("\n")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_cycles_the_harder_it_tries() {
        assert_eq!([0, 129_999, 130_000, 1 << 30].map(level), ["-O0", "-O0", "-Og", "-O3"]);
    }

    #[test]
    fn the_runtime_is_what_the_makefile_says() {
        let text = "VM_GLOBAL_FAST += \\\n\tverilated \\\n\tverilated_threads \\\n\nVM_GLOBAL_SLOW += \\\n\n# end\n";
        assert_eq!(runtime_parts(text), ["verilated", "verilated_threads"]);
    }
}
