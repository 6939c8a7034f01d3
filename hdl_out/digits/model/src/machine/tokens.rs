//! The time of a machine: tokens in place of beats, and at the ports what is valid and ready.
//!
//! A firing is entered as soon as the cycles of all it waits for are known, however far ahead ([`Channel`]); firings that follow
//! one another are entered together, and none before a port can depend on it.

use super::channel::Channel;
use super::gate::Gate;
use super::{Actor, Machine, SKID, Timing};

/// What the ports are asked in a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A beat is offered.
    pub valid: bool,
    /// It is the last one of its frame.
    pub last: bool,
    /// A beat is taken, if there is one.
    pub ready: bool,
}

/// What the ports show in a cycle, their words apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// A beat is taken, if it is offered.
    pub ready: bool,
    /// A beat is offered.
    pub valid: bool,
    /// It is the last one of its frame.
    pub last: bool,
    /// A `last` has disagreed with the frame length since reset.
    pub frame_error: bool,
}

/// The tokens of a machine.
pub struct Tokens {
    frame_in: usize,
    frame_out: usize,
    channels: Vec<Channel>,
    gates: Vec<Gate>,
    /// The gates that push and that pop each FIFO; none at the ends.
    ends: Vec<(Option<usize>, Option<usize>)>,
    fed: Vec<usize>,
    cycle: u64,
    beats_in: usize,
    beats_out: usize,
    frame_error: bool,
    /// Beats in the output stage, and whether one arrives there at the end of the cycle.
    held: (usize, bool),
    /// Beats that can still be taken, and popped for the output stage, one in each cycle, without asking again.
    granted: (i64, i64),
    /// Beats taken, and popped for the output stage, that are still to be entered.
    taken: Beats,
    given: Beats,
    /// Before this cycle the output stage can pop nothing.
    asleep: u64,
    /// No entered event is later.
    horizon: u64,
    /// Gates that may be able to fire.
    open: Open,
    /// By gate, the cycles that what happens to it needs at least to show at the output.
    reach: Vec<u64>,
    /// The first cycle in which the output may show what firings still to be entered bring.
    due: u64,
}

/// Beats one after the other, one in each cycle.
#[derive(Clone, Copy, Default)]
struct Beats {
    first: u64,
    count: usize,
}

impl Beats {
    /// Whether a beat in `cycle` is the next one of these; then it is one of them.
    fn goes_on(&mut self, cycle: u64) -> bool {
        let goes_on = self.count > 0 && self.first + self.count as u64 == cycle;
        self.count += goes_on as usize;
        goes_on
    }
}

/// A set of gates.
#[derive(Default)]
struct Open {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl Open {
    fn add(&mut self, gate: Option<usize>) {
        let Some(gate) = gate else { return };
        if self.is_in.len() <= gate {
            self.is_in.resize(gate + 1, false);
        }
        if !std::mem::replace(&mut self.is_in[gate], true) {
            self.list.push(gate);
        }
    }

    fn take(&mut self) -> Option<usize> {
        let gate = self.list.pop()?;
        self.is_in[gate] = false;
        Some(gate)
    }
}

impl Tokens {
    /// Those of a machine in its reset state.
    pub fn of(machine: &Machine) -> Tokens {
        let Machine { frame_in, frame_out, fifos, actors, fed, .. } = machine;
        let end = |fifo: usize, of: fn(&Actor) -> &[usize]| actors.iter().position(|actor| of(actor).contains(&fifo));
        let ends: Vec<_> = (0..fifos.len()).map(|fifo| (end(fifo, |a| &a.outputs), end(fifo, |a| &a.inputs))).collect();
        Tokens {
            reach: reach(actors, &ends),
            frame_in: *frame_in,
            frame_out: *frame_out,
            channels: fifos.iter().map(Channel::of).collect(),
            gates: actors.iter().map(Gate::of).collect(),
            ends,
            fed: fed.clone(),
            cycle: 0,
            beats_in: 0,
            beats_out: 0,
            frame_error: false,
            held: (0, false),
            granted: (0, 0),
            taken: Beats::default(),
            given: Beats::default(),
            asleep: 0,
            horizon: 0,
            open: Open::default(),
            due: u64::MAX,
        }
    }

