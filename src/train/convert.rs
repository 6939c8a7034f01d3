//! From a trained dense network to a block-circulant one: projected, or drawn there first (ADMM, [`super::pull`]), then
//! tuned in circulant form, by labels or by what the dense network says (distillation: no labels are needed).

use super::descent::{Training, taught};
use super::history::History;
use super::layers::Making;
use super::model::{Model, outputs, sure};
use super::pull::{Pull, Residual, Strength};
use super::rate::Curve;
use super::samples::{Samples, Targets, scaled};
use super::{Fault, Plan, Trained, Watch};
use crate::diag::Diagnostics;
use crate::frontend::dataset::Labelled;
use crate::network::{Dense, Layer, LayerKind, Network, Weights};
use crate::passes::{self, circulize};
use std::collections::BTreeMap;

/// What is asked for.
pub struct Question<'a> {
    /// The dense network, with shapes and weights.
    pub network: &'a Network,
    /// The block size of each layer that gets one.
    pub blocks: &'a BTreeMap<String, usize>,
    /// To learn from.
    pub samples: &'a Samples,
    /// Draw the dense matrices for so many epochs before they are projected.
    pub draw: Option<(usize, Strength)>,
    /// Whether the dense network says what is wanted, in place of labels.
    pub is_taught: bool,
    /// How to tune after the projection; its epochs may be none.
    pub plan: &'a Plan,
}

/// What came of it.
pub struct Converted {
    /// The dense network after it was drawn; as it was given where it was not.
    pub drawn: Network,
    /// That, projected.
    pub projected: Network,
    /// That, tuned.
    pub tuned: Network,
    /// How far the matrices were from circulant form, after each epoch of drawing.
    pub residuals: Vec<Vec<Residual>>,
    /// The epochs of tuning.
    pub history: History,
}

/// Converts; every epoch is seen by `watch`.
pub fn convert(question: &Question, watch: &mut dyn Watch, diagnostics: &mut Diagnostics) -> Result<Converted, Fault> {
    let Question { network, samples, plan, .. } = *question;
    let mut residuals = Vec::new();
    let drawn = match question.draw {
        None => network.clone(),
        Some((epochs, strength)) => {
            // what is drawn ever harder must be able to follow
            let plan = Plan { epochs, curve: Curve::Constant, quantised: false, ..plan.clone() };
            let mut training = Training::new(network, samples, &plan, diagnostics)?;
            training.start_from_network();
            teach(&mut training, question, diagnostics)?;
            training.draw(question.blocks, strength);
            while !training.is_done() {
                training.epoch(watch, diagnostics)?;
                residuals.push(training.turn());
            }
            training.finish().network
        }
    };
    let projected = projected(&drawn, question.blocks, diagnostics)?;
    let mut training = Training::new(&projected, samples, plan, diagnostics)?;
    training.start_from_network();
    teach(&mut training, question, diagnostics)?;
    while !training.is_done() {
        training.epoch(watch, diagnostics)?;
    }
    let Trained { network: tuned, history } = training.finish();
    Ok(Converted { drawn, projected, tuned, residuals, history })
}

/// The network itself, with its weights as they are, as a model that says what is wanted.
fn teacher(network: &Network, diagnostics: &mut Diagnostics) -> Result<Model, Fault> {
    let model = Model::new(network, &Making::new(&Plan::default()), diagnostics)?;
    model.start_from(network);
    Ok(model)
}

/// Samples whose targets are what a dense network says of them, labelled or not.
pub fn taught_by(network: &Network, set: &Labelled, diagnostics: &mut Diagnostics) -> Result<Samples, Fault> {
    let teacher = teacher(network, diagnostics)?;
    let (inputs, size) = (scaled(set, network), network.input.size());
    let outputs = outputs(network);
    let parts = inputs.chunks(TAUGHT * size).map(|part| sure(taught(&teacher, part, size)).values(outputs));
    let values = parts.collect::<Vec<_>>().concat();
    Ok(Samples { inputs, size, targets: Targets::Values { values, outputs } })
}

/// Samples that a teacher sees at a time.
const TAUGHT: usize = 500;

fn teach(training: &mut Training, question: &Question, diagnostics: &mut Diagnostics) -> Result<(), Fault> {
    if question.is_taught {
        training.teacher = Some(teacher(question.network, diagnostics)?);
    }
    Ok(())
}

/// The network with its block sizes, its matrices the nearest circulant ones.
fn projected(
    network: &Network,
    blocks: &BTreeMap<String, usize>,
    diagnostics: &mut Diagnostics,
) -> Result<Network, Fault> {
    let mut network = network.clone();
    for layer in &mut network.layers {
        if let LayerKind::Dense(dense) = &mut layer.kind {
            dense.block = blocks.get(&layer.name).copied();
        }
    }
    // that a projection loses much is what tuning is for
    let mut told = Diagnostics::default();
    let run = passes::run(&mut network, &[circulize::PASS], &mut told, &mut |_, _, _| {});
    diagnostics.list.extend(told.list.into_iter().filter(|diagnostic| !diagnostic.code.is_warning()));
    run?;
    Ok(network)
}

/// The matrices of a model that are to be circulant.
pub fn pulls(network: &Network, model: &Model, blocks: &BTreeMap<String, usize>) -> Vec<Pull> {
    let parameters = model.parameters();
    let pull = |layer: &Layer| {
        let LayerKind::Dense(Dense { weights: Weights::Dense { .. }, .. }) = &layer.kind else { return None };
        let name = format!("{}.weight", layer.name);
        let parameter = parameters.iter().find(|parameter| parameter.name == name)?;
        Some(Pull::new(&layer.name, parameter, *blocks.get(&layer.name)?))
    };
    network.layers.iter().filter_map(pull).collect()
}
