//! The timed model: actors that fire on tokens, and the FIFOs between them.
//!
//! A network is a cyclo-static dataflow graph (\[Bilsen96\]). An **actor** is a statically scheduled pipeline
//! behind a *gate*; a **FIFO** is the only elastic thing. Time is fixed by six numbers of an actor and by
//! nothing else:
//!
//! | number | meaning |
//! |---|---|
//! | `packet` | beats popped by one firing, on consecutive cycles |
//! | `pause` | cycles after them in which nothing is popped |
//! | `every`, `burst` | of each `every` firings the last `burst` produce output, those of [`Timing::rest`] excepted |
//! | `out` | beats pushed by a producing firing, on consecutive cycles |
//! | `latency` | cycles from the first pop of a producing firing to its first push |
//!
//! A gate fires in a cycle when its previous packet has been popped and its pause is over, the input FIFO shows at least `packet`
//! beats and, for a producing firing, the output FIFO has `out` beats neither stored nor reserved. It reserves
//! them in the same cycle. Data popped in cycle t stands on the pipeline's input in cycle t + 1.
//!
//! An actor may pop several FIFOs: all of them with each firing, or in turn, so many beats of the first, then of the
//! second. It may push several: each takes every beat, and all of them need room. Then a firing waits for the FIFO
//! that shows least.
//!
//! What an actor computes is its chain of [`Unit`]s, one packet at a time. This file and the models of the
//! blocks depend on nothing but the standard library: the emitted model crate consists of the same files.

pub mod channel;
pub mod fifo;
pub mod flow;
mod gate;
mod pipeline;
pub mod rhythm;
pub mod stream;
pub mod text;
pub mod times;
pub mod tokens;
mod turns;
pub mod vector;

use crate::machine::turns::Turns;
use fifo::{Fifo, append};
use std::collections::VecDeque;
use std::ops::Range;

/// What a block computes, whole packets at a time, without time.
pub trait Unit {
    /// Takes the words of one packet, or of several one after the other, and appends the words of what it produces.
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>);
    /// Back to the state after reset.
    fn reset(&mut self);
    /// Words that did not fit their format since construction.
    fn clipped(&self) -> u64 {
        0
    }
}

/// The six numbers that fix an actor's timing; see the module documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Beats popped by one firing.
    pub packet: usize,
    /// Cycles after the beats of a firing before the next one may begin.
    pub pause: usize,
    /// Firings in one period.
    pub every: usize,
    /// Producing firings, the last of each period but for `rest`.
    pub burst: usize,
    /// Firings after them that end a period without output.
    pub rest: usize,
    /// Beats pushed by a producing firing.
    pub out: usize,
    /// Cycles from first pop to first push of a producing firing.
    pub latency: usize,
}

impl Timing {
    /// The firings of a period that produce.
    pub fn producing(&self) -> Range<usize> {
        self.every - self.burst - self.rest..self.every - self.rest
    }
}

/// A gate and the pipeline behind it.
pub struct Actor {
    /// Unique name, `<layer>_<role>`.
    pub name: String,
    /// The FIFOs it pops, by index.
    pub inputs: Vec<usize>,
    turns: Turns,
    /// The FIFOs it pushes, by index.
    pub outputs: Vec<usize>,
    /// When it fires and pushes.
    pub timing: Timing,
    units: Vec<Box<dyn Unit>>,
    /// Cycles until the next firing may begin.
    left: usize,
    firing: usize,
    packet: Vec<i64>,
    /// Producing firings under way, oldest first.
    flight: VecDeque<Burst>,
    /// Cycle of the next push.
    due: u64,
    /// Buffers of bursts that have been pushed, for those to come.
    spare: Vec<Vec<i64>>,
}

/// The FIFOs of an actor: those it pops, and those it pushes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// By index.
    pub inputs: Vec<usize>,
    /// Beats of a frame that it pops of each input, in turn; empty: it pops all of them with each firing.
    pub turns: Vec<usize>,
    /// By index.
    pub outputs: Vec<usize>,
}

/// The cycle of what is not under way.
const NEVER: u64 = u64::MAX;

/// What a producing firing gives, and when.
struct Burst {
    /// Cycle of the first push.
    at: u64,
    /// Beats pushed so far.
    next: usize,
    /// All its words; empty in a token run.
    words: Vec<i64>,
}

impl Actor {
    /// An idle actor. An empty chain of units passes on what it is given.
    pub fn new(name: String, ports: Ports, timing: Timing, units: Vec<Box<dyn Unit>>) -> Actor {
        let Ports { inputs, turns, outputs } = ports;
        Actor {
            name,
            turns: Turns::new(inputs.len(), turns),
            inputs,
            outputs,
            timing,
            units,
            left: 0,
            firing: 0,
            packet: Vec::new(),
            flight: VecDeque::new(),
            due: NEVER,
            spare: Vec::new(),
        }
    }

    fn reset(&mut self) {
        (self.left, self.firing, self.due) = (0, 0, NEVER);
        self.turns.reset();
        self.spare.extend(self.flight.drain(..).map(|burst| burst.words));
        self.units.iter_mut().for_each(|unit| unit.reset());
    }

