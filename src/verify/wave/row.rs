//! The values of all signals in one cycle, in four states, as one slice of words.
//!
//! A row is two planes of 64-bit words: the values, then which bits are unknown. A bit is `0` (0, 0), `1` (1, 0),
//! `x` (1, 1), `z` (0, 1). A signal takes whole words.

use crate::emit::signals::Signals;
use crate::machine::{Inputs, Outputs, Probe};

/// Where the signals stand in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First word and number of words, per signal.
    places: Vec<(usize, usize)>,
    /// Widths, bits.
    widths: Vec<u32>,
    /// Words of one plane.
    pub plane: usize,
    /// Signals and the bit that announces each.
    guards: Vec<(usize, usize)>,
    /// The reset.
    reset: Option<usize>,
}

impl Layout {
    /// The layout for a list of signals.
    pub fn new(signals: &Signals) -> Layout {
        let mut plane = 0;
        let mut place = |width: u32| {
            let words = width.div_ceil(64) as usize;
            plane += words;
            (plane - words, words)
        };
        let places = signals.list.iter().map(|signal| place(signal.width)).collect();
        let guards = signals.list.iter().enumerate().filter_map(|(index, signal)| Some((index, signal.guard?)));
        let widths = signals.list.iter().map(|signal| signal.width).collect();
        Layout { places, widths, plane, guards: guards.collect(), reset: signals.reset }
    }

    /// Words of a row.
    pub fn words(&self) -> usize {
        2 * self.plane
    }

    /// A row of which nothing is known.
    pub fn unknown(&self) -> Vec<u64> {
        let mut row = vec![0; self.words()];
        (0..self.places.len()).for_each(|signal| self.set_ascii(&mut row, signal, b"x"));
        row
    }

