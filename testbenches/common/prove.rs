//! Everything one network must show: levels agree, promises are kept, three readers are silent, costs are counted.

use super::tools;
use circlet::diag::{Diagnostics, render};
use circlet::emit::design::design;
use circlet::emit::{Context, vectors, write};
use circlet::frontend;
use circlet::pipeline::{self, Silent};
use circlet::reference::Fixed;
use circlet::verify::frames::{self, padded};
use circlet::verify::{self, Options};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// Builds the network at `path` into `output` and proves it; a line that says what was compared, or what failed.
pub fn network(path: &Path, output: &Path, seed: u64, others: usize) -> Result<String, String> {
    let source = frontend::read_source(path).map_err(|e| e.to_string())?;
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut Silent, &mut diagnostics)
        .map_err(|_| render::text(&diagnostics, &source, false))?;
    let context = Context { network: &compiled.network, schedule: &compiled.schedule };
    let design = design(&context, &mut diagnostics).map_err(|_| render::text(&diagnostics, &source, false))?;
    write::write(&design, output).map_err(|e| e.to_string())?;

    // fixed = cycle
    let fixed = Fixed::new(&compiled.network);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (low, high) = compiled.network.input_words();
    let size = compiled.network.input.size();
    let words: Vec<Vec<i64>> = (0..3).map(|_| (0..size).map(|_| random.random_range(low..=high)).collect()).collect();
    let ports = (context.port(true), context.port(false));
    let given: Vec<Vec<i64>> = words.iter().map(|frame| padded(frame, &ports.0)).collect();
    let timed = frames::cycle(&mut vectors::machine_of(&context), &given);
    for (frame, timed) in words.iter().zip(&timed) {
        let expected = fixed.run(frame);
        if timed[..ports.1.elements] != *expected.output() {
            return Err(format!("fixed gives {:?}, cycle {timed:?}", expected.output()));
        }
    }

    // cycle = rtl, promised = measured
    let options = Options { frames: 8, others, seed, ..Options::default() };
    let report = verify::run(output, &options, &mut |_| ()).map_err(|e| e.to_string())?;
    if !report.passed() {
        return Err(report.to_string());
    }

    let files: Vec<String> = design.manifest.modules.iter().map(|module| module.file.clone()).collect();
    tools::lint(output, &design.manifest.network, &files);
    let counted = tools::count(output, &design.manifest.network, &files);
    let cost = design.manifest.cost;
    if counted != (cost.multipliers, cost.memory_bits) {
        return Err(format!("the manifest says {cost:?}, Yosys counts {counted:?}"));
    }
    let interval = design.manifest.interval;
    Ok(format!("{}: {} cycles compared, interval {interval}", design.manifest.network, report.cycles))
}