    /// One clock cycle: shows the ports during the cycle and takes the clock edge.
    pub fn step(&mut self, asked: Asked) -> Shown {
        let ready = self.granted.0 > 0 || self.grant_input();
        let valid = self.held.0 > 0;
        let last = valid && self.beats_out + 1 == self.frame_out;
        let shown = Shown { ready, valid, last, frame_error: self.frame_error };
        self.output_stage(asked, shown);
        self.input_stage(asked, shown);
        self.cycle += 1;
        shown
    }

    /// Whether a beat can be taken, and how many from now on.
    fn grant_input(&mut self) -> bool {
        self.enter_taken();
        let mut granted = i64::MAX;
        for at in 0..self.fed.len() {
            let fifo = self.fed[at];
            let free = self.channels[fifo].free(1).or_else(|| {
                self.enter_all();
                self.channels[fifo].free(1)
            });
            match free {
                Some((from, more)) if from <= self.cycle => granted = granted.min(more),
                _ => return false,
            }
        }
        self.granted.0 = granted;
        true
    }

    /// Whether the output stage can pop a beat, and how many from now on.
    fn grant_output(&mut self) -> bool {
        if self.cycle >= self.due {
            self.enter_all();
        } else if self.cycle < self.asleep {
            return false;
        }
        self.enter_given();
        let last = self.channels.len() - 1;
        match self.channels[last].readable(1) {
            Some((from, more)) if from <= self.cycle => {
                self.granted.1 = more;
                true
            }
            unknown => {
                self.asleep = unknown.map_or(self.due, |(from, _)| from);
                false
            }
        }
    }

    fn output_stage(&mut self, asked: Asked, shown: Shown) {
        let all = self.held.0 + self.held.1 as usize;
        if shown.valid && asked.ready {
            self.held.0 -= 1;
            self.beats_out = if shown.last { 0 } else { self.beats_out + 1 };
        }
        self.held = (self.held.0 + self.held.1 as usize, false);
        if all < SKID && (self.granted.1 > 0 || self.grant_output()) {
            self.granted.1 -= 1;
            self.held.1 = true;
            if !self.given.goes_on(self.cycle) {
                self.enter_given();
                self.given = Beats { first: self.cycle, count: 1 };
                let last = self.channels.len() - 1;
                self.happens(self.ends[last].0);
            }
        }
    }

    fn input_stage(&mut self, asked: Asked, shown: Shown) {
        if !(asked.valid && shown.ready) {
            return;
        }
        let last = self.beats_in + 1 == self.frame_in;
        self.frame_error |= last != asked.last;
        self.beats_in = if last { 0 } else { self.beats_in + 1 };
        self.granted.0 -= 1;
        if !self.taken.goes_on(self.cycle) {
            self.enter_taken();
            self.taken = Beats { first: self.cycle, count: 1 };
            for at in 0..self.fed.len() {
                self.happens(self.ends[self.fed[at]].1);
            }
        }
    }

    /// Something will be entered that may let a gate fire, in this cycle or in those that follow it.
    fn happens(&mut self, gate: Option<usize>) {
        let reach = gate.map_or(0, |gate| self.reach[gate]);
        self.due = self.due.min(self.cycle.saturating_add(reach));
        self.asleep = self.asleep.min(self.due);
    }

    /// Enters the beats taken.
    fn enter_taken(&mut self) {
        let Beats { first, count } = std::mem::take(&mut self.taken);
        if count == 0 {
            return;
        }
        for &fifo in &self.fed {
            self.channels[fifo].claim(count);
            if self.channels[fifo].push(first, count) {
                self.open.add(self.ends[fifo].1);
            }
        }
    }

    /// Enters the beats popped for the output stage.
    fn enter_given(&mut self) {
        let Beats { first, count } = std::mem::take(&mut self.given);
        let last = self.channels.len() - 1;
        if count > 0 && self.channels[last].pop(first, count) {
            self.open.add(self.ends[last].0);
        }
    }

