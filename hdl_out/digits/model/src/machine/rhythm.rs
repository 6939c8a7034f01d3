//! Tokens that move as they did before: while the ports are asked what they were asked a period ago, they show what they showed.
//!
//! At the end of a frame the state is compared with that at the end of an earlier one, as seen from either cycle. If they are
//! the same, what follows depends on what is asked alone. All that was asked and shown between the two is played again, and
//! again, until something else is asked; then the tokens are told how many periods have passed, and move on by themselves.

use super::tokens::{Asked, Shown, Tokens};

/// Frames after which another one is compared with, at most: periods are not longer.
const FRAMES: usize = 8;

/// Cycles of a period, at most.
const CYCLES: usize = 1 << 20;

/// The tokens of a machine, moved only as long as they do something new.
pub struct Rhythm {
    tokens: Tokens,
    /// The state at the end of a frame; empty: none is known.
    mark: Vec<u64>,
    /// Frames since then, and after how many another mark is set.
    frames: (usize, usize),
    /// What was asked and shown since then.
    cycles: Vec<(Asked, Shown)>,
    /// Whether it is played, which cycle is next, and how many periods have been.
    playing: bool,
    next: usize,
    periods: u64,
}

impl Rhythm {
    /// Nothing is known yet.
    pub fn of(tokens: Tokens) -> Rhythm {
        let (mark, cycles) = Default::default();
        Rhythm { tokens, mark, frames: (0, 1), cycles, playing: false, next: 0, periods: 0 }
    }

    /// One clock cycle.
    #[inline]
    pub fn step(&mut self, asked: Asked) -> Shown {
        if self.playing {
            let (known, shown) = self.cycles[self.next];
            if known == asked {
                self.next += 1;
                if self.next == self.cycles.len() {
                    (self.next, self.periods) = (0, self.periods + 1);
                }
                return shown;
            }
            self.stop();
        }
        self.step_tokens(asked)
    }

    fn step_tokens(&mut self, asked: Asked) -> Shown {
        let shown = self.tokens.step(asked);
        if !self.mark.is_empty() {
            self.cycles.push((asked, shown));
            if self.cycles.len() == CYCLES {
                self.mark.clear();
            }
        }
        if asked.last && shown.ready {
            self.frame_ends();
        }
        shown
    }

    fn frame_ends(&mut self) {
        let state = self.tokens.state();
        self.frames.0 += 1;
        if state == self.mark {
            (self.playing, self.next, self.periods) = (true, 0, 0);
        } else if self.mark.is_empty() || self.frames.0 >= self.frames.1 {
            (self.mark, self.frames) = (state, (0, (2 * self.frames.1).min(FRAMES)));
            self.cycles.clear();
        }
    }

    /// The tokens in their present state; what was known of a period is forgotten.
    pub fn tokens(&mut self) -> &mut Tokens {
        if self.playing {
            self.stop();
        }
        self.mark.clear();
        &mut self.tokens
    }

    /// Has the tokens do what was played.
    fn stop(&mut self) {
        self.tokens.shift(self.periods * self.cycles.len() as u64);
        for &(asked, shown) in &self.cycles[..self.next] {
            let again = self.tokens.step(asked);
            assert!(again == shown, "a period was not one: {again:?}, expected {shown:?}");
        }
        self.mark.clear();
        (self.playing, self.frames) = (false, (0, 1));
    }

    /// The number of the coming cycle; the first one is 0.
    pub fn cycle(&self) -> u64 {
        let played = if self.playing { self.periods * self.cycles.len() as u64 + self.next as u64 } else { 0 };
        self.tokens.cycle() + played
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::fifo::{Access, Fifo, Replay};
    use crate::machine::{Actor, Machine, Ports, Timing};

    /// Frames of 6 beats, read twice in windows of 3; a beat comes out for each 4 that are read.
    fn tokens() -> Tokens {
        let fifo = |name: &str, replay| Fifo::new(name.into(), 1, 8, 9, Access::Replay(replay));
        let twice = Replay { window: 3, repeat: 2, groups: 1, last_repeat: 2 };
        let timing = Timing { packet: 2, pause: 1, every: 2, burst: 1, rest: 0, out: 1, latency: 7 };
        let ports = Ports { inputs: vec![0], turns: Vec::new(), outputs: vec![1] };
        let actors = vec![Actor::new("a".into(), ports, timing, Vec::new())];
        let fifos = vec![fifo("from", twice), fifo("to", Replay::ONCE)];
        Tokens::of(&Machine::new("any".into(), 6, 3, fifos, actors))
    }

    #[test]
    fn what_is_played_is_what_would_be() {
        let (mut rhythm, mut alone) = (Rhythm::of(tokens()), tokens());
        let (mut beat, mut played, mut stops) = (0, 0, 0);
        for cycle in 0..6000u64 {
            // quiet, then a gap at either port
            let (quiet, gap) = (cycle % 400 != 399, cycle / 400 % 2 == 0);
            let asked = Asked { valid: quiet || gap, last: (quiet || gap) && beat == 5, ready: quiet || !gap };
            let was_playing = rhythm.playing;
            let shown = rhythm.step(asked);
            assert_eq!(shown, alone.step(asked), "cycle {cycle}");
            assert_eq!(rhythm.cycle(), alone.cycle());
            beat = (beat + (asked.valid && shown.ready) as usize) % 6;
            played += rhythm.playing as u32;
            stops += (was_playing && !rhythm.playing) as u32;
        }
        assert!(played > 3000 && stops > 5, "{played} cycles, {stops} stops");
        assert_eq!(rhythm.tokens().is_idle(), alone.is_idle());
    }
}