    /// The gate: decides, reserves and pops.
    fn fire(&mut self, cycle: u64, fifos: &mut [Fifo], probes: &mut [Probe]) {
        if self.left == 0 && !self.starts(cycle, fifos) {
            return;
        }
        if self.left > self.timing.pause {
            for input in self.turns.popped() {
                fifos[self.inputs[input]].pop_token();
                probes[self.inputs[input]].pop = true;
            }
            self.turns.pop(1);
        }
        self.left -= 1;
    }

    /// Whether a firing starts in this cycle. All that it will give is computed here, to be pushed when it is due.
    fn starts(&mut self, cycle: u64, fifos: &mut [Fifo]) -> bool {
        let Timing { packet, pause, every, out, latency, .. } = self.timing;
        let producing = self.timing.producing().contains(&self.firing);
        let inputs = &self.inputs[self.turns.popped()];
        if inputs.iter().any(|&fifo| fifos[fifo].level() < packet)
            || producing && self.outputs.iter().any(|&fifo| fifos[fifo].free() < out)
        {
            return false;
        }
        inputs.iter().for_each(|&fifo| fifos[fifo].peek(packet, &mut self.packet));
        let words = self.compute();
        if producing {
            self.outputs.iter().for_each(|&fifo| fifos[fifo].reserve(out));
            let at = cycle + latency as u64;
            self.due = self.due.min(at);
            self.flight.push_back(Burst { at, next: 0, words });
        } else {
            self.spare.push(words);
        }
        self.left = packet + pause;
        self.firing = if self.firing + 1 == every { 0 } else { self.firing + 1 };
        true
    }

    /// The end of the pipeline: pushes the beat that is due.
    fn push(&mut self, cycle: u64, fifos: &mut [Fifo], probes: &mut [Probe]) {
        if cycle < self.due {
            return;
        }
        let Some(burst) = self.flight.front_mut() else { return };
        for &output in &self.outputs {
            let (fifo, probe) = (&mut fifos[output], &mut probes[output]);
            if burst.next == 0 {
                fifo.store(&burst.words);
            }
            let lanes = if burst.words.is_empty() { 0 } else { fifo.lanes };
            append(&burst.words[burst.next * lanes..][..lanes], &mut probe.data);
            probe.push = true;
            fifo.push_token();
        }
        burst.next += 1;
        if burst.next == self.timing.out {
            self.spare.extend(self.flight.pop_front().map(|burst| burst.words));
            self.due = self.flight.front().map_or(NEVER, |burst| burst.at);
        }
    }

    /// The chain applied to the packet, which is used up.
    fn compute(&mut self) -> Vec<i64> {
        let mut words = self.spare.pop().unwrap_or_default();
        std::mem::swap(&mut words, &mut self.packet);
        for unit in &mut self.units {
            self.packet.clear();
            unit.run(&words, &mut self.packet);
            std::mem::swap(&mut words, &mut self.packet);
            if words.is_empty() {
                break;
            }
        }
        self.packet.clear();
        words
    }
}

/// What a cycle brings to the ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Synchronous reset.
    pub rst: bool,
    /// `s_axis_tvalid`.
    pub valid: bool,
    /// `s_axis_tdata`, one integer per lane.
    pub data: Vec<i64>,
    /// `s_axis_tlast`.
    pub last: bool,
    /// `m_axis_tready`.
    pub ready: bool,
}

/// What the ports show during a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// `s_axis_tready`.
    pub ready: bool,
    /// `m_axis_tvalid`.
    pub valid: bool,
    /// `m_axis_tdata`, one integer per lane; empty while not valid.
    pub data: Vec<i64>,
    /// `m_axis_tlast`; false while not valid.
    pub last: bool,
    /// A `tlast` has disagreed with the frame length since reset.
    pub frame_error: bool,
}

/// What one FIFO shows during a cycle: the probes that model and hardware are compared on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// A beat is pushed.
    pub push: bool,
    /// Its words; empty without a push.
    pub data: Vec<i64>,
    /// A beat is popped.
    pub pop: bool,
}

/// A whole network: stream in, FIFOs and actors, stream out.
pub struct Machine {
    /// The network's name.
    pub name: String,
    /// Input beats of one frame.
    pub frame_in: usize,
    /// Output beats of one frame.
    pub frame_out: usize,
    /// Those that no actor pushes are fed by the input stream; the last one feeds the output stream.
    pub fifos: Vec<Fifo>,
    /// Actors in the order of the data.
    pub actors: Vec<Actor>,
    /// One entry per FIFO, valid after [`Machine::step`].
    pub probes: Vec<Probe>,
    /// The FIFOs fed by the input stream.
    fed: Vec<usize>,
    cycle: u64,
    beats_in: usize,
    frame_error: bool,
    /// Beats of the output stage, each with its words; the first one is shown.
    skid: [Vec<i64>; SKID],
    skid_count: usize,
    /// A beat popped in the cycle before; it enters the stage at the end of this one.
    arriving: Option<Vec<i64>>,
    beats_out: usize,
}

