//! The values at the clock's rising edges: rows of cycles, in blocks, from whatever shows them.

use super::row::Layout;
use super::{Fault, Sink};
use crate::emit::signals::{Signal, Signals};
use std::sync::mpsc::SyncSender;

/// Cycles of one block.
pub const BLOCK: usize = 2048;

/// The rows of some cycles.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Row after row.
    pub rows: Vec<u64>,
    /// The time of each cycle's edge, in steps of the file.
    pub times: Vec<u64>,
    /// Beats of each stream since the last reset, before the first row.
    pub beats: Vec<u64>,
}

/// Collects rows from the first cycle after the initial reset on, and passes them on in blocks.
pub struct Rows {
    /// Where the signals stand.
    pub layout: Layout,
    in_reset: bool,
    streams: Vec<Vec<usize>>,
    to: SyncSender<Block>,
    block: Block,
    beats: Vec<u64>,
    state: Start,
    /// Control signals: one of them unknown means that the design has not been reset.
    control: Vec<usize>,
}

/// How far the initial reset has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// No cycle has been seen.
    First,
    /// Waits for the reset to become active.
    Before,
    /// In the reset.
    Inside,
    /// Past it.
    Running,
}

impl Rows {
    /// Passes blocks on to a channel; `in_reset`: with what the cycles of later resets show.
    pub fn new(signals: &Signals, in_reset: bool, to: SyncSender<Block>) -> Rows {
        let control =
            |(index, signal): (usize, &Signal)| (signal.guard.is_none() && signal.format.is_none()).then_some(index);
        Rows {
            layout: Layout::new(signals),
            in_reset,
            streams: signals.streams.iter().map(|stream| stream.fires.clone()).collect(),
            to,
            block: Block::default(),
            beats: vec![0; signals.streams.len()],
            state: Start::First,
            control: signals.list.iter().enumerate().filter_map(control).collect(),
        }
    }

    /// A cycle. `false`: nobody wants more.
    pub fn push(&mut self, row: &[u64], time: u64) -> bool {
        if !self.is_running(row) {
            return true;
        }
        if self.block.times.is_empty() {
            self.block.beats.clone_from(&self.beats);
        }
        let from = self.block.rows.len();
        self.block.rows.extend_from_slice(row);
        self.block.times.push(time);
        self.layout.settle(&mut self.block.rows[from..], self.in_reset);
        let row = &self.block.rows[from..];
        count(&self.layout, &self.streams, row, &mut self.beats);
        if self.block.times.len() == BLOCK { self.flush() } else { true }
    }

    fn is_running(&mut self, row: &[u64]) -> bool {
        let resets = self.layout.resets(row);
        self.state = match self.state {
            Start::First if resets => Start::Inside,
            Start::First if self.control.iter().any(|&signal| self.layout.is_unknown(row, signal)) => Start::Before,
            Start::First => Start::Running,
            Start::Before if resets => Start::Inside,
            Start::Inside if !resets => Start::Running,
            state => state,
        };
        self.state == Start::Running
    }

    /// Passes on what is left.
    pub fn flush(&mut self) -> bool {
        let block = std::mem::take(&mut self.block);
        block.times.is_empty() || self.to.send(block).is_ok()
    }
}

/// Counts the beats of a cycle; a reset starts anew.
pub fn count(layout: &Layout, streams: &[Vec<usize>], row: &[u64], beats: &mut [u64]) {
    if layout.resets(row) {
        beats.fill(0);
        return;
    }
    for (fires, beats) in streams.iter().zip(beats) {
        *beats += u64::from(fires.iter().all(|&signal| layout.is_set(row, signal)));
    }
}

/// Takes rows from the changes of a file, at the rising edges of its clock: the values that stood before the edge.
pub struct Sampler {
    /// Where they go.
    pub rows: Rows,
    /// Signals of the list, per signal of the file.
    slots: Vec<Vec<usize>>,
    clock: usize,
    level: u8,
    now: Option<u64>,
    current: Vec<u64>,
    before: Vec<u64>,
    changed: bool,
    rising: bool,
    /// Rising edges seen.
    pub edges: u64,
}

impl Sampler {
    /// `slots` says which signals of the list each signal of the file shows, `clock` which one is the clock.
    pub fn new(rows: Rows, slots: Vec<Vec<usize>>, clock: usize) -> Sampler {
        let current = rows.layout.unknown();
        let before = current.clone();
        let (level, now) = (b'-', None);
        Sampler { rows, slots, clock, level, now, current, before, changed: false, rising: false, edges: 0 }
    }

    fn edge(&mut self) -> bool {
        let Some(time) = self.now.filter(|_| std::mem::take(&mut self.rising)) else { return true };
        self.edges += 1;
        self.rows.push(&self.before, time)
    }

    /// The end of the file.
    pub fn finish(&mut self) -> bool {
        self.edge() && self.rows.flush()
    }
}

impl Sink for Sampler {
    fn time(&mut self, time: u64) -> Result<bool, Fault> {
        if let Some(from) = self.now.filter(|&now| time < now) {
            return Err(Fault::TimeGoesBack { from, to: time });
        }
        if self.now == Some(time) {
            return Ok(true);
        }
        let goes_on = self.edge();
        if std::mem::take(&mut self.changed) {
            self.before.copy_from_slice(&self.current);
        }
        self.now = Some(time);
        Ok(goes_on)
    }

    #[inline]
    fn change(&mut self, signal: usize, value: &[u8]) {
        if signal == self.clock {
            let level = value.last().copied().unwrap_or(b'x');
            self.rising |= level == b'1' && !matches!(self.level, b'-' | b'1');
            self.level = level;
        }
        for &slot in &self.slots[signal] {
            self.rows.layout.set_ascii(&mut self.current, slot, value);
            self.changed = true;
        }
    }
}
