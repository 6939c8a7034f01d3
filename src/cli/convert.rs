//! `convert`: a trained dense network to block-circulant form.

use super::Outcome;
use super::args::Convert;
use super::derived::{check_other, save};
use super::learning::{Shown, check_plan, failure, test, to_learn, use_threads};
use super::samples::check_file;
use super::session::{Failure, Session, network_errors};
use crate::diag::{Code, Diagnostic, Diagnostics, Error};
use crate::frontend;
use crate::frontend::dataset::{Dataset, Part};
use crate::frontend::onnx::network::Blocks;
use crate::network::{Dense, LayerKind, Network, Weights};
use crate::passes;
use crate::report::table::Table;
use crate::train::Plan;
use crate::train::convert::{Converted, Question, convert as converted, taught_by};
use crate::train::judge::{Figure, natural_loss};
use crate::train::loss::Loss;
use crate::train::model::outputs;
use crate::train::pull::Strength;
use crate::train::samples::Samples;
use serde::Serialize;
use std::collections::BTreeMap;

/// A network on the way, and what it is worth.
#[derive(Serialize)]
struct Stage {
    stage: &'static str,
    test: Vec<Figure>,
}

/// `circlet convert`.
pub fn convert(session: &Session, args: &Convert) -> Outcome {
    check_file(&args.output)?;
    check_other(&args.network, &args.output)?;
    use_threads(&args.learning)?;
    let mut diagnostics = Diagnostics::default();
    let (whole, mut blocks) = network(session, args, &mut diagnostics)?;
    let network = embedding(args, &whole)?;
    blocks.retain(|name, _| network.layers.iter().any(|layer| layer.name == *name));
    if blocks.is_empty() {
        let problem =
            "no layer up to that of `--embedding` has a block size, expected one at least; choose a later one";
        return Err(Error::Malformed { path: args.network.clone(), problem: problem.into() }.into());
    }
    let dataset = Dataset::open(&args.data)?;
    let (samples, plan) = samples(session, args, &network, &dataset, &mut diagnostics)?;
    let strength = Strength { first: args.rho, growth: args.growth };
    let question = Question {
        network: &network,
        blocks: &blocks,
        samples: &samples,
        draw: args.admm.map(|epochs| (epochs.get(), strength)),
        is_taught: args.distil,
        plan: &plan,
    };
    let mut shown = Shown::new(session);
    let found = converted(&question, &mut shown, &mut diagnostics);
    drop(shown);
    let mut found = found.map_err(|fault| failure(session, fault, &network, &diagnostics, None))?;
    for part in [&mut found.drawn, &mut found.projected, &mut found.tuned] {
        part.layers.extend_from_slice(&whole.layers[part.layers.len()..]);
    }
    let stages = stages(session, args, &whole, &found, &dataset)?;
    let weights = save(&args.network, &args.output, "Converted", &[], found.tuned.clone())?;
    let done = serde_json::json!({
        "network": args.output, "weights": weights, "blocks": blocks, "plan": plan, "stages": stages,
        "residuals": found.residuals, "epochs": found.history.epochs,
    });
    session.result(&done, || text(args, &stages, &found))
}

/// The dense network with shapes, affine layers folded, and the block sizes.
fn network(
    session: &Session,
    args: &Convert,
    diagnostics: &mut Diagnostics,
) -> Result<(Network, BTreeMap<String, usize>), Failure> {
    let source = frontend::read_source(&args.network)?;
    let network = frontend::load(&source, diagnostics).and_then(|mut network| {
        passes::run(&mut network, passes::before("circulize"), diagnostics, &mut |_, _, _| {})?;
        let blocks = blocks(&mut network, args, diagnostics);
        diagnostics.checkpoint()?;
        Ok((network, blocks))
    });
    network.map_err(|_| {
        session.show(&source, diagnostics);
        network_errors(diagnostics)
    })
}

/// The network up to the layer whose outputs are learnt; all of it where none is named.
fn embedding(args: &Convert, network: &Network) -> Result<Network, Error> {
    let mut part = network.clone();
    if let Some(name) = &args.embedding {
        let Some(index) = part.layers.iter().position(|layer| layer.name == *name) else {
            let known: Vec<&str> = part.layers.iter().map(|layer| layer.name.as_str()).collect();
            let problem = format!("there is no layer `{name}` for `--embedding`, expected one of {}", known.join(", "));
            return Err(Error::Malformed { path: args.network.clone(), problem });
        };
        part.layers.truncate(index + 1);
    }
    Ok(part)
}

