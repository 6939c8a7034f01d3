//! The elastic element: a memory with a producer that reserves and a consumer that may read a window again.
//!
//! Mirrors `templates/cells/stream_fifo.v` and `templates/cells/turn_fifo.v`. What a cycle changes is visible
//! from the next cycle on, as registers are.

use std::collections::VecDeque;

/// How a pair-wise stream orders the words of a block, and how a FIFO turns one order into another.
///
/// A stream of two lanes carries in beat s the two words whose indices differ in bit `pair` and whose other
/// bits, read as a number, are s; a stream of one lane carries word s. Within a window of `words` words
/// (a power of two) the FIFO writes in one order and reads in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Words of one window; both orders repeat after it.
    pub words: usize,
    /// The bit in which the two words of a written beat differ; `None`: one word per beat.
    pub pair_in: Option<u32>,
    /// The bit in which the two words of a read beat differ.
    pub pair_out: u32,
    /// Beats written per frame; the rest of the last window stays unwritten.
    pub frame_in: usize,
    /// Beats read per frame; the rest of the last window is dropped.
    pub frame_out: usize,
}

impl Turn {
    /// Beats written per full window.
    pub fn window_in(&self) -> usize {
        if self.pair_in.is_some() { self.words / 2 } else { self.words }
    }

    /// Beats read per full window.
    pub fn window_out(&self) -> usize {
        self.words / 2
    }

    /// Windows of one frame.
    pub fn windows(&self) -> usize {
        self.frame_in.div_ceil(self.window_in())
    }

    /// Written beats of one frame, the unwritten rest of the last window counted.
    pub fn padded_in(&self) -> usize {
        self.windows() * self.window_in()
    }
}

/// How often the consumer reads each window of beats before it is freed.
///
/// Windows come in groups of `groups`; every window is read `repeat` times, the last of a group `last_repeat` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Beats of one window.
    pub window: usize,
    /// Readings of each window.
    pub repeat: usize,
    /// Windows of one group.
    pub groups: usize,
    /// Readings of the last window of a group.
    pub last_repeat: usize,
}

impl Replay {
    /// Every beat is read once.
    pub const ONCE: Replay = Replay { window: 1, repeat: 1, groups: 1, last_repeat: 1 };
}

/// How a FIFO orders and repeats what passes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// First in, first out, with windows read several times.
    Replay(Replay),
    /// First in, first out by windows; inside a window the order of words changes.
    Turn(Turn),
}

/// Index of the word at lane `lane` of beat `beat` in an order whose lanes differ in bit `pair`.
pub fn word_index(pair: Option<u32>, beat: usize, lane: usize) -> usize {
    match pair {
        None => beat,
        Some(bit) => (beat >> bit << (bit + 1)) | (lane << bit) | (beat & ((1 << bit) - 1)),
    }
}

/// A FIFO of beats.
pub struct Fifo {
    /// Unique name, `<layer>_<role>`.
    pub name: String,
    /// Width of one word, bits.
    pub width: u32,
    /// Words of one pushed beat.
    pub lanes: usize,
    /// Capacity, in pushed beats.
    pub depth: usize,
    /// Order and repetition.
    pub access: Access,
    beats: VecDeque<Vec<i64>>,
    level: usize,
    free: usize,
    peak: usize,
    // changes of this cycle
    freed: usize,
    reserved: usize,
    readable: usize,
    popped: usize,
    // positions
    written: usize,
    reserved_beats: usize,
    window: Vec<i64>,
    position: usize,
    pass: usize,
    group: usize,
}

impl Fifo {
    /// An empty FIFO of `depth` pushed beats of `lanes` words.
    pub fn new(name: String, lanes: usize, width: u32, depth: usize, access: Access) -> Fifo {
        let mut fifo = Fifo {
            name,
            width,
            lanes,
            depth,
            access,
            beats: VecDeque::new(),
            level: 0,
            free: depth,
            peak: 0,
            freed: 0,
            reserved: 0,
            readable: 0,
            popped: 0,
            written: 0,
            reserved_beats: 0,
            window: Vec::new(),
            position: 0,
            pass: 0,
            group: 0,
        };
        fifo.reset();
        fifo
    }

    /// Beats the consumer may pop, counting those of the current window that it will read again.
    pub fn level(&self) -> usize {
        self.level
    }

