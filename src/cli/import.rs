//! `import`, and `check` of a model: ONNX, or a file of weights with a mapping, to `.circ` and a file of weights.

use super::Outcome;
use super::args::Import;
use super::files::{RANGE, calibration, file_name, load, malformed, stem};
use super::session::{Failure, Session};
use super::{adapter, compress};
use crate::compress::Answer;
use crate::diag::{Code, Error};
use crate::emit::write;
use crate::frontend::onnx::import::{Status, Survey, Verdict, survey, survey_of_steps};
use crate::frontend::onnx::judge;
use crate::frontend::onnx::model::Model;
use crate::frontend::onnx::network::{Blocks, Options, files, notes};
use crate::frontend::weights::{Files, Problem};
use crate::frontend::{self, data, mapping};
use crate::network::Network;
use crate::report::table::Table;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::path::Path;

/// Samples on which an imported network is compared with its model.
const SAMPLES: usize = 8;

/// Largest relative difference between a model and what is imported of it.
const TOLERANCE: f64 = 1e-4;

/// `circlet check MODEL.onnx`: every node with what becomes of it.
pub fn check(session: &Session, path: &Path) -> Outcome {
    let model = Model::read(path)?;
    let survey = survey(&model);
    let count = |status| survey.verdicts.iter().filter(|verdict| verdict.status == status).count();
    let (taken, refused, open) = (count(Status::Taken), count(Status::Refused), count(Status::Open));
    session.result(&json!({ "nodes": survey.verdicts, "refused": refused, "notes": survey.notes }), || {
        let notes: String = survey.notes.iter().map(|note| format!("note: {note}\n")).collect();
        let table = table(&survey.verdicts);
        format!("{table}{notes}{taken} nodes taken, {refused} refused, {open} that depend on those\n")
    })?;
    if refused > 0 { Err(Failure::Check) } else { Ok(()) }
}

fn table(verdicts: &[Verdict]) -> Table {
    let mut table = Table::new("- node operator shapes what-becomes-of-it", "lllll");
    for verdict in verdicts {
        let mark = match verdict.status {
            Status::Taken => "",
            Status::Refused => "refused",
            Status::Open => "open",
        };
        let help = verdict.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let Verdict { node, operator, shapes, becomes, .. } = verdict.clone();
        table.row([mark.into(), node, operator, shapes, becomes + &help]);
    }
    table
}

/// `circlet import`.
pub fn import(session: &Session, args: &Import) -> Outcome {
    if args.model.is_dir() && args.map.is_none() {
        return adapter::alone(session, args);
    }
    let is_weights = ["safetensors", "npz"].iter().any(|kind| args.model.extension().is_some_and(|e| e == *kind));
    let (mut survey, origin, model) = match (&args.map, is_weights) {
        (Some(map), _) => (mapped(args, map)?, file_name(&args.model), None),
        (None, true) => return Err(without_map(&args.model).into()),
        (None, false) => {
            let model = Model::read(&args.model)?;
            let origin =
                format!("{} ({}, opset {})", file_name(&args.model), model.producer.escape_debug(), model.opset);
            (survey_of_steps(&model, steps(args)?), origin, Some(model))
        }
    };
    refuse(session, &survey)?;
    if args.range.is_none() && args.calibrate.is_none() && survey.range.is_none() {
        let (low, high) = RANGE;
        survey.notes.push(format!(
            "the model does not say what its input holds: {low} .. {high} is assumed; state it by `--range` or `--calibrate`"
        ));
    }
    let mut options = options(args, &survey)?;
    if let Some((step, bound)) = survey.steps {
        survey
            .notes
            .push(format!("the network takes whole numbers up to {bound}: the model's input in steps of {step}"));
    }
    let malformed = |problem| malformed(&args.model, problem);
    if args.search.is_wanted() {
        let answer = search(session, args, &survey, &options)?;
        survey.notes.extend(compress::notes(&answer));
        options.blocks = compress::blocks(&answer);
    }
    survey.notes.extend(notes(&survey, &options));
    let imported = files(&survey, &options, &origin).map_err(malformed)?;
    let weights = args.output.with_file_name(format!("{}.safetensors", options.name));
    let mut far = None;
    let new = [(weights.as_path(), imported.weights.as_slice()), (&args.output, imported.circ.as_bytes())];
    write::replace_files(&new, |folder| {
        // samples lie where the text will be, not where it is tried
        let tried = files(&survey, &Options { calibration: None, ..options.clone() }, &origin).map_err(malformed)?;
        let network = load(session, &tried, folder)?;
        if let Some(model) = &model {
            far = Some(compare(model, &survey, &network, &options).map_err(malformed)?);
        }
        Ok::<(), Failure>(())
    })?;
    report(session, args, &survey, &weights, far)
}

