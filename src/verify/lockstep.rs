//! One plan through model and hardware: block after block, compared as it comes back.
//!
//! The stimulus depends on the model alone; so the model runs ahead while the hardware is simulated, and the
//! comparison of a block is that of two slices of words.

use super::coverage::watch::Watch;
use super::folder::Folder;
use super::player::{Block, Player};
use super::process::{Process, Window};
use super::record::{Layout, Record};
use super::stimulus::{Frames, Plan};
use crate::diag::Error;
use crate::emit::harness::Dut;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;

/// Cycles of one block.
const BLOCK: usize = 4096;
/// Cycles of reset before the first one that counts: the hardware starts in an arbitrary state.
pub const RESET: usize = 2;

/// A folder with its simulator.
pub struct Lockstep {
    /// The folder.
    pub folder: Folder,
    /// How records are laid out.
    pub layout: Layout,
    /// The harness, built.
    pub program: PathBuf,
    /// Where a harness built with coverage leaves the counts of the last plan.
    pub counts: Option<PathBuf>,
}

/// How a plan ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Cycles compared.
    pub cycles: u64,
    /// Frames that left the design.
    pub frames: usize,
    /// The first cycle that differs.
    pub difference: Option<Difference>,
    /// Nothing moved any more although the plan was not over.
    pub stuck: bool,
    /// Words that did not fit their format, per actor.
    pub clipped: Vec<(String, u64)>,
}

/// A cycle in which the hardware shows something else than the model.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Its number; the first cycle after the initial reset is 0.
    pub cycle: u64,
    /// The model's record.
    pub expected: Vec<u32>,
    /// The hardware's record.
    pub got: Vec<u32>,
}

/// Looks at what the hardware shows: the input record of a cycle, and its output record.
pub type See<'a> = &'a mut dyn FnMut(u64, &[u32], Record);

impl Lockstep {
    /// The records of a folder's network.
    pub fn layout(folder: &Folder) -> (Dut, Layout) {
        let dut = Dut::of_network(&folder.manifest);
        let layout = Layout::new(&folder.manifest, &dut);
        (dut, layout)
    }

    /// Carries out a plan. `see` is called for every cycle, `watch` sees the model; `progress` is called after every block, with the frames done.
    pub fn run(
        &self,
        plan: &Plan,
        frames: Frames,
        mut see: Option<See>,
        mut watch: Option<&mut Watch>,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Outcome, Error> {
        let mut player = Player::new(&self.folder, plan, frames)?;
        let mut process = self.start(plan, None)?;
        let mut sent: VecDeque<Block> = VecDeque::new();
        let mut outcome = Outcome::default();
        loop {
            let block = player.block_seen(&self.layout, BLOCK, watch.as_deref_mut());
            let ends = block.cycles == 0;
            if !ends {
                process.send(block.cycles, false, &block.inputs)?;
                sent.push_back(block);
            }
            while process.is_full() || ends && process.under_way() > 0 {
                let got = process.receive()?;
                let Some(block) = sent.pop_front() else { crate::bug!("verify: a block that was not sent") };
                outcome.difference = self.compare(outcome.cycles, &block, &got);
                if outcome.difference.is_some() {
                    return Ok(outcome);
                }
                if let Some(see) = see.as_mut() {
                    self.show(outcome.cycles, &block, &got, see);
                }
                outcome.cycles += block.cycles as u64;
            }
            progress(player.frames_out());
            if ends {
                process.finish()?;
                (outcome.frames, outcome.stuck) = (player.frames_out(), player.is_stuck());
                outcome.clipped = player.clipped();
                return Ok(outcome);
            }
        }
    }

    /// Seconds that the hardware alone takes for a plan: nothing is shown, nothing compared.
    pub fn bare(&self, plan: &Plan, frames: Frames) -> Result<f64, Error> {
        let mut player = Player::new(&self.folder, plan, frames)?;
        let blocks: Vec<Block> =
            std::iter::repeat_with(|| player.block(&self.layout, BLOCK)).take_while(|b| b.cycles > 0).collect();
        let mut process = self.start(plan, None)?;
        let clock = Instant::now();
        for block in blocks {
            process.send(block.cycles, true, &block.inputs)?;
            while process.is_full() {
                process.receive()?;
            }
        }
        while process.under_way() > 0 {
            process.receive()?;
        }
        let seconds = clock.elapsed().as_secs_f64();
        process.finish()?;
        Ok(seconds)
    }

    /// Plays a plan up to `window.last` on a harness that writes waveforms.
    pub fn record_wave(&self, plan: &Plan, frames: Frames, window: Window) -> Result<(), Error> {
        let mut player = Player::new(&self.folder, plan, frames)?;
        let mut process = self.start(plan, Some(window))?;
        let mut left = window.last as usize + 1;
        while left > 0 {
            let block = player.block(&self.layout, BLOCK.min(left));
            if block.cycles == 0 {
                break;
            }
            left -= block.cycles;
            process.send(block.cycles, false, &block.inputs)?;
            while process.under_way() > 0 {
                process.receive()?;
            }
        }
        process.finish()
    }

    fn start(&self, plan: &Plan, window: Option<Window>) -> Result<Process, Error> {
        let mut process =
            Process::start(&self.program, &self.folder.root, plan.seed as u32, window, self.counts.as_deref())?;
        let mut reset = vec![0; RESET * self.layout.input_words()];
        reset.iter_mut().step_by(self.layout.input_words()).for_each(|flags| *flags = 1);
        process.send(RESET, true, &reset)?;
        process.receive()?;
        Ok(process)
    }

    fn compare(&self, before: u64, block: &Block, got: &[u32]) -> Option<Difference> {
        if block.expected == got {
            return None;
        }
        let mut shown = self.layout.records(got);
        for (index, expected) in self.layout.records(&block.expected).enumerate() {
            let got = shown.next().map_or(&[][..], |record| record.words());
            if expected.words() != got {
                let (expected, got) = (expected.words().to_vec(), got.to_vec());
                return Some(Difference { cycle: before + index as u64, expected, got });
            }
        }
        crate::bug!("verify: blocks differ and their records do not")
    }

    fn show(&self, before: u64, block: &Block, got: &[u32], see: &mut dyn FnMut(u64, &[u32], Record)) {
        let inputs = block.inputs.chunks(self.layout.input_words());
        for ((cycle, inputs), record) in (before..).zip(inputs).zip(self.layout.records(got)) {
            see(cycle, inputs, record);
        }
    }
}
