//! A gate as [`Tokens`](super::tokens::Tokens) drives it: when it fires next.

use super::{Actor, Timing};
use std::ops::Range;

/// An actor's gate, without the pipeline behind it.
pub(super) struct Gate {
    pub(super) inputs: Vec<usize>,
    turns: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    pub(super) timing: Timing,
    /// The cycle from which it can fire again, and from which it can push again.
    pub(super) next: (u64, u64),
    firing: usize,
    /// The input whose turn it is, and the beats popped of it.
    turn: (usize, usize),
}

impl Gate {
    pub(super) fn of(actor: &Actor) -> Gate {
        let Actor { inputs, turns, outputs, timing, .. } = actor;
        Gate {
            turns: if inputs.len() > 1 { turns.clone() } else { Vec::new() },
            inputs: inputs.clone(),
            outputs: outputs.clone(),
            timing: *timing,
            next: (0, 0),
            firing: 0,
            turn: (0, 0),
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
        let beats = self.turns.get(self.turn.0).map_or(usize::MAX, |beats| beats - self.turn.1);
        ((first..end).contains(&self.firing), (until - self.firing).min(beats))
    }

    /// The inputs that the next firing pops.
    pub(super) fn popped(&self) -> Range<usize> {
        if self.turns.is_empty() { 0..self.inputs.len() } else { self.turn.0..self.turn.0 + 1 }
    }

    /// Notes firings that begin in `start`, one after the other.
    pub(super) fn fired(&mut self, start: u64, count: usize) {
        let Timing { packet, pause, every, .. } = self.timing;
        self.next.0 = start + (count * (packet + pause)) as u64;
        self.firing = (self.firing + count) % every;
        let Some(&whole) = self.turns.get(self.turn.0) else { return };
        self.turn.1 += count * packet;
        if self.turn.1 == whole {
            self.turn = ((self.turn.0 + 1) % self.turns.len(), 0);
        }
    }

    pub(super) fn reset(&mut self, cycle: u64) {
        (self.next, self.firing, self.turn) = ((cycle, cycle), 0, (0, 0));
    }

    /// Later by some cycles.
    pub(super) fn shift(&mut self, cycles: u64) {
        self.next = (self.next.0 + cycles, self.next.1 + cycles);
    }

    /// What decides on its future, seen from a cycle by which all that can be has been entered.
    pub(super) fn state(&self, cycle: u64, state: &mut Vec<u64>) {
        let next = [self.next.0, self.next.1].map(|next| next.saturating_sub(cycle));
        state.extend([next[0], next[1], self.firing as u64, self.turn.0 as u64, self.turn.1 as u64]);
    }
}
