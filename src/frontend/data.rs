//! Samples and labels that `run`, `eval` and `calibrate` read: IDX, .npy (both also with gzip) and CSV.

use super::MAX_ELEMENTS;
use super::layers::shape_text;
use super::weights::file::Bytes;
use super::weights::{Problem, Tensor, idx, npy, table};
use crate::diag::Error;
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::path::Path;

/// The samples of a file for an input of `shape`, `[samples][input]`, raw (before `input.scale`).
///
/// Accepted are arrays `[samples][shape..]` or `[samples][size]`, and one sample of `shape` or `[size]` alone.
pub fn samples(path: &Path, shape: &[usize]) -> Result<Vec<Vec<f64>>, Error> {
    from_file(path, |array| split(&array, shape))
}

/// The labels of a file: whole numbers from 0, one per sample.
pub fn labels(path: &Path) -> Result<Vec<usize>, Error> {
    from_file(path, |array| to_labels(&array))
}

fn from_file<T>(path: &Path, read: impl FnOnce(Tensor) -> Result<T, Problem>) -> Result<T, Error> {
    let bytes = Bytes::open(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
    let malformed = |problem: Problem| {
        let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
        Error::Malformed { path: path.into(), problem: problem.message + &help }
    };
    array(&bytes).and_then(read).map_err(malformed)
}

/// The numbers of a file, whose format its first bytes tell.
pub fn array(bytes: &[u8]) -> Result<Tensor, Problem> {
    let array = match bytes {
        [0x1f, 0x8b, ..] => packed(bytes),
        [0x93, ..] => npy::read(bytes, MAX_ELEMENTS),
        [0, 0, ..] => idx::read_stream(bytes, MAX_ELEMENTS),
        [] => Err(Problem::malformed("the file is empty")),
        _ => table::read(bytes, MAX_ELEMENTS),
    }?;
    match array.values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(Problem::malformed(format!("element {at} is not a finite number"))),
        None => Ok(array),
    }
}

/// A packed file is unpacked only as far as its array goes.
fn packed(bytes: &[u8]) -> Result<Tensor, Problem> {
    let mut stream = MultiGzDecoder::new(bytes);
    let mut first = [0];
    let damaged = |cause| Problem::malformed(format!("the data are damaged: {cause}"));
    stream.read_exact(&mut first).map_err(damaged)?;
    let whole = first.chain(stream);
    match first {
        [0x93] => npy::read_stream(whole, MAX_ELEMENTS),
        [0] => idx::read_stream(whole, MAX_ELEMENTS),
        _ => Err(Problem::malformed("the packed file is neither IDX nor .npy")),
    }
}

/// An array as samples of an input of `shape`.
pub fn split(array: &Tensor, shape: &[usize]) -> Result<Vec<Vec<f64>>, Problem> {
    let size: usize = shape.iter().product();
    let whole = array.shape == shape || array.shape == [size];
    let rest = array.shape.get(1..).unwrap_or_default();
    if !whole && rest != shape && rest != [size] {
        let message = format!(
            "the array has shape {}, expected [samples]{} or [samples][{size}]",
            shape_text(&array.shape),
            shape_text(shape)
        );
        return Err(Problem::malformed(message));
    }
    Ok(array.values.chunks_exact(size).map(<[f64]>::to_vec).collect())
}

fn to_labels(array: &Tensor) -> Result<Vec<usize>, Problem> {
    if array.shape.len() != 1 && array.shape.get(1..) != Some(&[1]) {
        let message = format!("the array has shape {}, expected [samples]", shape_text(&array.shape));
        return Err(Problem::malformed(message));
    }
    let label = |(at, &value): (usize, &f64)| {
        let is_label = value >= 0.0 && value.fract() == 0.0 && value < u32::MAX as f64;
        let message = || Problem::malformed(format!("label {at} is `{value}`, expected a whole number from 0"));
        if is_label { Ok(value as usize) } else { Err(message()) }
    };
    array.values.iter().enumerate().map(label).collect()
}

