//! The arguments of `train`, `convert`, `sweep` and `features`.

use crate::frontend::onnx::network::Blocks;
use crate::train::Plan;
use crate::train::augment::Augment;
use crate::train::loss::Loss;
use crate::train::optimiser::Optimiser;
use crate::train::rate::Curve;
use clap::ValueEnum;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Arguments of `train`.
#[derive(clap::Args, Debug)]
pub struct Train {
    /// The network, `.circ`; the weights that it names need not exist
    pub network: PathBuf,
    /// Samples: a folder with train_images, train_labels and perhaps test_images, test_labels (.npy, .csv, IDX; -inputs,
    /// -targets), or a .npz with x_train, y_train, x_test, y_test
    #[arg(long, value_name = "DIR|FILE.npz")]
    pub data: PathBuf,
    /// Where the weights go, `.safetensors`; with `--quantised` where the network goes, `.circ`, its weights beside it
    #[arg(long, short)]
    pub output: PathBuf,
    /// Go on from the checkpoint beside the output, with the same arguments
    #[arg(long)]
    pub resume: bool,
    /// Start from the weights that the network names, in place of random ones
    #[arg(long, conflicts_with = "batch_norm")]
    pub from_weights: bool,
    /// Run each step with the very numbers of the hardware (level `fixed`), gradients straight through; tunes weights that
    /// exist, for output formats that are then stated in the network
    #[arg(long, requires = "from_weights")]
    pub quantised: bool,
    /// Normalise hidden layers over the batch; folded into weights and biases at the end
    #[arg(long)]
    pub batch_norm: bool,
    /// Hold this share of the blocks of each circulant layer at zero, those with the least norms: from half of the epochs
    /// on, with `--from-weights` from the first
    #[arg(long, value_parser = part, value_name = "SHARE", conflicts_with = "patience")]
    pub prune: Option<f64>,
    /// End when stdin does, as when the program ends that started this one
    #[arg(long, hide = true)]
    pub while_stdin: bool,
    /// Every epoch as CSV, or as JSON if called so
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// A picture of the losses
    #[arg(long, value_name = "FILE.svg")]
    pub curves: Option<PathBuf>,
    /// How to learn
    #[command(flatten)]
    pub learning: Learning,
}

/// Arguments of `convert`.
#[derive(clap::Args, Debug)]
pub struct Convert {
    /// The dense network, `.circ`, with its weights
    pub network: PathBuf,
    /// Samples as for `train`; with `--distil` they need no labels
    #[arg(long, value_name = "DIR|FILE.npz")]
    pub data: PathBuf,
    /// Where the block-circulant network goes, `.circ`; its weights go beside it
    #[arg(long, short)]
    pub output: PathBuf,
    /// Block size of every dense layer, or LAYER=SIZE,...; 1 stays dense [default: those that the network states]
    #[arg(long, value_name = "SIZE|LAYER=SIZE,...")]
    pub block: Option<Blocks>,
    /// ADMM: draw the dense matrices to circulant form for so many epochs before they are projected
    #[arg(long, value_name = "EPOCHS")]
    pub admm: Option<NonZeroUsize>,
    /// How hard ADMM draws in its first epoch
    #[arg(long, value_parser = above_zero, default_value = "0.001", requires = "admm")]
    pub rho: f64,
    /// By which that grows from each epoch to the next
    #[arg(long, value_parser = above_zero, default_value = "1.5", requires = "admm")]
    pub growth: f64,
    /// Learn what the dense network says of the samples, in place of labels
    #[arg(long)]
    pub distil: bool,
    /// Learn what this layer of the dense network gives, an embedding; layers behind it stay as they are
    #[arg(long, value_name = "LAYER", requires = "distil")]
    pub embedding: Option<String>,
    /// Write the projection as it is
    #[arg(long, conflicts_with = "admm")]
    pub project_only: bool,
    /// How to tune after the projection
    #[command(flatten)]
    pub learning: Learning,
}

/// Arguments of `sweep`.
#[derive(clap::Args, Debug)]
pub struct Sweep {
    /// The network that is varied, `.circ`; the weights that it names need not exist
    pub network: PathBuf,
    /// What varies, and how each point learns, `.toml`
    #[arg(long, value_name = "GRID.toml")]
    pub grid: PathBuf,
    /// Samples as for `train`, with labels; points are judged on what is held back of them, the test set is not read
    #[arg(long, value_name = "DIR|FILE.npz")]
    pub data: PathBuf,
    /// Folder of the sweep; one that was interrupted goes on
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    /// Points that learn at a time, each in a process of its own [default: one per processor]
    #[arg(long)]
    pub jobs: Option<NonZeroUsize>,
}

/// Arguments of `features`.
#[derive(clap::Args, Debug)]
pub struct Features {
    /// Recordings, .wav called CLASS_SPEAKER_NUMBER, in a folder, a .tar or a .tar.gz
    pub recordings: PathBuf,
    /// Folder of the samples, made if it is not there: train_inputs.npy, train_labels.npy, test_inputs.npy, test_labels.npy
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    /// Frames of each recording, however long it is
    #[arg(long, default_value = "32")]
    pub frames: NonZeroUsize,
    /// Bands of frequencies in each frame
    #[arg(long, default_value = "16")]
    pub bands: NonZeroUsize,
    /// Length of a window, milliseconds
    #[arg(long, value_parser = above_zero, default_value = "25", value_name = "MS")]
    pub window: f64,
    /// From a window to the next, milliseconds
    #[arg(long, value_parser = above_zero, default_value = "10", value_name = "MS")]
    pub hop: f64,
    /// Recordings with a lower number are the test set
    #[arg(long, default_value_t = 5, value_name = "NUMBER")]
    pub test_below: u64,
    /// The recordings of this speaker are the test set, whatever their number
    #[arg(long, value_name = "SPEAKER", conflicts_with = "test_below")]
    pub test_speaker: Option<String>,
}

