//! The format .npy: one array with its type, its order and its shape.

use super::{Place, Problem, Tensor, elements, exactly};
use crate::network::numbers::element::Element;
use pest::Parser;
use std::io::Read;

/// Longest header read, bytes; NumPy itself refuses longer ones than 10,000.
const MAX_HEADER: usize = 1 << 16;

#[derive(pest_derive::Parser)]
#[grammar = "frontend/weights/npy.pest"]
struct HeaderParser;

/// What a header says.
#[derive(Debug, PartialEq)]
struct Header {
    element: Element,
    big_endian: bool,
    fortran: bool,
    shape: Vec<usize>,
}

/// The array of a whole file, of at most `most` elements.
pub fn read(mut bytes: &[u8], most: usize) -> Result<Tensor, Problem> {
    let header = header(&mut bytes)?;
    let length = elements(&header.shape, most)? * header.element.bytes();
    exactly(bytes.len(), length)?;
    Ok(header.tensor(bytes))
}

/// Where that array stands; `None` where it is in Fortran order.
pub(super) fn place(bytes: &[u8], most: usize) -> Result<Option<Place>, Problem> {
    let mut rest = bytes;
    let Header { element, big_endian, fortran, shape } = header(&mut rest)?;
    let length = elements(&shape, most)? * element.bytes();
    exactly(rest.len(), length)?;
    let range = bytes.len() - length..bytes.len();
    Ok((!fortran).then_some(Place { shape, bytes: range, element, big_endian }))
}

/// The array of a stream: reads no more of it than the array needs.
pub fn read_stream(mut stream: impl Read, most: usize) -> Result<Tensor, Problem> {
    let header = header(&mut stream)?;
    let length = elements(&header.shape, most)? * header.element.bytes();
    let mut bytes = Vec::new();
    // one byte further: a checksum is compared at the end of the stream
    stream.take(length as u64 + 1).read_to_end(&mut bytes).map_err(damaged)?;
    exactly(bytes.len(), length)?;
    Ok(header.tensor(&bytes))
}

fn damaged(cause: std::io::Error) -> Problem {
    Problem::malformed(format!("the data are damaged: {cause}"))
}

fn header(stream: &mut impl Read) -> Result<Header, Problem> {
    let short = |_| Problem::malformed("the file ends inside its header, expected a .npy file");
    let mut head = [0; 8];
    stream.read_exact(&mut head).map_err(short)?;
    let [magic @ .., major, _minor] = head;
    if &magic != b"\x93NUMPY" {
        return Err(Problem::malformed("the file does not start with the mark of .npy files"));
    }
    let mut length = [0; 4];
    let digits = match major {
        1 => 2,
        2 | 3 => 4,
        _ => return Err(Problem::malformed(format!("version `{major}` of .npy is not known, expected 1, 2 or 3"))),
    };
    stream.read_exact(&mut length[..digits]).map_err(short)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_HEADER {
        return Err(Problem::malformed(format!(
            "the header states `{length}` bytes for itself, expected at most {MAX_HEADER}"
        )));
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).map_err(short)?;
    parse(&String::from_utf8_lossy(&text))
}

fn parse(text: &str) -> Result<Header, Problem> {
    let unclear = || {
        let shown: String = text.trim().chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Problem::malformed(format!("the header `{shown}` is not that of an array of numbers"))
    };
    let (mut element, mut fortran, mut shape) = (None, None, None);
    let pairs = HeaderParser::parse(Rule::header, text).map_err(|_| unclear())?;
    for pair in pairs.flatten() {
        match pair.as_rule() {
            Rule::kind => element = Some(kind(pair.as_str())?),
            Rule::truth => fortran = Some(pair.as_str() == "True"),
            Rule::shape => {
                let sizes = pair.into_inner().map(|size| size.as_str().parse());
                shape = Some(sizes.collect::<Result<Vec<usize>, _>>().map_err(|_| unclear())?);
            }
            _ => {}
        }
    }
    match (element, fortran, shape) {
        (Some((element, big_endian)), Some(fortran), Some(shape)) => Ok(Header { element, big_endian, fortran, shape }),
        _ => Err(unclear()),
    }
}

/// The element type of a NumPy type string, and whether it is big-endian.
fn kind(text: &str) -> Result<(Element, bool), Problem> {
    let (order, rest) = text.split_at(1);
    let (letter, size) = rest.split_at(1);
    let element = match (letter, size) {
        ("b", "1") => Element::Bool,
        ("i", "1" | "2" | "4" | "8") => Element::Int(size.parse().unwrap_or(1)),
        ("u", "1" | "2" | "4" | "8") => Element::Uint(size.parse().unwrap_or(1)),
        ("f", "2" | "4" | "8") => Element::Float(size.parse().unwrap_or(8)),
        _ => {
            let message = format!("the elements have type `{text}`, expected f2, f4, f8 or integers");
            return Err(Problem::malformed(message).help("convert it in NumPy: `np.save(path, array.astype(\"f8\"))`"));
        }
    };
    Ok((element, order == ">"))
}

impl Header {
    fn tensor(self, bytes: &[u8]) -> Tensor {
        let values = self.element.decode(bytes, self.big_endian);
        let values = if self.fortran { to_c_order(&values, &self.shape) } else { values };
        Tensor { shape: self.shape, values }
    }
}

/// From the first index running fastest to the last index running fastest.
fn to_c_order(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1;
    for &size in shape {
        strides.push(stride);
        stride *= size;
    }
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut out = Vec::with_capacity(values.len());
    while out.len() < values.len() {
        out.push(values[at]);
        for d in (0..shape.len()).rev() {
            index[d] += 1;
            at += strides[d];
            if index[d] < shape[d] {
                break;
            }
            at -= strides[d] * shape[d];
            index[d] = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn both_orders_give_the_same_array() {
        let c = file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n", &[0, 1, 2, 3, 4, 5]);
        let fortran = file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", &[0, 3, 1, 4, 2, 5]);
        let tensor = read(&c, 6).unwrap();
        assert_eq!(tensor, Tensor { shape: vec![2, 3], values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0] });
        assert_eq!(read(&fortran, 6).unwrap(), tensor);
        assert_eq!(read_stream(&fortran[..], 6).unwrap(), tensor);
    }

    #[test]
    fn three_dimensions_in_fortran_order() {
        let values: Vec<f64> = (0..24).map(f64::from).collect();
        let out = to_c_order(&values, &[2, 3, 4]);
        for (a, b, c) in (0..24).map(|i| (i / 12, i / 4 % 3, i % 4)) {
            assert_eq!(out[(a * 3 + b) * 4 + c], (a + 2 * b + 6 * c) as f64);
        }
    }

    #[test]
    fn every_cut_is_refused() {
        let whole = file("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }\n", &[0; 8]);
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut], 9).unwrap_err().code, crate::diag::Code::FileMalformed, "cut at {cut}");
        }
        assert!(read(&whole, 2).is_ok() && read(&whole, 1).is_err());
    }
}
