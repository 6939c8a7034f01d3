//! The elastic element: a memory with a producer that reserves and a consumer that may read a window again.
//!
//! Mirrors `templates/cells/stream_fifo.v` and `templates/cells/turn_fifo.v`. What a cycle changes is visible
//! from the next cycle on, as registers are.

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

    /// Beats read of the last window of a frame; 0 when the frame read does not end in the last window written.
    pub fn last_out(&self) -> usize {
        let before = (self.windows() - 1) * self.window_out();
        let last = self.frame_out.saturating_sub(before);
        if last > self.window_out() { 0 } else { last }
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
    /// The memory, made by the first push that brings words: in a token run nothing is stored.
    store: Vec<i64>,
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
            store: Vec::new(),
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
        match self.access {
            Access::Replay(_) => {
                if !words.is_empty() {
                    self.make_store(self.depth * self.lanes);
                    self.store[self.write.slot * self.lanes..][..self.lanes].copy_from_slice(words);
                }
                self.write.slot = next(self.write.slot, self.depth);
                self.changes.readable += 1;
            }
            Access::Turn(turn) => self.push_turned(turn, words),
        }
    }

    fn push_turned(&mut self, turn: Turn, words: &[i64]) {
        let stride = self.stride_in;
        if !words.is_empty() {
            self.make_store(stride.slots * turn.words);
            let window = &mut self.store[self.write.slot * turn.words..][..turn.words];
            if self.write.beat == 0 && self.write.window + 1 == stride.windows {
                // what is not written of a frame reads as zero; the hardware may show anything there
                window.fill(0);
            }
            for (lane, &word) in words.iter().enumerate() {
                window[word_index(turn.pair_in, self.write.beat, lane)] = word;
            }
        }
        let (window_ends, last_window) = self.write.step(&stride);
        if window_ends {
            self.changes.readable += if last_window { self.stride_out.last } else { self.stride_out.window };
        }
    }

    /// The consumer reads the next beat, appended to `words`; [`Fifo::level`] must be positive.
    pub fn pop(&mut self, words: &mut Vec<i64>) {
        self.changes.popped += 1;
        match self.access {
            Access::Replay(replay) => {
                if !self.store.is_empty() {
                    words.extend_from_slice(&self.store[self.read.slot * self.lanes..][..self.lanes]);
                }
                self.read.slot = next(self.read.slot, self.depth);
                self.advance(replay);
            }
            Access::Turn(turn) => {
                if !self.store.is_empty() {
                    let window = &self.store[self.read.slot * turn.words..][..turn.words];
                    let word = |lane| window[word_index(Some(turn.pair_out), self.read.beat, lane)];
                    words.extend_from_slice(&[word(0), word(1)]);
                }
                if self.read.step(&self.stride_out).0 {
                    self.changes.freed += self.stride_in.window;
                }
            }
        }
    }

    /// Moves through a window; its last reading frees the beats, any other ends by going back.
    fn advance(&mut self, replay: Replay) {
        let last_group = self.read.window + 1 == replay.groups;
        let last_pass = self.pass + 1 == if last_group { replay.last_repeat } else { replay.repeat };
        self.changes.freed += last_pass as usize;
        self.read.beat += 1;
        if self.read.beat < replay.window {
            return;
        }
        self.read.beat = 0;
        if last_pass {
            self.pass = 0;
            self.read.window = next(self.read.window, replay.groups);
            self.base = self.read.slot;
        } else {
            self.pass += 1;
            self.read.slot = self.base;
            self.changes.readable += replay.window;
        }
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

    fn make_store(&mut self, words: usize) {
        if self.store.is_empty() {
            self.store.resize(words, 0);
        }
    }
}
