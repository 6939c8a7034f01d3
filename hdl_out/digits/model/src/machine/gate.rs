//! A gate as [`Tokens`](super::tokens::Tokens) drives it: when it fires next.

use super::turns::Turns;
use super::{Actor, Timing};

/// An actor's gate, without the pipeline behind it.
pub(super) struct Gate {
    pub(super) inputs: Vec<usize>,
    pub(super) turns: Turns,
    pub(super) outputs: Vec<usize>,
    pub(super) timing: Timing,
    /// The cycle from which it can fire again, and from which it can push again.
    pub(super) next: (u64, u64),
    firing: usize,
}

impl Gate {
    pub(super) fn of(actor: &Actor) -> Gate {
        let Actor { inputs, turns, outputs, timing, .. } = actor;
        Gate {
            turns: turns.clone(),
            inputs: inputs.clone(),
            outputs: outputs.clone(),
            timing: *timing,
            next: (0, 0),
            firing: 0,
        }
    }

    /// Whether the next firing produces, and how many firings are like it at least.
    pub(super) fn phase(&self) -> (bool, usize) {
        let producing = self.timing.producing();
        let until = match self.firing {
            firing if firing < producing.start => producing.start,
            firing if firing < producing.end => producing.end,
            _ => self.timing.every,
        };
        (producing.contains(&self.firing), (until - self.firing).min(self.turns.left()))
    }

    /// Notes firings that begin in `start`, one after the other.
    pub(super) fn fired(&mut self, start: u64, count: usize) {
        let Timing { packet, pause, every, .. } = self.timing;
        self.next.0 = start + (count * (packet + pause)) as u64;
        self.firing = (self.firing + count) % every;
        self.turns.pop(count * packet);
    }

    pub(super) fn reset(&mut self, cycle: u64) {
        (self.next, self.firing) = ((cycle, cycle), 0);
        self.turns.reset();
    }

    /// Later by some cycles.
    pub(super) fn shift(&mut self, cycles: u64) {
        self.next = (self.next.0 + cycles, self.next.1 + cycles);
    }

    /// What decides on its future, seen from a cycle by which all that can be has been entered.
    pub(super) fn state(&self, cycle: u64, state: &mut Vec<u64>) {
        let next = [self.next.0, self.next.1].map(|next| next.saturating_sub(cycle));
        let turn = self.turns.at();
        state.extend([next[0], next[1], self.firing as u64, turn.0 as u64, turn.1 as u64]);
    }
}
