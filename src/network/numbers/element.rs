//! Numbers as files hold them, to `f64`.

/// The type of the elements of a tensor in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// One byte, zero or not.
    Bool,
    /// Signed integers of so many bytes: 1, 2, 4 or 8.
    Int(usize),
    /// Unsigned integers of so many bytes: 1, 2, 4 or 8.
    Uint(usize),
    /// IEEE 754 numbers of so many bytes: 2, 4 or 8.
    Float(usize),
    /// The upper half of a 32-bit float.
    Bfloat,
}

impl Element {
    /// Bytes of one element.
    pub fn bytes(self) -> usize {
        match self {
            Element::Bool => 1,
            Element::Bfloat => 2,
            Element::Int(bytes) | Element::Uint(bytes) | Element::Float(bytes) => bytes,
        }
    }

    /// Every whole element of `bytes`; integers beyond 2^53 are rounded.
    pub fn decode(self, bytes: &[u8], big_endian: bool) -> Vec<f64> {
        let mut values = Vec::with_capacity(bytes.len() / self.bytes());
        self.decode_into(bytes, big_endian, &mut values);
        values
    }

    /// The same, appended.
    pub fn decode_into(self, bytes: &[u8], big_endian: bool, values: &mut Vec<f64>) {
        if (self, big_endian) == (Element::Float(4), false) {
            // what most weights are: a loop that becomes vector instructions
            let (words, _) = bytes.as_chunks();
            values.extend(words.iter().map(|&word| f32::from_le_bytes(word) as f64));
            return;
        }
        let convert = self.conversion();
        let size = self.bytes();
        let word = |chunk: &[u8]| {
            let mut word = [0; 8];
            word[..size].copy_from_slice(chunk);
            if big_endian {
                word[..size].reverse();
            }
            convert(u64::from_le_bytes(word))
        };
        values.extend(bytes.chunks_exact(size).map(word));
    }

    /// From the bits of one element, upper ones zero, to its value.
    fn conversion(self) -> fn(u64) -> f64 {
        match self {
            Element::Bool => |bits| (bits != 0) as u8 as f64,
            Element::Int(1) => |bits| bits as i8 as f64,
            Element::Int(2) => |bits| bits as i16 as f64,
            Element::Int(4) => |bits| bits as i32 as f64,
            Element::Int(_) => |bits| bits as i64 as f64,
            Element::Uint(_) => |bits| bits as f64,
            Element::Float(2) => |bits| half(bits as u16),
            Element::Float(4) => |bits| f32::from_bits(bits as u32) as f64,
            Element::Float(_) => f64::from_bits,
            Element::Bfloat => |bits| f32::from_bits((bits as u32) << 16) as f64,
        }
    }
}

/// The value of an IEEE 754 half: 1 sign, 5 exponent and 10 fraction bits.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = ((bits >> 10 & 0x1f) as i32, (bits & 0x3ff) as f64);
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_their_values() {
        let cases =
            [(0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (0x0001, 2f64.powi(-24)), (0x3555, 0.333251953125)];
        for (bits, value) in cases {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn every_type_is_read_in_both_byte_orders() {
        let cases: [(Element, &[u8], f64); 11] = [
            (Element::Bool, &[1], 1.0),
            (Element::Int(1), &[0xff], -1.0),
            (Element::Int(2), &[0xfe, 0xff], -2.0),
            (Element::Int(4), &[0xfd, 0xff, 0xff, 0xff], -3.0),
            (Element::Int(8), &[0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -4.0),
            (Element::Uint(1), &[0xff], 255.0),
            (Element::Uint(2), &[0, 1], 256.0),
            (Element::Uint(4), &[0, 0, 0, 1], 16777216.0),
            (Element::Uint(8), &[0, 0, 0, 0, 1, 0, 0, 0], 4294967296.0),
            (Element::Float(4), &[0, 0, 0xc0, 0x3f], 1.5),
            (Element::Bfloat, &[0xc0, 0x3f], 1.5),
        ];
        for (element, bytes, value) in cases {
            let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
            assert_eq!(element.decode(bytes, false), [value], "{element:?}");
            assert_eq!(element.decode(&reversed, true), [value], "{element:?}");
        }
    }
}
