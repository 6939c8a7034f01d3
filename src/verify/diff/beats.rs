//! Beats of each stream held against each other, whatever the cycles in which they move.

use super::Options;
use super::compare::{First, Found, Rule, Side};
use crate::diag::Error;
use crate::emit::signals::Signals;
use std::collections::VecDeque;

/// A beat: its cycle, the time of its edge, how many came before since the last reset, its row.
struct Beat {
    cycle: u64,
    time: u64,
    number: u64,
    row: Vec<u64>,
}

/// The beats of a recording that wait for those of the other one, by stream.
struct Waiting {
    side: Side,
    streams: Vec<VecDeque<Beat>>,
    numbers: Vec<u64>,
}

impl Waiting {
    fn new(side: Side, signals: &Signals) -> Waiting {
        let streams = signals.streams.iter().map(|_| VecDeque::new()).collect();
        Waiting { side, streams, numbers: vec![0; signals.streams.len()] }
    }

    /// Takes the beats of the rows at hand; `false` at the end.
    fn read(&mut self, signals: &Signals, found: &Found) -> Result<bool, Error> {
        let (rows, words) = (self.side.ready()?, found.layout.words());
        for _ in 0..rows {
            let row = self.side.rows(1, words);
            if found.layout.resets(row) {
                self.numbers.fill(0);
            }
            for (index, stream) in signals.streams.iter().enumerate() {
                if stream.fires.iter().all(|&signal| found.layout.is_set(row, signal)) {
                    let (cycle, time, number) = (self.side.cycle(), self.side.time(), self.numbers[index]);
                    self.streams[index].push_back(Beat { cycle, time, number, row: row.to_vec() });
                    self.numbers[index] += 1;
                }
            }
            self.side.skip(1);
        }
        Ok(rows > 0)
    }

    fn waits(&self) -> usize {
        self.streams.iter().map(VecDeque::len).sum()
    }
}

/// Compares the n-th beat of each stream in A with the n-th in B.
pub fn compare(signals: &Signals, a: Side, b: Side, options: &Options) -> Result<Found, Error> {
    let mut found = Found::new(signals);
    let rule = Rule::new(signals, options);
    let (mut a, mut b) = (Waiting::new(a, signals), Waiting::new(b, signals));
    let (mut more_a, mut more_b) = (true, true);
    while more_a || more_b {
        // the one that is behind reads on
        if more_a && (!more_b || a.waits() <= b.waits()) {
            more_a = a.read(signals, &found)?;
        } else {
            more_b = b.read(signals, &found)?;
        }
        for stream in 0..signals.streams.len() {
            while !a.streams[stream].is_empty() && !b.streams[stream].is_empty() {
                let beats = a.streams[stream].pop_front().zip(b.streams[stream].pop_front());
                if let Some((beat_a, beat_b)) = beats {
                    pair(signals, &rule, &mut found, stream, (beat_a, beat_b));
                }
            }
        }
    }
    let rest = |name: &str, other: &str, side: &Waiting| {
        let left = side.streams.iter().position(|beats| !beats.is_empty())?;
        let (count, stream) = (side.streams[left].len(), &signals.streams[left].name);
        Some(format!("{name} has {count} beats of {stream} more than {other}"))
    };
    found.rest = rest("A", "B", &a).or_else(|| rest("B", "A", &b));
    found.ends = (a.side.end(), b.side.end());
    if found.beats == 0 && found.rest.is_none() {
        return Err(crate::verify::wave::Fault::NothingToCompare.of(std::path::Path::new("A and B")));
    }
    Ok(found)
}

fn pair(signals: &Signals, rule: &Rule, found: &mut Found, stream: usize, (a, b): (Beat, Beat)) {
    found.beats += 1;
    let data = signals.streams[stream].data.iter().copied();
    let differing: Vec<usize> =
        data.filter(|&signal| rule.differs(signals, &found.layout, signal, &a.row, &b.row)).collect();
    let Some(&signal) = differing.first() else { return };
    let earlier = found.first.as_ref().is_none_or(|first| a.cycle < first.cycles.0);
    if earlier {
        found.first = Some(First {
            cycles: (a.cycle, b.cycle),
            times: (a.time, b.time),
            lane: rule.lane(signals, &found.layout, signal, (&a.row, &b.row)),
            beats: Some(a.number),
            signals: differing.clone(),
            rows: (a.row, b.row),
        });
    }
    found.note(&differing, a.cycle);
}