    /// Pushed beats that are neither stored nor reserved.
    pub fn free(&self) -> usize {
        self.free
    }

    /// The depth that every reservation since construction would have needed.
    pub fn peak(&self) -> usize {
        self.peak
    }

    /// Back to the state after reset.
    pub fn reset(&mut self) {
        self.beats.clear();
        (self.level, self.free) = (0, self.depth);
        (self.freed, self.reserved, self.readable, self.popped) = (0, 0, 0, 0);
        (self.written, self.reserved_beats, self.position, self.pass, self.group) = (0, 0, 0, 0, 0);
        self.window.clear();
        if let Access::Turn(turn) = self.access {
            self.window.resize(turn.words, 0);
        }
    }

    /// The producer claims room for `beats` beats, which must divide the beats of a frame.
    pub fn reserve(&mut self, beats: usize) {
        self.reserved += beats;
        if let Access::Turn(turn) = self.access {
            self.reserved_beats += beats;
            if self.reserved_beats == turn.frame_in {
                self.reserved_beats = 0;
                self.reserved += turn.padded_in() - turn.frame_in;
            }
        }
    }

    /// The producer stores one reserved beat.
    pub fn push(&mut self, words: &[i64]) {
        match self.access {
            Access::Replay(_) => {
                self.beats.push_back(words.to_vec());
                self.readable += 1;
            }
            Access::Turn(turn) => self.push_turned(turn, words),
        }
    }

    fn push_turned(&mut self, turn: Turn, words: &[i64]) {
        let beat = self.written % turn.window_in();
        for (lane, &word) in words.iter().enumerate() {
            self.window[word_index(turn.pair_in, beat, lane)] = word;
        }
        self.written += 1;
        let frame_ends = self.written == turn.frame_in;
        if beat + 1 == turn.window_in() || frame_ends {
            for out in 0..turn.window_out() {
                let pair = [0, 1].map(|lane| match words.is_empty() {
                    true => 0,
                    false => self.window[word_index(Some(turn.pair_out), out, lane)],
                });
                self.beats.push_back(pair.to_vec());
            }
            let rest = turn.frame_out - (self.written - 1) / turn.window_in() * turn.window_out();
            self.readable += turn.window_out().min(rest);
        }
        if frame_ends {
            self.written = 0;
        }
    }

    /// The consumer reads the next beat, appended to `words`; [`Fifo::level`] must be positive.
    pub fn pop(&mut self, words: &mut Vec<i64>) {
        self.popped += 1;
        match self.access {
            Access::Replay(replay) => {
                let repeat = if self.group + 1 == replay.groups { replay.last_repeat } else { replay.repeat };
                let last_pass = self.pass + 1 == repeat;
                // a last reading frees as it goes: its next beat is always the front one
                words.extend_from_slice(&self.beats[if last_pass { 0 } else { self.position }]);
                self.advance(replay, last_pass);
            }
            Access::Turn(turn) => {
                words.extend_from_slice(&self.beats[0]);
                self.beats.pop_front();
                self.position += 1;
                let frame_ends = self.position == turn.frame_out;
                let used = self.position % turn.window_out();
                if used == 0 || frame_ends {
                    self.freed += turn.window_in();
                    self.beats.drain(..if used == 0 { 0 } else { turn.window_out() - used });
                }
                if frame_ends {
                    self.position = 0;
                }
            }
        }
    }

    /// Moves through a window; its last reading frees the beats, any other ends by going back.
    fn advance(&mut self, replay: Replay, last_pass: bool) {
        if last_pass {
            self.beats.pop_front();
            self.freed += 1;
        }
        self.position += 1;
        if self.position < replay.window {
            return;
        }
        self.position = 0;
        if last_pass {
            self.pass = 0;
            self.group = (self.group + 1) % replay.groups;
        } else {
            self.pass += 1;
            self.readable += replay.window;
        }
    }

    /// The clock edge: what this cycle changed becomes visible.
    pub fn clock(&mut self) {
        self.level = self.level + self.readable - self.popped;
        // what is freed in a cycle can be reserved only in the next one: both count here
        self.peak = self.peak.max(self.depth + self.reserved - self.free);
        self.free = self.free + self.freed - self.reserved;
        (self.freed, self.reserved, self.readable, self.popped) = (0, 0, 0, 0);
    }
}
