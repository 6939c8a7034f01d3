//! Interval and latencies as the hardware shows them, when nothing holds it up.

use super::record::{Record, flag};
use serde::{Deserialize, Serialize};

/// Time of a network, cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Between frames in steady state.
    pub interval: usize,
    /// From a frame's first accepted input beat to its first valid output beat, the design idle before.
    pub latency_first: usize,
    /// The same to its last output beat.
    pub latency_last: usize,
}

impl Timing {
    /// Interval, latency to the first output beat, latency to the last.
    pub fn figures(&self) -> [usize; 3] {
        [self.interval, self.latency_first, self.latency_last]
    }
}

/// Watches the two streams.
#[derive(Default)]
pub struct Meter {
    first_input: Option<u64>,
    inside: bool,
    /// Cycles of the first and last output beat of each frame.
    frames: Vec<(u64, u64)>,
}

impl Meter {
    /// One cycle of a run in which the output is always taken.
    pub fn see(&mut self, cycle: u64, inputs: &[u32], record: Record) {
        let offered = inputs[0] >> 1 & 1 == 1;
        if offered && record.flag(flag::READY) {
            self.first_input.get_or_insert(cycle);
        }
        if !record.flag(flag::VALID) {
            return;
        }
        match self.frames.last_mut() {
            Some(frame) if self.inside => frame.1 = cycle,
            _ => self.frames.push((cycle, cycle)),
        }
        self.inside = !record.flag(flag::LAST);
    }

    /// What was measured; `None` unless the last `settled` intervals are the same.
    pub fn timing(&self, settled: usize) -> Option<Timing> {
        let (start, frame) = (self.first_input?, self.frames.first()?);
        let from = self.frames.len().checked_sub(settled + 1)?;
        let mut intervals = self.frames[from..].windows(2).map(|pair| pair[1].0 - pair[0].0);
        let interval = intervals.next()?;
        let steady = intervals.all(|other| other == interval);
        let latency = |cycle: u64| (cycle - start) as usize;
        steady.then_some(Timing {
            interval: interval as usize,
            latency_first: latency(frame.0),
            latency_last: latency(frame.1),
        })
    }
}
