//! What is done to the ports: patterns of bubbles, back-pressure, resets, wrong frame ends.
//!
//! A stimulus is a function of its plan and of what the ports showed, so that it can be played again to any cycle.

use crate::machine::{Inputs, Outputs};
use crate::manifest::StreamPort;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::rc::Rc;

/// When a stream moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// In every cycle.
    Always,
    /// In `on` of every `of` cycles.
    Regular {
        /// Cycles in which it moves; they come first.
        on: u32,
        /// The period.
        of: u32,
    },
    /// In each cycle with this probability.
    Random {
        /// Of hundred.
        percent: u32,
    },
    /// In turns of random length.
    Stalls {
        /// Most cycles of one turn.
        most: u32,
    },
}

/// A way to drive the design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is, in a few words.
    pub name: String,
    /// When `s_axis_tvalid` is offered anew.
    pub input: Pattern,
    /// When `m_axis_tready` is set.
    pub output: Pattern,
    /// Cycles between resets, about; 0: none.
    pub reset_every: u32,
    /// Some frames end with a `tlast` too early or without one.
    pub wrong_last: bool,
    /// It offers the frames that drive sums to their ends.
    pub directed: bool,
    /// Frames offered.
    pub frames: usize,
    /// Of everything random.
    pub seed: u64,
}

impl Plan {
    /// Always valid, always ready: the plan that shows interval and latency.
    pub fn steady(frames: usize, seed: u64) -> Plan {
        let (input, output) = (Pattern::Always, Pattern::Always);
        let name = "no bubbles".into();
        Plan { name, input, output, reset_every: 0, wrong_last: false, directed: false, frames, seed }
    }

    /// The frames that drive sums to their ends, each once.
    pub fn directed(frames: usize, seed: u64) -> Plan {
        let output = Pattern::Random { percent: 95 };
        let name = "sums at their ends".into();
        Plan { name, output, directed: true, ..Plan::steady(frames, seed.wrapping_add(24)) }
    }

    /// Resets in a design that is idle, fills, streams, drains or stands still, for the promised interval and last latency.
    pub fn resets_in_every_phase(frames: usize, (interval, latency): (usize, usize), seed: u64) -> Plan {
        let most = (latency + interval).clamp(64, 1 << 20) as u32;
        // the input pauses long enough for the design to become idle
        let (input, output) = (Pattern::Stalls { most: 4 * most }, Pattern::Stalls { most: most / 2 });
        let (name, seed) = ("resets in every phase".into(), seed.wrapping_add(23));
        Plan { name, input, output, reset_every: most, ..Plan::steady(frames, seed) }
    }

    /// Whether nothing holds the design up or disturbs it.
    pub fn is_steady(&self) -> bool {
        (self.input, self.output) == (Pattern::Always, Pattern::Always) && self.reset_every == 0 && !self.wrong_last
    }

    /// The plans of `circlet verify`, with so many frames in the steady one and in each of the others.
    ///
    /// Promised interval and last latency, cycles, scale stalls and resets.
    pub fn all((frames, others): (usize, usize), (interval, latency): (usize, usize), seed: u64) -> Vec<Plan> {
        let cycles = |count: usize| count.clamp(8, 1 << 20) as u32;
        let (interval, latency) = (cycles(interval), cycles(latency));
        let random = |percent| Pattern::Random { percent };
        let regular = |on, of| Pattern::Regular { on, of };
        let stalls = Pattern::Stalls { most: (2 * (latency + interval)).max(64) };
        let list = [
            ("input 1 in 4", regular(1, 4), Pattern::Always),
            ("output 3 in 4", Pattern::Always, regular(3, 4)),
            ("input 2 in 3, output 1 in 2", regular(2, 3), regular(1, 2)),
            ("random, input 90 %, output 90 %", random(90), random(90)),
            ("random, input 30 %, output 80 %", random(30), random(80)),
            ("random, input 80 %, output 30 %", random(80), random(30)),
            ("long stalls of the input", stalls, Pattern::Always),
            ("long stalls of the output", Pattern::Always, stalls),
            ("long stalls of both", stalls, stalls),
        ];
        let plan = |name: &str, input, output, index: u64| Plan {
            name: name.into(),
            input,
            output,
            reset_every: 0,
            wrong_last: false,
            directed: false,
            frames: others,
            seed: seed.wrapping_add(index),
        };
        let mut plans = vec![Plan::steady(frames, seed)];
        plans.extend((1..).zip(list).map(|(index, (name, input, output))| plan(name, input, output, index)));
        let mut resets = |every, name: &str, moves, index| {
            plans.push(Plan { reset_every: every, ..plan(name, moves, moves, index) });
        };
        resets(latency + interval, "resets in mid-frame, no bubbles", Pattern::Always, 20);
        resets(latency + 2 * interval, "resets in mid-frame, random", random(85), 21);
        plans.push(Plan { wrong_last: true, ..plan("wrong frame ends", random(80), random(80), 22) });
        plans
    }
}

/// Whether a stream moves, cycle after cycle.
struct Mover {
    pattern: Pattern,
    phase: u32,
    left: u32,
    moving: bool,
}

impl Mover {
    fn new(pattern: Pattern) -> Mover {
        Mover { pattern, phase: 0, left: 0, moving: true }
    }

