//! Which inputs an actor pops: all of them together, or each in its turn.

use std::ops::Range;

/// The inputs of an actor, and whose turn it is.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    inputs: usize,
    /// Beats of each in its turn; empty: they are popped together.
    beats: Vec<usize>,
    /// The input whose turn it is, and the beats popped of it.
    at: (usize, usize),
}

impl Turns {
    /// Of so many inputs; `beats` is empty or has one number for each.
    pub fn new(inputs: usize, beats: Vec<usize>) -> Turns {
        Turns { inputs, beats: if inputs > 1 { beats } else { Vec::new() }, at: (0, 0) }
    }

    /// The inputs that are popped next.
    pub fn popped(&self) -> Range<usize> {
        if self.beats.is_empty() { 0..self.inputs } else { self.at.0..self.at.0 + 1 }
    }

    /// Whether they are popped one after the other.
    pub fn are_taken(&self) -> bool {
        !self.beats.is_empty()
    }

    /// Beats that are still popped of the same inputs.
    pub fn left(&self) -> usize {
        self.beats.get(self.at.0).map_or(usize::MAX, |beats| beats - self.at.1)
    }

    /// Counts beats popped, no more than are left.
    pub fn pop(&mut self, beats: usize) {
        let Some(&whole) = self.beats.get(self.at.0) else { return };
        self.at.1 += beats;
        if self.at.1 == whole {
            self.at = ((self.at.0 + 1) % self.inputs, 0);
        }
    }

    /// The input whose turn it is, and the beats popped of it.
    pub fn at(&self) -> (usize, usize) {
        self.at
    }

    /// Back to the first input.
    pub fn reset(&mut self) {
        self.at = (0, 0);
    }
}
