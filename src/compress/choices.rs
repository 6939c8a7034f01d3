//! The block sizes that each layer can take, with weights and costs.

use crate::dataflow::lower::lower;
use crate::diag::{Diagnostics, Halted};
use crate::network::{Dense, LayerKind, Network, Weights};
use crate::passes::{self, PASSES, circulize};
use crate::schedule::fold;
use crate::synth::expected::count_luts;
use rayon::prelude::*;

/// The layers with weights and what each can be.
pub struct Choices {
    /// In the order of the data.
    pub layers: Vec<LayerChoices>,
}

/// What one layer can be.
pub struct LayerChoices {
    /// Its place in the network.
    pub index: usize,
    /// From the layer as given to the cheapest; each costs less than the one before.
    pub options: Vec<Choice>,
}

/// One way to be of a layer.
pub struct Choice {
    /// Block size; 1: plain dense.
    pub k: usize,
    /// Words of weights, or multipliers.
    pub cost: u64,
    /// The matrix or its defining vectors.
    pub weights: Weights,
}

impl Choices {
    /// Every size that stores fewer words than the one before, from the layer as given.
    pub fn new(network: &Network, keep_first: bool, keep_last: bool) -> Choices {
        let of = |index: usize| dense_of(network, index).map(|_| index);
        let indices: Vec<usize> = (0..network.layers.len()).filter_map(of).collect();
        let (first, last) = (indices.first().copied(), indices.last().copied());
        let is_kept = |index| (keep_first && first == Some(index)) || (keep_last && last == Some(index));
        let layers =
            indices.iter().map(|&index| LayerChoices { index, options: options(network, index, is_kept(index)) });
        Choices { layers: layers.collect() }
    }

    /// The sum over the layers of the options of an assignment.
    pub fn cost(&self, assignment: &[usize]) -> u64 {
        self.costs(assignment).iter().sum()
    }

    /// The cost of each layer.
    pub fn costs(&self, assignment: &[usize]) -> Vec<u64> {
        self.layers.iter().zip(assignment).map(|(layer, &option)| layer.options[option].cost).collect()
    }

