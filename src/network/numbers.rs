//! The numbers of a tensor: held in memory, or left in the file that holds them and decoded part by part.
//!
//! A large matrix is projected to circulant blocks and then no longer needed: whoever walks it in parts
//! ([`Numbers::part`]) never holds all of it as `f64`, whatever its file holds. Whoever takes the numbers as a slice has all of them
//! decoded, once, for this value and the clones made of it later ([`Numbers::is_held`]).

pub mod element;

use element::Element;
use rayon::prelude::*;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// Numbers decoded at once where only the numbers matter, not their rows.
const PART: usize = 1 << 16;

/// The numbers of a tensor in C order.
#[derive(Clone)]
pub struct Numbers {
    stored: Option<Stored>,
    held: OnceLock<Arc<Vec<f64>>>,
}

/// Elements in a file.
#[derive(Clone)]
pub struct Stored {
    /// The bytes of the file.
    pub file: Arc<dyn AsRef<[u8]> + Send + Sync>,
    /// Where among them the elements stand; whole elements.
    pub bytes: Range<usize>,
    /// What they are.
    pub element: Element,
    /// Their byte order.
    pub big_endian: bool,
}

impl Stored {
    /// How many elements.
    pub fn elements(&self) -> usize {
        self.bytes.len() / self.element.bytes()
    }

    /// Appends some of the elements.
    fn decode_into(&self, part: Range<usize>, values: &mut Vec<f64>) {
        let (size, start) = (self.element.bytes(), self.bytes.start);
        let bytes = &(*self.file).as_ref()[start + part.start * size..start + part.end * size];
        self.element.decode_into(bytes, self.big_endian, values);
    }
}

impl Numbers {
    /// Numbers that stay in their file.
    pub fn stored(stored: Stored) -> Numbers {
        Numbers { stored: Some(stored), held: OnceLock::new() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match (self.held.get(), &self.stored) {
            (Some(held), _) => held.len(),
            (None, Some(stored)) => stored.elements(),
            (None, None) => 0,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all of them are in memory as `f64`.
    pub fn is_held(&self) -> bool {
        self.held.get().is_some()
    }

    /// Some of the numbers, decoded into `buffer` unless all are held.
    pub fn part<'a>(&'a self, part: Range<usize>, buffer: &'a mut Vec<f64>) -> &'a [f64] {
        if let (None, Some(stored)) = (self.held.get(), &self.stored) {
            buffer.clear();
            stored.decode_into(part, buffer);
            return buffer;
        }
        &self[part]
    }

    /// All of them, to be changed; they are held from then on.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        let all = std::mem::take(self);
        all.hold();
        self.held = all.held;
        match self.held.get_mut() {
            Some(held) => Arc::make_mut(held),
            None => crate::bug!("numbers held are not there"),
        }
    }

    /// The position of the first number that is not finite, and how many there are.
    pub fn not_finite(&self) -> Option<(usize, usize)> {
        let of_part = |part: usize| {
            let (from, mut buffer) = (part * PART, Vec::new());
            let values = self.part(from..self.len().min(from + PART), &mut buffer);
            let first = values.iter().position(|value| !value.is_finite())?;
            Some((from + first, values[first..].iter().filter(|value| !value.is_finite()).count()))
        };
        let parts = (0..self.len().div_ceil(PART)).into_par_iter().filter_map(of_part);
        parts.reduce_with(|a, b| (a.0.min(b.0), a.1 + b.1))
    }

    fn hold(&self) -> &Arc<Vec<f64>> {
        self.held.get_or_init(|| {
            let mut values = Vec::with_capacity(self.len());
            if let Some(stored) = &self.stored {
                stored.decode_into(0..stored.elements(), &mut values);
            }
            Arc::new(values)
        })
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(values: Vec<f64>) -> Numbers {
        Numbers { stored: None, held: OnceLock::from(Arc::new(values)) }
    }
}

impl From<Numbers> for Vec<f64> {
    fn from(mut numbers: Numbers) -> Vec<f64> {
        std::mem::take(numbers.to_mut())
    }
}

impl Default for Numbers {
    fn default() -> Numbers {
        Vec::new().into()
    }
}

impl Deref for Numbers {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        self.hold()
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.held.get() {
            Some(held) => held.fmt(f),
            None => write!(f, "{} numbers in a file", self.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(values: &[f32]) -> Numbers {
        let head = [7u8; 3];
        let bytes: Vec<u8> = head.into_iter().chain(values.iter().flat_map(|value| value.to_le_bytes())).collect();
        let bytes = (bytes.clone(), 3..bytes.len());
        Numbers::stored(Stored {
            file: Arc::new(bytes.0),
            bytes: bytes.1,
            element: Element::Float(4),
            big_endian: false,
        })
    }

    #[test]
    fn parts_of_a_file_are_decoded_without_the_rest() {
        let values: Vec<f32> = (0..10).map(|n| n as f32 / 4.0 - 1.0).collect();
        let numbers = stored(&values);
        let mut buffer = Vec::new();
        assert_eq!(numbers.part(2..5, &mut buffer), [-0.5, -0.25, 0.0]);
        assert_eq!((numbers.len(), buffer.len(), numbers.is_held()), (10, 3, false));
        let before = numbers.clone();
        assert_eq!(numbers[9], 1.25);
        assert!(numbers.is_held() && numbers.clone().is_held() && !before.is_held());
        assert_eq!(numbers.part(2..5, &mut Vec::new()), [-0.5, -0.25, 0.0]);
    }

    #[test]
    fn a_change_leaves_clones_alone() {
        for numbers in [stored(&[1.0, 2.0]), Numbers::from(vec![1.0, 2.0])] {
            let (mut changed, kept) = (numbers.clone(), numbers);
            changed.to_mut()[1] = 3.0;
            assert_eq!((&changed[..], &kept[..]), (&[1.0, 3.0][..], &[1.0, 2.0][..]));
        }
    }

    #[test]
    fn what_is_not_finite_is_found_in_any_part() {
        let mut values = vec![0.0f32; 3 * PART + 5];
        assert_eq!(stored(&values).not_finite(), None);
        values[2 * PART + 1] = f32::NAN;
        values[3 * PART + 4] = f32::INFINITY;
        let numbers = stored(&values);
        assert_eq!(numbers.not_finite(), Some((2 * PART + 1, 2)));
        assert!(!numbers.is_held());
    }
}
