//! `train`: the weights of a network from samples.

use super::Outcome;
use super::args::Train;
use super::derived::{check_other, save};
use super::learning::{Shown, check_plan, failure, line, test, to_learn, use_threads};
use super::samples::check_file;
use super::session::{Failure, Session, network_errors};
use crate::diag::{Diagnostics, Error};
use crate::emit::design::to_json;
use crate::emit::write::replace_file;
use crate::frontend;
use crate::frontend::dataset::{Dataset, Labelled, Part};
use crate::network::{LayerKind, Network};
use crate::passes::{self, infer_shapes};
use crate::train::chance::Chance;
use crate::train::history::History;
use crate::train::judge::{Figure, natural_loss};
use crate::train::loss::Loss;
use crate::train::model::outputs;
use crate::train::prune::Prune;
use crate::train::samples::{Samples, Targets, split};
use crate::train::{self, Plan, Start, Trained, export, ranges};
use std::io::Write;
use std::path::{Path, PathBuf};

/// `circlet train`.
pub fn train(session: &Session, args: &Train) -> Outcome {
    for path in std::iter::once(&args.output).chain(&args.log).chain(&args.curves) {
        check_file(path)?;
    }
    use_threads(&args.learning)?;
    if args.while_stdin {
        end_with_stdin();
    }
    let mut diagnostics = Diagnostics::default();
    let mut network = network(session, args, &mut diagnostics)?;
    let dataset = Dataset::open(&args.data)?;
    let set = to_learn(&dataset, &args.data, &network)?;
    let (samples, plan) = samples(args, &network, &set)?;
    if plan.quantised {
        check_other(&args.network, &args.output)?;
        network = ranges::state(&network, &samples.first(RANGED));
    }
    let place = args.output.with_extension("checkpoint");
    if args.resume && !place.exists() {
        let problem = "there is no such checkpoint; a training that is over leaves none".to_string();
        return Err(Error::Malformed { path: place, problem }.into());
    }
    let start = match () {
        _ if args.resume => Start::Checkpoint,
        _ if args.from_weights => Start::Given,
        _ => Start::Random,
    };
    let mut shown = Shown::new(session);
    let trained = train::train(&network, &samples, &plan, start, &place, &mut shown, &mut diagnostics);
    drop(shown);
    let trained = trained.map_err(|fault| failure(session, fault, &network, &diagnostics, Some(&place)))?;
    let weights = write(args, &trained)?;
    tell_place(session, args, &trained.network);
    let held = split(samples.count(), plan.held_back, Chance(plan.seed)).1;
    let held = (!held.is_empty()).then(|| set.pick(&held));
    // the only look at the test set
    let tested = if args.learning.no_test { None } else { dataset.part(Part::Test, &network.input.shape)? };
    let figures = [held, tested].map(|set| test(session, set.as_ref(), &trained.network));
    let [held, tested] = figures;
    let figures = [held?, tested?];
    let _ = std::fs::remove_file(&place);
    let best = plan.patience.and_then(|_| trained.history.best().map(|best| best.epoch));
    let done = serde_json::json!({
        "weights": weights, "epochs": trained.history.epochs.len(), "best": best, "seconds": seconds(&trained.history), "plan": plan,
        "last": trained.history.epochs.last(), "held_back": figures[0], "test": figures[1],
    });
    session.result(&done, || text(args, &trained.history, &figures))
}

/// Ends the program when its stdin ends: what is written is whole at any moment.
fn end_with_stdin() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(1);
    });
}

/// The network with shapes; its weights are read where training starts from them.
fn network(session: &Session, args: &Train, diagnostics: &mut Diagnostics) -> Result<Network, Failure> {
    let source = frontend::read_source(&args.network)?;
    let load = if args.from_weights { frontend::load } else { frontend::load_untrained };
    let network = load(&source, diagnostics).and_then(|mut network| {
        passes::run(&mut network, &[infer_shapes::PASS], diagnostics, &mut |_, _, _| {})?;
        train::check(&network, &plan(args, Loss::CrossEntropy), diagnostics)?;
        Ok(network)
    });
    network.map_err(|_| {
        session.show(&source, diagnostics);
        network_errors(diagnostics)
    })
}

