//! The elastic element: a memory with a producer that reserves and a consumer that may read a window again.
//!
//! Mirrors `templates/cells/stream_fifo.v` and `templates/cells/turn_fifo.v`. What a cycle changes is visible
//! from the next cycle on, as registers are.

/// How a pair-wise stream orders the words of a block, and how a FIFO turns one order into another.
///
/// A stream of two lanes carries in beat s the two words whose indices differ in bit `pair` and whose other
/// bits, read as a number, are s; a stream of four lanes the four whose indices differ in two bits ([`quad_index`]);
/// a stream of one lane carries word s. Within a window of `words` words (a power of two) the FIFO writes in one order
/// and reads in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Words of one window; both orders repeat after it.
    pub words: usize,
    /// The bit in which the two words of a written beat differ; `None`: one word per beat.
    pub pair_in: Option<u32>,
    /// The bit in which the two words of a read beat differ.
    pub pair_out: u32,
    /// The second bit in which the four words of a beat differ, of a written and of a read one; `None`: read beats have
    /// two words.
    pub second: Option<[u32; 2]>,
    /// Beats written per frame; the rest of the last window stays unwritten.
    pub frame_in: usize,
    /// Beats read per frame; the rest of the last window is dropped.
    pub frame_out: usize,
}

impl Turn {
    /// Whether its numbers describe a turn: a power of two of words, the bits inside, of each beat different ones and
    /// written and read not the same, frames of the same windows.
    pub fn is_sound(&self) -> bool {
        let bits = self.words.trailing_zeros();
        let turns = match (self.pair_in, self.second) {
            (None, None) => self.pair_out < bits,
            (Some(pair_in), None) => pair_in.max(self.pair_out) < bits && pair_in != self.pair_out,
            (Some(pair_in), Some([second_in, second_out])) => {
                let (written, read) = ([pair_in, second_in], [self.pair_out, second_out]);
                let is_inside = [written, read].concat().iter().all(|bit| *bit < bits);
                is_inside && pair_in != second_in && self.pair_out != second_out && written != read
            }
            (None, Some(_)) => false,
        };
        self.words.is_power_of_two() && turns && self.frame_in > 0 && self.last_out() > 0
    }

    /// Words of a written beat.
    pub fn lanes_in(&self) -> usize {
        if self.pair_in.is_some() { self.lanes_out() } else { 1 }
    }

    /// Words of a read beat.
    pub fn lanes_out(&self) -> usize {
        if self.second.is_some() { 4 } else { 2 }
    }

    /// Index in its window of the word at `lane` of written beat `beat`.
    pub fn index_in(&self, beat: usize, lane: usize) -> usize {
        match (self.pair_in, self.second) {
            (Some(pair), Some([second, _])) => quad_index([pair, second], beat, lane),
            (pair, _) => word_index(pair, beat, lane),
        }
    }

    /// Index in its window of the word at `lane` of read beat `beat`.
    pub fn index_out(&self, beat: usize, lane: usize) -> usize {
        match self.second {
            Some([_, second]) => quad_index([self.pair_out, second], beat, lane),
            None => word_index(Some(self.pair_out), beat, lane),
        }
    }

    /// Beats written per full window.
    pub fn window_in(&self) -> usize {
        self.words / self.lanes_in()
    }

    /// Beats read per full window.
    pub fn window_out(&self) -> usize {
        self.words / self.lanes_out()
    }

    /// Windows of one frame.
    pub fn windows(&self) -> usize {
        self.frame_in.div_ceil(self.window_in())
    }

    /// Written beats of one frame, the unwritten rest of the last window counted.
    pub fn padded_in(&self) -> usize {
        self.windows() * self.window_in()
    }

    /// Beats read of the last window of a frame; 0 when the frame read does not end in the last window written.
    pub fn last_out(&self) -> usize {
        let before = (self.windows() - 1) * self.window_out();
        let last = self.frame_out.saturating_sub(before);
        if last > self.window_out() { 0 } else { last }
    }
}

