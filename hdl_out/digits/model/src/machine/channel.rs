//! The time of a FIFO, as far ahead as it is known: when its beats can be popped, and when room for more is free.

use super::fifo::{Access, Fifo, Replay, Turn, Windows};
use super::times::Times;

/// A FIFO as its two ends see it. What happens in a cycle counts from the next one on.
pub struct Channel {
    order: Order,
    /// Beats become readable.
    arrivals: Times,
    /// Beats become free.
    frees: Times,
    /// Beats popped, less those of windows that are read again.
    popped: i64,
    /// Beats of room that have been needed since reset, less the depth.
    claimed: i64,
    depth: i64,
    /// Read: beat of the window, window of the group or frame, reading of the window.
    read: (usize, usize, usize),
    /// Written: beat of the window, window of the frame.
    written: (usize, usize),
    /// Beats of the frame claimed so far.
    of_frame: usize,
}

/// What of its [`Access`] counts.
#[derive(Clone, Copy)]
enum Order {
    Once,
    Replay(Replay),
    Turn(Turn, Windows),
}

impl Channel {
    /// An empty FIFO.
    pub fn of(fifo: &Fifo) -> Channel {
        let depth = fifo.depth as i64;
        let order = match fifo.access {
            Access::Replay(replay) if replay.repeat == 1 && replay.last_repeat == 1 => Order::Once,
            Access::Replay(replay) => Order::Replay(replay),
            Access::Turn(turn) => Order::Turn(turn, Windows::of(&turn)),
        };
        let (arrivals, frees) = Default::default();
        Channel {
            order,
            arrivals,
            frees,
            popped: 0,
            claimed: -depth,
            depth,
            read: (0, 0, 0),
            written: (0, 0),
            of_frame: 0,
        }
    }

    /// The first cycle in which so many beats can be seen, and how many more can be popped from then on, one in each cycle;
    /// `None` while it is not known.
    pub fn readable(&mut self, beats: usize) -> Option<(u64, i64)> {
        let (cycle, more) = self.arrivals.of(self.popped + beats as i64)?;
        let rest = match self.order {
            Order::Replay(replay) => (replay.window - self.read.0) as i64,
            _ => more,
        };
        Some((cycle, more.min(rest)))
    }

    /// The first cycle in which so many beats are free, and how many such claims can be made from then on, one in each
    /// cycle; `None` while it is not known.
    pub fn free(&mut self, beats: usize) -> Option<(u64, i64)> {
        let (cycle, more) = self.frees.of(self.claimed + beats as i64)?;
        let more = match self.order {
            _ if beats > 1 => 1,
            // the end of a frame claims the rest of its last window
            Order::Turn(turn, _) => more.min((turn.frame_in - self.of_frame) as i64),
            _ => more,
        };
        Some((cycle, more))
    }

    /// Claims room for beats to be pushed.
    pub fn claim(&mut self, beats: usize) {
        self.claimed += beats as i64;
        if let Order::Turn(turn, _) = self.order {
            self.of_frame += beats;
            if self.of_frame == turn.frame_in {
                self.of_frame = 0;
                self.claimed += (turn.padded_in() - turn.frame_in) as i64;
            }
        }
    }

    /// Beats are popped, one in every cycle from `cycle` on; whether that frees any.
    pub fn pop(&mut self, mut cycle: u64, mut beats: usize) -> bool {
        let freed = self.frees.known();
        self.popped += beats as i64;
        while beats > 0 {
            let done = match self.order {
                Order::Once => {
                    self.frees.one_by_one(cycle, beats as i64);
                    beats
                }
                Order::Replay(replay) => {
                    let (beat, window, pass) = &mut self.read;
                    let is_last = *window + 1 == replay.groups;
                    let passes = if is_last { replay.last_repeat } else { replay.repeat };
                    let done = beats.min(replay.window - *beat);
                    if *pass + 1 == passes {
                        self.frees.one_by_one(cycle, done as i64);
                    }
                    *beat += done;
                    if *beat == replay.window {
                        (*beat, *pass) = (0, *pass + 1);
                        if *pass == passes {
                            (*window, *pass) = (if is_last { 0 } else { *window + 1 }, 0);
                        } else {
                            self.popped -= replay.window as i64;
                        }
                    }
                    done
                }
                Order::Turn(_, windows) => {
                    let (beat, window, _) = &mut self.read;
                    let is_last = *window + 1 == windows.count;
                    let whole = if is_last { windows.read.1 } else { windows.read.0 };
                    let done = beats.min(whole - *beat);
                    *beat += done;
                    if *beat == whole {
                        (*beat, *window) = (0, if is_last { 0 } else { *window + 1 });
                        self.frees.at_once(cycle + done as u64 - 1, windows.written.0 as i64);
                    }
                    done
                }
            };
            cycle += done as u64;
            beats -= done;
        }
        self.frees.known() > freed
    }

    /// Claimed beats are pushed, one in every cycle from `cycle` on; whether that makes any readable.
    pub fn push(&mut self, cycle: u64, beats: usize) -> bool {
        let readable = self.arrivals.known();
        match self.order {
            Order::Turn(_, windows) => self.push_turned(&windows, cycle, beats),
            _ => self.arrivals.one_by_one(cycle, beats as i64),
        }
        self.arrivals.known() > readable
    }

    fn push_turned(&mut self, windows: &Windows, mut cycle: u64, mut beats: usize) {
        while beats > 0 {
            let (beat, window) = &mut self.written;
            let is_last = *window + 1 == windows.count;
            let whole = if is_last { windows.written.1 } else { windows.written.0 };
            let done = beats.min(whole - *beat);
            *beat += done;
            if *beat == whole {
                (*beat, *window) = (0, if is_last { 0 } else { *window + 1 });
                let readable = if is_last { windows.read.1 } else { windows.read.0 };
                self.arrivals.at_once(cycle + done as u64 - 1, readable as i64);
            }
            cycle += done as u64;
            beats -= done;
        }
    }

    /// Whether all that was pushed has been popped for the last time and all room is free, or will be.
    pub fn is_empty(&self) -> bool {
        self.arrivals.known() == self.popped && self.claimed + self.depth == self.frees.known()
    }

    /// Later by some cycles.
    pub fn shift(&mut self, cycles: u64) {
        self.arrivals.shift(cycles);
        self.frees.shift(cycles);
    }

    /// What decides on its future, as seen from a cycle up to which all has happened.
    pub fn state(&self, cycle: u64, state: &mut Vec<u64>) {
        self.arrivals.state(cycle, self.popped, state);
        self.frees.state(cycle, self.claimed, state);
        let (read, written) = (self.read, self.written);
        state.extend([read.0, read.1, read.2, written.0, written.1, self.of_frame].map(|count| count as u64));
    }

    /// Back to the state after reset.
    pub fn reset(&mut self) {
        self.arrivals.reset();
        self.frees.reset();
        (self.popped, self.claimed, self.of_frame) = (0, -self.depth, 0);
        (self.read, self.written) = ((0, 0, 0), (0, 0));
    }
}
