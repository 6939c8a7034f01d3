//! Model of [`pack`](super): the words of a block, each in its place.

use crate::machine::Unit;
use crate::machine::text::Fields;

/// A block on its way.
pub struct Pack {
    /// For each word given, its place among the words taken.
    places: Vec<usize>,
    words: Vec<i64>,
}

impl Unit for Pack {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        self.words.extend_from_slice(input);
        let whole = self.words.len() / self.places.len() * self.places.len();
        for block in self.words.chunks_exact(self.places.len()) {
            output.extend(self.places.iter().map(|&place| block[place]));
        }
        self.words.drain(..whole);
    }

    fn reset(&mut self) {
        self.words.clear();
    }
}

/// Reads `places`: for each word given, its place among the words taken.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let places: Vec<usize> = fields.numbers("places")?;
    if places.is_empty() {
        return Err("`places`: expected one word at least".into());
    }
    if let Some(place) = places.iter().find(|&&place| place >= places.len()) {
        return Err(format!("`places`: a word from place {place} of {}", places.len()));
    }
    Ok(Box::new(Pack { places, words: Vec::new() }))
}
