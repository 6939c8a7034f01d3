//! What is told to the user: diagnostics with source spans, and the errors of the world outside.

pub mod render;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A text that diagnostics point into.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the user wrote it; shown in messages and in emitted comments (its file name only).
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// One-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|&&b| b == b'\n').count() + 1
    }
}

/// A range of bytes of a [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What is wrong; the text of a code is the name of its fixture in `testbenches/fixtures/errors`.
///
/// Whether it stops the compiler is a property of the code: [`Code::is_warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The text does not follow the grammar.
    Syntax,
    /// A limit of the language was passed (file size, number of layers, elements of a layer).
    LimitExceeded,
    /// A name is used twice.
    DuplicateName,
    /// A name is not defined or not known.
    UnknownName,
    /// A name cannot be a Verilog identifier or a folder.
    NameNotLegal,
    /// A required part is missing.
    MissingPart,
    /// A number is outside what its place allows.
    ValueOutOfRange,
    /// A block size is not a power of two between 2 and 1024.
    BlockNotPowerOfTwo,
    /// A range is empty or not finite.
    EmptyRange,
    /// A tensor's shape does not fit its layer.
    ShapeMismatch,
    /// A file cannot be read.
    FileUnreadable,
    /// A weight or data file is damaged or hostile.
    FileMalformed,
    /// A tensor is not in the file.
    TensorMissing,
    /// A weight is NaN or infinite.
    WeightNotFinite,
    /// Nothing takes what a layer gives.
    UnusedLayer,
    /// An affine layer cannot be folded into a neighbour.
    AffineNotFoldable,
    /// A layer has no gradient, or its weights cannot be written in their form.
    NotTrainable,
    /// No schedule meets the target.
    TargetNotMet,
    /// A format cannot be built in hardware (too wide, or too narrow for its range).
    FormatNotPossible,
    /// Warning: projecting to circulant form loses much of a layer.
    ProjectionLosesMuch,
    /// Warning: values of a calibration set or declared range are clipped by a stated format.
    FormatClips,
}

impl Code {
    /// Every code, in the order of the stages.
    pub const ALL: [Code; 21] = [
        Code::Syntax,
        Code::LimitExceeded,
        Code::DuplicateName,
        Code::UnknownName,
        Code::NameNotLegal,
        Code::MissingPart,
        Code::ValueOutOfRange,
        Code::BlockNotPowerOfTwo,
        Code::EmptyRange,
        Code::ShapeMismatch,
        Code::FileUnreadable,
        Code::FileMalformed,
        Code::TensorMissing,
        Code::WeightNotFinite,
        Code::UnusedLayer,
        Code::AffineNotFoldable,
        Code::NotTrainable,
        Code::TargetNotMet,
        Code::FormatNotPossible,
        Code::ProjectionLosesMuch,
        Code::FormatClips,
    ];

    /// Warnings do not stop anything.
    pub fn is_warning(self) -> bool {
        matches!(self, Code::ProjectionLosesMuch | Code::FormatClips)
    }

    /// The readable name, snake case: `block_not_power_of_two`.
    pub fn name(self) -> String {
        let json = serde_json::to_string(&self).unwrap_or_default();
        json.trim_matches('"').to_string()
    }
}

/// A fact about a place in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is so there; may be empty for the primary place.
    pub text: String,
}

/// One problem of the user's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// What kind of problem.
    pub code: Code,
    /// Lower case, no full stop, the offending value in backticks, found and expected both present.
    pub message: String,
    /// The first label is the primary place.
    pub labels: Vec<Label>,
    /// An instruction the user can carry out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { code, message: message.into(), labels, help: None }
    }

    /// Says a fact at the primary place.
    pub fn here(mut self, text: impl Into<String>) -> Diagnostic {
        self.labels[0].text = text.into();
        self
    }

    /// Adds a fact at another place.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds the way out.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }
}

/// Collects the problems of a stage.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    /// In the order found.
    pub list: Vec<Diagnostic>,
}

/// A stage stopped because of the errors it collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halted;

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| !d.code.is_warning())
    }

    /// The stage boundary: stops if any error was collected.
    pub fn checkpoint(&self) -> Result<(), Halted> {
        if self.has_errors() { Err(Halted) } else { Ok(()) }
    }
}

/// The world outside failed: a file, a tool.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading failed.
    #[error("cannot read `{path}`: {cause}")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// Writing failed.
    #[error("cannot write `{path}`: {cause}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file was read but is not what it should be.
    #[error("`{path}`: {problem}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Found and expected.
        problem: String,
    },
    /// An external program is missing, too old, or failed.
    #[error("`{tool}`: {problem}")]
    Tool {
        /// The command.
        tool: String,
        /// What happened and what to do.
        problem: String,
    },
    /// The network has errors, already collected as diagnostics.
    #[error("{0} in the network description")]
    Network(ErrorCount),
}

/// How many errors a network has, for the closing line.
#[derive(Debug, Clone, Copy)]
pub struct ErrorCount(pub usize);

impl fmt::Display for ErrorCount {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&counted(self.0, "error"))
    }
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The source a network came from, shared by everything that remembers its line.
pub type SourceRef = Arc<Source>;

/// Ends the program with our own fault: names the stage and the thing, and says how to look closer.
#[macro_export]
macro_rules! bug {
    ($($arg:tt)*) => {
        panic!("circlet bug: {}; please report it with the output of `--dump-after all`", format!($($arg)*))
    };
}