/// The training samples, and the plan as it is for them.
fn samples(args: &Train, network: &Network, set: &Labelled) -> Result<(Samples, Plan), Error> {
    let samples = Samples::new(set, network, outputs(network))?;
    let loss = args.learning.loss.map_or(natural_loss(&samples.targets), Loss::from);
    if let (Loss::CrossEntropy, Targets::Values { .. }) = (loss, &samples.targets) {
        let problem = "cross-entropy takes classes, these are numbers; leave out `--loss`".to_string();
        return Err(Error::Malformed { path: set.path.clone(), problem });
    }
    let plan = plan(args, loss);
    check_plan(&plan, &samples, network, &set.path)?;
    Ok((samples, plan))
}

fn plan(args: &Train, loss: Loss) -> Plan {
    let learning = args.learning.plan(loss);
    let after = if args.from_weights { 0 } else { learning.epochs.div_ceil(2) };
    let prune = args.prune.map(|share| Prune { share, after });
    Plan { batch_norm: args.batch_norm, quantised: args.quantised, prune, ..learning }
}

/// Writes what is asked for, and says where the weights are.
fn write(args: &Train, trained: &Trained) -> Result<PathBuf, Failure> {
    let malformed = |problem: String| Error::Malformed { path: args.output.clone(), problem };
    let place = if args.quantised {
        save(&args.network, &args.output, "Trained with its numbers", &[], trained.network.clone())?
    } else {
        let weights = export::weights(&trained.network).map_err(|problem| malformed(problem.message))?;
        replace_file(&args.output, |mut file| file.write_all(&weights))?;
        args.output.clone()
    };
    if let Some(log) = &args.log {
        let is_json = log.extension().is_some_and(|extension| extension == "json");
        let text = if is_json { to_json(&trained.history.epochs) } else { trained.history.csv() };
        replace_file(log, |mut file| file.write_all(text.as_bytes()))?;
    }
    if let Some(curves) = &args.curves {
        replace_file(curves, |mut file| file.write_all(trained.history.svg().as_bytes()))?;
    }
    Ok(place)
}

/// Says so where the network names its weights in another place.
fn tell_place(session: &Session, args: &Train, network: &Network) {
    let folder = args.network.parent().unwrap_or(Path::new(""));
    let named = network.layers.iter().find_map(|layer| match &layer.kind {
        LayerKind::Dense(dense) => Some(folder.join(&dense.weight_file.path)),
        _ => None,
    });
    let is_there = |named: &PathBuf| {
        named.canonicalize().is_ok_and(|named| args.output.canonicalize().is_ok_and(|output| named == output))
    };
    if let Some(named) = named.filter(|named| !args.quantised && !is_there(named)) {
        session.note(&format!("note: {} names its weights in {}", args.network.display(), named.display()));
    }
}

/// Samples that show the ranges of outputs.
const RANGED: usize = 256;

/// Of all epochs.
fn seconds(history: &History) -> f64 {
    history.epochs.iter().map(|epoch| epoch.seconds).sum()
}

fn text(args: &Train, history: &History, figures: &[Vec<Figure>; 2]) -> String {
    let mut text = format!("weights written to {}\n", args.output.display());
    if let Some(last) = history.epochs.last() {
        text += &format!("{} epochs in {:.1} s: {}\n", history.epochs.len(), seconds(history), line(last));
    }
    for (part, figures) in ["held back", "test"].iter().zip(figures) {
        for figure in figures {
            text += &format!("{part}, level {}: {} of {} samples\n", figure.level, figure.text(), figure.samples);
        }
    }
    text
}
