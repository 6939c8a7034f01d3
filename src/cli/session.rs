//! What every command shares: printing, progress, and compiling with dumps and timings.
//!
//! Nobody has to listen: a reader of stdout that has had enough ends nothing but the printing, and stderr may be closed.

use super::Args;
use crate::diag::{Diagnostics, Error, ErrorCount, SourceRef, render};
use crate::frontend;
use crate::pipeline::{self, Compiled, Observer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Between two plain lines of progress.
const PACE: Duration = Duration::from_secs(5);

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
}

impl Session {
    /// As the arguments say.
    pub fn new(args: &Args) -> Session {
        Session { json: args.json, quiet: args.quiet }
    }

    /// The result of a command: `value` as JSON, or `text` for people.
    pub fn result<T: serde::Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = if self.json { crate::emit::design::to_json(value) } else { text() };
        print(&text)
    }

    /// A line on stderr that was asked for: JSON, or text for people.
    pub fn aside(&self, value: &Value, text: impl FnOnce() -> String) {
        say(&if self.json { value.to_string() } else { text() });
    }

    /// A line of progress, unless quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            say(text);
        }
    }

    /// A bar over `length` steps; on a terminal it moves, elsewhere a plain line says the share every few seconds.
    pub fn progress<'a>(&'a self, what: &str, length: usize) -> Progress<'a> {
        let bar = ProgressBar::new(length as u64).with_message(what.to_string());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        if self.quiet || self.json || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Progress { session: self, bar, said: Mutex::new(Instant::now()) }
    }

    /// Shows diagnostics of a network.
    pub fn show(&self, source: &SourceRef, diagnostics: &Diagnostics) {
        if self.json {
            let Value::Array(list) = render::json(diagnostics, source) else { return };
            list.iter().for_each(|diagnostic| say(&diagnostic.to_string()));
        } else if !diagnostics.list.is_empty() {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            say(render::text(diagnostics, source, colour).trim_end_matches('\n'));
            say("");
        }
    }

    /// Shows why a command failed.
    pub fn show_failure(&self, failure: &Failure) {
        if let Failure::Error(error) = failure {
            self.aside(&serde_json::json!({ "error": error.to_string() }), || format!("error: {error}"));
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

/// Prints on stdout.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Write { path: "stdout".into(), cause }.into())
        }
        _ => Ok(()),
    }
}

/// A line on stderr, heard or not.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
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

/// Progress of long work; several threads may tell it.
pub struct Progress<'a> {
    session: &'a Session,
    bar: ProgressBar,
    said: Mutex<Instant>,
}

impl Progress<'_> {
    /// `done` steps are done.
    pub fn at(&self, done: usize) {
        self.bar.set_position(done as u64);
        self.tell();
    }

    /// There are so many steps.
    pub fn of(&self, length: usize) {
        self.bar.set_length(length as u64);
    }

    /// Prints while the bar is away.
    pub fn above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Another step is done.
    pub fn step(&self) {
        self.bar.inc(1);
        self.tell();
    }

    fn tell(&self) {
        let Ok(mut said) = self.said.try_lock() else { return };
        if self.bar.is_hidden() && said.elapsed() > PACE {
            *said = Instant::now();
            let (done, length) = (self.bar.position(), self.bar.length().unwrap_or(0));
            self.session.note(&format!("{}: {done} of {length}", self.bar.message()));
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
