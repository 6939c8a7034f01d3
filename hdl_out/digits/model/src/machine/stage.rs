//! An actor as [`Flow`](super::flow::Flow) drives it: when it fires next, and which firings still lack their words.

use super::{Actor, Timing, Unit};
use std::collections::VecDeque;
use std::ops::Range;

/// An actor, its next firing, and those whose words are still to be computed.
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) inputs: Vec<usize>,
    pub(super) turns: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    pub(super) timing: Timing,
    pub(super) units: Vec<Box<dyn Unit>>,
    /// The cycle from which it can fire again, and from which it can push again.
    pub(super) next: (u64, u64),
    pub(super) firing: usize,
    /// The input whose turn it is, and the beats popped of it: in time, and of the words.
    pub(super) turn: [(usize, usize); 2],
    /// Firings entered and not computed: the first cycle, and how many follow one another.
    pub(super) entered: VecDeque<(u64, usize)>,
    /// Firings computed of the period under way.
    pub(super) computed: usize,
    /// The firing whose words come next, where there are no units.
    pub(super) passing: usize,
    /// Words between units.
    pub(super) buffers: [Vec<i64>; 2],
}

impl Stage {
    pub(super) fn of(actor: Actor) -> Stage {
        let Actor { name, inputs, turns, outputs, timing, units, .. } = actor;
        Stage {
            name,
            turns: if inputs.len() > 1 { turns } else { Vec::new() },
            inputs,
            outputs,
            timing,
            units,
            next: (0, 0),
            firing: 0,
            turn: [(0, 0); 2],
            entered: VecDeque::new(),
            computed: 0,
            passing: 0,
            buffers: Default::default(),
        }
    }

    /// Whether the next firing produces, and how many firings are like it at least.
    pub(super) fn phase(&self) -> (bool, usize) {
        let Timing { every, burst, rest, .. } = self.timing;
        let (first, end) = (every - burst - rest, every - rest);
        let until = match self.firing {
            firing if firing < first => first,
            firing if firing < end => end,
            _ => every,
        };
        let beats = self.turns.get(self.turn[0].0).map_or(usize::MAX, |beats| beats - self.turn[0].1);
        ((first..end).contains(&self.firing), (until - self.firing).min(beats))
    }

    /// The inputs that the next firing pops, in time (0) or of the words (1).
    pub(super) fn popped(&self, of: usize) -> Range<usize> {
        if self.turns.is_empty() { 0..self.inputs.len() } else { self.turn[of].0..self.turn[of].0 + 1 }
    }

    /// Beats whose words come from the same inputs.
    pub(super) fn of_turn(&self) -> usize {
        self.turns.get(self.turn[1].0).map_or(usize::MAX, |beats| beats - self.turn[1].1)
    }

    pub(super) fn take_turn(&mut self, of: usize, beats: usize) {
        let Some(&whole) = self.turns.get(self.turn[of].0) else { return };
        self.turn[of].1 += beats;
        if self.turn[of].1 == whole {
            self.turn[of] = ((self.turn[of].0 + 1) % self.turns.len(), 0);
        }
    }

    /// Notes firings that begin in `start`, one after the other.
    pub(super) fn entered(&mut self, start: u64, count: usize) {
        let Timing { packet, pause, every, .. } = self.timing;
        let end = |first: u64, firings: usize| first + (firings * (packet + pause)) as u64;
        self.next.0 = end(start, count);
        self.firing = (self.firing + count) % every;
        self.take_turn(0, count * packet);
        match self.entered.back_mut() {
            Some((first, firings)) if end(*first, *firings) == start => *firings += count,
            _ => self.entered.push_back((start, count)),
        }
    }

    /// Takes the firings begun before `cycle` from those to be computed; of firings that give one beat each, in whole
    /// periods if that is wanted.
    pub(super) fn begun(&mut self, cycle: u64, whole: bool) -> usize {
        let Timing { packet, pause, every, burst, out, .. } = self.timing;
        let cycles = packet + pause;
        let mut begun = 0;
        for &(first, firings) in &self.entered {
            if first >= cycle {
                break;
            }
            begun += firings.min((cycle - first).div_ceil(cycles as u64) as usize);
        }
        if whole && packet == 1 && out == 1 && every % burst == 0 {
            begun -= begun.min((self.computed + begun) % every);
        }
        self.computed = (self.computed + begun) % every;
        let mut left = begun;
        while let Some((first, firings)) = self.entered.front_mut() {
            let taken = left.min(*firings);
            (*first, *firings, left) = (*first + (taken * cycles) as u64, *firings - taken, left - taken);
            if *firings > 0 {
                break;
            }
            self.entered.pop_front();
        }
        begun
    }

    /// The first unit applied to whole packets of `words` words. Without units the packets of producing firings pass.
    pub(super) fn first(&mut self, packets: &[i64], words: usize, given: &mut Vec<i64>) {
        if let Some(unit) = self.units.first_mut() {
            unit.run(packets, given);
            return;
        }
        let Timing { every, burst, rest, .. } = self.timing;
        for packet in packets.chunks_exact(words) {
            if (every - burst - rest..every - rest).contains(&self.passing) {
                given.extend_from_slice(packet);
            }
            self.passing = (self.passing + 1) % every;
        }
    }

    pub(super) fn reset(&mut self, cycle: u64) {
        (self.next, self.firing, self.turn) = ((cycle, cycle), 0, [(0, 0); 2]);
        self.entered.clear();
        (self.computed, self.passing) = (0, 0);
        self.units.iter_mut().for_each(|unit| unit.reset());
    }
}
