//! What a cycle brings and shows, as the words that model and hardware are compared in.
//!
//! The layout is that of [`crate::emit::harness::Dut::of_network`].

use crate::emit::harness::{Dut, FIRST_PROBE};
use crate::machine::{Inputs, Outputs, Probe};
use crate::manifest::Manifest;

/// The lanes of one value of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// How many.
    pub count: usize,
    /// Bits of each.
    pub width: u32,
}

impl Lanes {
    fn words(self) -> usize {
        (self.count * self.width as usize).div_ceil(32)
    }
}

/// The layout of the records of one network.
#[derive(Clone, Debug)]
pub struct Layout {
    flag_words: usize,
    input: Lanes,
    input_words: usize,
    /// Values of an output record: the flag that announces each, and its lanes. `m_axis_tdata` first, then pushed data.
    values: Vec<(usize, Lanes)>,
}

/// Flags of an output record, by position.
pub mod flag {
    /// `s_axis_tready`.
    pub const READY: usize = 0;
    /// `m_axis_tvalid`.
    pub const VALID: usize = 1;
    /// `m_axis_tlast`.
    pub const LAST: usize = 2;
    /// `frame_error`.
    pub const ERROR: usize = 3;
    /// `push` of a FIFO.
    pub fn push(fifo: usize) -> usize {
        super::FIRST_PROBE + 2 * fifo
    }
    /// `pop` of a FIFO.
    pub fn pop(fifo: usize) -> usize {
        super::FIRST_PROBE + 2 * fifo + 1
    }
}

impl Layout {
    /// The layout that the harness of this folder uses.
    pub fn new(manifest: &Manifest, dut: &Dut) -> Layout {
        let (input, output) = (&manifest.input, &manifest.output);
        let stream = |lanes, bytes: usize| Lanes { count: lanes, width: bytes as u32 * 8 };
        let mut values = vec![(flag::VALID, stream(output.lanes, output.bytes))];
        for (fifo, probe) in manifest.probes.iter().enumerate() {
            values.push((flag::push(fifo), Lanes { count: probe.lanes, width: probe.width }));
        }
        let input = stream(input.lanes, input.bytes);
        Layout { flag_words: dut.flag_words(), input, input_words: dut.input_words(), values }
    }

    /// Words of an input record.
    pub fn input_words(&self) -> usize {
        self.input_words
    }

    /// Appends the input record of a cycle.
    pub fn write_inputs(&self, inputs: &Inputs, record: &mut Vec<u32>) {
        let flags = [inputs.rst, inputs.valid, inputs.last, inputs.ready];
        record.push(flags.iter().rev().fold(0, |word, &flag| word << 1 | flag as u32));
        pack(&inputs.data, self.input.width, record);
    }

    /// Appends the output record of a cycle.
    pub fn write_outputs(&self, outputs: &Outputs, probes: &[Probe], record: &mut Vec<u32>) {
        let head = record.len();
        record.resize(head + self.flag_words, 0);
        let ports = [outputs.ready, outputs.valid, outputs.last, outputs.frame_error];
        let mut word = ports.iter().rev().fold(0, |word, &flag| word << 1 | flag as u32);
        let mut at = FIRST_PROBE;
        for probe in probes {
            word |= (probe.push as u32 | (probe.pop as u32) << 1) << (at % 32);
            at += 2;
            if at.is_multiple_of(32) {
                record[head + at / 32 - 1] = word;
                word = 0;
            }
        }
        if !at.is_multiple_of(32) {
            record[head + at / 32] = word;
        }
        if outputs.valid {
            pack(&outputs.data, self.values[0].1.width, record);
        }
        for (probe, (_, lanes)) in probes.iter().zip(&self.values[1..]) {
            if probe.push {
                pack(&probe.data, lanes.width, record);
            }
        }
    }

    /// Whether a FIFO is pushed or popped in the cycle of this record.
    pub fn moves(&self, record: &[u32]) -> bool {
        record[0] >> FIRST_PROBE != 0 || record[1..self.flag_words].iter().any(|&word| word != 0)
    }

    /// Splits a block into the records of its cycles; the last one may be cut short if the block is damaged.
    pub fn records<'a>(&'a self, block: &'a [u32]) -> impl Iterator<Item = Record<'a>> {
        let mut rest = block;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let flags = &rest[..self.flag_words.min(rest.len())];
            let given = self.values.iter().filter(|(when, _)| is_set(flags, *when));
            let length = self.flag_words + given.map(|(_, lanes)| lanes.words()).sum::<usize>();
            let (words, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            Some(Record { layout: self, words })
        })
    }
}

/// What one cycle showed.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    layout: &'a Layout,
    words: &'a [u32],
}

impl<'a> Record<'a> {
    /// A record by its words.
    pub fn of(layout: &'a Layout, words: &'a [u32]) -> Record<'a> {
        Record { layout, words }
    }

    /// Its words.
    pub fn words(&self) -> &'a [u32] {
        self.words
    }

    /// A flag, by position: see [`flag`].
    pub fn flag(&self, position: usize) -> bool {
        is_set(self.words, position)
    }

    /// `m_axis_tdata`, one integer per lane; `None` while not valid.
    pub fn output(&self) -> Option<Vec<i64>> {
        self.value(0)
    }

    /// Data pushed into a FIFO, one integer per lane; `None` without a push.
    pub fn pushed(&self, fifo: usize) -> Option<Vec<i64>> {
        self.value(1 + fifo)
    }

    fn value(&self, index: usize) -> Option<Vec<i64>> {
        let (when, lanes) = self.layout.values[index];
        if !self.flag(when) {
            return None;
        }
        let before = self.layout.values[..index].iter().filter(|(when, _)| self.flag(*when));
        let start = self.layout.flag_words + before.map(|(_, lanes)| lanes.words()).sum::<usize>();
        Some(unpack(self.words.get(start..start + lanes.words())?, lanes))
    }
}

fn is_set(words: &[u32], position: usize) -> bool {
    words.get(position / 32).is_some_and(|word| word >> (position % 32) & 1 == 1)
}

/// Appends words of `width` bits, the first one lowest, filled up to whole 32-bit words.
fn pack(words: &[i64], width: u32, record: &mut Vec<u32>) {
    let mask = u64::MAX >> (64 - width);
    let (mut store, mut bits) = (0u128, 0);
    for &word in words {
        store |= u128::from(word as u64 & mask) << bits;
        bits += width;
        while bits >= 32 {
            record.push(store as u32);
            store >>= 32;
            bits -= 32;
        }
    }
    if bits > 0 {
        record.push(store as u32);
    }
}

/// The signed words that [`pack`] stored.
fn unpack(record: &[u32], lanes: Lanes) -> Vec<i64> {
    let bit = |at: usize| u64::from(record[at / 32] >> (at % 32) & 1);
    let width = lanes.width as usize;
    let word = |lane: usize| (0..width).map(|i| bit(lane * width + i) << i).fold(0, |word, bit| word | bit);
    (0..lanes.count).map(|lane| (word(lane) << (64 - width)) as i64 >> (64 - width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_out_as_they_went_in() {
        for (width, words) in [(2, vec![-2, 1, 0, -1, 1]), (31, vec![-5, 1 << 29, 7]), (62, vec![-1 << 61, 3, -9])] {
            let mut record = Vec::new();
            pack(&words, width, &mut record);
            let lanes = Lanes { count: words.len(), width };
            assert_eq!(record.len(), lanes.words());
            assert_eq!(unpack(&record, lanes), words);
        }
    }
}
