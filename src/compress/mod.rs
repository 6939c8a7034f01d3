//! Which block size each layer gets: a search for the least loss on samples within a budget, or the least storage within
//! a loss.
//!
//! The loss is measured, not guessed from weights: with labels it is the cross-entropy of the network's outputs, without
//! it the relative error of the outputs against those of the network as given. Samples are split in two by a seed; one
//! half guides the search ([`search`]), the other, held back, chooses among what the search found and the uniform
//! assignments, so that the answer is at least as good there as the best uniform one.
//!
//! - [`choices`]: the sizes that a layer can take, their weights (projected by `circulize`) and their costs
//! - [`judge`]: the loss of an assignment
//! - [`search`]: from the network as given down to the budget, then exchanges between layers

pub mod choices;
pub mod judge;
pub mod search;

use crate::diag::Halted;
use crate::network::{LayerKind, Network, Weights};
use choices::Choices;
use judge::{Judge, Score, Split};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use search::{Goal, Ladder, Search};
use serde::Serialize;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Level `dense`: what comes out of the passes before `circulize`.
    pub network: &'a Network,
    /// Samples as the network sees them.
    pub samples: Vec<Vec<f64>>,
    /// The class of each sample.
    pub labels: Option<Vec<usize>>,
    /// What must hold.
    pub limit: Limit,
    /// The first layer with weights stays as it is.
    pub keep_first: bool,
    /// The last layer with weights stays as it is.
    pub keep_last: bool,
    /// Use at most so many samples.
    pub most_samples: usize,
    /// Of the split.
    pub seed: u64,
}

/// What an answer must hold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// At most so many words of weights.
    Words(u64),
    /// At most so many multipliers, with the network's target.
    Multipliers(u64),
    /// With labels, the share of wrong answers may rise by so much; without, the relative error of the outputs.
    Error(f64),
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// For each layer with weights: its name, its block size (1: plain dense), its cost.
    pub layers: Vec<Chosen>,
    /// What costs are: `words` or `multipliers`.
    pub unit: &'static str,
    /// Cost of the network as given, of the answer, and the budget if there is one.
    pub given: u64,
    /// Cost of the answer.
    pub cost: u64,
    /// The budget.
    pub budget: Option<u64>,
    /// Samples that guided the search, and that were held back.
    pub samples: (usize, usize),
    /// Whether the loss is the cross-entropy with labels.
    pub labelled: bool,
    /// The network as given on the held-back samples.
    pub reference: Score,
    /// The answer on the held-back samples.
    pub score: Score,
    /// The steps from the network as given to the budget, then the exchanges.
    pub ladder: Vec<Ladder>,
    /// Everything that was compared on the held-back samples; the first is the answer.
    pub finalists: Vec<Finalist>,
    /// For each compressed layer the next smaller block: what it would bring, and what it would cost.
    pub beyond: Vec<Beyond>,
}

/// A layer of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// Its name.
    pub layer: String,
    /// 1: plain dense.
    pub block: usize,
    /// In the answer's unit.
    pub cost: u64,
}

/// An assignment that was compared on the held-back samples.
#[derive(Clone, Debug, Serialize)]
pub struct Finalist {
    /// How it came about.
    pub origin: String,
    /// Block sizes, 1: plain dense.
    pub blocks: Vec<usize>,
    /// In the answer's unit.
    pub cost: u64,
    /// On the held-back samples.
    pub score: Score,
}

/// The next better size of a layer.
#[derive(Clone, Debug, Serialize)]
pub struct Beyond {
    /// The layer.
    pub layer: String,
    /// Its block size in the answer, and the next smaller one.
    pub from: usize,
    /// The next smaller one.
    pub to: usize,
    /// What it adds to the cost.
    pub more: u64,
    /// The loss it would lead to, on the samples of the search.
    pub loss: f64,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// In words; what was found and what was expected.
    Because(String),
    /// The network has errors, which are in the diagnostics.
    Network,
}

impl From<Halted> for Refusal {
    fn from(_: Halted) -> Refusal {
        Refusal::Network
    }
}

