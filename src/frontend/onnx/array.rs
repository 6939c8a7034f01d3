//! Arrays as ONNX computes with them: a shape, numbers, and the type of element that they are meant to be.

use crate::network::numbers::element::Element;

/// The type of the elements of a tensor; the codes are those of `TensorProto.DataType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Zero or one.
    Bool,
    /// Signed integers of so many bits.
    Int(u32),
    /// Unsigned integers of so many bits.
    Uint(u32),
    /// IEEE 754 numbers of so many bits.
    Float(u32),
    /// The upper half of a 32-bit float.
    Bfloat,
}

/// Codes, in the order of the standard; types that are not read have none.
const CODES: &[(i32, Kind)] = &[
    (1, Kind::Float(32)),
    (2, Kind::Uint(8)),
    (3, Kind::Int(8)),
    (4, Kind::Uint(16)),
    (5, Kind::Int(16)),
    (6, Kind::Int(32)),
    (7, Kind::Int(64)),
    (9, Kind::Bool),
    (10, Kind::Float(16)),
    (11, Kind::Float(64)),
    (12, Kind::Uint(32)),
    (13, Kind::Uint(64)),
    (16, Kind::Bfloat),
    (21, Kind::Uint(4)),
    (22, Kind::Int(4)),
];

/// Names of the codes that are not read.
const OTHERS: &[(i32, &str)] = &[
    (8, "string"),
    (14, "complex64"),
    (15, "complex128"),
    (17, "float8e4m3fn"),
    (18, "float8e4m3fnuz"),
    (19, "float8e5m2"),
    (20, "float8e5m2fnuz"),
    (23, "float4e2m1"),
    (24, "float8e8m0"),
    (25, "uint2"),
    (26, "int2"),
];

/// `CAST` of opset 1 to 5 states its type in words.
const WORDS: &[(&str, i32)] = &[
    ("FLOAT", 1),
    ("UINT8", 2),
    ("INT8", 3),
    ("UINT16", 4),
    ("INT16", 5),
    ("INT32", 6),
    ("INT64", 7),
    ("BOOL", 9),
    ("FLOAT16", 10),
    ("DOUBLE", 11),
    ("UINT32", 12),
    ("UINT64", 13),
];

impl Kind {
    /// The type of this code, or the reason why it is not read.
    pub fn of_code(code: i64) -> Result<Kind, String> {
        if let Some((_, kind)) = CODES.iter().find(|(known, _)| i64::from(*known) == code) {
            return Ok(*kind);
        }
        let name = OTHERS.iter().find(|(known, _)| i64::from(*known) == code).map(|(_, name)| *name);
        Err(match name {
            Some(name) => format!("elements of type `{name}` are not taken, expected floats, integers or booleans"),
            None => format!("element type `{code}` is not known"),
        })
    }

    /// The type of this word.
    pub fn of_word(word: &str) -> Result<Kind, String> {
        let code = WORDS.iter().find(|(known, _)| *known == word).map_or(0, |(_, code)| *code);
        Kind::of_code(code.into()).map_err(|_| format!("element type `{}` is not known", word.escape_debug()))
    }

    /// How elements of at least one byte are stored.
    pub fn element(self) -> Option<Element> {
        match self {
            Kind::Bool => Some(Element::Bool),
            Kind::Int(4) | Kind::Uint(4) => None,
            Kind::Int(bits) => Some(Element::Int(bits as usize / 8)),
            Kind::Uint(bits) => Some(Element::Uint(bits as usize / 8)),
            Kind::Float(bits) => Some(Element::Float(bits as usize / 8)),
            Kind::Bfloat => Some(Element::Bfloat),
        }
    }

    /// Whether fractions exist.
    pub fn is_float(self) -> bool {
        matches!(self, Kind::Float(_) | Kind::Bfloat)
    }

