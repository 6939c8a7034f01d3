//! The hardware's own numbers on the way there, straight through on the way back (\[Bengio13\]).
//!
//! A step runs its batch at level `fixed`: weights transformed and quantised, spectra rounded in every stage, words
//! narrowed and saturated ([`Fixed`]). Every layer's output is then what the integers say, and the loss is that of the
//! hardware. Rounding has no gradient: on the way back each layer is the one in floating point, at the words that it took,
//! and nothing passes where a word was clipped.
//!
//! The formats of outputs are stated before the first step ([`super::ranges`]) and stay. All others are chosen at the
//! beginning of every epoch as a build would choose them for the weights of then.

use super::model::Model;
use crate::diag::{Diagnostics, Halted};
use crate::fixed::QFormat;
use crate::network::{Network, Origin};
use crate::passes::{self, PASSES};
use crate::reference::{Fixed, formats};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

/// A network with formats, whose weights are those of a model at any time.
pub struct Hardware {
    network: Network,
}

/// What the input or a layer gave for a batch, as real numbers.
pub struct Words {
    /// `[batch][elements]`.
    values: Vec<f32>,
    /// The ends of the format.
    ends: (f32, f32),
}

impl Hardware {
    /// Chooses the formats for what a model has learnt of `network`.
    pub fn new(
        network: &Network,
        model: &Model,
        diagnostics: &mut Diagnostics,
    ) -> std::result::Result<Hardware, Halted> {
        let mut network = model.export(network);
        let mut told = Diagnostics::default();
        let chosen = passes::run(&mut network, PASSES, &mut told, &mut |_, _, _| {});
        if chosen.is_err() {
            diagnostics.list.append(&mut told.list);
        }
        network.calibration = None;
        chosen.map(|()| Hardware { network })
    }

    /// The factor of what is judged before a softmax: where a word of it weighs more than one, it counts as one.
    ///
    /// Outputs of few bits would tie, and to part them training would drive the outputs up, the format with them.
    pub fn sharpness(&self, judged: Origin) -> f64 {
        judged.of(&formats(&self.network)).lsb().recip().min(1.0)
    }

    /// The words of the input and of every layer for a batch `[batch][size]`, with the weights that the model has now.
    pub fn run(&self, model: &Model, inputs: &[f32], size: usize) -> Vec<Words> {
        let learnt = model.export(&self.network);
        let (fixed, formats) = (Fixed::new(&learnt), formats(&learnt));
        let given = formats[0];
        let run = |sample: &[f32]| -> Vec<Vec<i64>> {
            let words: Vec<i64> = sample.iter().map(|&value| given.from_real(value as f64).unwrap_or(0)).collect();
            let layers = fixed.run(&words).layers;
            std::iter::once(words).chain(layers).collect()
        };
        let samples: Vec<Vec<Vec<i64>>> = inputs.par_chunks(size).map(run).collect();
        let words = |(at, &format): (usize, &QFormat)| {
            let real = |word: i64| format.to_real(word) as f32;
            let values = samples.iter().flat_map(|sample| sample[at].iter().map(|&word| real(word))).collect();
            Words { values, ends: (real(format.min()), real(format.max())) }
        };
        formats.iter().enumerate().map(words).collect()
    }
}

impl Words {
    /// These words in place of what floating point gave.
    pub fn instead_of(self, given: &Tensor) -> Result<Tensor> {
        given.contiguous()?.apply_op1(Straight(self))
    }
}

/// The identity whose values are known from elsewhere.
struct Straight(Words);

impl CustomOp1 for Straight {
    fn name(&self) -> &'static str {
        "straight-through"
    }

    fn cpu_fwd(&self, _: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        if layout.shape().elem_count() != self.0.values.len() {
            bail!("{} words for {:?}", self.0.values.len(), layout.shape());
        }
        Ok((CpuStorage::F32(self.0.values.clone()), layout.shape().clone()))
    }

    /// What lies beyond the format does not learn.
    fn bwd(&self, given: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (low, high) = self.0.ends;
        let given: Vec<f32> = given.flatten_all()?.to_vec1()?;
        let mut passed: Vec<f32> = gradient.flatten_all()?.to_vec1()?;
        for (passed, given) in passed.iter_mut().zip(given) {
            *passed = if (low..=high).contains(&given) { *passed } else { 0.0 };
        }
        Tensor::from_vec(passed, gradient.shape(), &Device::Cpu).map(Some)
    }
}
