//! Sets of samples to learn from: a folder whose file names say what they hold, or one .npz.
//!
//! In a folder the samples are called `train_images`, `train_inputs` or `train_samples`, with any ending that [`data`]
//! reads; beside them stand `train_labels` (classes) or `train_targets` (`[samples][outputs]`). The test set is called
//! `test_...` or `t10k_...`; `-` may stand for `_`, so the folder of MNIST is one as it is. In a .npz the arrays are
//! `x_train`, `y_train`, `x_test` and `y_test`. Of time series the file `..._TRAIN.ts` is named, `..._TEST.ts` lies beside it.
//! A part is read when it is asked for.

use super::MAX_ELEMENTS;
use super::data::{self, from_bytes, from_file};
use super::series;
use super::weights::file::Bytes;
use super::weights::{Problem, Tensor, npz};
use crate::diag::{Error, counted};
use std::path::{Path, PathBuf};

/// A set of samples that has been found.
#[derive(Clone, Debug)]
pub enum Dataset {
    /// The names in a folder, in order.
    Folder(PathBuf, Vec<String>),
    /// One archive.
    Archive(PathBuf),
    /// Time series to learn from, `..._TRAIN.ts`.
    Series(PathBuf),
}

/// The parts of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// To learn from.
    Train,
    /// For the final figure alone.
    Test,
}

/// Samples and what is wanted for each.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// `[samples][size]`, raw.
    pub inputs: Vec<f64>,
    /// What is wanted.
    pub wanted: Wanted,
    /// The file that says what is wanted; the folder where none does.
    pub path: PathBuf,
}

/// What is wanted for samples.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// A class each.
    Classes(Vec<usize>),
    /// Numbers each, `[samples][outputs]`.
    Values(Tensor),
    /// Nothing is said.
    Nothing,
}

/// What the names of samples and of what is wanted begin with, after the part.
const SAMPLES: [&str; 3] = ["images", "inputs", "samples"];
const WANTED: [&str; 2] = ["labels", "targets"];

impl Dataset {
    /// A folder, a .npz, or a .ts.
    pub fn open(place: &Path) -> Result<Dataset, Error> {
        let fault = |cause| Error::Read { path: place.into(), cause };
        if !std::fs::metadata(place).map_err(fault)?.is_dir() {
            let is_series = place.extension().is_some_and(|extension| extension == "ts");
            return Ok(if is_series { Dataset::Series(place.into()) } else { Dataset::Archive(place.into()) });
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(place).map_err(fault)? {
            names.extend(entry.map_err(fault)?.file_name().into_string());
        }
        names.sort();
        Ok(Dataset::Folder(place.into(), names))
    }

    /// The samples of a part for an input of `shape`; `None` where the set has no such part.
    pub fn part(&self, part: Part, shape: &[usize]) -> Result<Option<Labelled>, Error> {
        let (inputs, wanted, path) = match self {
            Dataset::Folder(folder, names) => {
                let Some(samples) = find(folder, names, part, &SAMPLES)? else { return Ok(None) };
                let inputs = from_file(&folder.join(samples), |array| checked(array, shape))?;
                let Some(path) = find(folder, names, part, &WANTED)? else {
                    return Ok(Some(Labelled { inputs, wanted: Wanted::Nothing, path: folder.clone() }));
                };
                let is_classes = path.contains(WANTED[0]);
                let path = folder.join(path);
                (inputs, from_file(&path, |array| wanted(array, is_classes))?, path)
            }
            Dataset::Series(path) => {
                let path = if part == Part::Test { test_beside(path)? } else { path.clone() };
                let read = |bytes: &[u8]| {
                    let series = series::read(bytes)?;
                    Ok((checked(series.values, shape)?, Wanted::Classes(series.classes)))
                };
                let (inputs, classes) = from_bytes(&path, read)?;
                (inputs, classes, path)
            }
            Dataset::Archive(path) => {
                let bytes = Bytes::open(path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
                let malformed = |problem: Problem| Error::Malformed { path: path.clone(), problem: problem.message };
                let names = npz::names(&bytes).map_err(malformed)?;
                let [x, y] = ["x", "y"].map(|what| format!("{what}_{}", part.words()[0]));
                if part == Part::Test && !names.contains(&x) {
                    return Ok(None);
                }
                let has_targets = names.contains(&y);
                let array = |name: &str| npz::read(&bytes, Some(name), MAX_ELEMENTS).map_err(malformed);
                let inputs = checked(array(&x)?, shape).map_err(|problem| malformed(problem.of(&x)))?;
                if !has_targets {
                    return Ok(Some(Labelled { inputs, wanted: Wanted::Nothing, path: path.clone() }));
                }
                let array = array(&y)?;
                let is_classes = array.shape.len() == 1;
                (inputs, wanted(array, is_classes).map_err(|problem| malformed(problem.of(&y)))?, path.clone())
            }
        };
        let samples = inputs.len() / shape.iter().product::<usize>();
        let found = wanted.count();
        if found != samples {
            let problem =
                format!("{}, expected one for each of {}", counted(found, "label"), counted(samples, "sample"));
            return Err(Error::Malformed { path, problem });
        }
        Ok(Some(Labelled { inputs, wanted, path }))
    }
}

impl Part {
    /// What names of its files begin with.
    fn words(self) -> &'static [&'static str] {
        match self {
            Part::Train => &["train"],
            Part::Test => &["test", "t10k"],
        }
    }

    fn expected(self, what: &str) -> String {
        format!("{}_{what}.npy", self.words()[0])
    }
}

impl Labelled {
    /// Some of the samples.
    pub fn pick(&self, chosen: &[usize]) -> Labelled {
        let size = self.inputs.len() / self.wanted.count().max(1);
        let inputs = chosen.iter().flat_map(|&at| &self.inputs[at * size..(at + 1) * size]).copied().collect();
        Labelled { inputs, wanted: self.wanted.pick(chosen), path: self.path.clone() }
    }
}

impl Wanted {
    fn pick(&self, chosen: &[usize]) -> Wanted {
        match self {
            Wanted::Classes(classes) => Wanted::Classes(chosen.iter().map(|&at| classes[at]).collect()),
            Wanted::Values(Tensor { shape, values }) => {
                let row = |&at: &usize| &values[at * shape[1]..(at + 1) * shape[1]];
                let values = chosen.iter().flat_map(row).copied().collect();
                Wanted::Values(Tensor { shape: vec![chosen.len(), shape[1]], values })
            }
            Wanted::Nothing => Wanted::Nothing,
        }
    }

