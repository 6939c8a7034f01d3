//! `compress`: the block size of each layer by search, of a network or on the way in.

use super::Outcome;
use super::args::{BlockSearch, Compress};
use super::derived::save;
use super::session::{Failure, Session, network_errors};
use crate::compress::{self, Answer, Limit, Question, Refusal};
use crate::diag::{Diagnostics, Error};
use crate::frontend::onnx::network::Blocks;
use crate::frontend::{self, data};
use crate::network::Network;
use crate::passes;
use crate::reference::scaled;
use crate::report::table::{Table, grouped};
use std::path::Path;

/// `circlet compress`.
pub fn compress(session: &Session, args: &Compress) -> Outcome {
    let source = frontend::read_source(&args.network)?;
    let mut diagnostics = Diagnostics::default();
    let network = frontend::load(&source, &mut diagnostics).and_then(|mut network| {
        passes::run(&mut network, passes::before("circulize"), &mut diagnostics, &mut |_, _, _| {})?;
        Ok(network)
    });
    session.show(&source, &diagnostics);
    let network = network.map_err(|_| network_errors(&diagnostics))?;
    let samples = samples(args, &network)?;
    let (answer, mut found) = search(session, &args.search, &args.network, &network, samples)?;
    found.calibration.clone_from(&network.calibration);
    let place = save(&args.network, &args.output, "Compressed", &notes(&answer), found)?;
    session.result(&serde_json::json!({ "network": args.output, "weights": place, "answer": answer }), || {
        format!("{}\nwritten to {} and {}\n", text(&answer), args.output.display(), place.display())
    })
}

/// Samples of `--inputs` or of the network, raw.
fn samples(args: &Compress, network: &Network) -> Result<Vec<Vec<f64>>, Failure> {
    match (&args.inputs, &network.calibration) {
        (Some(path), _) => Ok(data::samples(path, &network.input.shape)?),
        (None, Some(calibration)) => Ok(calibration.samples.clone()),
        (None, None) => {
            let problem = "it has no calibration samples to measure the loss on; state some by `--inputs`".to_string();
            Err(Error::Malformed { path: args.network.clone(), problem }.into())
        }
    }
}

/// The search of the arguments, over a network at level `dense` and raw samples.
pub fn search(
    session: &Session,
    args: &BlockSearch,
    path: &Path,
    network: &Network,
    samples: Vec<Vec<f64>>,
) -> Result<(Answer, Network), Failure> {
    let malformed = |problem: String| Failure::from(Error::Malformed { path: path.into(), problem });
    let dense = compress::words(network).1;
    let limit = match (args.compress, args.multipliers, args.max_error) {
        (Some(ratio), _, _) => Limit::Words((dense as f64 / ratio).floor() as u64),
        (_, Some(multipliers), _) => Limit::Multipliers(multipliers),
        (_, _, Some(error)) => Limit::Error(error),
        _ => {
            let problem = "a search needs a limit: `--compress 16x`, `--multipliers COUNT` or `--max-error ERROR`";
            return Err(malformed(problem.into()));
        }
    };
    let question = Question {
        network,
        samples: samples.iter().map(|sample| scaled(&network.input, sample)).collect(),
        labels: args.labels.as_deref().map(data::labels).transpose()?,
        limit,
        keep_first: args.keep_first,
        keep_last: args.keep_last,
        most_samples: args.samples.get(),
        seed: args.split,
    };
    session.note("searching block sizes");
    let mut diagnostics = Diagnostics::default();
    let found = compress::compress(&question, &mut diagnostics);
    found.map_err(|refusal| match refusal {
        Refusal::Because(problem) => malformed(problem),
        Refusal::Network => {
            session.show(&network.source, &diagnostics);
            network_errors(&diagnostics)
        }
    })
}

/// Block sizes by layer, for an import.
pub fn blocks(answer: &Answer) -> Blocks {
    Blocks::Each(answer.layers.iter().map(|layer| (layer.layer.clone(), layer.block)).collect())
}

