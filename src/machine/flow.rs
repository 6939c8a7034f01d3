//! A machine seen at its ports alone: the same cycles as [`Machine::step`](super::Machine::step), many times faster.
//!
//! When an actor fires depends on nothing but when its beats and its room are there, never on words and never on what
//! has not happened. So time and words go separate ways. A firing is entered as soon as the cycles of all it waits for
//! are known, however far ahead ([`Channel`]); firings that follow one another are entered together, and none before a port
//! can depend on it. Words are computed when a port shows the first one that is not there yet, for all firings begun until
//! then at once ([`Stream`]).
//!
//! What stands between the ports cannot be seen here. That the ports are those of the stepped machine is tested on random
//! networks under random stalls and resets.

use super::channel::Channel;
use super::stage::Stage;
use super::stream::Stream;
use super::{Actor, Inputs, Machine, Outputs, SKID, Timing};

/// A machine that shows its ports.
pub struct Flow {
    /// Input beats of one frame.
    pub frame_in: usize,
    /// Output beats of one frame.
    pub frame_out: usize,
    time: Vec<Channel>,
    words: Vec<Stream>,
    stages: Vec<Stage>,
    /// The stages that push and that pop each FIFO; none at the ends.
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
    /// Words of the beats taken.
    words_taken: Vec<i64>,
    /// Before this cycle the output stage can pop nothing.
    asleep: u64,
    /// No entered event is later.
    horizon: u64,
    /// Stages that may be able to fire.
    open: Open,
    /// By stage, the cycles that what happens to it needs at least to show at the output.
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

/// A set of stages.
#[derive(Default)]
struct Open {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl Open {
    fn add(&mut self, stage: Option<usize>) {
        let Some(stage) = stage else { return };
        if self.is_in.len() <= stage {
            self.is_in.resize(stage + 1, false);
        }
        if !std::mem::replace(&mut self.is_in[stage], true) {
            self.list.push(stage);
        }
    }

    fn take(&mut self) -> Option<usize> {
        let stage = self.list.pop()?;
        self.is_in[stage] = false;
        Some(stage)
    }
}

impl Flow {
    /// The machine from its reset state on.
    pub fn of(machine: Machine) -> Flow {
        let Machine { frame_in, frame_out, fifos, actors, fed, .. } = machine;
        let end = |fifo: usize, of: fn(&Actor) -> &[usize]| actors.iter().position(|actor| of(actor).contains(&fifo));
        let ends: Vec<_> = (0..fifos.len()).map(|fifo| (end(fifo, |a| &a.outputs), end(fifo, |a| &a.inputs))).collect();
        Flow {
            reach: reach(&actors, &ends),
            frame_in,
            frame_out,
            time: fifos.iter().map(Channel::of).collect(),
            words: fifos.iter().map(|fifo| Stream::new(fifo.lanes, fifo.access)).collect(),
            stages: actors.into_iter().map(Stage::of).collect(),
            ends,
            fed,
            cycle: 0,
            beats_in: 0,
            beats_out: 0,
            frame_error: false,
            held: (0, false),
            granted: (0, 0),
            taken: Beats::default(),
            given: Beats::default(),
            words_taken: Vec::new(),
            asleep: 0,
            horizon: 0,
            open: Open::default(),
            due: u64::MAX,
        }
    }

    /// One clock cycle: shows the ports during the cycle and takes the clock edge.
    pub fn step(&mut self, inputs: &Inputs, outputs: &mut Outputs) {
        self.show(outputs);
        self.output_stage(inputs, outputs);
        self.input_stage(inputs, outputs);
        self.cycle += 1;
        if inputs.rst {
            self.reset();
        }
    }

    fn show(&mut self, outputs: &mut Outputs) {
        outputs.ready = self.granted.0 > 0 || self.grant_input();
        outputs.valid = self.held.0 > 0;
        outputs.last = outputs.valid && self.beats_out + 1 == self.frame_out;
        outputs.frame_error = self.frame_error;
        outputs.data.clear();
        if outputs.valid {
            let last = self.words.len() - 1;
            if self.words[last].beats(1) == 0 {
                self.enter_all();
                self.words[last].forget();
                self.compute_all();
                self.fetch(last);
            }
            outputs.data.extend_from_slice(self.words[last].peek(1));
        }
    }