/// The numbers of a [`Turn`] that every beat asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Windows of one frame.
    pub count: usize,
    /// Beats written of a window, and of a frame's last one.
    pub written: (usize, usize),
    /// Beats read of a window, and of a frame's last one.
    pub read: (usize, usize),
}

impl Windows {
    /// Those of `turn`.
    pub fn of(turn: &Turn) -> Windows {
        let (count, whole) = (turn.windows(), turn.window_in());
        let written = (whole, turn.frame_in - (count - 1) * whole);
        Windows { count, written, read: (turn.window_out(), turn.last_out()) }
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

/// Index of the word at lane `lane` of beat `beat` in an order of four lanes: bit `bits[0]` of it is bit 0 of the lane,
/// bit `bits[1]` bit 1, and the other bits, in order, are those of the beat.
pub fn quad_index(bits: [u32; 2], beat: usize, lane: usize) -> usize {
    let [pair, second] = bits;
    let others = word_index(Some(pair.max(second)), word_index(Some(pair.min(second)), beat, 0), 0);
    others | (lane & 1) << pair | (lane >> 1) << second
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
    /// The memory, made by the first push that brings words: in a token run nothing is stored.
    memory: Vec<i64>,
    level: usize,
    free: usize,
    peak: usize,
    changes: Changes,
    write: Walk,
    read: Walk,
    /// Beats of the frame reserved so far.
    claimed: usize,
    pass: usize,
    base: usize,
    stride_in: Stride,
    stride_out: Stride,
}

/// What this cycle changes, in beats.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Changes {
    freed: usize,
    reserved: usize,
    readable: usize,
    popped: usize,
}

/// Where one end stands. Mirrors `templates/cells/window_walk.v`.
#[derive(Clone, Copy, Default)]
struct Walk {
    /// Beat of the window.
    beat: usize,
    /// Window of the frame or group.
    window: usize,
    /// Place in the memory: of the window ([`Access::Turn`]) or of the beat ([`Access::Replay`]).
    slot: usize,
}

/// The lengths that a [`Walk`] counts to: beats of a window, windows of a frame, beats of a frame's last window,
/// windows in the memory.
#[derive(Clone, Copy, Default)]
struct Stride {
    window: usize,
    windows: usize,
    last: usize,
    slots: usize,
}

impl Stride {
    /// The strides of the written and of the read end of a FIFO of `depth` beats.
    fn of(turn: &Turn, depth: usize) -> (Stride, Stride) {
        let (windows, slots) = (turn.windows(), depth.div_ceil(turn.window_in()));
        let last_in = turn.frame_in - (windows - 1) * turn.window_in();
        let write = Stride { window: turn.window_in(), windows, last: last_in, slots };
        (write, Stride { window: turn.window_out(), last: turn.last_out(), ..write })
    }
}

impl Walk {
    /// Uses one beat; whether it ended a window, and whether that window is the last of its frame.
    fn step(&mut self, stride: &Stride) -> (bool, bool) {
        let last_window = self.window + 1 == stride.windows;
        self.beat += 1;
        let ends = self.beat == if last_window { stride.last } else { stride.window };
        if ends {
            self.beat = 0;
            self.window = if last_window { 0 } else { self.window + 1 };
            self.slot = next(self.slot, stride.slots);
        }
        (ends, last_window)
    }
}

/// [`slice::copy_from_slice`], faster for the few words of a beat.
pub(crate) fn copy(from: &[i64], to: &mut [i64]) {
    match (from, to) {
        (&[a], [x]) => *x = a,
        (&[a, b], [x, y]) => (*x, *y) = (a, b),
        (from, to) => to.copy_from_slice(from),
    }
}

/// [`Vec::extend_from_slice`], faster for the few words of a beat.
pub(super) fn append(from: &[i64], to: &mut Vec<i64>) {
    match *from {
        [] => (),
        [a] => to.push(a),
        [a, b] => to.extend([a, b]),
        _ => to.extend_from_slice(from),
    }
}

/// The place after `place` in a ring.
fn next(place: usize, ring: usize) -> usize {
    if place + 1 == ring { 0 } else { place + 1 }
}

impl Fifo {
    /// An empty FIFO of `depth` pushed beats of `lanes` words.
    pub fn new(name: String, lanes: usize, width: u32, depth: usize, access: Access) -> Fifo {
        let (stride_in, stride_out) = match &access {
            Access::Turn(turn) => Stride::of(turn, depth),
            Access::Replay(_) => Default::default(),
        };
        Fifo {
            name,
            width,
            lanes,
            depth,
            access,
            memory: Vec::new(),
            level: 0,
            free: depth,
            peak: 0,
            changes: Changes::default(),
            write: Walk::default(),
            read: Walk::default(),
            claimed: 0,
            pass: 0,
            base: 0,
            stride_in,
            stride_out,
        }
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
        (self.level, self.free, self.changes) = (0, self.depth, Changes::default());
        (self.write, self.read) = (Walk::default(), Walk::default());
        (self.claimed, self.pass, self.base) = (0, 0, 0);
    }