    /// The words of a signal: its values, its unknown bits.
    pub fn get<'a>(&self, row: &'a [u64], signal: usize) -> (&'a [u64], &'a [u64]) {
        let (at, words) = self.places[signal];
        (&row[at..at + words], &row[self.plane + at..self.plane + at + words])
    }

    /// Whether the lowest bit of a signal is 1.
    #[inline]
    pub fn is_set(&self, row: &[u64], signal: usize) -> bool {
        let at = self.places[signal].0;
        row[at] & !row[self.plane + at] & 1 == 1
    }

    /// Whether any bit of a signal is not known.
    pub fn is_unknown(&self, row: &[u64], signal: usize) -> bool {
        self.get(row, signal).1.iter().any(|&word| word != 0)
    }

    /// Whether the reset is active, or not known.
    pub fn resets(&self, row: &[u64]) -> bool {
        self.reset.is_some_and(|reset| self.is_set(row, reset) || self.is_unknown(row, reset))
    }

    /// A value as characters, the most significant bit first; one that is too short grows as Verilog says.
    #[inline]
    pub fn set_ascii(&self, row: &mut [u64], signal: usize, value: &[u8]) {
        let (at, words) = self.places[signal];
        if words == 1 && value.len() <= 64 {
            let (mut bits, mut strange) = (0u64, 0u8);
            for &byte in value {
                bits = bits << 1 | u64::from(byte & 1);
                strange |= byte ^ b'0';
            }
            if strange <= 1 {
                row[at] = bits & self.mask(signal, 0);
                row[self.plane + at] = 0;
                return;
            }
        }
        self.set_slowly(row, signal, value);
    }

    #[cold]
    fn set_slowly(&self, row: &mut [u64], signal: usize, value: &[u8]) {
        let ((at, words), width) = (self.places[signal], self.widths[signal] as usize);
        let code = |byte: u8| match byte {
            b'0' | b'l' => (0, 0),
            b'1' | b'h' => (1, 0),
            b'z' | b'Z' => (0, 1),
            _ => (1, 1),
        };
        let fill = value.first().map_or((0, 0), |&byte| if byte == b'1' { (0, 0) } else { code(byte) });
        row[at..at + words].fill(0);
        row[self.plane + at..self.plane + at + words].fill(0);
        for bit in 0..width {
            let (one, unknown) = value.len().checked_sub(bit + 1).map_or(fill, |index| code(value[index]));
            row[at + bit / 64] |= one << (bit % 64);
            row[self.plane + at + bit / 64] |= unknown << (bit % 64);
        }
    }

    /// Words of `lane_bits` bits each, lane 0 lowest.
    pub fn set_lanes(&self, row: &mut [u64], signal: usize, lanes: &[i64], lane_bits: u32) {
        let ((at, words), lane_bits) = (self.places[signal], lane_bits as usize);
        row[at..at + words].fill(0);
        row[self.plane + at..self.plane + at + words].fill(0);
        for (lane, &value) in lanes.iter().enumerate() {
            let (from, value) = (lane * lane_bits, value as u64 & (u64::MAX >> (64 - lane_bits)));
            row[at + from / 64] |= value << (from % 64);
            if from % 64 + lane_bits > 64 {
                row[at + from / 64 + 1] |= value >> (64 - from % 64);
            }
        }
    }

    /// The words that [`Layout::get`] gave of another row.
    pub fn copy(&self, row: &mut [u64], signal: usize, (values, unknown): (&[u64], &[u64])) {
        let (at, words) = self.places[signal];
        row[at..at + words].copy_from_slice(values);
        row[self.plane + at..self.plane + at + words].copy_from_slice(unknown);
    }

    /// One bit.
    pub fn set_bit(&self, row: &mut [u64], signal: usize, bit: bool) {
        let at = self.places[signal].0;
        (row[at], row[self.plane + at]) = (u64::from(bit), 0);
    }

    /// A value of which nothing is known.
    pub fn set_unknown(&self, row: &mut [u64], signal: usize) {
        let (at, words) = self.places[signal];
        for word in 0..words {
            let mask = self.mask(signal, word);
            (row[at + word], row[self.plane + at + word]) = (mask, mask);
        }
    }

    /// The bits of a word that a signal fills.
    fn mask(&self, signal: usize, word: usize) -> u64 {
        match self.widths[signal] as usize - 64 * word {
            left @ 0..64 => (1 << left) - 1,
            _ => u64::MAX,
        }
    }

    /// Makes what means nothing equal: what is not announced and, unless `in_reset` asks for it, all but the reset
    /// while it is active.
    pub fn settle(&self, row: &mut [u64], in_reset: bool) {
        if let Some(reset) = self.reset.filter(|_| !in_reset && self.resets(row)) {
            let at = self.places[reset].0;
            let kept = (row[at], row[self.plane + at]);
            row.fill(0);
            (row[at], row[self.plane + at]) = kept;
            return;
        }
        for &(signal, guard) in &self.guards {
            if !self.is_set(row, guard) {
                let (at, words) = self.places[signal];
                row[at..at + words].fill(0);
                row[self.plane + at..self.plane + at + words].fill(0);
            }
        }
    }

    /// A lane of a signal as a signed integer; `None` when a bit of it is not known.
    pub fn lane(&self, row: &[u64], signal: usize, lane: usize, lane_bits: u32) -> Option<i64> {
        let (values, unknown) = self.get(row, signal);
        let from = lane * lane_bits as usize;
        let take = |words: &[u64]| {
            let low = words[from / 64] >> (from % 64);
            let high = words
                .get(from / 64 + 1)
                .filter(|_| !from.is_multiple_of(64))
                .map_or(0, |word| word << (64 - from % 64));
            low | high
        };
        let mask = u64::MAX >> (64 - lane_bits);
        let shift = 64 - lane_bits;
        (take(unknown) & mask == 0).then(|| ((take(values) & mask) << shift) as i64 >> shift)
    }

    /// Bits `from..from + bits` of a signal as characters, the most significant first.
    pub fn ascii(&self, row: &[u64], signal: usize, from: usize, bits: usize) -> String {
        let (values, unknown) = self.get(row, signal);
        let bit = |words: &[u64], at: usize| words[at / 64] >> (at % 64) & 1;
        let character = |at| [['0', '1'], ['z', 'x']][bit(unknown, at) as usize][bit(values, at) as usize];
        (from..from + bits).rev().map(character).collect()
    }

    /// What the model's cycle brought and showed, for the list of [`Signals::of`]; data that nothing announces is unknown.
    pub fn fill(&self, row: &mut [u64], signals: &Signals, cycle: (&Inputs, &Outputs, &[Probe])) {
        let (inputs, outputs, probes) = cycle;
        let bits = [inputs.rst, inputs.valid, outputs.ready, inputs.last];
        (0..).zip(bits).for_each(|(signal, bit)| self.set_bit(row, signal, bit));
        let data = |row: &mut [u64], signal: usize, announced: bool, words: &[i64]| match announced {
            true => self.set_lanes(row, signal, words, signals.list[signal].lane_bits),
            false => self.set_unknown(row, signal),
        };
        data(row, 4, true, &inputs.data);
        let mut next = 5;
        for probe in probes {
            self.set_bit(row, next, probe.push);
            data(row, next + 1, probe.push, &probe.data);
            self.set_bit(row, next + 2, probe.pop);
            next += 3;
        }
        for (signal, bit) in (next..).zip([outputs.valid, inputs.ready, outputs.last]) {
            self.set_bit(row, signal, bit);
        }
        data(row, next + 3, outputs.valid, &outputs.data);
        self.set_bit(row, next + 4, outputs.frame_error);
    }
}
