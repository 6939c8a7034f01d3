//! Files of numbers: tensors of weights (safetensors, .npy, .npz) and samples (IDX, .npy, .csv).
//!
//! Every reader takes bytes and a bound on the elements it may give, trusts no header, and answers with a [`Problem`]
//! in words; memory stays within a small multiple of the bound and of the file.

pub mod file;
pub mod idx;
pub mod npy;
pub mod npz;
pub mod safetensors;
pub mod table;

use super::MAX_DIMENSIONS;
use super::names::closest;
use crate::diag::{Code, Diagnostic, Span};
use crate::network::numbers::{Numbers, Stored, element::Element};
use file::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// An array of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes of the dimensions, none of them zero.
    pub shape: Vec<usize>,
    /// The elements in C order, all finite.
    pub values: Vec<f64>,
}

/// A shape as messages show it.
pub fn shape_text(shape: &[usize]) -> String {
    if shape.is_empty() { "[]".into() } else { shape.iter().map(|d| format!("[{d}]")).collect() }
}

/// Where an array stands in the bytes of a file, in C order.
struct Place {
    shape: Vec<usize>,
    bytes: Range<usize>,
    element: Element,
    big_endian: bool,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind of problem.
    pub code: Code,
    /// Found and expected; the file is named by the caller.
    pub message: String,
    /// An instruction.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without help.
    pub fn new(code: Code, message: impl Into<String>) -> Problem {
        Problem { code, message: message.into(), help: None }
    }

    /// A damaged or hostile file.
    pub fn malformed(message: impl Into<String>) -> Problem {
        Problem::new(Code::FileMalformed, message)
    }

    /// Adds the way out.
    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.help = Some(text.into());
        self
    }

    /// The same, naming the file or the tensor.
    pub fn of(mut self, name: &str) -> Problem {
        self.message = format!("`{name}`: {}", self.message);
        self
    }

    /// The problem at the place that names the file.
    pub fn at(self, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code, span, self.message);
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// The files of one network, each opened once.
pub struct Files<'a> {
    folder: &'a Path,
    open: BTreeMap<String, Result<Arc<Bytes>, Problem>>,
}

impl<'a> Files<'a> {
    /// Files relative to `folder`.
    pub fn new(folder: &'a Path) -> Files<'a> {
        Files { folder, open: BTreeMap::new() }
    }

    /// The tensor `name` of the file at `path`, of at most `most` elements.
    pub fn tensor(&mut self, path: &str, name: Option<&str>, most: usize) -> Result<Tensor, Problem> {
        let bytes = self.bytes(path)?;
        let tensor = match Path::new(path).extension().and_then(|e| e.to_str()) {
            Some("safetensors") => safetensors::read(bytes, name, most),
            Some("npz") => npz::read(bytes, name, most),
            Some("npy") if name.is_some() => {
                let message = "a .npy file has one tensor without a name, found `tensor`";
                Err(Problem::new(Code::TensorMissing, message).help("remove `tensor`"))
            }
            Some("npy") => npy::read(bytes, most),
            _ => Err(Problem::malformed("unknown kind of file, expected .safetensors, .npy or .npz")),
        };
        tensor.and_then(|tensor| tensor.checked(name.unwrap_or(ELEMENT))).map_err(|problem| problem.of(path))
    }

    /// The same as shape and numbers; those of a mapped file stay there unless it is compressed or in another order.
    pub fn numbers(&mut self, path: &str, name: Option<&str>, most: usize) -> Result<(Vec<usize>, Numbers), Problem> {
        let bytes = self.bytes(path)?.clone();
        let place = match (&*bytes, Path::new(path).extension().and_then(|e| e.to_str())) {
            (Bytes::Mapped(map), Some("safetensors")) => safetensors::place(map, name, most).map(Some),
            (Bytes::Mapped(map), Some("npy")) if name.is_none() => npy::place(map, most),
            _ => Ok(None),
        };
        let Some(Place { shape, bytes: range, element, big_endian }) = place.map_err(|problem| problem.of(path))?
        else {
            return self.tensor(path, name, most).map(|tensor| (tensor.shape, tensor.values.into()));
        };
        let numbers = Numbers::stored(Stored { file: bytes, bytes: range, element, big_endian });
        if let Some((at, count)) = numbers.not_finite() {
            let value = numbers.part(at..at + 1, &mut Vec::new())[0];
            return Err(not_finite(name.unwrap_or(ELEMENT), &shape, (at, value), count).of(path));
        }
        Ok((shape, numbers))
    }

    /// The names of the tensors of an archive.
    pub fn names(&mut self, path: &str) -> Result<BTreeSet<String>, Problem> {
        let bytes = self.bytes(path)?;
        let names = match Path::new(path).extension().and_then(|e| e.to_str()) {
            Some("safetensors") => safetensors::names(bytes),
            Some("npz") => npz::names(bytes),
            _ => Err(Problem::malformed("unknown kind of file, expected .safetensors or .npz")),
        };
        names.map_err(|problem| problem.of(path))
    }

    /// The samples of the file at `path`, for an input of `shape`.
    pub fn samples(&mut self, path: &str, shape: &[usize]) -> Result<Vec<Vec<f64>>, Problem> {
        let bytes = self.bytes(path)?;
        super::data::array(bytes)
            .and_then(|array| super::data::split(&array, shape))
            .map_err(|problem| problem.of(path))
    }

    /// The bytes of a file.
    fn bytes(&mut self, path: &str) -> Result<&Arc<Bytes>, Problem> {
        let folder = self.folder;
        let opened = self.open.entry(path.to_string()).or_insert_with(|| open(folder, path).map(Arc::new));
        opened.as_ref().map_err(Problem::clone)
    }
}

fn open(folder: &Path, path: &str) -> Result<Bytes, Problem> {
    if Path::new(path).is_absolute() {
        let message = format!("`{path}` is an absolute path, expected one relative to the folder of the .circ file");
        return Err(Problem::new(Code::FileUnreadable, message));
    }
    Bytes::open(&folder.join(path)).map_err(|cause| {
        let message = format!("cannot read `{path}`: {}", file::reason(&cause));
        Problem::new(Code::FileUnreadable, message).help("the path is relative to the folder of the .circ file")
    })
}

impl Tensor {
    /// Refuses NaN and infinity.
    fn checked(self, name: &str) -> Result<Tensor, Problem> {
        let Some(at) = self.values.iter().position(|value| !value.is_finite()) else {
            return Ok(self);
        };
        let all = self.values.iter().filter(|value| !value.is_finite()).count();
        Err(not_finite(name, &self.shape, (at, self.values[at]), all))
    }
}

/// What stands for the name of a tensor without one.
const ELEMENT: &str = "element ";

/// NaN or infinity: the first place and what stands there, and how many there are.
fn not_finite(name: &str, shape: &[usize], (at, value): (usize, f64), all: usize) -> Problem {
    let kind = if value.is_nan() { "NaN" } else { "infinite" };
    let index = shape_text(&index_of(at, shape));
    let rest = if all > 1 { format!(" ({all} elements are not finite)") } else { String::new() };
    Problem::new(Code::WeightNotFinite, format!("{name}{index} is {kind}, expected finite numbers{rest}"))
}

/// The indices of the element at position `at` in C order.
fn index_of(mut at: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, size) in index.iter_mut().zip(shape).rev() {
        *i = at % size;
        at /= size;
    }
    index
}