/// The answer in a few lines, for the top of a `.circ` file.
pub fn notes(answer: &Answer) -> Vec<String> {
    let Answer { unit, given, cost, samples: (guide, held), .. } = answer;
    let loss = if answer.labelled { "cross-entropy" } else { "relative error of the outputs" };
    let mut notes = vec![
        format!("block sizes by search: {} {unit} became {}", grouped(*given), grouped(*cost)),
        format!(
            "least {loss} on {guide} samples, chosen on {held} others: {}; as given {}",
            quality(&answer.score),
            quality(&answer.reference)
        ),
    ];
    let step = |step: &compress::search::Ladder| {
        let (layer, from, to, loss) = (&step.layer_name, step.from, step.to, step.score.loss);
        format!("{}: {layer} {from} to {to}, {} {unit} left, loss {loss:.4}", step.kind, grouped(step.cost))
    };
    notes.extend(answer.ladder.iter().map(step));
    notes
}

fn quality(score: &compress::judge::Score) -> String {
    let loss = format!("loss {:.4}", score.loss);
    match score.wrong {
        Some(wrong) => format!("{loss}, {:.2} % right", 100.0 * (1.0 - wrong as f64 / score.samples.max(1) as f64)),
        None => loss,
    }
}

/// The answer for people: the ladder, what was compared, and why it stops there.
pub fn text(answer: &Answer) -> String {
    let unit = answer.unit;
    let mut ladder = Table::new(&format!("step layer block-from to {unit}-saved {unit}-left loss"), "llrrrrr");
    for step in &answer.ladder {
        ladder.row([
            step.kind.into(),
            step.layer_name.clone(),
            step.from.to_string(),
            step.to.to_string(),
            if step.saved < 0 {
                format!("-{}", grouped(step.saved.unsigned_abs()))
            } else {
                grouped(step.saved as u64)
            },
            grouped(step.cost),
            format!("{:.4}", step.score.loss),
        ]);
    }
    let mut finalists = Table::new(&format!("blocks {unit} loss right how"), "lrrrl");
    for finalist in answer.finalists.iter().take(SHOWN) {
        let blocks: Vec<String> = finalist.blocks.iter().map(usize::to_string).collect();
        let right = finalist.score.wrong.map(|_| format!("{:.2} %", 100.0 * (1.0 - finalist.score.error_rate())));
        finalists.row([
            blocks.join(" "),
            grouped(finalist.cost),
            format!("{:.4}", finalist.score.loss),
            right.unwrap_or("-".into()),
            finalist.origin.clone(),
        ]);
    }
    let mut beyond = Table::new(&format!("layer block-from to more-{unit} loss"), "lrrrr");
    for next in &answer.beyond {
        let (from, to) = (next.from.to_string(), next.to.to_string());
        beyond.row([next.layer.clone(), from, to, grouped(next.more), format!("{:.4}", next.loss)]);
    }
    let (guide, held) = answer.samples;
    let chosen: Vec<String> = answer.layers.iter().map(|layer| format!("{} {}", layer.layer, layer.block)).collect();
    let limit = match answer.budget {
        Some(budget) => {
            format!("of the budget of {} {unit}, {} are left", grouped(budget), grouped(budget - answer.cost))
        }
        None => "each would cost more and is not needed for the limit".into(),
    };
    format!(
        "block sizes: {}\n{} {unit} became {}; on samples held back: {}, as given {}\n\nladder, on {guide} samples\n\n{ladder}\n\
         compared on {held} samples held back, the best first\n\n{finalists}\nnext better sizes: {limit}\n\n{beyond}",
        chosen.join(", "),
        grouped(answer.given),
        grouped(answer.cost),
        quality(&answer.score),
        quality(&answer.reference),
    )
}

/// Most compared assignments that are shown.
const SHOWN: usize = 8;
