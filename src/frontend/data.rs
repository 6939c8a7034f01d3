//! Samples and labels that `run`, `eval` and `calibrate` read: IDX, .npy (both also with gzip), CSV, and .ts, which holds both.

use super::MAX_ELEMENTS;
use super::series;
use super::weights::file::Bytes;
use super::weights::{Problem, Tensor, idx, npy, shape_text, table};
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
    from_bytes(path, |bytes| match series::is_series(bytes) {
        true => Ok(series::read(bytes)?.classes),
        false => to_labels(&array(bytes)?),
    })
}

/// What `read` makes of the array of a file.
pub fn from_file<T>(path: &Path, read: impl FnOnce(Tensor) -> Result<T, Problem>) -> Result<T, Error> {
    from_bytes(path, |bytes| array(bytes).and_then(read))
}

/// What `read` makes of a file.
pub fn from_bytes<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<T, Problem>) -> Result<T, Error> {
    let bytes = Bytes::open(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
    let malformed = |problem: Problem| {
        let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
        Error::Malformed { path: path.into(), problem: problem.message + &help }
    };
    read(&bytes).map_err(malformed)
}

/// The numbers of a file, whose format its first bytes tell.
pub fn array(bytes: &[u8]) -> Result<Tensor, Problem> {
    let array = match bytes {
        [0x1f, 0x8b, ..] => packed(bytes),
        [0x93, ..] => npy::read(bytes, MAX_ELEMENTS),
        [0, 0, ..] => idx::read_stream(bytes, MAX_ELEMENTS),
        [] => Err(Problem::malformed("the file is empty")),
        [b'#' | b'@', ..] => series::read(bytes).map(|series| series.values),
        [b'P', b'K', ..] => Err(Problem::malformed("the file is an archive, expected one array: .npy, IDX or CSV")),
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
    check_samples(array, shape)?;
    let size: usize = shape.iter().product();
    Ok(array.values.chunks_exact(size).map(<[f64]>::to_vec).collect())
}

/// Refuses an array that does not hold samples of an input of `shape`.
pub fn check_samples(array: &Tensor, shape: &[usize]) -> Result<(), Problem> {
    let size: usize = shape.iter().product();
    let whole = array.shape == shape || array.shape == [size];
    let rest = array.shape.get(1..).unwrap_or_default();
    if !whole && rest != shape && rest != [size] {
        let flat = if shape.len() > 1 { format!(" or [samples][{size}]") } else { String::new() };
        let (found, shape) = (shape_text(&array.shape), shape_text(shape));
        let message = format!("the array has shape {found}, expected [samples]{shape}{flat}");
        return Err(Problem::malformed(message));
    }
    Ok(())
}

/// Whole numbers from 0, one per sample.
pub fn to_labels(array: &Tensor) -> Result<Vec<usize>, Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const IMAGES: &[u8] = &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 255];

    fn packed_by_gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn samples_of(bytes: &[u8], shape: &[usize]) -> Result<Vec<Vec<f64>>, String> {
        array(bytes).and_then(|array| split(&array, shape)).map_err(|problem| problem.message)
    }

    #[test]
    fn every_format_gives_its_samples() {
        let expected = vec![vec![1.0, 2.0], vec![3.0, 255.0]];
        assert_eq!(samples_of(IMAGES, &[1, 2]).unwrap(), expected);
        assert_eq!(samples_of(&packed_by_gzip(IMAGES), &[1, 2]).unwrap(), expected);
        assert_eq!(samples_of(b"x,y\n1, 2\n3,2.55e2\n", &[2]).unwrap(), expected);
        let header = "{'descr': '<u2', 'fortran_order': True, 'shape': (2, 2), }\n";
        let length = (header.len() as u16).to_le_bytes();
        let npy = [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &[1, 0, 3, 0, 2, 0, 255, 0]].concat();
        assert_eq!(samples_of(&npy, &[2]).unwrap(), expected);
        assert_eq!(samples_of(&packed_by_gzip(&npy), &[2, 1]).unwrap(), expected);
        assert_eq!(samples_of(&npy, &[2, 2]).unwrap(), [[1.0, 2.0, 3.0, 255.0]], "one sample alone");
    }

    #[test]
    fn what_does_not_fit_is_refused_in_words() {
        let refused = |bytes: &[u8], words: &str| {
            let message = samples_of(bytes, &[1, 2]).unwrap_err();
            assert!(message.contains(words), "{message}");
        };
        refused(b"", "empty");
        refused(b"1,2,3\n", "expected [samples][1][2] or [samples][2]");
        refused(b"1,inf\n", "element 1 is not a finite number");
        refused(&IMAGES[..19], "3 bytes of data, expected 4");
        refused(&[IMAGES, &[0]].concat(), "more bytes of data than the 4");
        refused(&[0, 0, 0x0a, 1, 0, 0, 0, 1, 0], "element type `0x0a`");
        refused(&[0, 0, 8, 9], "9 dimensions");
        refused(&[0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "expected at most");
        let packed = packed_by_gzip(IMAGES);
        refused(&packed[..20], "ends inside its header");
        refused(&packed[..packed.len() - 1], "damaged");
        refused(&packed_by_gzip(b"1,2\n"), "neither IDX nor .npy");
    }

    #[test]
    fn a_packed_file_is_unpacked_only_as_far_as_its_array_goes() {
        let bomb = packed_by_gzip(&[IMAGES, &vec![0; 1 << 24]].concat());
        assert!(bomb.len() < 1 << 16);
        assert!(samples_of(&bomb, &[1, 2]).unwrap_err().contains("more bytes of data than the 4"));
    }

    #[test]
    fn labels_are_whole_numbers() {
        let of = |text: &[u8]| array(text).and_then(|array| to_labels(&array)).map_err(|problem| problem.message);
        assert_eq!(of(b"3\n0\n7\n").unwrap(), [3, 0, 7]);
        assert_eq!(of(&[0, 0, 8, 1, 0, 0, 0, 2, 4, 9]).unwrap(), [4, 9]);
        assert!(of(b"1.5\n").unwrap_err().contains("label 0 is `1.5`"));
        assert!(of(b"1\n-1\n").unwrap_err().contains("label 1"));
        assert!(of(b"1,2\n").unwrap_err().contains("expected [samples]"));
    }
}
