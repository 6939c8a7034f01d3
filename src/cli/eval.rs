//! `run` and `eval`: a network on samples, at any level.

use super::Outcome;
use super::args::{Eval, Level, Run};
use super::build::emit;
use super::samples::{check_file, write_npy};
use super::session::{Failure, Progress, Session};
use crate::diag::{Error, counted};
use crate::emit::{vectors, write};
use crate::frontend::data;
use crate::machine::flow::Flow;
use crate::network::argmax::class;
use crate::network::{Layer, LayerKind, Network};
use crate::pipeline::Compiled;
use crate::reference::{self, Fixed, Real};
use crate::report::table::Table;
use crate::verify::frames::{self, padded};
use crate::verify::{Bench, Options};
use clap::ValueEnum;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

impl Level {
    /// The word on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map_or(String::new(), |value| value.get_name().to_string())
    }
}

/// `circlet run`.
pub fn run(session: &Session, args: &Run) -> Outcome {
    check_file(&args.output)?;
    let compiled = session.compile(&args.network)?;
    let samples = data::samples(&args.input, &compiled.network.input.shape)?;
    let outputs = outputs(session, &compiled, args.level, &samples)?;
    write_npy(&args.output, &outputs)?;
    let shape = [outputs.len(), outputs.first().map_or(0, Vec::len)];
    let done = serde_json::json!({ "level": args.level.name(), "shape": shape, "output": args.output });
    session.result(&done, || format!("{} x {} numbers written to {}\n", shape[0], shape[1], args.output.display()))
}

/// The result of one level.
#[derive(serde::Serialize)]
struct Accuracy {
    level: String,
    right: usize,
    samples: usize,
    accuracy: f64,
    /// At level `fixed`: words that saturated, by layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    clipped: Option<BTreeMap<String, u64>>,
}

/// `circlet eval`.
pub fn eval(session: &Session, args: &Eval) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let classes = classes(&compiled.network, &args.network)?;
    let mut samples = data::samples(&args.inputs, &compiled.network.input.shape)?;
    let mut labels = data::labels(&args.labels)?;
    let malformed = |problem: String| Error::Malformed { path: args.labels.clone(), problem };
    if samples.len() != labels.len() {
        let (found, samples) = (counted(labels.len(), "label"), counted(samples.len(), "sample"));
        return Err(malformed(format!("{found}, expected one for each of {samples}")).into());
    }
    if let Some(at) = labels.iter().position(|&label| label >= classes) {
        let problem = format!("label {at} is `{}`, the network tells {classes} classes apart, from 0", labels[at]);
        return Err(malformed(problem).into());
    }
    let limit = args.limit.map_or(usize::MAX, NonZeroUsize::get).min(samples.len());
    samples.truncate(limit);
    labels.truncate(limit);
    let mut results = Vec::new();
    for &level in &args.level {
        let (outputs, clipped) = match level {
            Level::Fixed => {
                let (outputs, clipped) = fixed(session, &compiled.network, &samples);
                (outputs, Some(clipped))
            }
            _ => (outputs(session, &compiled, level, &samples)?, None),
        };
        let right = outputs.iter().zip(&labels).filter(|(output, label)| class(output) == **label).count();
        let accuracy = right as f64 / limit.max(1) as f64;
        results.push(Accuracy { level: level.name(), right, samples: limit, accuracy, clipped });
    }
    session.result(&results, || {
        let mut table = Table::new("level right samples accuracy", "lrrr");
        for r in &results {
            let accuracy = format!("{:.2} %", r.accuracy * 100.0);
            table.row([r.level.clone(), r.right.to_string(), r.samples.to_string(), accuracy]);
        }
        let clipped: String = results.iter().filter_map(|r| r.clipped.as_ref()).map(saturation).collect();
        table.to_string() + &clipped
    })
}

/// Which layers saturated words, in a line.
fn saturation(clipped: &BTreeMap<String, u64>) -> String {
    let layers: Vec<String> =
        clipped.iter().filter(|(_, words)| **words > 0).map(|(layer, words)| format!("{layer} {words}")).collect();
    match layers.is_empty() {
        true => "no word saturated at level fixed\n".into(),
        false => format!("words that saturated at level fixed, by layer: {}\n", layers.join(", ")),
    }
}