    fn count(&self) -> usize {
        match self {
            Wanted::Classes(classes) => classes.len(),
            Wanted::Values(values) => values.shape[0],
            Wanted::Nothing => 0,
        }
    }
}

/// `..._TEST.ts` for `..._TRAIN.ts`.
fn test_beside(path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix("_TRAIN.ts"));
    name.map(|name| path.with_file_name(format!("{name}_TEST.ts"))).ok_or_else(|| {
        let problem = "it is not called `..._TRAIN.ts`, so that its test set has no name; leave it out by `--no-test`";
        Error::Malformed { path: path.into(), problem: problem.into() }
    })
}

/// The one file of a part whose name goes on with one of `kinds`; a training part must be there.
fn find<'a>(folder: &Path, names: &'a [String], part: Part, kinds: &[&str]) -> Result<Option<&'a str>, Error> {
    let is_meant = |name: &&String| {
        let rest = part.words().iter().find_map(|word| name.strip_prefix(word)?.strip_prefix(['_', '-']));
        let rest = rest.and_then(|rest| kinds.iter().find_map(|kind| rest.strip_prefix(kind)));
        rest.is_some_and(|rest| rest.starts_with(['.', '-']))
    };
    let found: Vec<&String> = names.iter().filter(is_meant).collect();
    let malformed = |problem| Err(Error::Malformed { path: folder.into(), problem });
    match found[..] {
        [] if part == Part::Train && kinds == SAMPLES => {
            malformed(format!("there are no samples to learn from, expected `{}` or the like", part.expected(kinds[0])))
        }
        [] => Ok(None),
        [name] => Ok(Some(name)),
        [first, second, ..] => malformed(format!("both `{first}` and `{second}` could be meant, expected one")),
    }
}

fn checked(array: Tensor, shape: &[usize]) -> Result<Vec<f64>, Problem> {
    data::check_samples(&array, shape)?;
    Ok(array.values)
}

fn wanted(array: Tensor, is_classes: bool) -> Result<Wanted, Problem> {
    if is_classes {
        return data::to_labels(&array).map(Wanted::Classes);
    }
    match array.shape.len() {
        2 => Ok(Wanted::Values(array)),
        found => Err(Problem::malformed(format!("the targets have {found} dimensions, expected [samples][outputs]"))),
    }
}
