//! The search: one step at a time down to the goal, then exchanges between layers, then a choice on held-back samples.
//!
//! An assignment has an option per layer; option 0 is the layer as given, each further one costs less. A step compresses
//! one layer, to any of its sizes, where the loss grows least for each unit saved; losses are measured anew before each
//! step. Exchanges make one layer better, another cheaper if that must be, as long as the loss falls (for an error limit:
//! as long as the cost falls within it). They begin at the end of the steps and at the best uniform assignment.

use super::judge::{Judge, Score};
use serde::Serialize;
use std::collections::BTreeSet;

/// Most exchanges from one beginning.
const EXCHANGES: usize = 64;

/// What the search is after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The least loss at no more than this cost.
    Cost(u64),
    /// The least cost at no more than this error (see [`super::Limit::Error`]).
    Error(f64),
}

/// A step of the search.
#[derive(Clone, Debug, Serialize)]
pub struct Ladder {
    /// Its place among the layers with weights.
    #[serde(skip)]
    pub layer: usize,
    /// Its name.
    #[serde(rename = "layer")]
    pub layer_name: String,
    /// `step`, or `exchange` for the two halves of one.
    pub kind: &'static str,
    /// Block size before; 1: plain dense.
    pub from: usize,
    /// Block size after.
    pub to: usize,
    /// Cost of the network after it.
    pub cost: u64,
    /// Its gain in cost; negative where a layer becomes better.
    pub saved: i64,
    /// On the samples of the search, after it.
    pub score: Score,
}

/// What a search gives: assignments with their origins and their scores on held-back samples, the best first.
pub struct Found {
    /// Never empty.
    pub finalists: Vec<(Vec<usize>, String, Score)>,
    /// The steps to the first goal reached, and the exchanges after it.
    pub ladder: Vec<Ladder>,
    /// The network as given, on held-back samples.
    pub reference: Score,
}

/// A search under way.
pub struct Search<'a> {
    /// Guides the search.
    pub guide: Judge<'a>,
    held: Judge<'a>,
    /// What it is after.
    pub goal: Goal,
    given: Score,
}

