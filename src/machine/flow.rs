//! A machine seen at its ports alone: the same cycles as [`Machine::step`](super::Machine::step), many times faster.
//!
//! When an actor fires depends on nothing but when its beats and its room are there, never on words and never on what
//! has not happened. So time and words go separate ways. Tokens move through gates and FIFOs ([`Tokens`](super::tokens)), and
//! not even these where they move as they did before ([`Rhythm`](super::rhythm)). Words are computed when a port shows the first
//! one that is not there yet: then of all frames of which words have been taken, in whole blocks, whether it is their time or
//! not ([`Pipeline`](super::pipeline)).
//!
//! What stands between the ports cannot be seen here. That the ports are those of the stepped machine is tested on random
//! networks under random stalls and resets.

use super::pipeline::Pipeline;
use super::rhythm::Rhythm;
use super::stream::Stream;
use super::tokens::{Asked, Tokens};
use super::{Inputs, Machine, Outputs};

/// A machine that shows its ports.
pub struct Flow {
    /// Input beats of one frame.
    pub frame_in: usize,
    /// Output beats of one frame.
    pub frame_out: usize,
    time: Rhythm,
    words: Vec<Stream>,
    pipelines: Vec<Pipeline>,
    /// The FIFOs fed by the input stream.
    fed: Vec<usize>,
    /// Words of the beats taken since words were computed.
    taken: Vec<i64>,
}

impl Flow {
    /// The machine from its reset state on.
    pub fn of(machine: Machine) -> Flow {
        let time = Rhythm::of(Tokens::of(&machine));
        let Machine { frame_in, frame_out, fifos, actors, fed, .. } = machine;
        Flow {
            frame_in,
            frame_out,
            time,
            words: fifos.iter().map(|fifo| Stream::new(fifo.lanes, fifo.access)).collect(),
            pipelines: actors.into_iter().map(Pipeline::of).collect(),
            fed,
            taken: Vec::new(),
        }
    }

    /// One clock cycle: shows the ports during the cycle and takes the clock edge.
    pub fn step(&mut self, inputs: &Inputs, outputs: &mut Outputs) {
        let asked = Asked { valid: inputs.valid, last: inputs.valid && inputs.last, ready: inputs.ready };
        let shown = self.time.step(asked);
        (outputs.ready, outputs.valid, outputs.last) = (shown.ready, shown.valid, shown.last);
        outputs.frame_error = shown.frame_error;
        outputs.data.clear();
        if shown.valid {
            let last = self.words.len() - 1;
            if self.words[last].beats(1) == 0 {
                self.compute(true);
            }
            if self.words[last].beats(1) == 0 {
                self.compute(false);
            }
            outputs.data.extend_from_slice(self.words[last].peek(1));
            if inputs.ready {
                self.words[last].read(1);
            }
        }
        if inputs.valid && shown.ready {
            self.taken.extend(inputs.data.iter().copied());
        }
        if inputs.rst {
            self.reset();
        }
    }

    /// Computes all words that those taken so far allow.
    fn compute(&mut self, periods: bool) {
        for &fifo in &self.fed {
            self.words[fifo].write(&self.taken);
        }
        self.taken.clear();
        let last = self.words.len() - 1;
        self.words[last].forget();
        for pipeline in &mut self.pipelines {
            pipeline.compute(&mut self.words, periods);
        }
    }

    /// Words that did not fit their format since construction, per actor: of all that follow from the words taken so far, also
    /// of those whose time has not come, or does not come because of a reset.
    pub fn clipped(&mut self) -> Vec<(&str, u64)> {
        self.compute(false);
        self.pipelines.iter().map(|pipeline| (pipeline.name.as_str(), pipeline.clipped())).collect()
    }

    /// Whether nothing is stored or under way: without new input nothing will ever move.
    pub fn is_idle(&mut self) -> bool {
        self.time.tokens().is_idle()
    }

    /// The number of the coming cycle; the first one is 0.
    pub fn cycle(&self) -> u64 {
        self.time.cycle()
    }

    fn reset(&mut self) {
        self.compute(false);
        self.time.tokens().reset();
        self.words.iter_mut().for_each(Stream::reset);
        self.pipelines.iter_mut().for_each(Pipeline::reset);
    }
}