    fn next(&mut self, random: &mut ChaCha8Rng) -> bool {
        match self.pattern {
            Pattern::Always => true,
            Pattern::Regular { on, of } => {
                let moves = self.phase < on;
                self.phase = (self.phase + 1) % of;
                moves
            }
            Pattern::Random { percent } => random.random_range(0..100) < percent,
            Pattern::Stalls { most } => {
                if self.left == 0 {
                    self.moving = !self.moving;
                    self.left = random.random_range(1..=most);
                }
                self.left -= 1;
                self.moving
            }
        }
    }
}

/// The frames offered, in beats of words.
#[derive(Clone)]
pub enum Frames {
    /// These, again and again; each is all the words of one frame in stream order.
    Given(Rc<Vec<Vec<i64>>>),
    /// Words drawn from the seed: even ones, extremes, around a mean, and mixtures.
    Random {
        /// Words of a frame.
        words: usize,
        /// Bits of a word.
        width: u32,
    },
}

impl Frames {
    /// The frames that were given, or random ones for a stream.
    pub fn of(given: Option<Vec<Vec<i64>>>, input: &StreamPort) -> Frames {
        match given {
            Some(frames) => Frames::Given(Rc::new(frames)),
            None => Frames::Random { words: input.lanes * input.beats, width: input.width },
        }
    }

    fn frame(&self, number: usize, random: &mut ChaCha8Rng, frame: &mut Vec<i64>) {
        match self {
            Frames::Given(list) => frame.clone_from(&list[number % list.len()]),
            Frames::Random { words, width } => {
                let (low, high) = (-1i64 << (width - 1), (1i64 << (width - 1)) - 1);
                let pick = random.random_range(0..*words);
                // kinds 1, 2 and 3 are always the same: four times each, then a mean and a spread in their place
                let around = (number >= 32 && matches!(number % 8, 1..=3))
                    .then(|| (random.random_range(low..=high), random.random_range(0..*width)));
                let mut word = |index: usize| match number % 8 {
                    _ if let Some((mean, spread)) = around => {
                        (mean + (random.random_range(low..=high) >> spread)).clamp(low, high)
                    }
                    1 => high,
                    2 => low,
                    3 => [low, high][index % 2],
                    4 => [low, high][random.random_range(0..2)],
                    5 => (index == pick) as i64 * high,
                    6 => random.random_range(low..=high) >> random.random_range(0..*width),
                    _ => random.random_range(low..=high),
                };
                frame.clear();
                frame.extend((0..*words).map(&mut word));
            }
        }
    }
}

/// A plan being carried out.
pub struct Stimulus {
    plan: Plan,
    frames: Frames,
    lanes: usize,
    beats: usize,
    random: ChaCha8Rng,
    input: Mover,
    output: Mover,
    frame: Vec<i64>,
    number: usize,
    beat: usize,
    offered: bool,
    last: bool,
    reset_left: u32,
    until_reset: u32,
}

impl Stimulus {
    /// A plan for a stream of `beats` beats of `lanes` words per frame.
    pub fn new(plan: &Plan, frames: Frames, lanes: usize, beats: usize) -> Stimulus {
        let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
        let mut frame = Vec::new();
        frames.frame(0, &mut random, &mut frame);
        let until_reset = next_reset(plan, &mut random);
        Stimulus {
            frames,
            lanes,
            beats,
            random,
            input: Mover::new(plan.input),
            output: Mover::new(plan.output),
            plan: plan.clone(),
            frame,
            number: 0,
            beat: 0,
            offered: false,
            last: false,
            reset_left: 0,
            until_reset,
        }
    }

    /// What the coming cycle brings.
    pub fn drive(&mut self, inputs: &mut Inputs) {
        self.count_resets();
        inputs.rst = self.reset_left > 0;
        inputs.ready = self.output.next(&mut self.random);
        let may_offer = self.input.next(&mut self.random);
        if !self.offered && may_offer && self.number < self.plan.frames {
            self.offered = true;
            let ends = self.beat + 1 == self.beats;
            let wrong = self.plan.wrong_last && self.random.random_range(0..4 * self.beats) == 0;
            self.last = ends != wrong;
        }
        inputs.valid = self.offered;
        inputs.data.clear();
        if self.offered {
            inputs.last = self.last;
            inputs.data.extend_from_slice(&self.frame[self.beat * self.lanes..][..self.lanes]);
        } else {
            // nothing may look at these
            let noise = self.random.next_u64();
            inputs.last = noise & 1 == 1;
            inputs.data.resize(self.lanes, noise as i64 >> 1);
        }
    }

    /// What the cycle showed; decides how to go on.
    pub fn saw(&mut self, outputs: &Outputs) {
        if self.reset_left > 0 {
            (self.offered, self.beat) = (false, 0);
            return;
        }
        if !(self.offered && outputs.ready) {
            return;
        }
        self.offered = false;
        self.beat += 1;
        if self.beat == self.beats {
            self.beat = 0;
            self.number += 1;
            self.frames.frame(self.number, &mut self.random, &mut self.frame);
        }
    }

    /// Whether every frame has been offered and taken.
    pub fn is_over(&self) -> bool {
        self.number >= self.plan.frames
    }

    fn count_resets(&mut self) {
        if self.plan.reset_every == 0 {
            return;
        }
        if self.reset_left > 0 {
            self.reset_left -= 1;
            return;
        }
        self.until_reset -= 1;
        if self.until_reset == 0 {
            self.reset_left = self.random.random_range(1..=4);
            self.until_reset = next_reset(&self.plan, &mut self.random);
        }
    }
}

fn next_reset(plan: &Plan, random: &mut ChaCha8Rng) -> u32 {
    random.random_range(1..=plan.reset_every.max(1) * 2)
}
