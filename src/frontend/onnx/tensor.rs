//! Tensors of a file to arrays: numbers in any of the places where ONNX keeps them, and of any type.

use super::array::{Array, Kind};
use super::proto::TensorProto;
use crate::diag::Code;
use crate::frontend::weights::file::{self, Bytes};
use crate::frontend::weights::{Problem, elements_or_none};
use crate::frontend::{MAX_DIMENSIONS, weights::shape_text};
use crate::network::numbers::element::Element;
use prost::Message;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The tensor in `bytes`, of at most `most` elements: the form in which ONNX keeps single values in files.
pub fn read(bytes: &[u8], most: usize) -> Result<Array, Problem> {
    let tensor = TensorProto::decode(bytes)
        .map_err(|cause| Problem::malformed(format!("the file is damaged or not a tensor of ONNX ({cause})")))?;
    Tensors::new(None, most).array(&tensor)
}

/// Reads tensors, with at most so many elements in all of them together.
pub struct Tensors<'a> {
    folder: Option<&'a Path>,
    left: usize,
    open: BTreeMap<PathBuf, Bytes>,
}

impl<'a> Tensors<'a> {
    /// Tensors whose data may lie in files of `folder` (`None`: nowhere but in the model itself).
    pub fn new(folder: Option<&'a Path>, most: usize) -> Tensors<'a> {
        Tensors { folder, left: most, open: BTreeMap::new() }
    }

    /// The array of a tensor.
    pub fn array(&mut self, tensor: &TensorProto) -> Result<Array, Problem> {
        self.read(tensor).map_err(|problem| problem.of(&tensor.name.escape_debug().to_string()))
    }

    fn read(&mut self, tensor: &TensorProto) -> Result<Array, Problem> {
        let kind = Kind::of_code(tensor.data_type.into()).map_err(Problem::malformed)?;
        let shape = shape(&tensor.dims)?;
        let count = elements_or_none(&shape, self.left)?;
        let values = match (tensor.data_location, &tensor.raw_data) {
            (1, _) => self.external(tensor, kind, count)?,
            (_, Some(raw)) => decode(raw, kind, count)?,
            _ => fields(tensor, kind),
        };
        if values.len() != count {
            let (found, shape) = (values.len(), shape_text(&shape));
            return Err(Problem::malformed(format!("the tensor has `{found}` elements, expected {count} for {shape}")));
        }
        self.left -= count;
        Ok(Array { shape, values, kind })
    }

    /// Data in another file, which must lie in the model's folder.
    fn external(&mut self, tensor: &TensorProto, kind: Kind, count: usize) -> Result<Vec<f64>, Problem> {
        let entry = |key: &str| tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
        let number = |key: &str| match entry(key).map(|value| value.parse::<usize>()) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(Problem::malformed(format!("the `{key}` of its data is not a number"))),
        };
        let Some(location) = entry("location") else {
            return Err(Problem::malformed("its data are in another file, but no `location` is stated"));
        };
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        let bytes = self.open(location)?;
        let rest = bytes.get(offset..).unwrap_or_default();
        let data = rest.get(..length.unwrap_or(rest.len()));
        data.map_or(Err(short(location)), |data| decode(data, kind, count).map_err(|problem| problem.of(location)))
    }

    fn open(&mut self, location: &str) -> Result<&Bytes, Problem> {
        let shown = location.escape_debug();
        let refused = |why: &str| {
            let message = format!("its data are in `{shown}`, {why}, expected a file in the model's folder");
            Problem::new(Code::FileUnreadable, message)
        };
        let inside = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
        let Some(folder) = self.folder else { return Err(refused("another file")) };
        if location.contains('\\') || !Path::new(location).components().all(inside) {
            return Err(refused("which leads outside"));
        }
        let unreadable = |cause| refused(&format!("which cannot be read ({})", file::reason(&cause)));
        // links are followed before the question is asked
        let path = folder.join(location).canonicalize().map_err(unreadable)?;
        if !path.starts_with(folder.canonicalize().map_err(unreadable)?) {
            return Err(refused("which is a link to another folder"));
        }
        if !self.open.contains_key(&path) {
            self.open.insert(path.clone(), Bytes::open(&path).map_err(unreadable)?);
        }
        self.open.get(&path).ok_or_else(|| refused("which cannot be read"))
    }
}

fn short(location: &str) -> Problem {
    Problem::malformed(format!("`{}` ends before the data of the tensor do", location.escape_debug()))
}

/// Sizes of dimensions: none negative, and not too many.
pub fn shape(dims: &[i64]) -> Result<Vec<usize>, Problem> {
    if dims.len() > MAX_DIMENSIONS {
        let message = format!("the tensor has {} dimensions, expected at most {MAX_DIMENSIONS}", dims.len());
        return Err(Problem::new(Code::LimitExceeded, message));
    }
    let size = |&d: &i64| usize::try_from(d).map_err(|_| Problem::malformed(format!("a dimension has size `{d}`")));
    dims.iter().map(size).collect()
}

/// The elements of little-endian data, which must hold just so many.
fn decode(bytes: &[u8], kind: Kind, count: usize) -> Result<Vec<f64>, Problem> {
    let expected = kind.element().map_or(count.div_ceil(2), |element| count * element.bytes());
    if bytes.len() != expected {
        let found = bytes.len();
        return Err(Problem::malformed(format!("the tensor has `{found}` bytes of data, expected {expected}")));
    }
    Ok(match kind.element() {
        Some(element) => element.decode(bytes, false),
        None => bytes.iter().flat_map(|&byte| nibbles(byte, kind)).take(count).collect(),
    })
}