    /// The producer claims room for `beats` beats, which must divide the beats of a frame.
    pub fn reserve(&mut self, beats: usize) {
        self.changes.reserved += beats;
        if let Access::Turn(turn) = self.access {
            self.claimed += beats;
            if self.claimed == turn.frame_in {
                self.claimed = 0;
                self.changes.reserved += turn.padded_in() - turn.frame_in;
            }
        }
    }

    /// The producer stores one reserved beat.
    pub fn push(&mut self, words: &[i64]) {
        self.store(words);
        self.push_token();
    }

    /// Puts the words of the next beats into reserved places; each still needs its [`Fifo::push_token`].
    pub fn store(&mut self, words: &[i64]) {
        if words.is_empty() {
            return;
        }
        if self.memory.is_empty() {
            self.memory = match self.access {
                Access::Replay(_) => vec![0; self.depth * self.lanes],
                Access::Turn(turn) => vec![0; self.stride_in.slots * turn.words],
            };
        }
        match self.access {
            Access::Replay(_) => {
                let place = self.write.slot * self.lanes;
                let first = words.len().min(self.memory.len() - place);
                copy(&words[..first], &mut self.memory[place..][..first]);
                copy(&words[first..], &mut self.memory[..words.len() - first]);
            }
            Access::Turn(turn) => {
                let mut walk = self.write;
                for beat in words.chunks_exact(self.lanes) {
                    self.store_turned(&turn, walk, beat);
                    walk.step(&self.stride_in);
                }
            }
        }
    }

    fn store_turned(&mut self, turn: &Turn, walk: Walk, beat: &[i64]) {
        let window = &mut self.memory[walk.slot * turn.words..][..turn.words];
        let Stride { windows, last, window: whole, .. } = self.stride_in;
        if walk.beat == 0 && walk.window + 1 == windows && last < whole {
            // what is not written of a frame reads as zero; the hardware may show anything there
            window.fill(0);
        }
        for (lane, &word) in beat.iter().enumerate() {
            window[turn.index_in(walk.beat, lane)] = word;
        }
    }

    /// Counts one beat as pushed in this cycle.
    pub fn push_token(&mut self) {
        match self.access {
            Access::Replay(_) => {
                self.write.slot = next(self.write.slot, self.depth);
                self.changes.readable += 1;
            }
            Access::Turn(_) => {
                let (window_ends, last_window) = self.write.step(&self.stride_in);
                if window_ends {
                    self.changes.readable += if last_window { self.stride_out.last } else { self.stride_out.window };
                }
            }
        }
    }

    /// The consumer reads the next beat, appended to `words`; [`Fifo::level`] must be positive.
    pub fn pop(&mut self, words: &mut Vec<i64>) {
        self.peek(1, words);
        self.pop_token();
    }