    /// Least and greatest value of an integer type.
    pub fn range(self) -> (f64, f64) {
        match self {
            Kind::Bool => (0.0, 1.0),
            Kind::Int(bits) => (-(2f64.powi(bits as i32 - 1)), 2f64.powi(bits as i32 - 1) - 1.0),
            Kind::Uint(bits) => (0.0, 2f64.powi(bits as i32) - 1.0),
            Kind::Float(_) | Kind::Bfloat => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// The nearest value of the type; integers are cut towards zero and must be in range.
    pub fn convert(self, value: f64) -> Result<f64, String> {
        let (low, high) = self.range();
        match self {
            Kind::Bool => Ok((value != 0.0) as u8 as f64),
            Kind::Float(64) => Ok(value),
            Kind::Float(32) => Ok(value as f32 as f64),
            Kind::Float(_) => Ok(rounded(value, 11, 2f64.powi(-24), 65504.0)),
            Kind::Bfloat => Ok(rounded(value, 8, 2f64.powi(-133), f64::from(f32::from_bits(0x7f7f_0000)))),
            _ if (low..=high).contains(&value.trunc()) => Ok(value.trunc()),
            _ => Err(format!("{value} is outside the range of {}", self.name())),
        }
    }

    /// The name the standard gives the type.
    pub fn name(self) -> String {
        match self {
            Kind::Bool => "bool".into(),
            Kind::Int(bits) => format!("int{bits}"),
            Kind::Uint(bits) => format!("uint{bits}"),
            Kind::Float(64) => "double".into(),
            Kind::Float(16) => "float16".into(),
            Kind::Float(_) => "float".into(),
            Kind::Bfloat => "bfloat16".into(),
        }
    }
}

/// To the nearest number with so many digits in binary, ties to even; multiples of `least` near zero, and infinite
/// where the result would pass `greatest`.
fn rounded(value: f64, digits: i32, least: f64, greatest: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let exponent = value.abs().log2().floor() as i32;
    let step = 2f64.powi(exponent - digits + 1).max(least);
    let result = (value / step).round_ties_even() * step;
    if result.abs() > greatest { result.signum() * f64::INFINITY } else { result }
}

/// An array; its numbers are `f64` whatever their type.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Sizes of the dimensions; none: one number.
    pub shape: Vec<usize>,
    /// The elements in C order.
    pub values: Vec<f64>,
    /// What the elements are meant to be.
    pub kind: Kind,
}

impl Array {
    /// An array of floats.
    pub fn floats(shape: Vec<usize>, values: Vec<f64>) -> Array {
        Array { shape, values, kind: Kind::Float(32) }
    }

    /// A vector of 64-bit integers.
    pub fn integers(values: impl IntoIterator<Item = usize>) -> Array {
        let values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
        Array { shape: vec![values.len()], values, kind: Kind::Int(64) }
    }

    /// The same elements in another shape.
    pub fn shaped(&self, shape: Vec<usize>) -> Array {
        Array { shape, ..self.clone() }
    }

    /// Applies a function to each element.
    pub fn map(&self, function: impl FnMut(f64) -> f64) -> Array {
        Array { values: self.values.iter().copied().map(function).collect(), ..self.clone() }
    }

    /// Its only element.
    pub fn scalar(&self) -> Option<f64> {
        if self.values.len() == 1 { Some(self.values[0]) } else { None }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Number of elements of a shape; `None` where it passes all memory.
pub fn size(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |size, &d| size.checked_mul(d))
}

/// The shape to which several are broadcast: aligned at their ends, ones stretched.
pub fn common_shape(shapes: &[&[usize]]) -> Option<Vec<usize>> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut common = vec![1; rank];
    for shape in shapes {
        for (common, &d) in common[rank - shape.len()..].iter_mut().zip(*shape) {
            match (*common, d) {
                (a, b) if a == b || b == 1 => {}
                (1, b) => *common = b,
                _ => return None,
            }
        }
    }
    Some(common)
}

/// The elements of an array broadcast to `shape`, which must be a [`common_shape`] with its own.
pub fn spread(array: &Array, shape: &[usize]) -> Vec<f64> {
    if array.shape == shape {
        return array.values.clone();
    }
    let padded = shape.len() - array.shape.len();
    let stride = |axis: usize| match axis.checked_sub(padded) {
        Some(own) if array.shape[own] != 1 => array.shape[own + 1..].iter().product(),
        _ => 0,
    };
    let strides: Vec<usize> = (0..shape.len()).map(stride).collect();
    walk(shape, &strides).into_iter().map(|at| array.values[at]).collect()
}

/// The positions that elements of a shape have when dimension i advances by `strides[i]`, in C order.
pub fn walk(shape: &[usize], strides: &[usize]) -> Vec<usize> {
    let mut positions = vec![0];
    for (&size, &stride) in shape.iter().zip(strides) {
        positions = positions.iter().flat_map(|at| (0..size).map(move |i| at + i * stride)).collect();
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_broadcast_from_their_ends() {
        assert_eq!(common_shape(&[&[2, 1, 4], &[3, 1]]), Some(vec![2, 3, 4]));
        assert_eq!(common_shape(&[&[], &[3]]), Some(vec![3]));
        assert_eq!(common_shape(&[&[2], &[3]]), None);
        let column = Array::floats(vec![2, 1], vec![1.0, 2.0]);
        assert_eq!(spread(&column, &[2, 2, 2]), [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn numbers_become_what_their_type_holds() {
        assert_eq!(Kind::Float(16).convert(1.0 + 2f64.powi(-11)), Ok(1.0));
        assert_eq!(Kind::Float(16).convert(65520.0), Ok(f64::INFINITY));
        assert_eq!(Kind::Float(16).convert(2f64.powi(-25) * 1.5), Ok(2f64.powi(-24)));
        assert_eq!(Kind::Bfloat.convert(1.0 + 2f64.powi(-7)), Ok(1.0 + 2f64.powi(-7)));
        assert_eq!(Kind::Int(8).convert(-128.9), Ok(-128.0));
        assert!(Kind::Uint(8).convert(256.0).unwrap_err().contains("uint8"));
        assert!(Kind::Int(8).convert(f64::NAN).is_err());
    }
}