    /// The multipliers of each layer when all have the options of an assignment.
    pub fn exact_multipliers(
        &self,
        network: &Network,
        assignment: &[usize],
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<u64>, Halted> {
        let all = multipliers(&without_budget(&self.network(network, assignment)), diagnostics)?;
        Ok(self.layers.iter().map(|layer| all[layer.index]).collect())
    }

    /// The network with the options of an assignment.
    pub fn network(&self, network: &Network, assignment: &[usize]) -> Network {
        let mut network = network.clone();
        for (layer, &option) in self.layers.iter().zip(assignment) {
            let Choice { k, weights, .. } = &layer.options[option];
            if let LayerKind::Dense(dense) = &mut network.layers[layer.index].kind {
                dense.block = (*k > 1).then_some(*k);
                dense.weights = weights.clone();
                if dense.block.is_some() {
                    // stated for whole weights, no use for their spectra
                    dense.stated.weight_format = None;
                }
            }
        }
        network
    }

    /// Costs become multipliers, as the network's target folds the layers, the others as given; sizes that are no cheaper
    /// are dropped.
    pub fn count_multipliers(&mut self, network: &Network, diagnostics: &mut Diagnostics) -> Result<(), Halted> {
        let network = without_budget(network);
        for layer in 0..self.layers.len() {
            let most = self.layers[layer].options.len();
            let mut assignment = vec![0; self.layers.len()];
            for option in 0..most {
                assignment[layer] = option;
                let tried = self.network(&network, &assignment);
                let mut said = Diagnostics::default();
                let index = self.layers[layer].index;
                self.layers[layer].options[option].cost = match multipliers(&tried, &mut said) {
                    Ok(counts) => counts[index],
                    // the layers as given must be possible; a size that the target does not allow is none
                    Err(Halted) if option > 0 => u64::MAX,
                    Err(Halted) => {
                        diagnostics.list.append(&mut said.list);
                        return Err(Halted);
                    }
                };
            }
            let mut least = u64::MAX;
            self.layers[layer].options.retain(|option| {
                let is_cheaper = option.cost < least;
                least = least.min(option.cost);
                is_cheaper
            });
        }
        Ok(())
    }
}

fn dense_of(network: &Network, index: usize) -> Option<&Dense> {
    match &network.layers[index].kind {
        LayerKind::Dense(dense) => Some(dense),
        _ => None,
    }
}

fn options(network: &Network, index: usize, is_kept: bool) -> Vec<Choice> {
    let (layer, Some(dense)) = (&network.layers[index], dense_of(network, index)) else { return Vec::new() };
    let (outputs, inputs) = (layer.outputs, layer.inputs);
    let words = |k: usize| (outputs.div_ceil(k) * inputs.div_ceil(k) * k) as u64;
    let given = match (&dense.weights, dense.block) {
        (Weights::Circulant { k, .. }, _) => Choice { k: *k, cost: words(*k), weights: dense.weights.clone() },
        // a kept layer keeps its block size too
        (Weights::Dense { inputs, values }, Some(k)) if is_kept => {
            Choice { k, cost: words(k), weights: circulize::project(values, *inputs, k).0 }
        }
        _ => Choice { k: 1, cost: words(1), weights: dense.weights.clone() },
    };
    let mut sizes: Vec<usize> = Vec::new();
    let mut least = given.cost;
    for k in (1..=9).map(|n| 1 << n).filter(|&k| k > given.k && !is_kept) {
        if words(k) < least {
            least = words(k);
            sizes.push(k);
        }
    }
    let matrix = expanded(&given.weights, outputs, inputs).into();
    let project = |&k: &usize| Choice { k, cost: words(k), weights: circulize::project(&matrix, inputs, k).0 };
    let projected: Vec<Choice> = sizes.par_iter().map(project).collect();
    std::iter::once(given).chain(projected).collect()
}

/// The matrix `[outputs][inputs]` that weights stand for.
pub fn expanded(weights: &Weights, outputs: usize, inputs: usize) -> Vec<f64> {
    match weights {
        Weights::Dense { values, .. } => values.to_vec(),
        &Weights::Circulant { q, k, ref values, .. } => {
            let mut matrix = vec![0.0; outputs * inputs];
            matrix.par_chunks_mut(inputs).enumerate().for_each(|(row, out)| {
                let (i, a) = (row / k, row % k);
                for (j, block) in out.chunks_mut(k).enumerate() {
                    let column = &values[(i * q + j) * k..][..k];
                    block.iter_mut().enumerate().for_each(|(b, entry)| *entry = column[(a + k - b) % k]);
                }
            });
            matrix
        }
    }
}

/// The budget of the search stands for those of the target.
fn without_budget(network: &Network) -> Network {
    let mut network = network.clone();
    let target = &mut network.target;
    (target.multipliers, target.memory_bits, target.luts) = (None, None, None);
    network
}

/// Multipliers of each layer of a network at level `dense`.
fn multipliers(network: &Network, diagnostics: &mut Diagnostics) -> Result<Vec<u64>, Halted> {
    let mut network = network.clone();
    let rest = &PASSES[passes::before("circulize").len()..];
    passes::run(&mut network, rest, diagnostics, &mut |_, _, _| {})?;
    let folding = fold::fold(&fold::Problem::of(&network, count_luts), diagnostics)?.folding;
    let mut counts = vec![0; network.layers.len()];
    for (_, actor) in lower(&network, &folding).actors() {
        counts[actor.layer] += actor.chain.iter().map(|block| block.cost().multipliers as u64).sum::<u64>();
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_stands_out_of_its_blocks() {
        // two block columns of one block row of 4, of which 3 rows and 7 columns exist
        let values: Vec<f64> = (0..8).map(f64::from).collect();
        let weights = Weights::Circulant { p: 1, q: 2, k: 4, values };
        let expected = [
            [0.0, 3.0, 2.0, 1.0, 4.0, 7.0, 6.0],
            [1.0, 0.0, 3.0, 2.0, 5.0, 4.0, 7.0],
            [2.0, 1.0, 0.0, 3.0, 6.0, 5.0, 4.0],
        ];
        assert_eq!(expanded(&weights, 3, 7), expected.concat());
    }
}
