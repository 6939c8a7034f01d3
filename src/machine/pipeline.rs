//! A pipeline as [`Flow`](super::flow::Flow) drives it: the words that its units make, whenever.

use super::stream::Stream;
use super::turns::Turns;
use super::{Actor, Timing, Unit};

/// An actor without its gate.
pub(super) struct Pipeline {
    pub(super) name: String,
    inputs: Vec<usize>,
    turns: Turns,
    outputs: Vec<usize>,
    timing: Timing,
    units: Vec<Box<dyn Unit>>,
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
        Pipeline { name, inputs, turns, outputs, timing, units, computed: 0, passing: 0, buffers: Default::default() }
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
        loop {
            let mut left = self.beats(words, periods);
            if left == 0 {
                break;
            }
            while left > 0 {
                let here = self.fewest(left, |fifo| words[fifo].beats(left));
                left -= self.compute_piece(words, here, &mut given);
            }
        }
        for unit in self.units.iter_mut().skip(1) {
            spare.clear();
            unit.run(&given, &mut spare);
            std::mem::swap(&mut given, &mut spare);
        }
        if let Some((&last, others)) = self.outputs.split_last() {
            others.iter().for_each(|&fifo| words[fifo].write(&given));
            words[last].take(&mut given);
        }
        self.inputs.iter().for_each(|&fifo| words[fifo].forget());
        self.buffers = [given, spare];
    }

    /// Beats of whole firings that can be read of the inputs that the next one pops.
    fn beats(&self, words: &[Stream], periods: bool) -> usize {
        let Timing { packet, every, burst, out, .. } = self.timing;
        let most = self.turns.left();
        let beats = self.fewest(most, |fifo| words[fifo].held(most));
        if periods && !self.turns.are_taken() && packet == 1 && out == 1 && every % burst == 0 {
            return beats - beats.min((self.computed + beats) % every);
        }
        beats - beats % packet
    }

    /// The fewest of what `beats` tells of the inputs that the next firing pops, at most `most`.
    fn fewest(&self, most: usize, beats: impl Fn(usize) -> usize) -> usize {
        let popped = &self.inputs[self.turns.popped()];
        let mut fewest = if popped.is_empty() { 0 } else { most };
        for &fifo in popped {
            fewest = fewest.min(beats(fifo));
        }
        fewest
    }

    /// Appends what the first unit makes of beats that lie side by side; how many beats were read.
    fn compute_piece(&mut self, words: &mut [Stream], beats: usize, given: &mut Vec<i64>) -> usize {
        let (packet, popped) = (self.timing.packet, self.turns.popped());
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
        self.turns.pop(read);
        read
    }

    /// The first unit applied to whole packets of `words` words. Without units the packets of producing firings pass.
    fn first(&mut self, packets: &[i64], words: usize, given: &mut Vec<i64>) {
        if let Some(unit) = self.units.first_mut() {
            unit.run(packets, given);
            return;
        }
        for packet in packets.chunks_exact(words) {
            if self.timing.producing().contains(&self.passing) {
                given.extend_from_slice(packet);
            }
            self.passing = (self.passing + 1) % self.timing.every;
        }
    }

    pub(super) fn reset(&mut self) {
        (self.computed, self.passing) = (0, 0);
        self.turns.reset();
        self.units.iter_mut().for_each(|unit| unit.reset());
    }
}