/// The block sizes asked for; the network has none after this.
fn blocks(network: &mut Network, args: &Convert, diagnostics: &mut Diagnostics) -> BTreeMap<String, usize> {
    let mut blocks = BTreeMap::new();
    for layer in &mut network.layers {
        let LayerKind::Dense(dense) = &mut layer.kind else { continue };
        let stated = dense.block.take();
        let k = match &args.block {
            Some(Blocks::All(k)) => Some(*k),
            Some(Blocks::Each(each)) => each.get(&layer.name).copied(),
            None => stated,
        };
        if let Dense { weights: Weights::Circulant { .. }, .. } = dense {
            let message = format!("layer `{}` has circulant weights, expected a dense matrix to convert", layer.name);
            diagnostics.push(Diagnostic::new(Code::NotTrainable, layer.span, message));
        }
        if let Some(k) = k.filter(|&k| k > 1) {
            blocks.insert(layer.name.clone(), k);
        }
    }
    if blocks.is_empty()
        && let Some(layer) = network.layers.first()
    {
        let message = format!("no dense layer of `{}` has a block size, expected one at least", network.name);
        diagnostics.push(Diagnostic::new(Code::MissingPart, layer.span, message).help("state them by `--block`"));
    }
    blocks
}

/// What to learn from: labels, or what the dense network says.
fn samples(
    session: &Session,
    args: &Convert,
    network: &Network,
    dataset: &Dataset,
    diagnostics: &mut Diagnostics,
) -> Result<(Samples, Plan), Failure> {
    let set = to_learn(dataset, &args.data, network)?;
    let (samples, loss) = if args.distil {
        let taught = taught_by(network, &set, diagnostics);
        (taught.map_err(|fault| failure(session, fault, network, diagnostics, None))?, Loss::MeanSquare)
    } else {
        let samples = Samples::new(&set, network, outputs(network))?;
        let loss = args.learning.loss.map_or(natural_loss(&samples.targets), Loss::from);
        (samples, loss)
    };
    let mut plan = args.learning.plan(loss);
    if args.project_only {
        plan.epochs = 0;
    }
    check_plan(&plan, &samples, network, &set.path)?;
    Ok((samples, plan))
}

fn stages(
    session: &Session,
    args: &Convert,
    network: &Network,
    found: &Converted,
    dataset: &Dataset,
) -> Result<Vec<Stage>, Failure> {
    let set = if args.learning.no_test { None } else { dataset.part(Part::Test, &network.input.shape)? };
    let mut list = vec![("dense, as given", network)];
    if args.admm.is_some() {
        list.push(("dense, drawn", &found.drawn));
    }
    list.extend([("projected", &found.projected), ("tuned", &found.tuned)]);
    let stage = |(stage, network)| Ok(Stage { stage, test: test(session, set.as_ref(), network)? });
    list.into_iter().map(stage).collect()
}

fn text(args: &Convert, stages: &[Stage], found: &Converted) -> String {
    let mut text = String::new();
    if let Some(first) = found.residuals.first() {
        let layers: String = first.iter().map(|residual| format!(" {}", residual.layer)).collect();
        let mut table = Table::new(&format!("epoch{layers}"), &"r".repeat(1 + first.len()));
        for (epoch, residuals) in found.residuals.iter().enumerate() {
            let numbers = residuals.iter().map(|residual| format!("{:.4}", residual.residual));
            table.row(std::iter::once((epoch + 1).to_string()).chain(numbers));
        }
        text += &format!("how far matrices are from circulant form while they are drawn\n\n{table}\n");
    }
    let mut table = Table::new("network circulant fixed", "lrr");
    for Stage { stage, test } in stages {
        let figure = |at: usize| test.get(at).map_or("-".into(), Figure::text);
        table.row([stage.to_string(), figure(0), figure(1)]);
    }
    format!("{text}{table}\nwritten to {}\n", args.output.display())
}
