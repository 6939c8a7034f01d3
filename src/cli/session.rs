//! What every command shares: printing, progress, and compiling with dumps and timings.

use super::Args;
use crate::diag::{Diagnostics, Error, ErrorCount, SourceRef, render};
use crate::pipeline::{self, Compiled, Observer};
use crate::{frontend, report::table::Table};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Why a command ends with exit code 1.
#[derive(Debug)]
pub enum Failure {
    /// The world failed, or the network has errors.
    Error(Error),
    /// A check did not hold; everything has been said.
    Check,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Error(error)
    }
}

/// The manner of a run.
pub struct Session {
    json: bool,
    quiet: bool,
    started: Instant,
    said: RefCell<Duration>,
}

impl Session {
    /// As the arguments say.
    pub fn new(args: &Args) -> Session {
        Session { json: args.json, quiet: args.quiet, started: Instant::now(), said: RefCell::new(Duration::ZERO) }
    }

    /// The result of a command: `value` as JSON, or `text` for people.
    pub fn result<T: serde::Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        if self.json {
            print!("{}", crate::emit::design::to_json(value));
        } else {
            print!("{}", text());
        }
    }

    /// A line of progress, unless quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            eprintln!("{text}");
        }
    }

    /// A table of notes.
    pub fn notes(&self, table: &Table) {
        self.note(table.to_string().trim_end());
    }

    /// A bar over `length` steps; on a terminal it moves, elsewhere a plain line says the share every few seconds.
    pub fn progress<'a>(&'a self, what: &'a str, length: usize) -> Progress<'a> {
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}");
        let bar = ProgressBar::new(length as u64).with_message(what.to_string());
        if let Ok(style) = style {
            bar.set_style(style);
        }
        if self.quiet || self.json || !std::io::stderr().is_terminal() {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        Progress { session: self, bar, what }
    }

    /// Shows diagnostics of a network.
    pub fn show(&self, source: &SourceRef, diagnostics: &Diagnostics) {
        if diagnostics.list.is_empty() {
            return;
        }
        if self.json {
            eprintln!("{}", render::json(diagnostics, source));
        } else {
            eprint!("{}", render::text(diagnostics, source, std::io::stderr().is_terminal()));
        }
    }

    /// Shows why a command failed.
    pub fn show_failure(&self, failure: &Failure) {
        let Failure::Error(error) = failure else { return };
        if self.json {
            eprintln!("{}", serde_json::json!({ "error": error.to_string() }));
        } else {
            eprintln!("error: {error}");
        }
    }

    /// Compiles the network at `path`, showing its diagnostics.
    pub fn compile(&self, path: &Path) -> Result<Compiled, Failure> {
        self.compile_with(path, &mut pipeline::Silent)
    }

    /// Compiles the network at `path`, every stage seen by `observer`.
    pub fn compile_with(&self, path: &Path, observer: &mut dyn Observer) -> Result<Compiled, Failure> {
        let source = frontend::read_source(path)?;
        let mut diagnostics = Diagnostics::default();
        let compiled = pipeline::compile(&source, observer, &mut diagnostics);
        self.show(&source, &diagnostics);
        compiled.map_err(|_| network_errors(&diagnostics))
    }
}

/// The closing error of a network with diagnostics.
pub fn network_errors(diagnostics: &Diagnostics) -> Failure {
    let errors = diagnostics.list.iter().filter(|d| !d.code.is_warning()).count();
    Failure::Error(Error::Network(ErrorCount(errors)))
}

/// Where the output of a network goes when nothing else is said.
pub fn default_output(network: &str) -> PathBuf {
    Path::new("hdl_out").join(network)
}

/// Progress of long work.
pub struct Progress<'a> {
    session: &'a Session,
    bar: ProgressBar,
    what: &'a str,
}

impl Progress<'_> {
    /// `done` steps are done.
    pub fn at(&self, done: usize) {
        self.bar.set_position(done as u64);
        let elapsed = self.session.started.elapsed();
        let mut said = self.session.said.borrow_mut();
        if self.bar.is_hidden() && elapsed > *said + Duration::from_secs(5) {
            *said = elapsed;
            self.session.note(&format!("{}: {done} of {}", self.what, self.bar.length().unwrap_or(0)));
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
