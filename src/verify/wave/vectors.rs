//! Golden vectors as rows: what the ports brought and showed, one line per cycle; see [`crate::emit::vectors`].

use super::sample::Rows;
use super::{Fault, Problem};
use crate::emit::signals::Signals;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The signals of a line's fields, most significant first: control digit, data, state digit, data.
const FIELDS: [&[&str]; 4] = [
    &["rst", "s_axis_tvalid", "s_axis_tlast", "m_axis_tready"],
    &["s_axis_tdata"],
    &["frame_error", "s_axis_tready", "m_axis_tvalid", "m_axis_tlast"],
    &["m_axis_tdata"],
];

/// Whether vectors hold the signal of a name.
pub fn hold(name: &str) -> bool {
    FIELDS.iter().any(|field| field.contains(&name))
}

/// Gives the cycles of a vector file to `rows`, which are rows of `signals`; those that it does not hold stay unknown.
pub fn stream(path: &Path, signals: &Signals, rows: &mut Rows) -> Result<(), Problem> {
    let file = BufReader::new(File::open(path).map_err(Problem::Io)?);
    let slots = FIELDS.map(|field| -> Vec<Option<usize>> {
        field.iter().map(|name| signals.list.iter().position(|signal| signal.name == *name)).collect()
    });
    let mut row = rows.layout.unknown();
    let (mut cycle, mut number) = (0, 0);
    for line in file.lines() {
        let line = line.map_err(Problem::Io)?;
        number += 1;
        let words = line.split("//").next().unwrap_or_default().trim();
        if words.is_empty() {
            continue;
        }
        let fields: Vec<&str> = words.split('_').collect();
        let wrong = |found: &str, expected| Fault::Syntax {
            place: format!("line {number}"),
            found: found.chars().take(40).collect(),
            expected,
        };
        if fields.len() != FIELDS.len() {
            return Err(wrong(words, "four fields joined by `_`").into());
        }
        for (field, slots) in fields.iter().zip(&slots) {
            let bits = bits_of(field).ok_or_else(|| wrong(field, "hexadecimal digits"))?;
            if let [slot] = slots[..] {
                let Some(slot) = slot else { continue };
                if bits.len() as u32 != signals.list[slot].width {
                    return Err(wrong(field, "as many digits as the port has bits").into());
                }
                rows.layout.set_ascii(&mut row, slot, &bits);
            } else {
                if bits.len() != 4 {
                    return Err(wrong(field, "one digit").into());
                }
                let bits = slots.iter().zip(&bits).filter_map(|(slot, bit)| Some(((*slot)?, bit)));
                bits.for_each(|(slot, bit)| rows.layout.set_ascii(&mut row, slot, &[*bit]));
            }
        }
        if !rows.push(&row, cycle) {
            return Ok(());
        }
        cycle += 1;
    }
    rows.flush();
    Ok(())
}

/// `5` -> `0101`; `x` and `z` stand for four bits.
fn bits_of(digits: &str) -> Option<Vec<u8>> {
    let bits = |digit: char| match digit {
        'x' | 'X' => Some([b'x'; 4]),
        'z' | 'Z' => Some([b'z'; 4]),
        _ => digit.to_digit(16).map(|value| [3, 2, 1, 0].map(|bit| b'0' + (value >> bit & 1) as u8)),
    };
    let bits: Option<Vec<[u8; 4]>> = digits.chars().map(bits).collect();
    bits.filter(|bits| !bits.is_empty()).map(|bits| bits.concat())
}