/// Two elements of four bits each, the lower one first.
fn nibbles(byte: u8, kind: Kind) -> [f64; 2] {
    let value = |bits: u8| match kind {
        Kind::Int(_) => ((bits << 4) as i8 >> 4) as f64,
        _ => bits as f64,
    };
    [value(byte & 15), value(byte >> 4)]
}

/// The elements in the field of their type.
fn fields(tensor: &TensorProto, kind: Kind) -> Vec<f64> {
    let word = |element: Element, word: i32| element.decode(&word.to_le_bytes()[..element.bytes()], false)[0];
    match kind {
        Kind::Float(32) => tensor.float_data.iter().map(|&value| value.into()).collect(),
        Kind::Float(64) => tensor.double_data.clone(),
        Kind::Int(64) => tensor.int64_data.iter().map(|&value| value as f64).collect(),
        Kind::Uint(32) | Kind::Uint(64) => tensor.uint64_data.iter().map(|&value| value as f64).collect(),
        _ => match kind.element() {
            Some(element) => tensor.int32_data.iter().map(|&value| word(element, value)).collect(),
            None => tensor.int32_data.iter().flat_map(|&value| nibbles(value as u8, kind)).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(tensor: &TensorProto, folder: Option<&Path>) -> Result<Array, String> {
        Tensors::new(folder, 100).array(tensor).map_err(|problem| problem.message)
    }

    fn raw(code: i32, dims: &[i64], bytes: &[u8]) -> TensorProto {
        TensorProto { dims: dims.to_vec(), data_type: code, raw_data: Some(bytes.to_vec()), ..Default::default() }
    }

    fn external(entries: &[(&str, &str)]) -> TensorProto {
        let entry = |(key, value): &(&str, &str)| super::super::proto::StringStringEntryProto {
            key: key.to_string(),
            value: value.to_string(),
        };
        let external_data = entries.iter().map(entry).collect();
        TensorProto { dims: vec![2], data_type: 2, data_location: 1, external_data, ..Default::default() }
    }

    #[test]
    fn every_place_of_numbers_is_read() {
        assert_eq!(array(&raw(1, &[1], &[0, 0, 0xc0, 0x3f]), None).unwrap().values, [1.5]);
        assert_eq!(array(&raw(22, &[3], &[0x8f, 0x07]), None).unwrap().values, [-1.0, -8.0, 7.0]);
        assert_eq!(array(&raw(21, &[2], &[0x8f]), None).unwrap().values, [15.0, 8.0]);
        let half = TensorProto { dims: vec![1], data_type: 10, int32_data: vec![0xc000], ..Default::default() };
        assert_eq!(array(&half, None).unwrap().values, [-2.0]);
        let signed = TensorProto { dims: vec![], data_type: 3, int32_data: vec![-3], ..Default::default() };
        assert_eq!(array(&signed, None).unwrap().values, [-3.0]);
    }

    #[test]
    fn damage_is_named() {
        let refused = |tensor: &TensorProto, words: &str| {
            let message = array(tensor, None).unwrap_err();
            assert!(message.contains(words), "{message}");
        };
        refused(&raw(1, &[2], &[0; 4]), "`4` bytes of data, expected 8");
        refused(&raw(1, &[-2], &[0; 4]), "size `-2`");
        refused(&raw(1, &[1 << 40, 1 << 40], &[]), "expected at most");
        refused(&raw(1, &[101], &[]), "expected at most 100 elements");
        refused(&raw(1, &[1; 9], &[0; 4]), "9 dimensions");
        refused(&raw(8, &[1], &[]), "`string`");
        refused(&raw(77, &[1], &[]), "element type `77`");
        let few = TensorProto { dims: vec![2], data_type: 1, float_data: vec![0.0], ..Default::default() };
        refused(&few, "`1` elements, expected 2");
    }

    #[test]
    fn data_never_come_from_outside_the_folder() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("model");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(above.path().join("secret"), [1, 2]).unwrap();
        std::fs::write(folder.join("data"), [1, 2, 3, 4]).unwrap();
        let good = external(&[("location", "./data"), ("offset", "1"), ("length", "2")]);
        assert_eq!(array(&good, Some(&folder)).unwrap().values, [2.0, 3.0]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret", folder.join("link")).unwrap();
        for (location, words) in [
            ("../secret", "outside"),
            ("/etc/passwd", "outside"),
            ("..\\secret", "outside"),
            ("none", "no such file"),
            (".", "not a regular file"),
            #[cfg(unix)]
            ("link", "a link"),
        ] {
            let message = array(&external(&[("location", location)]), Some(&folder)).unwrap_err();
            assert!(message.contains(words), "{location}: {message}");
        }
        let late = external(&[("location", "data"), ("offset", "3"), ("length", "2")]);
        assert!(array(&late, Some(&folder)).unwrap_err().contains("ends before"));
        let far = external(&[("location", "data"), ("offset", "99999999999999999999")]);
        assert!(array(&far, Some(&folder)).unwrap_err().contains("`offset`"));
        assert!(array(&external(&[]), Some(&folder)).unwrap_err().contains("no `location`"));
        assert!(array(&good, None).unwrap_err().contains("another file"));
    }
}
