//! Frames through the timed model or through the hardware: what leaves the design for what enters it.

use super::lockstep::Lockstep;
use super::record::flag;
use super::stimulus::{Frames, Plan};
use crate::diag::Error;
use crate::machine::flow::Flow;
use crate::machine::{Inputs, Outputs};
use crate::manifest::StreamPort;
use std::rc::Rc;

/// The words of a frame in the beats of a stream: `elements` words, then zeros up to whole beats.
pub fn padded(frame: &[i64], port: &StreamPort) -> Vec<i64> {
    let mut words = frame.to_vec();
    words.resize(port.beats * port.lanes, 0);
    words
}

/// The frames that the timed model gives for `frames`, no bubbles; each frame is all the words of its beats.
pub fn cycle(flow: &mut Flow, frames: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let (mut inputs, mut outputs) = (Inputs { ready: true, ..Inputs::default() }, Outputs::default());
    let (mut number, mut beat, mut results) = (0, 0, Vec::with_capacity(frames.len()));
    let lanes = frames.first().map_or(0, |frame| frame.len() / flow.frame_in);
    let mut frame = Vec::new();
    while results.len() < frames.len() {
        inputs.valid = number < frames.len();
        inputs.last = beat + 1 == flow.frame_in;
        inputs.data.clear();
        if let Some(words) = frames.get(number) {
            inputs.data.extend_from_slice(&words[beat * lanes..][..lanes]);
        }
        flow.step(&inputs, &mut outputs);
        if inputs.valid && outputs.ready {
            (number, beat) = if inputs.last { (number + 1, 0) } else { (number, beat + 1) };
        }
        frame.extend_from_slice(&outputs.data);
        if outputs.last {
            results.push(std::mem::take(&mut frame));
        }
    }
    results
}

impl Lockstep {
    /// The frames that the hardware gives for `frames`, no bubbles, every signal compared with the model on the way.
    ///
    /// `progress` is told how many frames are done.
    pub fn frames(&self, frames: Vec<Vec<i64>>, progress: &mut dyn FnMut(usize)) -> Result<Vec<Vec<i64>>, Error> {
        let plan = Plan::steady(frames.len(), 1);
        let (mut results, mut frame) = (Vec::with_capacity(frames.len()), Vec::new());
        let mut see = |_: u64, _: &[u32], record: super::record::Record| {
            frame.extend(record.output().into_iter().flatten());
            if record.flag(flag::LAST) {
                results.push(std::mem::take(&mut frame));
            }
        };
        let wanted = frames.len();
        let outcome = self.run(&plan, Frames::Given(Rc::new(frames)), Some(&mut see), None, progress)?;
        let problem = match outcome.difference {
            Some(difference) => {
                format!("model and hardware differ in cycle {}; `circlet verify` says where", difference.cycle)
            }
            None if results.len() != wanted => format!("{} of {wanted} frames came out", results.len()),
            None => return Ok(results),
        };
        Err(Error::Malformed { path: self.folder.root.clone(), problem })
    }
}
