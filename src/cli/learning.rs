//! What `train` and `convert` share: samples, progress, failures, the look at the test set.

use super::args::Learning;
use super::session::{Failure, Progress, Session, network_errors};
use crate::diag::{Diagnostics, Error};
use crate::frontend::dataset::{Dataset, Labelled, Part};
use crate::network::Network;
use crate::passes;
use crate::train::augment::Images;
use crate::train::history::Epoch;
use crate::train::judge::{Figure, figures};
use crate::train::model::outputs;
use crate::train::samples::Samples;
use crate::train::{Fault, Plan, Watch};
use std::path::{Path, PathBuf};

/// The threads of everything that follows.
pub fn use_threads(learning: &Learning) -> Result<(), Error> {
    let Some(threads) = learning.threads else { return Ok(()) };
    let made = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
    made.map_err(|cause| Error::Tool { tool: "rayon".into(), problem: cause.to_string() })
}

/// The part of a set to learn from.
pub fn to_learn(dataset: &Dataset, data: &Path, network: &Network) -> Result<Labelled, Error> {
    let set = dataset.part(Part::Train, &network.input.shape)?;
    set.ok_or_else(|| Error::Malformed { path: data.into(), problem: "there is nothing to learn from".into() })
}

/// Refuses a plan that these samples cannot be learnt by.
pub fn check_plan(plan: &Plan, samples: &Samples, network: &Network, data: &Path) -> Result<(), Error> {
    let malformed = |path: &Path, problem: String| Err(Error::Malformed { path: path.into(), problem });
    if plan.augment.shift > 0.0 && Images::of_shape(&network.input.shape).is_none() {
        return malformed(
            Path::new(&network.source.path),
            "`--shift` moves images, the input has one dimension".into(),
        );
    }
    let held = (plan.held_back * samples.count() as f64).round() as usize;
    if held >= samples.count() || (plan.patience.is_some() && held == 0) {
        let problem = format!("of {} samples {held} are held back, expected some of each kind", samples.count());
        return malformed(data, problem);
    }
    Ok(())
}

/// Tells every epoch.
pub struct Shown<'a> {
    session: &'a Session,
    bar: Progress<'a>,
}

impl<'a> Shown<'a> {
    /// A bar that is yet to move.
    pub fn new(session: &'a Session) -> Shown<'a> {
        Shown { session, bar: session.progress("training", 0) }
    }
}

impl Watch for Shown<'_> {
    fn step(&mut self, done: u64, all: u64) {
        self.bar.of(all as usize);
        self.bar.at(done as usize);
    }

    fn epoch(&mut self, epoch: &Epoch) {
        let line = format!("epoch {}: {}", epoch.epoch, line(epoch));
        self.bar.above(|| self.session.note(&line));
    }
}

/// `loss 0.1234, held back 0.1432, 97.20 % right`.
pub fn line(epoch: &Epoch) -> String {
    let held = epoch.held_loss.map(|loss| format!(", held back {loss:.4}")).unwrap_or_default();
    let right = epoch.held_right.map(|right| format!(", {:.2} % right", 100.0 * right)).unwrap_or_default();
    format!("loss {:.4}{held}{right}", epoch.loss)
}

/// Why there are no weights; `place` is that of the checkpoint, where there is one.
pub fn failure(
    session: &Session,
    fault: Fault,
    network: &Network,
    diagnostics: &Diagnostics,
    place: Option<&Path>,
) -> Failure {
    match fault {
        Fault::Error(error) => error.into(),
        Fault::Network => {
            session.show(&network.source, diagnostics);
            network_errors(diagnostics)
        }
        Fault::Diverged { epoch, step } => {
            let kept = match place.filter(|place| place.exists()) {
                Some(place) => format!("the state after epoch {} is kept in `{}`", epoch - 1, place.display()),
                None => "nothing is kept".into(),
            };
            let problem = format!(
                "training of `{}` diverged: the loss is no number from epoch {epoch}, step {step} on; {kept}; choose a \
                 lower `--rate`, or let it climb with `--warm-up`",
                network.name
            );
            Error::Malformed { path: PathBuf::from(&network.source.path), problem }.into()
        }
    }
}

/// The figures of a network with weights on the test set, where there is one.
pub fn test(session: &Session, set: Option<&Labelled>, network: &Network) -> Result<Vec<Figure>, Failure> {
    let Some(set) = set else { return Ok(Vec::new()) };
    let mut network = network.clone();
    let mut diagnostics = Diagnostics::default();
    let run = passes::run(&mut network, passes::PASSES, &mut diagnostics, &mut |_, _, _| {});
    run.map_err(|_| {
        session.show(&network.source, &diagnostics);
        network_errors(&diagnostics)
    })?;
    Samples::new(set, &network, outputs(&network))?;
    Ok(figures(&network, set).to_vec())
}
