//! The timed model driven by a plan: what the ports bring, and what the hardware must show.

use super::coverage::watch::Watch;
use super::folder::Folder;
use super::record::Layout;
use super::stimulus::{Frames, Plan, Stimulus};
use crate::diag::Error;
use crate::machine::{Inputs, Machine, Outputs};

/// Cycles without any movement after which a design counts as standing still, beyond what its plan may hold it up.
const PATIENCE: u64 = 20_000;

/// A model playing one plan.
pub struct Player {
    machine: Machine,
    stimulus: Stimulus,
    inputs: Inputs,
    outputs: Outputs,
    idle: u64,
    patience: u64,
    beats_out: usize,
}

/// The records of some cycles.
#[derive(Default)]
pub struct Block {
    /// How many cycles.
    pub cycles: usize,
    /// What they bring.
    pub inputs: Vec<u32>,
    /// What they must show.
    pub expected: Vec<u32>,
}

impl Player {
    /// The model of `folder`, from its reset state.
    pub fn new(folder: &Folder, plan: &Plan, frames: Frames) -> Result<Player, Error> {
        let input = &folder.manifest.input;
        let stimulus = Stimulus::new(plan, frames, input.lanes, input.beats);
        let patience = PATIENCE + 8 * (folder.manifest.interval + folder.manifest.latency_last) as u64;
        let (inputs, outputs) = Default::default();
        Ok(Player { machine: folder.machine()?, stimulus, inputs, outputs, idle: 0, patience, beats_out: 0 })
    }

    /// One cycle: what it brought, what it showed, and the machine after it, with its probes.
    pub fn step(&mut self) -> (&Inputs, &Outputs, &Machine) {
        self.stimulus.drive(&mut self.inputs);
        self.machine.step_into(&self.inputs, &mut self.outputs);
        self.stimulus.saw(&self.outputs);
        self.beats_out += (self.outputs.valid && self.inputs.ready) as usize;
        (&self.inputs, &self.outputs, &self.machine)
    }

    /// Whether a FIFO was pushed or popped in the cycle: without movement the plan ends some time.
    pub fn moved(&mut self, moved: bool) {
        self.idle = if moved { 0 } else { self.idle + 1 };
    }

    /// Up to `most` cycles; none when the plan is over.
    pub fn block(&mut self, layout: &Layout, most: usize) -> Block {
        self.block_seen(layout, most, None)
    }

    /// The same, each cycle seen by `watch`.
    pub fn block_seen(&mut self, layout: &Layout, most: usize, mut watch: Option<&mut Watch>) -> Block {
        let mut block = Block::default();
        while block.cycles < most && !self.is_over() {
            let from = block.expected.len();
            let (inputs, outputs, machine) = self.step();
            layout.write_inputs(inputs, &mut block.inputs);
            layout.write_outputs(outputs, &machine.probes, &mut block.expected);
            if let Some(watch) = &mut watch {
                watch.see(inputs, outputs, machine);
            }
            self.moved(layout.moves(&block.expected[from..]));
            block.cycles += 1;
        }
        block
    }

    /// Whether every frame was offered and everything has left the design, or nothing moves any more.
    pub fn is_over(&self) -> bool {
        self.is_stuck() || self.stimulus.is_over() && self.machine.is_idle()
    }

    /// Whether the design stands still although the plan is not over.
    pub fn is_stuck(&self) -> bool {
        self.idle > self.patience
    }

    /// Frames given so far.
    pub fn frames_out(&self) -> usize {
        self.beats_out / self.machine.frame_out
    }

    /// Words that did not fit their format so far, per actor.
    pub fn clipped(&self) -> Vec<(String, u64)> {
        self.machine.clipped().map(|(name, count)| (name.to_string(), count)).collect()
    }

    /// The actors of the design.
    pub fn actors(&self) -> usize {
        self.machine.actors.len()
    }
}
