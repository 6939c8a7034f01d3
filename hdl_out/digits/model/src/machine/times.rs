//! When the beats of a stream come to be, as far ahead as that is known.

use std::collections::VecDeque;

/// The cycles of beats numbered from 1 since reset, in their order.
#[derive(Default)]
pub struct Times {
    runs: VecDeque<Run>,
    /// Beats that have been looked beyond; whoever asks for them again asks in a later cycle.
    passed: i64,
    known: i64,
}

/// Beats of which each comes `step` cycles, none or one, after the one before.
#[derive(Clone, Copy)]
struct Run {
    first: u64,
    beats: i64,
    step: u64,
}

impl Times {
    /// The next beats: one in every cycle from `first` on.
    pub fn one_by_one(&mut self, first: u64, beats: i64) {
        self.known += beats;
        if let Some(Run { first: before, beats: so_far, step: 1 }) = self.runs.back_mut()
            && *before + *so_far as u64 == first
        {
            *so_far += beats;
            return;
        }
        self.runs.push_back(Run { first, beats, step: 1 });
    }

    /// The next beats, all in one cycle.
    pub fn at_once(&mut self, cycle: u64, beats: i64) {
        self.known += beats;
        self.runs.push_back(Run { first: cycle, beats, step: 0 });
    }

    /// Beats known of.
    pub fn known(&self) -> i64 {
        self.known
    }

    /// The cycle after that of beat `number`, and how many beats from it on come one cycle after the other or sooner; `None`
    /// while it is not known. For a beat of the past it is any cycle up to now.
    pub fn of(&mut self, number: i64) -> Option<(u64, i64)> {
        if number > self.known {
            return None;
        }
        while number > self.passed {
            let &Run { first, beats, step } = self.runs.front()?;
            let end = self.passed + beats;
            if number <= end {
                return Some((1 + first + step * (number - self.passed - 1) as u64, end - number + 1));
            }
            self.passed = end;
            self.runs.pop_front();
        }
        Some((0, self.passed - number + 1))
    }

    /// Later by some cycles.
    pub fn shift(&mut self, cycles: u64) {
        self.runs.iter_mut().for_each(|run| run.first += cycles);
    }

    /// How many beats are known beyond beat `number`, and which of them come in `cycle` or later.
    pub fn state(&self, cycle: u64, number: i64, state: &mut Vec<u64>) {
        state.push((self.known - number) as u64);
        for &Run { first, beats, step } in &self.runs {
            let past = match step {
                0 if first < cycle => beats,
                0 => 0,
                _ => (cycle.saturating_sub(first).div_ceil(step) as i64).min(beats),
            };
            if past < beats {
                state.extend([first + step * past as u64 - cycle, (beats - past) as u64, step]);
            }
        }
        state.push(u64::MAX);
    }

    /// Back to no beats.
    pub fn reset(&mut self) {
        self.runs.clear();
        (self.passed, self.known) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_meet_are_one() {
        let mut times = Times::default();
        times.one_by_one(10, 3);
        times.one_by_one(13, 2);
        times.at_once(20, 4);
        times.one_by_one(21, 1);
        assert_eq!((times.of(1), times.of(2), times.of(5)), (Some((11, 5)), Some((12, 4)), Some((15, 1))));
        assert_eq!((times.of(6), times.of(9), times.of(10)), (Some((21, 4)), Some((21, 1)), Some((22, 1))));
        assert_eq!((times.of(11), times.known()), (None, 10));
        assert!(times.of(3).is_some_and(|(cycle, beats)| cycle < 13 && beats == 7), "the past");
        times.reset();
        assert_eq!((times.of(1), times.of(0)), (None, Some((0, 1))));
    }
}
