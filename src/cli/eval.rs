//! `run` and `eval`: a network on samples, at any level.

use super::Outcome;
use super::args::{Eval, Level, Run};
use super::build::emit;
use super::samples::write_npy;
use super::session::{Failure, Session};
use crate::diag::Error;
use crate::emit::{Context, vectors, write};
use crate::frontend::data;
use crate::network::argmax::class;
use crate::pipeline::Compiled;
use crate::reference::{self, Fixed, Real};
use crate::report::table::Table;
use crate::verify::frames::{self, padded};
use crate::verify::{Bench, Options};
use clap::ValueEnum;
use rayon::prelude::*;

impl Level {
    /// The word on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map_or(String::new(), |value| value.get_name().to_string())
    }
}

/// `circlet run`.
pub fn run(session: &Session, args: &Run) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let samples = data::samples(&args.input, &compiled.network.input.shape)?;
    let outputs = outputs(session, &compiled, args.level, &samples)?;
    write_npy(&args.output, &outputs)?;
    let shape = [outputs.len(), outputs.first().map_or(0, Vec::len)];
    let done = serde_json::json!({ "level": args.level.name(), "shape": shape, "output": args.output });
    session.result(&done, || format!("{} x {} numbers written to {}\n", shape[0], shape[1], args.output.display()));
    Ok(())
}

/// The result of one level.
#[derive(serde::Serialize)]
struct Accuracy {
    level: String,
    right: usize,
    samples: usize,
    accuracy: f64,
}

/// `circlet eval`.
pub fn eval(session: &Session, args: &Eval) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let mut samples = data::samples(&args.inputs, &compiled.network.input.shape)?;
    let mut labels = data::labels(&args.labels)?;
    if samples.len() != labels.len() {
        let problem = format!("{} labels, expected one for each of {} samples", labels.len(), samples.len());
        return Err(Error::Malformed { path: args.labels.clone(), problem }.into());
    }
    let limit = args.limit.unwrap_or(usize::MAX).min(samples.len());
    samples.truncate(limit);
    labels.truncate(limit);
    let mut results = Vec::new();
    for &level in &args.level {
        let outputs = outputs(session, &compiled, level, &samples)?;
        let right = outputs.iter().zip(&labels).filter(|(output, label)| class(output) == **label).count();
        let accuracy = right as f64 / limit.max(1) as f64;
        results.push(Accuracy { level: level.name(), right, samples: limit, accuracy });
    }
    session.result(&results, || {
        let mut table = Table::new("level right samples accuracy", "lrrr");
        for r in &results {
            table.row([
                r.level.clone(),
                r.right.to_string(),
                r.samples.to_string(),
                format!("{:.2} %", r.accuracy * 100.0),
            ]);
        }
        table.to_string()
    });
    Ok(())
}

/// The real outputs of a network for raw samples, `[samples][outputs]`.
pub fn outputs(
    session: &Session,
    compiled: &Compiled,
    level: Level,
    samples: &[Vec<f64>],
) -> Result<Vec<Vec<f64>>, Failure> {
    let network = &compiled.network;
    let real = |network| {
        let real = Real::new(network);
        samples.par_iter().map(|raw| real.run(&reference::scaled(&network.input, raw))).collect()
    };
    let fixed = Fixed::new(network);
    let format = fixed.formats().last().copied();
    let to_real = |words: &[i64]| -> Vec<f64> { words.iter().map(|&w| format.map_or(0.0, |f| f.to_real(w))).collect() };
    let words = || samples.iter().map(|raw| fixed.quantise(raw)).collect::<Vec<_>>();
    let timed =
        |frames: Vec<Vec<i64>>, elements: usize| frames.iter().map(|frame| to_real(&frame[..elements])).collect();
    Ok(match level {
        Level::Dense => real(&compiled.dense),
        Level::Circulant => real(network),
        Level::Fixed => words().par_iter().map(|input| to_real(fixed.run(input).output())).collect(),
        Level::Cycle => {
            let context = Context { network, schedule: &compiled.schedule };
            let port = context.port(false);
            let frames: Vec<_> = words().iter().map(|words| padded(words, &context.port(true))).collect();
            timed(frames::cycle(&mut vectors::machine_of(&context), &frames), port.elements)
        }
        Level::Rtl => {
            let design = emit(session, compiled)?;
            let folder = tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?;
            let output = folder.path().join(&network.name);
            write::write(&design, &output)?;
            let bench = Bench::build(&output, &Options::default(), &mut |p| session.note(&p.step))?;
            let bar = session.progress("rtl", samples.len());
            let frames = words().iter().map(|words| padded(words, &design.manifest.input)).collect();
            timed(bench.lockstep.frames(frames, &mut |done| bar.at(done))?, design.manifest.output.elements)
        }
    })
}