/// Block sizes of the network that a survey leads to, by search.
fn search(session: &Session, args: &Import, survey: &Survey, options: &Options) -> Result<Answer, Failure> {
    let fault = |problem: &str| Error::Malformed { path: args.model.clone(), problem: problem.into() };
    if args.block != Blocks::All(1) {
        return Err(fault("block sizes are stated and searched for; leave out `--block`").into());
    }
    let Some(path) = &args.calibrate else {
        return Err(fault("a search for block sizes needs samples; state some by `--calibrate`").into());
    };
    let tried = Options { calibration: None, range: options.range.or(Some(RANGE)), ..options.clone() };
    let tried = files(survey, &tried, "").map_err(|problem| malformed(&args.model, problem))?;
    let folder = tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?;
    let weights = folder.path().join(format!("{}.safetensors", options.name));
    std::fs::write(&weights, &tried.weights).map_err(|cause| Error::Write { path: weights, cause })?;
    let network = load(session, &tried, folder.path())?;
    let samples = data::samples(path, &network.input.shape)?;
    compress::search(session, &args.search, &args.model, &network, samples).map(|(answer, _)| answer)
}

/// The step of the input and its largest multiple.
fn steps(args: &Import) -> Result<Option<(f64, f64)>, Error> {
    let Some(step) = args.input_step else { return Ok(None) };
    let (low, high) = args.range.unwrap_or(RANGE);
    let bound = (low.abs().max(high.abs()) / step).round();
    if (1.0..=MOST_STEPS).contains(&bound) {
        return Ok(Some((step, bound)));
    }
    let message = format!("the input reaches `{bound}` steps of {step}, expected 1 to {MOST_STEPS}");
    Err(malformed(&args.model, Problem::new(Code::ValueOutOfRange, message).help("state `--range`, or another step")))
}

/// Most steps of an input from zero: 24 bits.
const MOST_STEPS: f64 = ((1 << 23) - 1) as f64;

/// What becomes of a file of weights by a mapping.
fn mapped(args: &Import, map: &Path) -> Result<Survey, Failure> {
    let text = frontend::read_source(map)?;
    let mapping = mapping::read(&text.text).map_err(|problem| malformed(map, problem))?;
    let adapter = args.adapter.as_deref().map(adapter::read).transpose()?;
    let (files, name) = files_of(&args.model);
    let mut survey = mapping::layers::survey(&mapping, files, &name, adapter.as_ref());
    for verdict in survey.verdicts.iter_mut().filter(|verdict| verdict.status == Status::Refused) {
        verdict.node = format!("`{}`: {}", map.display(), verdict.node);
    }
    Ok(survey)
}

/// The folder of a file, to be read from, and its name.
fn files_of(path: &Path) -> (Files<'_>, String) {
    let name = path.file_name().map_or("".into(), |name| name.to_string_lossy().into_owned());
    (Files::new(path.parent().unwrap_or(Path::new(""))), name)
}

