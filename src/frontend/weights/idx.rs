//! The format IDX, in which MNIST and its like are given: a magic number, sizes, big-endian data.

use super::{Problem, Tensor, elements};
use crate::frontend::MAX_DIMENSIONS;
use crate::network::numbers::element::Element;
use std::io::Read;

/// The array of a stream: reads no more of it than the array needs.
pub fn read_stream(mut stream: impl Read, most: usize) -> Result<Tensor, Problem> {
    let short = |_| Problem::malformed("the file ends inside its header, expected an IDX file");
    let mut magic = [0; 4];
    stream.read_exact(&mut magic).map_err(short)?;
    let (element, dimensions) = match magic {
        [0, 0, kind, dimensions] => (element(kind)?, dimensions as usize),
        _ => return Err(Problem::malformed("the file does not start with the magic number of IDX files")),
    };
    if dimensions > MAX_DIMENSIONS {
        return Err(Problem::malformed(format!(
            "the array has {dimensions} dimensions, expected at most {MAX_DIMENSIONS}"
        )));
    }
    let mut shape = Vec::with_capacity(dimensions);
    for _ in 0..dimensions {
        let mut size = [0; 4];
        stream.read_exact(&mut size).map_err(short)?;
        shape.push(u32::from_be_bytes(size) as usize);
    }
    let length = elements(&shape, most)? * element.bytes();
    let mut bytes = Vec::new();
    let damaged = |cause| Problem::malformed(format!("the data are damaged: {cause}"));
    stream.take(length as u64 + 1).read_to_end(&mut bytes).map_err(damaged)?;
    super::exactly(bytes.len(), length)?;
    Ok(Tensor { shape, values: element.decode(&bytes, true) })
}

fn element(kind: u8) -> Result<Element, Problem> {
    Ok(match kind {
        0x08 => Element::Uint(1),
        0x09 => Element::Int(1),
        0x0b => Element::Int(2),
        0x0c => Element::Int(4),
        0x0d => Element::Float(4),
        0x0e => Element::Float(8),
        _ => return Err(Problem::malformed(format!("element type `{kind:#04x}` of IDX is not known"))),
    })
}
