//! The state between two epochs as one file, replaced as a whole: safetensors, with plan and history as JSON in its head.

use super::Plan;
use super::history::{Epoch, History};
use crate::diag::Error;
use crate::emit::write::replace_file;
use crate::frontend::weights::file::Bytes;
use crate::frontend::weights::safetensors as store;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What a run goes on with.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The plan it follows.
    pub plan: Plan,
    /// Parameters, moments and best parameters by name.
    pub numbers: BTreeMap<String, Vec<f32>>,
    /// The epochs done.
    pub history: History,
}

/// The tensor of the history, `[epochs][HISTORY]`: JSON would round its numbers.
const HISTORY: &str = "history";

/// What stands for a number that an epoch does not have; losses and shares are never below zero.
const NONE: f64 = -1.0;

impl Checkpoint {
    /// Replaces the file at `place`.
    pub fn write(&self, place: &Path) -> Result<(), Error> {
        let malformed = |problem: String| Error::Malformed { path: place.into(), problem };
        let numbers: Vec<(&String, Vec<f64>)> = self
            .numbers
            .iter()
            .map(|(name, values)| (name, values.iter().map(|&value| value as f64).collect()))
            .collect();
        let rows: Vec<f64> = self.history.epochs.iter().flat_map(row).collect();
        let mut tensors: store::Tensors =
            numbers.iter().map(|(name, values)| (name.to_string(), (vec![values.len()], values.as_slice()))).collect();
        tensors.insert(HISTORY.into(), (vec![self.history.epochs.len(), COLUMNS], &rows));
        let plan = serde_json::to_string(&self.plan).map_err(|problem| malformed(problem.to_string()))?;
        let bytes = store::write_with(&tensors, Some(&plan)).map_err(|problem| malformed(problem.message))?;
        replace_file(place, |mut file| file.write_all(&bytes))
    }

    /// Reads the file at `place`.
    pub fn read(place: &Path) -> Result<Checkpoint, Error> {
        let bytes = Bytes::open(place).map_err(|cause| Error::Read { path: place.into(), cause })?;
        let malformed = |problem: String| Error::Malformed { path: place.into(), problem };
        let damaged = |problem: crate::frontend::weights::Problem| malformed(problem.message);
        let plan = store::note(&bytes).map_err(damaged)?;
        let plan = plan.ok_or_else(|| malformed("it is no checkpoint of a training".into()))?;
        let plan =
            serde_json::from_str(&plan).map_err(|problem| malformed(format!("its plan is damaged: {problem}")))?;
        let mut numbers = BTreeMap::new();
        let mut history = History::default();
        for name in store::names(&bytes).map_err(damaged)? {
            let tensor = store::read(&bytes, Some(&name), crate::frontend::MAX_ELEMENTS).map_err(damaged)?;
            if name == HISTORY {
                history.epochs = tensor.values.chunks_exact(COLUMNS).map(epoch).collect();
            } else {
                numbers.insert(name, tensor.values.iter().map(|&value| value as f32).collect());
            }
        }
        Ok(Checkpoint { plan, numbers, history })
    }

    /// Complains of a plan that is another one.
    pub fn check_plan(&self, plan: &Plan) -> Result<(), String> {
        let json = |plan: &Plan| serde_json::to_value(plan).unwrap_or_default();
        let (ours, theirs) = (json(plan), json(&self.plan));
        let fields = ours.as_object().into_iter().flatten();
        let differs = fields.filter(|(name, value)| theirs[name.as_str()] != **value);
        let told: Vec<String> =
            differs.map(|(name, value)| format!("`{name}` is {}, now {value}", theirs[name.as_str()])).collect();
        if told.is_empty() { Ok(()) } else { Err(format!("the checkpoint is of another plan: {}", told.join(", "))) }
    }

    /// The numbers of a name, of which there must be `count`.
    pub fn take(&self, name: &str, count: usize) -> Result<&[f32], String> {
        let values = self
            .numbers
            .get(name)
            .ok_or_else(|| format!("the checkpoint has no `{name}`: it is of another network"))?;
        if values.len() == count {
            return Ok(values);
        }
        let found = values.len();
        Err(format!("`{name}` has {found} elements, the network {count}: the checkpoint is of another network"))
    }
}

/// Columns of the history.
const COLUMNS: usize = 6;

fn row(epoch: &Epoch) -> [f64; COLUMNS] {
    let Epoch { epoch, rate, loss, held_loss, held_right, seconds } = *epoch;
    [epoch as f64, rate, loss, held_loss.unwrap_or(NONE), held_right.unwrap_or(NONE), seconds]
}

fn epoch(row: &[f64]) -> Epoch {
    let there = |value: f64| (value != NONE).then_some(value);
    let (held_loss, held_right) = (there(row[3]), there(row[4]));
    Epoch { epoch: row[0] as usize, rate: row[1], loss: row[2], held_loss, held_right, seconds: row[5] }
}