/// A file of weights alone: what it holds, and what is missing.
fn without_map(path: &Path) -> Error {
    let (mut files, name) = files_of(path);
    let help = "say by `--map MAPPING.toml` which tensors make which layer; the documentation shows one";
    malformed(
        path,
        match files.names(&name) {
            Ok(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let holds = mapping::layers::list(&names);
                let message = format!("a file of weights does not say what its layers do; it holds {holds}");
                Problem::malformed(message).help(help)
            }
            Err(problem) => problem,
        },
    )
}

/// Shows the nodes that are not taken, all of them.
fn refuse(session: &Session, survey: &Survey) -> Outcome {
    let refused = survey.verdicts.iter().filter(|verdict| verdict.status == Status::Refused);
    let refused: Vec<&Verdict> = refused.collect();
    for verdict in &refused {
        session.aside(&json!(verdict), || {
            let Verdict { node, operator, shapes, becomes, help, .. } = verdict;
            let what = if operator.is_empty() { node.clone() } else { format!("node `{node}`: {operator} {shapes}") };
            let help = help.as_ref().map(|help| format!("\n  = help: {help}")).unwrap_or_default();
            format!("error: {what}: {becomes}{help}")
        });
    }
    let open = survey.verdicts.iter().filter(|verdict| verdict.status == Status::Open).count();
    if open > 0 {
        session.note(&format!("{open} more nodes depend on those; `circlet check` lists them all"));
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::Check) }
}

fn options(args: &Import, survey: &Survey) -> Result<Options, Failure> {
    let inner = if survey.input.1.len() > 1 { &survey.input.1[1..] } else { &survey.input.1[..] };
    let calibration = calibration(args, inner)?;
    let range = args.range.or(survey.range).or(args.calibrate.is_none().then_some(RANGE));
    Ok(Options { name: stem(&args.output), blocks: args.block.clone(), range, calibration })
}

/// The difference on seeded samples, at most [`TOLERANCE`].
fn compare(model: &Model, survey: &Survey, network: &Network, options: &Options) -> Result<f64, Problem> {
    let (low, high) = network.input.range.or(options.range).unwrap_or(RANGE);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let is_whole = survey.steps.is_some();
    let mut number = || {
        let number: f64 = random.random_range(low..=high);
        if is_whole { number.round() } else { number }
    };
    let sample = |_| (0..network.input.size()).map(|_| number()).collect();
    let samples: Vec<Vec<f64>> = (0..SAMPLES).map(sample).collect();
    let far = judge::difference(model, network, survey, &samples)?;
    if far > TOLERANCE {
        let message = format!("what would be imported differs from the model by {far:.1e} of its largest output");
        let help = format!("expected at most {TOLERANCE:.0e}; numbers beyond what f64 can add may be the cause");
        return Err(Problem::new(Code::ValueOutOfRange, message).help(help));
    }
    Ok(far)
}

fn report(session: &Session, args: &Import, survey: &Survey, weights: &Path, far: Option<f64>) -> Outcome {
    let layers: Vec<&str> = survey.chain.iter().flat_map(|chain| &chain.layers).map(|d| d.name.as_str()).collect();
    let value = json!({
        "network": args.output, "weights": weights, "layers": layers, "nodes": survey.verdicts,
        "notes": survey.notes, "difference": far, "samples": far.map(|_| SAMPLES),
    });
    session.result(&value, || {
        let notes: String = survey.notes.iter().map(|note| format!("note: {note}\n")).collect();
        let judged = far.map(|far| {
            format!(
                "level dense differs from the model by at most {far:.1e} of its largest output ({SAMPLES} samples)\n"
            )
        });
        format!(
            "{} {} became {} layers: {}\n{notes}{}written to {} and {}\n",
            survey.verdicts.len(),
            if args.map.is_some() { "parts of the mapping" } else { "nodes" },
            layers.len(),
            layers.join(", "),
            judged.unwrap_or_default(),
            args.output.display(),
            weights.display()
        )
    })
}