/// How to learn.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub struct Learning {
    /// Times that every sample is used
    #[arg(long, default_value = "20")]
    pub epochs: NonZeroUsize,
    /// Samples per step
    #[arg(long, default_value = "64")]
    pub batch: NonZeroUsize,
    /// Seed of everything random
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads [default: one per processor]; weights do not depend on it
    #[arg(long)]
    pub threads: Option<NonZeroUsize>,
    /// Do not look at the test set
    #[arg(long)]
    pub no_test: bool,
    /// What makes steps of gradients
    #[arg(long, value_enum, default_value_t = Descending::Adam, help_heading = "Steps")]
    pub optimiser: Descending,
    /// The learning rate at its highest [default: 0.002; sgd: 0.1]
    #[arg(long, value_parser = above_zero, help_heading = "Steps")]
    pub rate: Option<f64>,
    /// How the rate goes on
    #[arg(long, value_enum, default_value_t = RateCurve::Cosine, help_heading = "Steps")]
    pub schedule: RateCurve,
    /// Epochs in which the rate climbs from zero
    #[arg(long, value_parser = from_zero, default_value = "0", value_name = "EPOCHS", help_heading = "Steps")]
    pub warm_up: f64,
    /// The part of the last step that `sgd` takes again
    #[arg(long, value_parser = part, default_value = "0.9", help_heading = "Steps")]
    pub momentum: f64,
    /// What is made small [default: cross-entropy for classes, mean-square for numbers]
    #[arg(long, value_enum, help_heading = "Steps")]
    pub loss: Option<LossKind>,
    /// What weights lose in each step, in units of the rate
    #[arg(long, value_parser = from_zero, default_value = "0.01", help_heading = "Against learning by heart")]
    pub decay: f64,
    /// The share of the outputs of hidden layers that a step leaves out
    #[arg(long, value_parser = part, default_value = "0", help_heading = "Against learning by heart")]
    pub dropout: f64,
    /// Images move by up to so many pixels: by whole ones if this is whole, else by any part
    #[arg(long, value_parser = from_zero, default_value = "0", value_name = "PIXELS", help_heading = "Against learning by heart")]
    pub shift: f64,
    /// Deviation of noise added to the numbers that the network sees
    #[arg(long, value_parser = from_zero, default_value = "0", value_name = "DEVIATION", help_heading = "Against learning by heart")]
    pub noise: f64,
    /// The share of the samples held back to judge on
    #[arg(long, value_parser = part, default_value = "0.1", value_name = "SHARE", help_heading = "Against learning by heart")]
    pub held_back: f64,
    /// Stop after so many epochs without a better loss on what is held back; the best weights are written
    #[arg(long, value_name = "EPOCHS", help_heading = "Against learning by heart")]
    pub patience: Option<NonZeroUsize>,
}

impl Learning {
    /// As a plan, for a loss.
    pub fn plan(&self, loss: Loss) -> Plan {
        let optimiser = match self.optimiser {
            Descending::Adam => Optimiser::Adam,
            Descending::Sgd => Optimiser::Sgd { momentum: self.momentum },
        };
        Plan {
            epochs: self.epochs.get(),
            batch: self.batch.get(),
            optimiser,
            rate: self.rate.unwrap_or(if self.optimiser == Descending::Adam { 2e-3 } else { 0.1 }),
            curve: self.schedule.into(),
            warm_up: self.warm_up,
            decay: self.decay,
            dropout: self.dropout,
            augment: Augment { shift: self.shift, noise: self.noise },
            loss,
            held_back: self.held_back,
            patience: self.patience.map(NonZeroUsize::get),
            seed: self.seed,
            ..Plan::default()
        }
    }
}

/// What makes steps of gradients.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descending {
    /// Adam, weights decay apart
    Adam,
    /// Gradient descent with momentum
    Sgd,
}

/// How the learning rate goes on after the warm-up.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateCurve {
    /// As it is
    Constant,
    /// A tenth after each third
    Step,
    /// Half a cosine down to zero
    Cosine,
}

impl From<RateCurve> for Curve {
    fn from(curve: RateCurve) -> Curve {
        match curve {
            RateCurve::Constant => Curve::Constant,
            RateCurve::Step => Curve::Step,
            RateCurve::Cosine => Curve::Cosine,
        }
    }
}

/// What is made small.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// Softmax cross-entropy
    CrossEntropy,
    /// Mean squared error
    MeanSquare,
}

impl From<LossKind> for Loss {
    fn from(loss: LossKind) -> Loss {
        match loss {
            LossKind::CrossEntropy => Loss::CrossEntropy,
            LossKind::MeanSquare => Loss::MeanSquare,
        }
    }
}

/// `0.002`.
fn above_zero(text: &str) -> Result<f64, String> {
    from_zero(text).ok().filter(|number| *number > 0.0).ok_or("expected a number above zero".into())
}

/// `0`, `0.1`.
fn from_zero(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    number.filter(|number| *number >= 0.0 && *number <= 1e6).ok_or("expected a number from 0 on".into())
}

/// `0`, `0.9`.
fn part(text: &str) -> Result<f64, String> {
    from_zero(text).ok().filter(|number| *number < 1.0).ok_or("expected a number from 0 to below 1".into())
}
