//! What blocks with constants share: widths that hold every sum, and memory files.

/// The least width, in bits, of a two's complement number that holds every value of magnitude up to `bound`.
pub fn width_for(bound: u128) -> u32 {
    129 - bound.leading_zeros()
}

/// The first of `words` that is no two's complement number of `width` bits.
pub fn outside(words: &[i64], width: u32) -> Option<i64> {
    let limit = 1i64 << (width - 1);
    words.iter().copied().find(|word| !(-limit..limit).contains(word))
}

/// A file for `$readmemh`: `about` as a comment, then one line per entry of `lanes` words of `width` bits.
///
/// Word l of an entry stands in bits `l*width +: width`.
pub fn memory_file(about: &str, words: &[i64], lanes: usize, width: u32) -> String {
    let mut text = format!("// {about}\n");
    let mut digits = Vec::new();
    for entry in words.chunks_exact(lanes) {
        digits.clear();
        hexadecimal(entry, width, &mut digits);
        text.extend(digits.iter().rev());
        text.push('\n');
    }
    text
}

/// The digits of words of `width` bits side by side, lowest first.
fn hexadecimal(words: &[i64], width: u32, digits: &mut Vec<char>) {
    let mask = (1u128 << width) - 1;
    let digit = |bits: u128| char::from_digit((bits & 15) as u32, 16).unwrap_or_default();
    let (mut bits, mut count) = (0u128, 0);
    for &word in words {
        bits |= (word as u128 & mask) << count;
        count += width;
        while count >= 4 {
            digits.push(digit(bits));
            (bits, count) = (bits >> 4, count - 4);
        }
    }
    if count > 0 {
        digits.push(digit(bits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_hold_their_bound_and_no_less() {
        assert_eq!([0, 1, 127, 128].map(width_for), [1, 2, 8, 9]);
    }

    #[test]
    fn memory_files_put_the_first_word_lowest() {
        assert_eq!(memory_file("two words", &[1, -1, -8, 7], 2, 4), "// two words\nf1\n78\n");
        assert_eq!(memory_file("odd width", &[-1, 0, 2], 1, 5), "// odd width\n1f\n00\n02\n");
        assert_eq!(outside(&[3, -4, 4], 3), Some(4));
    }
}