impl<'a> Search<'a> {
    /// Nothing is searched yet.
    pub fn new(mut guide: Judge<'a>, held: Judge<'a>, goal: Goal) -> Search<'a> {
        let given = guide.measure(&vec![0; guide.choices.layers.len()]);
        Search { guide, held, goal, given }
    }

    /// The whole search.
    pub fn run(&mut self) -> Result<Found, String> {
        let given = vec![0; self.guide.choices.layers.len()];
        let cheapest: Vec<usize> = self.guide.choices.layers.iter().map(|layer| layer.options.len() - 1).collect();
        if let Goal::Cost(budget) = self.goal
            && self.guide.choices.cost(&cheapest) > budget
        {
            let least = self.guide.choices.cost(&cheapest);
            return Err(format!("a cost of `{budget}` cannot be met: the largest blocks of every layer cost {least}"));
        }
        let (mut stepped, mut ladder, path) = self.steps(given.clone());
        let mut candidates = vec![(stepped.clone(), "steps".to_string())];
        ladder.extend(self.exchanges(&mut stepped));
        candidates.push((stepped, "steps and exchanges".into()));
        let uniform = self.uniform();
        if let Some((mut best, origin)) = self.best_of(&uniform) {
            self.exchanges(&mut best);
            candidates.push((best, format!("exchanges from {origin}")));
        }
        candidates.extend(uniform);
        if let Goal::Error(_) = self.goal {
            candidates.extend(path.into_iter().map(|assignment| (assignment, "steps, not all of them".to_string())));
        }
        candidates.push((given.clone(), "as given".into()));
        let reference = self.held.measure(&given);
        let finalists = self.finalists(candidates, &reference);
        match finalists.is_empty() {
            true => Err("no assignment holds the limit on the held-back samples".into()),
            false => Ok(Found { finalists, ladder, reference }),
        }
    }

    /// Compresses until the goal is reached; the steps, and the assignments on the way.
    fn steps(&mut self, mut at: Vec<usize>) -> (Vec<usize>, Vec<Ladder>, Vec<Vec<usize>>) {
        let (mut ladder, mut path) = (Vec::new(), Vec::new());
        loop {
            let cost = self.guide.choices.cost(&at);
            if matches!(self.goal, Goal::Cost(budget) if cost <= budget) {
                break;
            }
            let loss = self.guide.measure(&at).loss;
            let mut best: Option<(f64, Vec<usize>, usize)> = None;
            for layer in 0..at.len() {
                for option in at[layer] + 1..self.guide.choices.layers[layer].options.len() {
                    let mut next = at.clone();
                    next[layer] = option;
                    let score = self.guide.measure(&next);
                    if matches!(self.goal, Goal::Error(limit) if !self.is_within(&score, limit)) {
                        continue;
                    }
                    let saved = cost - self.guide.choices.cost(&next);
                    let price = (score.loss - loss) / saved as f64;
                    if best.as_ref().is_none_or(|(least, _, _)| price < *least) {
                        best = Some((price, next, layer));
                    }
                }
            }
            let Some((_, next, layer)) = best else { break };
            ladder.push(self.rung("step", layer, &at, &next));
            path.push(at);
            at = next;
        }
        (at, ladder, path)
    }

    fn rung(&mut self, kind: &'static str, layer: usize, from: &[usize], to: &[usize]) -> Ladder {
        let choices = self.guide.choices;
        let size = |assignment: &[usize]| choices.layers[layer].options[assignment[layer]].k;
        let (before, cost) = (choices.cost(from), choices.cost(to));
        let saved = before as i64 - cost as i64;
        let score = self.guide.measure(to);
        Ladder { layer, layer_name: String::new(), kind, from: size(from), to: size(to), cost, saved, score }
    }

    /// Improves an assignment by changing a layer, or two; what it did.
    fn exchanges(&mut self, at: &mut Vec<usize>) -> Vec<Ladder> {
        let mut ladder = Vec::new();
        for _ in 0..EXCHANGES {
            let neighbours = self.neighbours(at);
            let mut best = (self.rank(at), None);
            for next in neighbours {
                let rank = self.rank(&next);
                if rank < best.0 {
                    best = (rank, Some(next));
                }
            }
            let Some(next) = best.1 else { break };
            for layer in (0..at.len()).filter(|&layer| at[layer] != next[layer]).collect::<Vec<_>>() {
                let mut half = at.clone();
                half[layer] = next[layer];
                ladder.push(self.rung("exchange", layer, at, &half));
                *at = half;
            }
        }
        ladder
    }

    /// Assignments that differ in one layer, or in one that becomes better and one that pays for it.
    fn neighbours(&self, at: &[usize]) -> BTreeSet<Vec<usize>> {
        let choices = self.guide.choices;
        let is_allowed = |next: &Vec<usize>| match self.goal {
            Goal::Cost(budget) => choices.cost(next) <= budget,
            Goal::Error(_) => true,
        };
        let mut found = BTreeSet::new();
        for layer in 0..at.len() {
            for option in (0..choices.layers[layer].options.len()).filter(|&option| option != at[layer]) {
                let mut next = at.to_vec();
                next[layer] = option;
                for other in (0..at.len()).filter(|&other| other != layer && option < at[layer]) {
                    for dearer in at[other] + 1..choices.layers[other].options.len() {
                        let mut pair = next.clone();
                        pair[other] = dearer;
                        if is_allowed(&pair) {
                            found.insert(pair);
                            break;
                        }
                    }
                }
                if is_allowed(&next) {
                    found.insert(next);
                }
            }
        }
        found
    }

    /// Less is better: the loss, or the cost of what holds the limit.
    fn rank(&mut self, assignment: &[usize]) -> f64 {
        let score = self.guide.measure(assignment);
        match self.goal {
            Goal::Cost(_) => score.loss,
            Goal::Error(limit) if !self.is_within(&score, limit) => f64::INFINITY,
            Goal::Error(_) => self.guide.choices.cost(assignment) as f64,
        }
    }

    fn is_within(&self, score: &Score, limit: f64) -> bool {
        self.guide.is_within(score, &self.given, limit)
    }

    /// The same block size for all layers, for all but the first or the last, or for all between; the largest that a
    /// layer has where it has not this one.
    fn uniform(&self) -> Vec<(Vec<usize>, String)> {
        let layers = &self.guide.choices.layers;
        let kept = [(false, false, ""), (true, false, ", first as given"), (false, true, ", last as given")];
        let mut found = Vec::new();
        for (first, last, words) in kept.into_iter().chain([(true, true, ", first and last as given")]) {
            for k in (1..=9).map(|n| 1 << n) {
                let option = |(at, layer): (usize, &super::choices::LayerChoices)| {
                    let is_kept = (first && at == 0) || (last && at + 1 == layers.len());
                    let fits = |option: &super::choices::Choice| option.k <= k;
                    if is_kept { 0 } else { layer.options.iter().rposition(fits).unwrap_or(0) }
                };
                found.push((layers.iter().enumerate().map(option).collect(), format!("uniform {k}{words}")));
            }
        }
        found
    }

    /// The one with the least rank that is allowed.
    fn best_of(&mut self, candidates: &[(Vec<usize>, String)]) -> Option<(Vec<usize>, String)> {
        let mut best: Option<(f64, usize)> = None;
        for (index, (assignment, _)) in candidates.iter().enumerate() {
            if matches!(self.goal, Goal::Cost(budget) if self.guide.choices.cost(assignment) > budget) {
                continue;
            }
            let rank = self.rank(assignment);
            if rank.is_finite() && best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, index));
            }
        }
        best.map(|(_, index)| candidates[index].clone())
    }

    /// Those that hold the goal on the held-back samples too, the best first: fewest wrong classes, then least loss; for
    /// an error limit the cheapest.
    fn finalists(
        &mut self,
        candidates: Vec<(Vec<usize>, String)>,
        reference: &Score,
    ) -> Vec<(Vec<usize>, String, Score)> {
        let mut seen = BTreeSet::new();
        let mut list = Vec::new();
        for (assignment, origin) in candidates {
            let cost = self.guide.choices.cost(&assignment);
            let is_allowed = match self.goal {
                Goal::Cost(budget) => cost <= budget,
                Goal::Error(limit) => {
                    let score = self.guide.measure(&assignment);
                    let held = self.held.measure(&assignment);
                    self.is_within(&score, limit) && self.held.is_within(&held, reference, limit)
                }
            };
            if is_allowed && seen.insert(assignment.clone()) {
                let score = self.held.measure(&assignment);
                list.push((cost, assignment, origin, score));
            }
        }
        let goal = self.goal;
        list.sort_by(|a, b| {
            let quality = || a.3.wrong.cmp(&b.3.wrong).then(a.3.loss.total_cmp(&b.3.loss));
            match goal {
                Goal::Cost(_) => quality().then(a.0.cmp(&b.0)),
                Goal::Error(_) => a.0.cmp(&b.0).then(quality()),
            }
        });
        list.into_iter().map(|(_, assignment, origin, score)| (assignment, origin, score)).collect()
    }
}