/// How many classes a network tells apart.
fn classes(network: &Network, path: &Path) -> Result<usize, Error> {
    match network.layers.last() {
        Some(Layer { kind: LayerKind::Argmax(_), inputs, .. }) => Ok(*inputs),
        Some(Layer { outputs: outputs @ 2.., .. }) => Ok(*outputs),
        _ => {
            let problem =
                "its one output is no class; accuracy takes an output per class, or `argmax` as the last layer";
            Err(Error::Malformed { path: path.into(), problem: problem.into() })
        }
    }
}

/// The real outputs of a network for raw samples, `[samples][outputs]`.
pub fn outputs(
    session: &Session,
    compiled: &Compiled,
    level: Level,
    samples: &[Vec<f64>],
) -> Result<Vec<Vec<f64>>, Failure> {
    let network = &compiled.network;
    let context = compiled.context();
    let fixed = Fixed::new(network);
    let format = fixed.formats().last().copied();
    let in_units = |mut outputs: Vec<f64>| {
        network.output.apply(&mut outputs);
        outputs
    };
    let to_real =
        |words: &[i64]| -> Vec<f64> { in_units(words.iter().map(|&w| format.map_or(0.0, |f| f.to_real(w))).collect()) };
    let elements = context.port(false).elements;
    let frame = |raw: &Vec<f64>| padded(&fixed.quantise(raw), &context.port(true));
    let name = level.name();
    let bar = session.progress(&name, samples.len());
    let real = |network| {
        let real = Real::new(network);
        each(samples, &bar, |raw| in_units(real.run(&reference::scaled(&network.input, raw))))
    };
    Ok(match level {
        Level::Dense => real(&compiled.dense),
        Level::Circulant => real(network),
        Level::Fixed => self::fixed(session, network, samples).0,
        Level::Cycle => {
            let mut flow = Flow::of(vectors::machine_of(&context));
            let mut results = Vec::with_capacity(samples.len());
            for some in samples.chunks(CHUNK) {
                let frames: Vec<_> = some.iter().map(frame).collect();
                results.extend(frames::cycle(&mut flow, &frames).iter().map(|words| to_real(&words[..elements])));
                bar.at(results.len());
            }
            results
        }
        Level::Rtl => {
            let design = emit(session, compiled)?;
            let folder = tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?;
            let output = folder.path().join(&network.name);
            write::write(&design, &output)?;
            let options = Options { frames: Some(samples.len()), others: Some(0), ..Options::default() };
            let bench = Bench::build(&output, &options, &mut |p| session.note(&p.step))?;
            let frames = bench.lockstep.frames(samples.iter().map(frame).collect(), &mut |done| bar.at(done))?;
            frames.iter().map(|words| to_real(&words[..elements])).collect()
        }
    })
}

/// The outputs at level `fixed`, and the words that saturated in each layer.
fn fixed(session: &Session, network: &Network, samples: &[Vec<f64>]) -> (Vec<Vec<f64>>, BTreeMap<String, u64>) {
    let fixed = Fixed::new(network);
    let bar = session.progress("fixed", samples.len());
    let run = |raw: &Vec<f64>| {
        let trace = fixed.run(&fixed.quantise(raw));
        bar.step();
        let format = fixed.formats().last();
        let output = trace.output().iter().map(|&word| format.map_or(0.0, |format| format.to_real(word))).collect();
        (output, trace.clipped)
    };
    let (outputs, clipped): (Vec<Vec<f64>>, Vec<Vec<u64>>) = samples.par_iter().map(run).unzip();
    let sum = |layer: usize| clipped.iter().map(|clipped| clipped[layer]).sum();
    let names = network.layers.iter().enumerate().map(|(index, layer)| (layer.name.clone(), sum(index)));
    (outputs, names.collect())
}

/// Samples that the timed model takes between two words of progress.
const CHUNK: usize = 64;

/// The results of all samples, on all processors.
fn each(samples: &[Vec<f64>], bar: &Progress, run: impl Fn(&Vec<f64>) -> Vec<f64> + Sync) -> Vec<Vec<f64>> {
    let done = |result| {
        bar.step();
        result
    };
    samples.par_iter().map(|raw| done(run(raw))).collect()
}
