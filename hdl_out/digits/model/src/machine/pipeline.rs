//! A pipeline as [`Flow`](super::flow::Flow) drives it: the words that its units make, whenever.

use super::stream::Stream;
use super::{Actor, Timing, Unit};
use std::ops::Range;

/// An actor without its gate.
pub(super) struct Pipeline {
    pub(super) name: String,
    inputs: Vec<usize>,
    turns: Vec<usize>,
    outputs: Vec<usize>,
    timing: Timing,
    units: Vec<Box<dyn Unit>>,
    /// The input whose turn it is, and the beats read of it.
    turn: (usize, usize),
    /// Firings computed of the period under way.
    computed: usize,
    /// The firing whose words come next, where there are no units.
    passing: usize,
    /// Words between units.
    buffers: [Vec<i64>; 2],
}

impl Pipeline {
    pub(super) fn of(actor: Actor) -> Pipeline {
        let Actor { name, inputs, turns, outputs, timing, units, .. } = actor;
        Pipeline {
            name,
            turns: if inputs.len() > 1 { turns } else { Vec::new() },
            inputs,
            outputs,
            timing,
            units,
            turn: (0, 0),
            computed: 0,
            passing: 0,
            buffers: Default::default(),
        }
    }

    /// Words that did not fit their format since construction.
    pub(super) fn clipped(&self) -> u64 {
        self.units.iter().map(|unit| unit.clipped()).sum()
    }

    /// Computes all that the words of its inputs allow; of firings that take and give single beats, in whole periods if that is
    /// wanted.
    pub(super) fn compute(&mut self, words: &mut [Stream], periods: bool) {
        let [mut given, mut spare] = std::mem::take(&mut self.buffers);
        given.clear();
        let mut left = self.beats(words, periods);
        if left > 0 {
            while left > 0 {
                let here = self.inputs[self.popped()].iter().map(|&fifo| words[fifo].beats(left)).min();
                left -= self.compute_piece(words, here.unwrap_or(0), &mut given);
                if left == 0 {
                    left = self.beats(words, periods);
                }
            }
            for unit in self.units.iter_mut().skip(1) {
                spare.clear();
                unit.run(&given, &mut spare);
                std::mem::swap(&mut given, &mut spare);
            }
            self.outputs.iter().for_each(|&fifo| words[fifo].write(&given));
            self.inputs.iter().for_each(|&fifo| words[fifo].forget());
        }
        self.buffers = [given, spare];
    }

    /// The inputs that the next firing pops.
    fn popped(&self) -> Range<usize> {
        if self.turns.is_empty() { 0..self.inputs.len() } else { self.turn.0..self.turn.0 + 1 }
    }

    /// Beats of whole firings that can be read of the inputs that the next one pops.
    fn beats(&self, words: &[Stream], periods: bool) -> usize {
        let Timing { packet, every, burst, out, .. } = self.timing;
        let most = self.turns.get(self.turn.0).map_or(usize::MAX, |beats| beats - self.turn.1);
        let beats = self.inputs[self.popped()].iter().map(|&fifo| words[fifo].held(most)).min().unwrap_or(0);
        if periods && self.turns.is_empty() && packet == 1 && out == 1 && every % burst == 0 {
            return beats - beats.min((self.computed + beats) % every);
        }
        beats - beats % packet
    }

    /// Appends what the first unit makes of beats that lie side by side; how many beats were read.
    fn compute_piece(&mut self, words: &mut [Stream], beats: usize, given: &mut Vec<i64>) -> usize {
        let (packet, popped) = (self.timing.packet, self.popped());
        let whole = beats - beats % packet;
        let read = if popped.len() == 1 && whole > 0 {
            let fifo = self.inputs[popped.start];
            let packets = words[fifo].peek(whole);
            self.first(packets, packets.len() * packet / whole, given);
            words[fifo].read(whole);
            whole
        } else {
            // a packet in several pieces, or beats of several inputs
            let (beats, mut packets) = (beats.max(packet), Vec::new());
            for _ in 0..beats {
                for &fifo in &self.inputs[popped.clone()] {
                    packets.extend_from_slice(words[fifo].peek(1));
                    words[fifo].read(1);
                }
            }
            self.first(&packets, packets.len() * packet / beats, given);
            beats
        };
        self.computed = (self.computed + read / packet) % self.timing.every;
        if let Some(&turn) = self.turns.get(self.turn.0) {
            self.turn.1 += read;
            if self.turn.1 == turn {
                self.turn = ((self.turn.0 + 1) % self.turns.len(), 0);
            }
        }
        read
    }

    /// The first unit applied to whole packets of `words` words. Without units the packets of producing firings pass.
    fn first(&mut self, packets: &[i64], words: usize, given: &mut Vec<i64>) {
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

    pub(super) fn reset(&mut self) {
        (self.turn, self.computed, self.passing) = ((0, 0), 0, 0);
        self.units.iter_mut().for_each(|unit| unit.reset());
    }
}