/// The number of elements of a stated shape, at least one and at most `most`.
pub fn elements(shape: &[usize], most: usize) -> Result<usize, Problem> {
    match elements_or_none(shape, most)? {
        0 => Err(Problem::new(Code::ShapeMismatch, format!("the tensor has shape {}: it is empty", shape_text(shape)))),
        count => Ok(count),
    }
}

/// The number of elements of a stated shape, at most `most`; none are allowed.
pub fn elements_or_none(shape: &[usize], most: usize) -> Result<usize, Problem> {
    if shape.len() > MAX_DIMENSIONS {
        let message = format!("the tensor has {} dimensions, expected at most {MAX_DIMENSIONS}", shape.len());
        return Err(Problem::new(Code::LimitExceeded, message));
    }
    let count = shape.iter().try_fold(1usize, |count, &d| count.checked_mul(d));
    match count {
        Some(count) if count <= most => Ok(count),
        _ if most >= super::MAX_ELEMENTS => {
            let message = format!("the tensor has shape {}, expected at most {most} elements", shape_text(shape));
            Err(Problem::new(Code::LimitExceeded, message))
        }
        _ => {
            let message = format!("the tensor has shape {}, expected at most {most} elements here", shape_text(shape));
            Err(Problem::new(Code::ShapeMismatch, message))
        }
    }
}

/// Complains unless a file has as many bytes of data as its header states.
fn exactly(found: usize, expected: usize) -> Result<(), Problem> {
    if found < expected {
        return Err(Problem::malformed(format!("the file is cut short: {found} bytes of data, expected {expected}")));
    }
    if found > expected {
        return Err(Problem::malformed(format!(
            "there are more bytes of data than the {expected} of the stated shape"
        )));
    }
    Ok(())
}

/// The one tensor that is meant, among those of an archive.
pub(super) fn choose<'n>(name: Option<&'n str>, names: &[&'n str]) -> Result<&'n str, Problem> {
    let mut sorted: Vec<&str> = names.to_vec();
    sorted.sort_unstable();
    let shown: Vec<String> = sorted.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = if sorted.len() > 8 { format!(" and {} more", sorted.len() - 8) } else { String::new() };
    let holds = if names.is_empty() { "nothing".into() } else { format!("{}{more}", shown.join(", ")) };
    match name {
        Some(name) if names.contains(&name) => Ok(name),
        Some(name) => {
            let problem = Problem::new(Code::TensorMissing, format!("no tensor `{name}`, the file holds {holds}"));
            Err(match closest(name, &sorted) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            })
        }
        None if names.len() == 1 => Ok(names[0]),
        None => {
            let problem = Problem::new(Code::TensorMissing, format!("no tensor is named, the file holds {holds}"));
            Err(problem.help("add `tensor \"<name>\"` after the file name"))
        }
    }
}