    /// Appends the words of the next `beats` beats; each still needs its [`Fifo::pop_token`].
    pub fn peek(&self, beats: usize, words: &mut Vec<i64>) {
        if self.memory.is_empty() {
            return;
        }
        match self.access {
            Access::Replay(replay) if self.read.beat + beats <= replay.window || replay == Replay::ONCE => {
                let (place, count) = (self.read.slot * self.lanes, beats * self.lanes);
                let first = count.min(self.memory.len() - place);
                append(&self.memory[place..][..first], words);
                append(&self.memory[..count - first], words);
            }
            Access::Replay(replay) => {
                let mut reading = (self.read, self.pass, self.base);
                for _ in 0..beats {
                    append(&self.memory[reading.0.slot * self.lanes..][..self.lanes], words);
                    reading = self.after(replay, reading).0;
                }
            }
            Access::Turn(turn) => {
                let mut walk = self.read;
                for _ in 0..beats {
                    let window = &self.memory[walk.slot * turn.words..][..turn.words];
                    let word = |lane| window[turn.index_out(walk.beat, lane)];
                    match turn.second {
                        None => append(&[word(0), word(1)], words),
                        Some(_) => append(&[0, 1, 2, 3].map(word), words),
                    }
                    walk.step(&self.stride_out);
                }
            }
        }
    }

    /// Counts one beat as popped in this cycle.
    pub fn pop_token(&mut self) {
        self.changes.popped += 1;
        match self.access {
            Access::Replay(replay) => {
                let (reading, freed, again) = self.after(replay, (self.read, self.pass, self.base));
                (self.read, self.pass, self.base) = reading;
                self.changes.freed += freed as usize;
                self.changes.readable += if again { replay.window } else { 0 };
            }
            Access::Turn(_) => {
                if self.read.step(&self.stride_out).0 {
                    self.changes.freed += self.stride_in.window;
                }
            }
        }
    }

    /// Where reading stands after one more beat (walk, pass, start of the window), whether that beat is freed, and
    /// whether its window can be read again: the last reading frees the beats, any other ends by going back.
    fn after(
        &self,
        replay: Replay,
        (mut walk, pass, base): (Walk, usize, usize),
    ) -> ((Walk, usize, usize), bool, bool) {
        let last_group = walk.window + 1 == replay.groups;
        let last_pass = pass + 1 == if last_group { replay.last_repeat } else { replay.repeat };
        walk.slot = next(walk.slot, self.depth);
        walk.beat = next(walk.beat, replay.window);
        if walk.beat > 0 {
            return ((walk, pass, base), last_pass, false);
        }
        if last_pass {
            walk.window = next(walk.window, replay.groups);
            return ((walk, 0, walk.slot), true, false);
        }
        walk.slot = base;
        ((walk, pass + 1, base), false, true)
    }

