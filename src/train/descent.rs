//! The loop: epochs of steps, a look at what is held back, the best weights.

use super::augment::Images;
use super::chance::{Chance, Purpose};
use super::checkpoint::Checkpoint;
use super::convert::pulls;
use super::history::{Epoch, History};
use super::layers::{Making, Parameter, Pass};
use super::loss::Loss;
use super::model::{Model, judged, sure};
use super::optimiser::Descent;
use super::prune::Held;
use super::pull::{Pull, Residual, Strength};
use super::samples::{Samples, Targets};
use super::straight::Hardware;
use super::{Fault, Plan, Trained, Watch};
use crate::diag::{Diagnostics, Error};
use crate::network::Network;
use crate::network::argmax::first_largest;
use candle_core::{DType, Device, Tensor};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Samples that are judged at a time.
const JUDGED: usize = 500;

/// A training under way.
pub struct Training<'a> {
    plan: &'a Plan,
    chance: Chance,
    network: &'a Network,
    model: Model,
    /// With the formats of this epoch, where the way there is that of the hardware.
    hardware: Option<Hardware>,
    parameters: Vec<Parameter>,
    descent: Descent,
    images: Option<Images>,
    learnt: Samples,
    held: Samples,
    history: History,
    /// The values of all parameters after the best epoch, where there is a patience.
    best: Option<Vec<Tensor>>,
    /// Says what is wanted for a batch, in place of its targets.
    pub teacher: Option<Model>,
    /// Matrices that are drawn to circulant form, and how hard.
    pulls: Vec<Pull>,
    strength: Strength,
    /// Blocks that stay zero.
    held_at_zero: Option<Held>,
}

