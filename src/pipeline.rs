//! The stages in their order: from text to a schedule, each one's result shown to an observer.

use crate::dataflow::Graph;
use crate::dataflow::lower::lower;
use crate::diag::{Diagnostics, Halted, SourceRef};
use crate::emit::Context;
use crate::network::{Network, print};
use crate::passes::{self, PASSES, Pass};
use crate::schedule::fold::Problem;
use crate::schedule::why::{Why, why};
use crate::schedule::{Schedule, fold, machine, plan};
use crate::synth::expected::count_luts;
use crate::{dataflow, frontend};
use std::path::Path;
use std::time::{Duration, Instant};

/// A network on all its levels.
#[derive(Debug)]
pub struct Compiled {
    /// As resolved, affine layers folded: level `dense`.
    pub dense: Network,
    /// After every pass: levels `circulant` and `fixed`.
    pub network: Network,
    /// As hardware: levels `cycle` and `rtl`.
    pub schedule: Schedule,
    /// Why its units are what they are.
    pub why: Why,
}

impl Compiled {
    /// What texts are made from.
    pub fn context(&self) -> Context<'_> {
        Context { network: &self.network, schedule: &self.schedule, why: Some(&self.why) }
    }
}

/// Sees the result of each stage and pass.
pub trait Observer {
    /// Stage `name` took `time` and gave `text`, a file of kind `extension`. False stops here.
    fn stage(&mut self, name: &str, time: Duration, extension: &str, text: &dyn Fn() -> String) -> bool;
}

/// An observer that does not look.
pub struct Silent;

impl Observer for Silent {
    fn stage(&mut self, _: &str, _: Duration, _: &str, _: &dyn Fn() -> String) -> bool {
        true
    }
}

/// Stages and passes in their order, with what each does.
pub fn stages() -> Vec<(&'static str, &'static str)> {
    let mut list =
        vec![("parse", "text to syntax tree"), ("resolve", "syntax tree to network: names, defaults, weight files")];
    list.extend(PASSES.iter().map(|pass| (pass.name, pass.about)));
    list.extend([
        ("lower", "network to dataflow graph: layers become actors and streams"),
        ("schedule", "graph to schedule: FIFO depths, promised interval and latency"),
        ("emit", "schedule to texts: Verilog, model crate, benches, vectors, manifest"),
        ("write", "texts to the output folder"),
    ]);
    list
}

/// Text -> Network -> Graph -> Schedule. Stops where a stage found errors, or where the observer says so.
pub fn compile(
    source: &SourceRef,
    observer: &mut dyn Observer,
    diagnostics: &mut Diagnostics,
) -> Result<Compiled, Halted> {
    let clock = Instant::now();
    let ast = frontend::parse(source, diagnostics)?;
    see(observer, "parse", clock, "txt", &|| format!("{ast:#?}\n"))?;

    let clock = Instant::now();
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let mut network = frontend::resolve(&ast, folder, diagnostics)?;
    see(observer, "resolve", clock, "circ", &|| print::network(&network))?;

    let first = passes::before("circulize");
    transform(&mut network, first, observer, diagnostics)?;
    let dense = network.clone();
    transform(&mut network, &PASSES[first.len()..], observer, diagnostics)?;

    let clock = Instant::now();
    let problem = Problem::of(&network, count_luts);
    let chosen = fold::fold(&problem, diagnostics)?;
    let graph: Graph = lower(&network, &chosen.folding);
    see(observer, "lower", clock, "dot", &|| dataflow::dot::dot(&graph))?;

    let clock = Instant::now();
    let schedule = plan::plan(graph);
    see(observer, "schedule", clock, "txt", &|| machine::text(&schedule.graph, &schedule.depths))?;
    let why = why(&problem, &chosen, schedule.interval, schedule.cost().multipliers);
    Ok(Compiled { dense, network, schedule, why })
}

fn transform(
    network: &mut Network,
    list: &[Pass],
    observer: &mut dyn Observer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Halted> {
    let mut goes_on = true;
    for pass in list {
        passes::run(network, std::slice::from_ref(pass), diagnostics, &mut |pass, network, time| {
            goes_on = observer.stage(pass.name, time, "circ", &|| print::network(network));
        })?;
        if !goes_on {
            return Err(Halted);
        }
    }
    Ok(())
}

fn see(
    observer: &mut dyn Observer,
    name: &str,
    clock: Instant,
    extension: &str,
    text: &dyn Fn() -> String,
) -> Result<(), Halted> {
    if observer.stage(name, clock.elapsed(), extension, text) { Ok(()) } else { Err(Halted) }
}