    /// The clock edge: what this cycle changed becomes visible.
    pub fn clock(&mut self) {
        let Changes { freed, reserved, readable, popped } = self.changes;
        if self.changes == Changes::default() {
            return;
        }
        self.level = self.level + readable - popped;
        // what is freed in a cycle can be reserved only in the next one: both count here
        self.peak = self.peak.max(self.depth + reserved - self.free);
        self.free = self.free + freed - reserved;
        self.changes = Changes::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes each beat when there is room, pops whatever shows; the words in the order of the pops.
    fn through(access: Access, lanes: usize, depth: usize, beats: &[&[i64]]) -> Vec<i64> {
        let mut fifo = Fifo::new("f".into(), lanes, 8, depth, access);
        let (mut rest, mut words) = (beats.iter(), Vec::new());
        for _ in 0..100 {
            if fifo.free() > 0
                && let Some(beat) = rest.next()
            {
                fifo.reserve(1);
                fifo.push(beat);
            }
            if fifo.level() > 0 {
                fifo.pop(&mut words);
            }
            fifo.clock();
        }
        words
    }

    #[test]
    fn windows_are_read_again() {
        let replay = Replay { window: 2, repeat: 3, groups: 2, last_repeat: 1 };
        let words = through(Access::Replay(replay), 1, 3, &[&[1], &[2], &[3], &[4], &[5], &[6]]);
        assert_eq!(words, [1, 2, 1, 2, 1, 2, 3, 4, 5, 6, 5, 6, 5, 6]);
    }

    #[test]
    fn orders_are_turned_and_what_a_frame_leaves_out_is_zero() {
        let turn = Turn { words: 4, pair_in: Some(0), pair_out: 1, second: None, frame_in: 3, frame_out: 4 };
        let beats: [&[i64]; 6] = [&[1, 2], &[3, 4], &[5, 6], &[7, 8], &[9, 10], &[11, 12]];
        let words = through(Access::Turn(turn), 2, 4, &beats);
        assert_eq!(words, [1, 3, 2, 4, 5, 0, 6, 0, 7, 9, 8, 10, 11, 0, 12, 0]);
    }

    #[test]
    fn four_lanes_differ_in_two_bits() {
        let beat = |bits, beat| [0, 1, 2, 3].map(|lane| quad_index(bits, beat, lane));
        assert_eq!(beat([0, 1], 3), [12, 13, 14, 15]);
        assert_eq!(beat([5, 4], 9), [9, 41, 25, 57]);
        assert_eq!(beat([5, 0], 9), [18, 50, 19, 51]);
        assert_eq!(beat([1, 3], 5), [17, 19, 25, 27]);
    }

    #[test]
    fn four_lanes_are_turned() {
        let turn = |pair_in, pair_out, second, frame_in, frame_out| {
            Access::Turn(Turn {
                words: 16,
                pair_in: Some(pair_in),
                pair_out,
                second: Some(second),
                frame_in,
                frame_out,
            })
        };
        let words: Vec<i64> = (1..=16).collect();
        let beats: Vec<&[i64]> = words.chunks(4).collect();
        let split = through(turn(0, 3, [1, 2], 4, 4), 4, 4, &beats);
        assert_eq!(split, [1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15, 4, 12, 8, 16]);
        let back: Vec<&[i64]> = split.chunks(4).collect();
        assert_eq!(through(turn(3, 0, [2, 1], 4, 4), 4, 8, &back), words);
        // bit 3 in both beats, in the other place
        let crossed = through(turn(3, 1, [2, 3], 4, 4), 4, 4, &back);
        assert_eq!(crossed, [1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16]);
        // frames that end within the window
        let ended = through(turn(0, 3, [1, 2], 3, 2), 4, 4, &beats[..3]);
        assert_eq!(ended, [1, 9, 5, 0, 2, 10, 6, 0]);
    }

    #[test]
    fn a_turn_of_four_lanes_has_bits_of_its_own() {
        let sound = |pair_in, pair_out, second| {
            Turn { words: 16, pair_in, pair_out, second: Some(second), frame_in: 4, frame_out: 4 }.is_sound()
        };
        assert!(sound(Some(0), 3, [1, 2]) && sound(Some(3), 3, [0, 2]) && sound(Some(3), 2, [2, 3]));
        assert!(!sound(None, 3, [1, 2]) && !sound(Some(0), 3, [0, 2]) && !sound(Some(0), 3, [1, 3]));
        assert!(!sound(Some(0), 1, [1, 4]) && !sound(Some(0), 3, [4, 1]) && !sound(Some(3), 3, [2, 2]));
    }

    #[test]
    fn beats_seen_ahead_are_the_beats_popped() {
        let replay = Replay { window: 3, repeat: 2, groups: 2, last_repeat: 3 };
        let mut fifo = Fifo::new("f".into(), 1, 8, 7, Access::Replay(replay));
        fifo.reserve(7);
        fifo.store(&[1, 2, 3, 4, 5, 6, 7]);
        (0..7).for_each(|_| fifo.push_token());
        let (mut ahead, mut popped) = (Vec::new(), Vec::new());
        fifo.peek(15, &mut ahead);
        for _ in 0..15 {
            fifo.clock();
            fifo.pop(&mut popped);
        }
        assert_eq!(ahead, popped);
        assert_eq!(popped, [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6]);
    }
}
