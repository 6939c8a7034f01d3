//! The format safetensors: a JSON header and the data of many named tensors.

use super::{Place, Problem, Tensor, choose, elements};
use crate::network::numbers::element::Element;
use ::safetensors::tensor::TensorView;
use ::safetensors::{Dtype, SafeTensorError, SafeTensors, serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longest header read, bytes; a header names some hundred bytes per tensor.
pub const MAX_HEADER: u64 = 8 << 20;

/// The tensor `name` of at most `most` elements; without a name, the only one.
pub fn read(bytes: &[u8], name: Option<&str>, most: usize) -> Result<Tensor, Problem> {
    let Place { shape, bytes: range, element, .. } = place(bytes, name, most)?;
    Ok(Tensor { shape, values: element.decode(&bytes[range], false) })
}

/// Where that tensor stands.
pub(super) fn place(bytes: &[u8], name: Option<&str>, most: usize) -> Result<Place, Problem> {
    let file = open(bytes)?;
    let name = choose(name, &file.names())?;
    let tensor = file.tensor(name).map_err(|cause| Problem::malformed(cause.to_string()))?;
    let Some(element) = element(tensor.dtype()) else {
        let message =
            format!("`{name}` has elements of type {:?}, expected F64, F32, F16, BF16 or integers", tensor.dtype());
        return Err(Problem::malformed(message));
    };
    elements(tensor.shape(), most).map_err(|problem| problem.of(name))?;
    let start = tensor.data().as_ptr() as usize - bytes.as_ptr() as usize;
    let range = start..start + tensor.data().len();
    Ok(Place { shape: tensor.shape().to_vec(), bytes: range, element, big_endian: false })
}

/// The names of all tensors.
pub fn names(bytes: &[u8]) -> Result<BTreeSet<String>, Problem> {
    Ok(open(bytes)?.names().into_iter().map(str::to_string).collect())
}

fn open(bytes: &[u8]) -> Result<SafeTensors<'_>, Problem> {
    let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length));
    match length {
        None => return Err(Problem::malformed("the file is shorter than 8 bytes, expected a safetensors header")),
        Some(length) if length > MAX_HEADER => {
            let message = format!("the header states `{length}` bytes for itself, expected at most {MAX_HEADER}");
            return Err(Problem::malformed(message));
        }
        Some(_) => {}
    }
    SafeTensors::deserialize(bytes).map_err(|cause| Problem::malformed(fault(&cause)))
}

/// Tensors by name: shape and numbers.
pub type Tensors<'a> = BTreeMap<String, (Vec<usize>, &'a [f64])>;

/// The bytes of a file of these tensors: names, shapes, numbers. A tensor is F32 where that loses nothing, else F64.
pub fn write(tensors: &Tensors) -> Result<Vec<u8>, Problem> {
    write_with(tensors, None)
}

/// The key under which a note stands in the header.
const NOTE: &str = "circlet";

/// The same with a note in the header, which [`note`] reads.
pub fn write_with(tensors: &Tensors, note: Option<&str>) -> Result<Vec<u8>, Problem> {
    let fits = |values: &[f64]| values.iter().all(|&value| value as f32 as f64 == value);
    let encode = |values: &[f64]| -> (Dtype, Vec<u8>) {
        match fits(values) {
            true => (Dtype::F32, values.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect()),
            false => (Dtype::F64, values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        }
    };
    let data: Vec<(Dtype, Vec<u8>)> = tensors.values().map(|(_, values)| encode(values)).collect();
    let failed = |cause: SafeTensorError| Problem::malformed(format!("the weights cannot be written: {cause}"));
    let mut views = Vec::new();
    for ((name, (shape, _)), (dtype, bytes)) in tensors.iter().zip(&data) {
        views.push((name, TensorView::new(*dtype, shape.clone(), bytes).map_err(failed)?));
    }
    let notes = note.map(|note| HashMap::from([(NOTE.to_string(), note.to_string())]));
    serialize(views, notes).map_err(failed)
}

/// The note that [`write_with`] put into the header.
pub fn note(bytes: &[u8]) -> Result<Option<String>, Problem> {
    open(bytes)?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|cause| Problem::malformed(fault(&cause)))?;
    Ok(header.metadata().as_ref().and_then(|notes| notes.get(NOTE).cloned()))
}

/// The library's error in our words.
fn fault(cause: &SafeTensorError) -> String {
    use SafeTensorError as E;
    match cause {
        E::HeaderTooSmall | E::HeaderTooLarge | E::InvalidHeaderLength => "the file ends inside its header".into(),
        E::InvalidHeader(_) | E::InvalidHeaderDeserialization(_) | E::JsonError(_) => {
            "the header is not the JSON of a safetensors file".into()
        }
        E::InvalidOffset(name) => format!("the header is damaged: the data of tensor `{name}` are misplaced"),
        E::TensorInvalidInfo | E::ValidationOverflow => {
            "the header is damaged: shape, type and data of a tensor disagree".into()
        }
        E::MetadataIncompleteBuffer => {
            "the data are shorter or longer than the header states: the file is damaged".into()
        }
        other => format!("the header is damaged: {other}"),
    }
}

fn element(dtype: Dtype) -> Option<Element> {
    Some(match dtype {
        Dtype::BOOL => Element::Bool,
        Dtype::U8 => Element::Uint(1),
        Dtype::U16 => Element::Uint(2),
        Dtype::U32 => Element::Uint(4),
        Dtype::U64 => Element::Uint(8),
        Dtype::I8 => Element::Int(1),
        Dtype::I16 => Element::Int(2),
        Dtype::I32 => Element::Int(4),
        Dtype::I64 => Element::Int(8),
        Dtype::F16 => Element::Float(2),
        Dtype::F32 => Element::Float(4),
        Dtype::F64 => Element::Float(8),
        Dtype::BF16 => Element::Bfloat,
        _ => return None,
    })
}
