//! The words of a FIFO without its time: what has been pushed and not yet read for the last time, in the order of reading.

use super::fifo::{Access, Replay, Windows};

/// The words between two actors.
pub struct Stream {
    /// Words of one beat as it is read.
    lanes: usize,
    words: Vec<i64>,
    /// Of the next beat read, among the words.
    at: usize,
    order: Order,
}

enum Order {
    /// As written, windows read again.
    Replay {
        replay: Replay,
        /// Beat of the window, reading of the window, window of the group.
        reading: (usize, usize, usize),
    },
    /// Turned window by window.
    Turn {
        /// Words of a window, and of a beat as it is written.
        words: (usize, usize),
        windows: Windows,
        /// By written word of a window, its place among the words read.
        places: Vec<usize>,
        /// Written words of the window, window of the frame.
        written: (usize, usize),
    },
}

impl Stream {
    /// An empty stream of beats of `lanes` words as they are written.
    pub fn new(lanes: usize, access: Access) -> Stream {
        let (lanes, order) = match access {
            Access::Replay(replay) => (lanes, Order::Replay { replay, reading: (0, 0, 0) }),
            Access::Turn(turn) => {
                let mut read = vec![0; turn.words];
                let lanes_out = turn.lanes_out();
                for place in 0..turn.words {
                    read[turn.index_out(place / lanes_out, place % lanes_out)] = place;
                }
                let places = (0..turn.words).map(|at| read[turn.index_in(at / lanes, at % lanes)]).collect();
                let windows = Windows::of(&turn);
                (lanes_out, Order::Turn { words: (turn.words, lanes), windows, places, written: (0, 0) })
            }
        };
        Stream { lanes, words: Vec::new(), at: 0, order }
    }

    /// Appends whole beats.
    pub fn write(&mut self, words: &[i64]) {
        let Order::Turn { words: (in_whole, lanes), windows, places, written: (in_window, window) } = &mut self.order
        else {
            self.words.extend_from_slice(words);
            return;
        };
        let mut rest = words;
        while !rest.is_empty() {
            if *in_window == 0 {
                // what is not written of a frame reads as zero
                self.words.resize(self.words.len() + *in_whole, 0);
            }
            let is_last = *window + 1 == windows.count;
            let whole = if is_last { windows.written.1 * *lanes } else { *in_whole };
            let (piece, after) = rest.split_at(rest.len().min(whole - *in_window));
            let start = self.words.len() - *in_whole;
            for (&place, &word) in places[*in_window..].iter().zip(piece) {
                self.words[start + place] = word;
            }
            (*in_window, rest) = (*in_window + piece.len(), after);
            if *in_window == whole {
                (*in_window, *window) = (0, if is_last { 0 } else { *window + 1 });
                self.words.truncate(start + if is_last { self.lanes * windows.read.1 } else { *in_whole });
            }
        }
    }

    /// [`Stream::write`] of words that nobody else needs: where nothing is stored they change places, and none is moved.
    pub fn take(&mut self, words: &mut Vec<i64>) {
        match self.order {
            Order::Replay { .. } if self.words.is_empty() => std::mem::swap(&mut self.words, words),
            _ => self.write(words),
        }
    }

    /// Beats that can be read side by side, at most `most`: none where they have not been written.
    pub fn beats(&self, most: usize) -> usize {
        let whole = match &self.order {
            Order::Turn { words: (whole, _), written: (1.., _), .. } => self.words.len() - whole,
            _ => self.words.len(),
        };
        let written = whole.saturating_sub(self.at) / self.lanes;
        match self.order {
            Order::Replay { replay, reading } if replay != Replay::ONCE => {
                most.min(written).min(replay.window - reading.0)
            }
            _ => most.min(written),
        }
    }

    /// Beats that can be read before more are written, at most `most`.
    pub fn held(&self, most: usize) -> usize {
        let Order::Replay { replay, reading: (beat, mut pass, mut window) } = self.order else {
            return self.beats(most);
        };
        let written = (self.words.len() - self.at) / self.lanes;
        let (mut rest, mut behind, mut held) = (replay.window - beat, written, 0);
        if replay == Replay::ONCE {
            return most.min(written);
        }
        while behind >= rest && held < most {
            let is_last = window + 1 == replay.groups;
            let passes = if is_last { replay.last_repeat } else { replay.repeat };
            held += rest + (passes - pass - 1) * replay.window;
            behind -= rest;
            (rest, pass, window) = (replay.window, 0, if is_last { 0 } else { window + 1 });
        }
        most.min(held + behind)
    }

    /// The words of the next beats, which are there.
    pub fn peek(&self, beats: usize) -> &[i64] {
        &self.words[self.at..self.at + beats * self.lanes]
    }

    /// Reads beats that [`Stream::beats`] has allowed.
    pub fn read(&mut self, beats: usize) {
        self.at += beats * self.lanes;
        let Order::Replay { replay, reading: (beat, pass, window) } = &mut self.order else { return };
        if *replay == Replay::ONCE {
            return;
        }
        *beat += beats;
        if *beat < replay.window {
            return;
        }
        *beat = 0;
        *pass += 1;
        let is_last = *window + 1 == replay.groups;
        if *pass < if is_last { replay.last_repeat } else { replay.repeat } {
            self.at -= replay.window * self.lanes;
            return;
        }
        (*pass, *window) = (0, if is_last { 0 } else { *window + 1 });
    }

    /// Forgets what will not be read again, once it is as much as what stays: moving words down on themselves is slow.
    pub fn forget(&mut self) {
        let again = match self.order {
            Order::Replay { reading: (beat, ..), .. } => beat * self.lanes,
            Order::Turn { .. } => 0,
        };
        let used = self.at - again;
        if used > 0 && used >= self.words.len() - used {
            self.words.drain(..used);
            self.at = again;
        }
    }

    /// Back to an empty stream.
    pub fn reset(&mut self) {
        self.words.clear();
        self.at = 0;
        match &mut self.order {
            Order::Replay { reading, .. } => *reading = (0, 0, 0),
            Order::Turn { written, .. } => *written = (0, 0),
        }
    }
}