    /// Enters all firings that can be.
    fn enter_all(&mut self) {
        self.enter_taken();
        self.enter_given();
        while let Some(gate) = self.open.take() {
            while self.enter(gate) {}
        }
        (self.due, self.asleep) = (u64::MAX, 0);
    }

    /// Enters the next firings of a gate, if all they wait for is known.
    fn enter(&mut self, at: usize) -> bool {
        let Tokens { channels, gates, ends, open, horizon, .. } = self;
        let gate = &mut gates[at];
        let Timing { packet, pause, out, latency, .. } = gate.timing;
        let (producing, mut count) = gate.phase();
        let (mut start, popped) = (gate.next.0, gate.turns.popped());
        for &fifo in &gate.inputs[popped.clone()] {
            let Some((from, most)) = channels[fifo].readable(packet) else { return false };
            (start, count) = (start.max(from), count.min(most as usize));
        }
        for &fifo in gate.outputs.iter().filter(|_| producing) {
            let Some((from, most)) = channels[fifo].free(out) else { return false };
            (start, count) = (start.max(from), count.min(most as usize));
        }
        if packet + pause > 1 || producing && out > 1 {
            count = 1;
        }
        for &fifo in &gate.inputs[popped] {
            if channels[fifo].pop(start, count * packet) {
                open.add(ends[fifo].0);
            }
        }
        if producing {
            let first = gate.next.1.max(start + latency as u64);
            for &fifo in &gate.outputs {
                channels[fifo].claim(count * out);
                if channels[fifo].push(first, count * out) {
                    open.add(ends[fifo].1);
                }
            }
            gate.next.1 = first + (count * out) as u64;
        }
        gate.fired(start, count);
        *horizon = (*horizon).max(gate.next.0).max(gate.next.1);
        true
    }

    /// Whether nothing is stored or under way: without new input nothing will ever move.
    pub fn is_idle(&mut self) -> bool {
        self.enter_all();
        self.held == (0, false) && self.horizon <= self.cycle && self.channels.iter().all(Channel::is_empty)
    }

    /// The number of the coming cycle; the first one is 0.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Later by some cycles.
    pub fn shift(&mut self, cycles: u64) {
        self.channels.iter_mut().for_each(|channel| channel.shift(cycles));
        self.gates.iter_mut().for_each(|gate| gate.shift(cycles));
        (self.cycle, self.horizon) = (self.cycle + cycles, self.horizon + cycles);
    }

    /// All that decides on what comes, as seen from the coming cycle. Everything that can be is entered before: then of what
    /// has happened it only counts that it has.
    pub fn state(&mut self) -> Vec<u64> {
        self.enter_all();
        let counts = [self.beats_in, self.beats_out, self.frame_error as usize, self.held.0, self.held.1 as usize];
        let mut state: Vec<u64> = counts.map(|count| count as u64).to_vec();
        state.extend([self.granted.0 as u64, self.granted.1 as u64, self.horizon.saturating_sub(self.cycle)]);
        self.channels.iter().for_each(|channel| channel.state(self.cycle, &mut state));
        self.gates.iter().for_each(|gate| gate.state(self.cycle, &mut state));
        state
    }

    /// Back to the state after reset.
    pub fn reset(&mut self) {
        self.enter_all();
        self.channels.iter_mut().for_each(Channel::reset);
        self.gates.iter_mut().for_each(|gate| gate.reset(self.cycle));
        (self.beats_in, self.beats_out, self.frame_error, self.held) = (0, 0, false, (0, false));
        self.granted = (0, 0);
        self.horizon = self.cycle;
    }
}

/// By actor, the cycles between what lets it fire and the first beat at the output that this brings, at least.
fn reach(actors: &[Actor], ends: &[(Option<usize>, Option<usize>)]) -> Vec<u64> {
    let mut reach = vec![u64::MAX; actors.len()];
    // as often as a path can be long
    for _ in 0..actors.len() {
        for (at, actor) in actors.iter().enumerate() {
            let after = actor.outputs.iter().map(|&fifo| ends[fifo].1.map_or(0, |next| reach[next])).min();
            reach[at] = after.unwrap_or(0).saturating_add(actor.timing.latency as u64);
        }
    }
    reach
}