/// Searches; the answer and the network with its weights.
pub fn compress(question: &Question, diagnostics: &mut crate::diag::Diagnostics) -> Result<(Answer, Network), Refusal> {
    let network = question.network;
    let (guide, held) = split(question)?;
    let mut choices = Choices::new(network, question.keep_first, question.keep_last);
    if choices.layers.is_empty() {
        return Err(Refusal::Because("the network has no layer with weights".into()));
    }
    let unit = match question.limit {
        Limit::Multipliers(_) => {
            choices.count_multipliers(network, diagnostics)?;
            "multipliers"
        }
        _ => "words",
    };
    let samples = (guide.inputs.len(), held.inputs.len());
    let goal = match question.limit {
        Limit::Words(budget) | Limit::Multipliers(budget) => Goal::Cost(budget),
        Limit::Error(error) => Goal::Error(error),
    };
    let mut search = Search::new(Judge::new(network, &choices, guide), Judge::new(network, &choices, held), goal);
    let (found, costs) = loop {
        let found = search.run().map_err(Refusal::Because)?;
        let best = &found.finalists[0].0;
        let costs = match question.limit {
            Limit::Multipliers(_) => choices.exact_multipliers(network, best, diagnostics)?,
            _ => choices.costs(best),
        };
        match (goal, search.goal) {
            // a layer's multipliers depend a little on its neighbours: less is asked for until the whole fits
            (Goal::Cost(budget), Goal::Cost(asked)) if costs.iter().sum::<u64>() > budget => {
                search.goal = Goal::Cost(asked.saturating_sub(costs.iter().sum::<u64>() - budget));
            }
            _ => break (found, costs),
        }
    };
    let best = found.finalists[0].0.clone();
    let cost = costs.iter().sum();
    let name = |layer: usize| network.layers[choices.layers[layer].index].name.clone();
    let size = |layer: usize, option: usize| choices.layers[layer].options[option].k;
    let beyond = |layer: usize| {
        let option = best[layer].checked_sub(1)?;
        let mut other = best.clone();
        other[layer] = option;
        let (from, to) = (size(layer, best[layer]), size(layer, option));
        let loss = search.guide.measure(&other).loss;
        Some(Beyond { layer: name(layer), from, to, more: choices.cost(&other) - choices.cost(&best), loss })
    };
    let layers = 0..choices.layers.len();
    let beyond: Vec<Beyond> = layers.clone().filter_map(beyond).collect();
    let chosen = |layer: usize| Chosen { layer: name(layer), block: size(layer, best[layer]), cost: costs[layer] };
    let blocks =
        |assignment: &[usize]| assignment.iter().enumerate().map(|(layer, &option)| size(layer, option)).collect();
    let finalists = found.finalists.iter().map(|(assignment, origin, score)| Finalist {
        origin: origin.clone(),
        blocks: blocks(assignment),
        cost: choices.cost(assignment),
        score: *score,
    });
    let answer = Answer {
        layers: layers.map(chosen).collect(),
        unit,
        given: choices.cost(&vec![0; choices.layers.len()]),
        cost,
        budget: match goal {
            Goal::Cost(budget) => Some(budget),
            Goal::Error(_) => None,
        },
        samples,
        labelled: question.labels.is_some(),
        reference: found.reference,
        score: found.finalists[0].2,
        ladder: found.ladder.into_iter().map(|step| Ladder { layer_name: name(step.layer), ..step }).collect(),
        finalists: finalists.collect(),
        beyond,
    };
    Ok((answer, choices.network(network, &best)))
}

/// The two halves of the samples.
fn split(question: &Question) -> Result<(Split, Split), Refusal> {
    let Question { network, samples, labels, .. } = question;
    let problem = |text: String| Err(Refusal::Because(text));
    if samples.len() < 2 {
        return problem(format!("{} samples, expected at least 2: half of them are held back", samples.len()));
    }
    let logits = judge::logits(network);
    if let Some(labels) = labels {
        if labels.len() != samples.len() {
            return problem(format!("{} labels, expected one for each of {} samples", labels.len(), samples.len()));
        }
        if let Some(label) = labels.iter().find(|&&label| label >= logits) {
            return problem(format!("label `{label}`, but the network tells {logits} classes apart, from 0"));
        }
    }
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(question.seed));
    order.truncate(question.most_samples.max(2));
    let part = |chosen: &[usize]| Split {
        inputs: chosen.iter().map(|&at| samples[at].clone()).collect(),
        labels: labels.as_ref().map(|labels| chosen.iter().map(|&at| labels[at]).collect()),
    };
    let (guide, held) = order.split_at(order.len() / 2);
    Ok((part(guide), part(held)))
}

/// Words of weights that the layers of a network store, and that they would store without blocks.
pub fn words(network: &Network) -> (u64, u64) {
    let mut sum = (0, 0);
    for layer in &network.layers {
        if let LayerKind::Dense(dense) = &layer.kind {
            let stored = match (&dense.weights, dense.block) {
                (Weights::Dense { values, .. }, None) => values.len(),
                (_, block) => {
                    let k = block.unwrap_or(1);
                    layer.outputs.div_ceil(k) * layer.inputs.div_ceil(k) * k
                }
            };
            sum = (sum.0 + stored as u64, sum.1 + (layer.outputs * layer.inputs) as u64);
        }
    }
    sum
}