    /// Whether a beat can be taken, and how many from now on.
    fn grant_input(&mut self) -> bool {
        self.enter_taken();
        let mut granted = i64::MAX;
        for at in 0..self.fed.len() {
            let fifo = self.fed[at];
            let free = self.time[fifo].free(1).or_else(|| {
                self.enter_all();
                self.time[fifo].free(1)
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
        let last = self.time.len() - 1;
        match self.time[last].readable(1) {
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

    fn output_stage(&mut self, inputs: &Inputs, outputs: &Outputs) {
        let all = self.held.0 + self.held.1 as usize;
        if outputs.valid && inputs.ready {
            self.held.0 -= 1;
            self.beats_out = if outputs.last { 0 } else { self.beats_out + 1 };
            let last = self.time.len() - 1;
            self.words[last].read(1);
        }
        self.held = (self.held.0 + self.held.1 as usize, false);
        if all < SKID && (self.granted.1 > 0 || self.grant_output()) {
            self.granted.1 -= 1;
            self.held.1 = true;
            if !self.given.goes_on(self.cycle) {
                self.enter_given();
                self.given = Beats { first: self.cycle, count: 1 };
                let last = self.time.len() - 1;
                self.happens(self.ends[last].0);
            }
        }
    }

    fn input_stage(&mut self, inputs: &Inputs, outputs: &Outputs) {
        if !(inputs.valid && outputs.ready) {
            return;
        }
        let last = self.beats_in + 1 == self.frame_in;
        self.frame_error |= last != inputs.last;
        self.beats_in = if last { 0 } else { self.beats_in + 1 };
        self.granted.0 -= 1;
        self.words_taken.extend_from_slice(&inputs.data);
        if !self.taken.goes_on(self.cycle) {
            self.enter_taken();
            self.taken = Beats { first: self.cycle, count: 1 };
            for at in 0..self.fed.len() {
                self.happens(self.ends[self.fed[at]].1);
            }
        }
    }

    /// Something will be entered that may let a stage fire, in this cycle or in those that follow it.
    fn happens(&mut self, stage: Option<usize>) {
        let reach = stage.map_or(0, |stage| self.reach[stage]);
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
            self.time[fifo].claim(count);
            if self.time[fifo].push(first, count) {
                self.open.add(self.ends[fifo].1);
            }
            self.words[fifo].write(&self.words_taken);
        }
        self.words_taken.clear();
    }

    /// Enters the beats popped for the output stage.
    fn enter_given(&mut self) {
        let Beats { first, count } = std::mem::take(&mut self.given);
        let last = self.time.len() - 1;
        if count > 0 && self.time[last].pop(first, count) {
            self.open.add(self.ends[last].0);
        }
    }

    /// Enters all firings that can be.
    fn enter_all(&mut self) {
        self.enter_taken();
        self.enter_given();
        while let Some(stage) = self.open.take() {
            while self.enter(stage) {}
        }
        (self.due, self.asleep) = (u64::MAX, 0);
    }

    /// Enters the next firings of a stage, if all they wait for is known.
    fn enter(&mut self, at: usize) -> bool {
        let Flow { time, stages, ends, open, horizon, .. } = self;
        let stage = &mut stages[at];
        let Timing { packet, pause, out, latency, .. } = stage.timing;
        let (producing, mut count) = stage.phase();
        let (mut start, popped) = (stage.next.0, stage.popped(0));
        for &fifo in &stage.inputs[popped.clone()] {
            let Some((from, most)) = time[fifo].readable(packet) else { return false };
            (start, count) = (start.max(from), count.min(most as usize));
        }
        for &fifo in stage.outputs.iter().filter(|_| producing) {
            let Some((from, most)) = time[fifo].free(out) else { return false };
            (start, count) = (start.max(from), count.min(most as usize));
        }
        if packet + pause > 1 || producing && out > 1 {
            count = 1;
        }
        for &fifo in &stage.inputs[popped] {
            if time[fifo].pop(start, count * packet) {
                open.add(ends[fifo].0);
            }
        }
        if producing {
            let first = stage.next.1.max(start + latency as u64);
            for &fifo in &stage.outputs {
                time[fifo].claim(count * out);
                if time[fifo].push(first, count * out) {
                    open.add(ends[fifo].1);
                }
            }
            stage.next.1 = first + (count * out) as u64;
        }
        stage.entered(start, count);
        *horizon = (*horizon).max(stage.next.0).max(stage.next.1);
        true
    }

    /// Computes the words of all firings begun so far, in whole blocks where a stage has such.
    fn compute_all(&mut self) {
        for at in 0..self.stages.len() {
            let firings = self.stages[at].begun(self.cycle, true);
            self.compute(at, firings);
        }
    }

    fn compute(&mut self, at: usize, firings: usize) {
        if firings == 0 {
            return;
        }
        let [mut given, mut spare] = std::mem::take(&mut self.stages[at].buffers);
        given.clear();
        let mut left = firings * self.stages[at].timing.packet;
        while left > 0 {
            let stage = &self.stages[at];
            let (popped, most) = (stage.popped(1), left.min(stage.of_turn()));
            for input in popped {
                self.fetch(self.stages[at].inputs[input]);
            }
            let stage = &self.stages[at];
            let here = stage.inputs[stage.popped(1)].iter().map(|&fifo| self.words[fifo].beats(most)).min();
            left -= self.compute_piece(at, here.unwrap_or(0), &mut given);
        }
        let stage = &mut self.stages[at];
        for unit in stage.units.iter_mut().skip(1) {
            spare.clear();
            unit.run(&given, &mut spare);
            std::mem::swap(&mut given, &mut spare);
        }
        stage.outputs.iter().for_each(|&fifo| self.words[fifo].write(&given));
        stage.inputs.iter().for_each(|&fifo| self.words[fifo].forget());
        stage.buffers = [given, spare];
    }

    /// Has the next beat of a FIFO computed, if what comes before has kept it back with the rest of a block.
    fn fetch(&mut self, fifo: usize) {
        if self.words[fifo].beats(1) > 0 {
            return;
        }
        let Some(before) = self.ends[fifo].0 else { panic!("a beat is read that did not come") };
        let firings = self.stages[before].begun(self.cycle, false);
        assert!(firings > 0, "a beat is read that `{}` has not given", self.stages[before].name);
        self.compute(before, firings);
    }

    /// Appends what the first unit makes of beats that lie side by side; how many beats were read.
    fn compute_piece(&mut self, at: usize, beats: usize, given: &mut Vec<i64>) -> usize {
        let (packet, popped) = (self.stages[at].timing.packet, self.stages[at].popped(1));
        let whole = beats - beats % packet;
        let read = if popped.len() == 1 && whole > 0 {
            let stage = &mut self.stages[at];
            let words = &mut self.words[stage.inputs[popped.start]];
            let packets = words.peek(whole);
            stage.first(packets, packets.len() * packet / whole, given);
            words.read(whole);
            whole
        } else {
            // a packet in several pieces, or beats of several inputs
            let (beats, mut packets) = (beats.max(packet), Vec::new());
            for _ in 0..beats {
                for input in popped.clone() {
                    let fifo = self.stages[at].inputs[input];
                    self.fetch(fifo);
                    let words = &mut self.words[fifo];
                    packets.extend_from_slice(words.peek(1));
                    words.read(1);
                }
            }
            let words = packets.len() * packet / beats;
            self.stages[at].first(&packets, words, given);
            beats
        };
        self.stages[at].take_turn(1, read);
        read
    }

    /// Words that did not fit their format since construction, per actor.
    pub fn clipped(&mut self) -> Vec<(&str, u64)> {
        self.enter_all();
        self.compute_rest();
        let clipped = |stage: &Stage| stage.units.iter().map(|unit| unit.clipped()).sum();
        self.stages.iter().map(|stage| (stage.name.as_str(), clipped(stage))).collect()
    }

    fn compute_rest(&mut self) {
        for at in 0..self.stages.len() {
            let firings = self.stages[at].begun(self.cycle, false);
            self.compute(at, firings);
        }
    }

    /// Whether nothing is stored or under way: without new input nothing will ever move.
    pub fn is_idle(&mut self) -> bool {
        self.enter_all();
        self.held == (0, false) && self.horizon <= self.cycle && self.time.iter().all(Channel::is_empty)
    }

    /// The number of the coming cycle; the first one is 0.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    fn reset(&mut self) {
        self.enter_all();
        self.compute_rest();
        self.time.iter_mut().for_each(Channel::reset);
        self.words.iter_mut().for_each(Stream::reset);
        self.stages.iter_mut().for_each(|stage| stage.reset(self.cycle));
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