/// Beats the output stage holds beyond its FIFO: covers the read latency without a path from `tready` to the FIFO.
const SKID: usize = 3;

impl Machine {
    /// A machine in its reset state. `fifos` and `actors` refer to each other by index.
    pub fn new(name: String, frame_in: usize, frame_out: usize, fifos: Vec<Fifo>, actors: Vec<Actor>) -> Machine {
        let probes = vec![Probe::default(); fifos.len()];
        let is_fed = |fifo: &usize| !actors.iter().any(|actor| actor.outputs.contains(fifo));
        let fed = (0..fifos.len()).filter(is_fed).collect();
        Machine {
            name,
            frame_in,
            frame_out,
            fifos,
            actors,
            probes,
            fed,
            cycle: 0,
            beats_in: 0,
            frame_error: false,
            skid: Default::default(),
            skid_count: 0,
            arriving: None,
            beats_out: 0,
        }
    }

    /// What the ports show in the coming cycle; it does not depend on that cycle's inputs.
    pub fn outputs(&self) -> Outputs {
        let mut outputs = Outputs::default();
        self.show(&mut outputs);
        outputs
    }

    /// One clock cycle: shows the ports during the cycle, fills [`Machine::probes`], and takes the clock edge.
    pub fn step(&mut self, inputs: &Inputs) -> Outputs {
        let mut outputs = Outputs::default();
        self.step_into(inputs, &mut outputs);
        outputs
    }

    /// [`Machine::step`] without a new buffer for every beat shown.
    pub fn step_into(&mut self, inputs: &Inputs, outputs: &mut Outputs) {
        self.show(outputs);
        for probe in &mut self.probes {
            (probe.push, probe.pop) = (false, false);
            probe.data.clear();
        }
        self.output_stage(inputs, outputs);
        for actor in &mut self.actors {
            actor.fire(self.cycle, &mut self.fifos, &mut self.probes);
            actor.push(self.cycle, &mut self.fifos, &mut self.probes);
        }
        self.input_stage(inputs, outputs);
        self.fifos.iter_mut().for_each(Fifo::clock);
        self.cycle += 1;
        if inputs.rst {
            self.reset();
        }
    }

    fn show(&self, outputs: &mut Outputs) {
        outputs.ready = self.fed.iter().all(|&fifo| self.fifos[fifo].free() > 0);
        outputs.valid = self.skid_count > 0;
        outputs.last = outputs.valid && self.beats_out + 1 == self.frame_out;
        outputs.frame_error = self.frame_error;
        outputs.data.clear();
        if outputs.valid {
            outputs.data.extend_from_slice(&self.skid[0]);
        }
    }

    /// Words that did not fit their format since construction, per actor.
    pub fn clipped(&self) -> impl Iterator<Item = (&str, u64)> {
        self.actors.iter().map(|a| (a.name.as_str(), a.units.iter().map(|u| u.clipped()).sum()))
    }

    /// Whether nothing is stored or under way: without new input nothing will ever move.
    pub fn is_idle(&self) -> bool {
        let actor_idle = |actor: &Actor| actor.left == 0 && actor.flight.is_empty();
        let fifo_idle = |fifo: &Fifo| fifo.level() == 0 && fifo.free() == fifo.depth;
        let ends_idle = self.skid_count == 0 && self.arriving.is_none();
        ends_idle && self.actors.iter().all(actor_idle) && self.fifos.iter().all(fifo_idle)
    }

    /// The number of the coming cycle; the first one is 0.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    fn reset(&mut self) {
        self.fifos.iter_mut().for_each(Fifo::reset);
        self.actors.iter_mut().for_each(Actor::reset);
        self.beats_in = 0;
        self.beats_out = 0;
        self.frame_error = false;
        self.skid_count = 0;
        self.arriving = None;
    }

    fn input_stage(&mut self, inputs: &Inputs, outputs: &Outputs) {
        if !(inputs.valid && outputs.ready) {
            return;
        }
        let last = self.beats_in + 1 == self.frame_in;
        self.frame_error |= last != inputs.last;
        self.beats_in = if last { 0 } else { self.beats_in + 1 };
        for &fifo in &self.fed {
            self.fifos[fifo].reserve(1);
            self.fifos[fifo].push(&inputs.data);
            self.probes[fifo].push = true;
            self.probes[fifo].data.clone_from(&inputs.data);
        }
    }

    fn output_stage(&mut self, inputs: &Inputs, outputs: &Outputs) {
        let held = self.skid_count + self.arriving.is_some() as usize;
        if outputs.valid && inputs.ready {
            self.skid.rotate_left(1);
            self.skid_count -= 1;
            self.beats_out = if outputs.last { 0 } else { self.beats_out + 1 };
        }
        if let Some(beat) = self.arriving.take() {
            self.skid[self.skid_count] = beat;
            self.skid_count += 1;
        }
        let source = self.fifos.len() - 1;
        if held < SKID && self.fifos[source].level() > 0 {
            let mut beat = std::mem::take(&mut self.skid[SKID - 1]);
            beat.clear();
            self.fifos[source].pop(&mut beat);
            self.probes[source].pop = true;
            self.arriving = Some(beat);
        }
    }
}