impl<'a> Training<'a> {
    /// Before the first step, with random weights.
    pub fn new(
        network: &'a Network,
        samples: &Samples,
        plan: &'a Plan,
        diagnostics: &mut Diagnostics,
    ) -> Result<Training<'a>, Fault> {
        let chance = Chance(plan.seed);
        let model = Model::new(network, &Making::new(plan), diagnostics)?;
        let parameters = model.parameters();
        let descent = Descent::new(plan.optimiser, plan.decay, parameters.clone());
        let (learnt, held) = samples.split(plan.held_back, chance);
        let (images, history) = (Images::of_shape(&network.input.shape), History::default());
        let (hardware, best) = (None, None);
        Ok(Training {
            plan,
            chance,
            network,
            model,
            hardware,
            parameters,
            descent,
            images,
            learnt,
            held,
            history,
            best,
            teacher: None,
            pulls: Vec::new(),
            strength: Strength { first: 0.0, growth: 1.0 },
            held_at_zero: None,
        })
    }

    /// Takes the weights of the network.
    pub fn start_from_network(&mut self) {
        self.model.start_from(self.network);
    }

    /// Draws the dense matrices of some layers to blocks of their sizes.
    pub fn draw(&mut self, blocks: &BTreeMap<String, usize>, strength: Strength) {
        self.pulls = pulls(self.network, &self.model, blocks);
        self.strength = strength;
    }

    /// After an epoch of drawing: how far the matrices are from circulant form.
    pub fn turn(&mut self) -> Vec<Residual> {
        let growth = self.strength.growth;
        self.pulls.iter_mut().map(|pull| pull.turn(growth)).collect()
    }

    /// Whether the last epoch is done, or the patience at its end.
    pub fn is_done(&self) -> bool {
        let done = self.history.epochs.len();
        let is_worn = |patience| self.history.best().is_some_and(|best| done.saturating_sub(best.epoch) >= patience);
        done >= self.plan.epochs || self.plan.patience.is_some_and(is_worn)
    }

    /// One epoch.
    pub fn epoch(&mut self, watch: &mut dyn Watch, diagnostics: &mut Diagnostics) -> Result<(), Fault> {
        let (clock, done) = (Instant::now(), self.history.epochs.len());
        self.prune(done);
        self.choose_formats(diagnostics)?;
        let batches = self.learnt.batches(self.plan.batch, done, self.chance);
        let (mut loss, mut rate) = (0.0, 0.0);
        for (at, chosen) in batches.iter().enumerate() {
            let step = (done * batches.len() + at) as u64;
            rate = self.rate(step, batches.len() as u64);
            let of_step = self.step(&self.learnt.pick(chosen), step, rate);
            if !of_step.is_finite() {
                return Err(Fault::Diverged { epoch: done + 1, step: at + 1 });
            }
            loss += of_step * chosen.len() as f64;
            watch.step(step + 1, (self.plan.epochs * batches.len()) as u64);
        }
        if !self.parameters.iter().all(|parameter| is_finite(&parameter.value)) {
            return Err(Fault::Diverged { epoch: done + 1, step: batches.len() });
        }
        self.choose_formats(diagnostics)?;
        let loss = loss / self.learnt.count() as f64;
        let held = (self.held.count() > 0).then(|| self.judge(&self.held));
        let (held_loss, held_right) = held.map_or((None, None), |(loss, right)| (Some(loss), right));
        let seconds = clock.elapsed().as_secs_f64();
        self.history.epochs.push(Epoch { epoch: done + 1, rate, loss, held_loss, held_right, seconds });
        if self.plan.patience.is_some() && self.history.best().is_some_and(|best| best.epoch == done + 1) {
            self.best = Some(self.values());
        }
        if let Some(epoch) = self.history.epochs.last() {
            watch.epoch(epoch);
        }
        Ok(())
    }

    /// Sets blocks to zero when it is time, and finds those of a checkpoint.
    fn prune(&mut self, done: usize) {
        let Some(prune) = self.plan.prune.filter(|prune| done >= prune.after) else { return };
        if done == prune.after {
            prune.cut(&self.parameters);
        }
        self.held_at_zero.get_or_insert_with(|| Held::of(&self.parameters));
    }

    /// Those that a build would choose now, where the way there is that of the hardware.
    fn choose_formats(&mut self, diagnostics: &mut Diagnostics) -> Result<(), Fault> {
        if self.plan.quantised {
            self.hardware = Some(Hardware::new(self.network, &self.model, diagnostics)?);
        }
        Ok(())
    }

    /// What is judged of a batch, before its softmax if there is one.
    fn forward(&self, inputs: &[f32], size: usize, pass: Pass) -> candle_core::Result<Tensor> {
        let words = self.hardware.as_ref().map(|hardware| hardware.run(&self.model, inputs, size)).unwrap_or_default();
        let inputs = Tensor::from_slice(inputs, (inputs.len() / size, size), &Device::Cpu)?;
        let outputs = self.model.forward_with(&inputs, pass, words)?;
        match (&self.hardware, self.plan.loss) {
            (Some(hardware), Loss::CrossEntropy) => outputs * hardware.sharpness(judged(self.network)),
            _ => Ok(outputs),
        }
    }

    /// How hard matrices are drawn in this epoch.
    fn force(&self) -> f64 {
        self.strength.first * self.strength.growth.powi(self.history.epochs.len() as i32)
    }

    fn rate(&self, step: u64, steps: u64) -> f64 {
        let warm = (self.plan.warm_up * steps as f64).round() as u64;
        self.plan.rate * self.plan.curve.factor(step, self.plan.epochs as u64 * steps, warm)
    }

    /// The loss of a batch before the step.
    fn step(&mut self, batch: &Samples, step: u64, rate: f64) -> f64 {
        let mut inputs = batch.inputs.clone();
        let mut random = self.chance.stream(Purpose::Augment, step);
        self.plan.augment.apply(&mut inputs, batch.size, self.images, &mut random);
        let taken = || {
            let outputs = self.forward(&inputs, batch.size, Pass::Training(step))?;
            let loss = match &self.teacher {
                Some(teacher) => self.plan.loss.of(&outputs, &taught(teacher, &inputs, batch.size)?)?,
                None => self.plan.loss.of(&outputs, &batch.targets)?,
            };
            let mut whole = loss.clone();
            for pull in &self.pulls {
                whole = (whole + (pull.distance()? * self.force())?)?;
            }
            Ok((loss.to_scalar::<f32>()? as f64, whole.backward()?))
        };
        let (loss, gradients) = sure(taken());
        self.descent.step(&gradients, rate, step + 1);
        if let Some(held) = &self.held_at_zero {
            held.hold();
        }
        loss
    }

    /// The mean loss on samples, and the share that is right where there are classes.
    fn judge(&self, samples: &Samples) -> (f64, Option<f64>) {
        let (mut loss, mut right) = (0.0, 0);
        let count = samples.count();
        for start in (0..count).step_by(JUDGED) {
            let chosen: Vec<usize> = (start..count.min(start + JUDGED)).collect();
            let batch = samples.pick(&chosen);
            let (of_batch, outputs) = sure(self.look(&batch));
            loss += of_batch * chosen.len() as f64;
            if let Targets::Classes(classes) = &batch.targets {
                let is_right = |(outputs, class): &(Vec<f64>, &u32)| first_largest(outputs) == **class as usize;
                right += outputs.into_iter().zip(classes).filter(is_right).count();
            }
        }
        let is_classes = matches!(samples.targets, Targets::Classes(_));
        (loss / count as f64, is_classes.then_some(right as f64 / count as f64))
    }

    fn look(&self, batch: &Samples) -> candle_core::Result<(f64, Vec<Vec<f64>>)> {
        let outputs = self.forward(&batch.inputs, batch.size, Pass::Evaluation)?;
        let loss = self.plan.loss.of(&outputs, &batch.targets)?.to_scalar::<f32>()?;
        Ok((loss as f64, outputs.to_dtype(DType::F64)?.to_vec2()?))
    }

    fn values(&self) -> Vec<Tensor> {
        self.parameters.iter().map(|parameter| sure(parameter.value.as_detached_tensor().copy())).collect()
    }

    /// The whole state between two epochs.
    pub fn checkpoint(&self) -> Checkpoint {
        let numbers = |tensor: &Tensor| -> Vec<f32> { sure(tensor.flatten_all().and_then(|all| all.to_vec1())) };
        let mut numbers_by_name = BTreeMap::new();
        for (at, parameter) in self.parameters.iter().enumerate() {
            numbers_by_name.insert(format!("value.{}", parameter.name), numbers(&parameter.value));
            if let Some(best) = &self.best {
                numbers_by_name.insert(format!("best.{}", parameter.name), numbers(&best[at]));
            }
        }
        let moments = self.descent.state().into_iter().map(|(name, values)| (name, values.to_vec()));
        numbers_by_name.extend(moments);
        Checkpoint { plan: self.plan.clone(), numbers: numbers_by_name, history: self.history.clone() }
    }

    /// Goes on where a checkpoint was made; it must be of the same plan and network.
    pub fn restore(&mut self, checkpoint: Checkpoint, place: &Path) -> Result<(), Error> {
        let refused = |problem: String| Error::Malformed { path: place.into(), problem };
        checkpoint.check_plan(self.plan).map_err(refused)?;
        let has_best = checkpoint.numbers.keys().any(|name| name.starts_with("best."));
        for parameter in &self.parameters {
            let (shape, count) = (parameter.value.shape(), parameter.value.elem_count());
            let tensor = |what: &str| {
                let values = checkpoint.take(&format!("{what}.{}", parameter.name), count).map_err(refused)?;
                Ok::<Tensor, Error>(sure(Tensor::from_slice(values, shape, &Device::Cpu)))
            };
            sure(parameter.value.set(&tensor("value")?));
            if has_best {
                self.best.get_or_insert_default().push(tensor("best")?);
            }
        }
        for (name, values) in self.descent.state_mut() {
            values.copy_from_slice(checkpoint.take(&name, values.len()).map_err(refused)?);
        }
        self.history = checkpoint.history;
        Ok(())
    }

    /// The network with the last weights, or the best ones where there is a patience.
    pub fn finish(self) -> Trained {
        if let Some(best) = &self.best {
            for (parameter, value) in self.parameters.iter().zip(best) {
                sure(parameter.value.set(value));
            }
        }
        Trained { network: self.model.export(self.network), history: self.history }
    }
}

/// What a model says of inputs, `[batch][size]`.
pub fn taught(teacher: &Model, inputs: &[f32], size: usize) -> candle_core::Result<Targets> {
    let inputs = Tensor::from_slice(inputs, (inputs.len() / size, size), &Device::Cpu)?;
    let outputs = teacher.forward(&inputs, Pass::Evaluation)?;
    Ok(Targets::Values { values: outputs.flatten_all()?.to_vec1()?, outputs: outputs.dim(1)? })
}

fn is_finite(values: &Tensor) -> bool {
    let values: Vec<f32> = sure(values.flatten_all().and_then(|all| all.to_vec1()));
    values.iter().all(|value| value.is_finite())
}
