//! `build`, and the commands that compile without writing: `check`, `report`, `graph`, `passes`.

use super::Outcome;
use super::args::{Build, Check, Report};
use super::session::{Failure, Session, default_output, network_errors, print};
use crate::dataflow::dot;
use crate::diag::{Diagnostics, Error, counted, render};
use crate::emit::design::{Design, design};
use crate::emit::signals::Signals;
use crate::emit::write;
use crate::frontend;
use crate::frontend::data;
use crate::manifest::Manifest;
use crate::network::Family;
use crate::pipeline::{self, Compiled, Observer};
use crate::report::html;
use crate::report::measure::measure;
use crate::report::table::Table;
use crate::synth::expected::{Expected, expected, table};
use crate::synth::{self, Measurement};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// `circlet build`.
pub fn build(session: &Session, args: &Build) -> Outcome {
    let mut stages = Stages::new(&args.dump_after, args.stop_after.as_deref());
    // dumps are for looking at what went wrong, our own faults included
    let built = catch_unwind(AssertUnwindSafe(|| build_design(session, &args.network, &mut stages)));
    if args.timings {
        session.aside(&json!({ "timings": stages.times }), || stages.table().to_string().trim_end().to_string());
    }
    match built {
        Ok(Ok((mut design, compiled))) if !stages.stopped => {
            let output = args.output.clone().unwrap_or_else(|| default_output(&compiled.network.name));
            design.files.extend(stages.dumps());
            write::write(&design, &output)?;
            session.result(&Built { folder: &output, manifest: &design.manifest }, || {
                format!("{}\nwritten to {}\n", design.files["report.txt"], output.display())
            })
        }
        built => {
            let output = args.output.clone().or_else(|| output_of(&args.network)).unwrap_or_else(|| default_output(""));
            let written = stages.write_dumps(session, &output);
            match built {
                Ok(_) if stages.stopped => written.map_err(Failure::from).and_then(|()| stages.show(session, &output)),
                Ok(built) => built.map(drop),
                Err(fault) => resume_unwind(fault),
            }
        }
    }
}

/// The result of `build`: the manifest, and where everything is.
#[derive(Serialize)]
struct Built<'a> {
    folder: &'a Path,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

/// The default output folder of a network that could be parsed.
fn output_of(network: &Path) -> Option<PathBuf> {
    let source = frontend::read_source(network).ok()?;
    let ast = frontend::parse(&source, &mut Diagnostics::default()).ok()?;
    Some(default_output(&ast.name.value))
}

/// Compiles and emits, in memory.
pub fn build_design(session: &Session, network: &Path, stages: &mut Stages) -> Result<(Design, Compiled), Failure> {
    let compiled = session.compile_with(network, stages)?;
    let clock = Instant::now();
    let mut design = emit(session, &compiled)?;
    let page = html::page(&compiled, &design.manifest, &measure(&compiled, None));
    design.files.insert("report.html".into(), page);
    let list = || design.files.keys().map(|path| format!("{path}\n")).collect();
    stages.stage("emit", clock.elapsed(), "txt", &list);
    Ok((design, compiled))
}

/// Schedule -> Design, its diagnostics shown.
pub fn emit(session: &Session, compiled: &Compiled) -> Result<Design, Failure> {
    let mut diagnostics = Diagnostics::default();
    let context = compiled.context();
    let design = design(&context, &mut diagnostics);
    session.show(&compiled.network.source, &diagnostics);
    design.map_err(|_| network_errors(&diagnostics))
}

/// The stages as they pass: their times and, where asked for, their texts.
pub struct Stages {
    wanted: Vec<String>,
    stop_after: Option<String>,
    times: Vec<StageTime>,
    texts: BTreeMap<String, String>,
    /// What `--stop-after` stopped at gave.
    last: String,
    /// `--stop-after` was reached.
    pub stopped: bool,
}

/// How long a stage took.
#[derive(Serialize)]
struct StageTime {
    stage: String,
    ms: f64,
}

impl Stages {
    /// Dumps the `wanted` stages (`all`: every one) and stops after `stop_after`.
    pub fn new(wanted: &[String], stop_after: Option<&str>) -> Stages {
        let (wanted, stop_after) = (wanted.to_vec(), stop_after.map(str::to_string));
        let (times, texts, last) = Default::default();
        Stages { wanted, stop_after, times, texts, last, stopped: false }
    }

    /// The dumps as files of the output folder.
    pub fn dumps(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.texts.iter().map(|(name, text)| (format!("dump/{name}"), text.clone()))
    }

    /// Writes the dumps alone, if there are any.
    fn write_dumps(&self, session: &Session, output: &Path) -> Result<(), Error> {
        if self.texts.is_empty() {
            return Ok(());
        }
        write::write_dumps(self.dumps(), output)?;
        session.note(&format!("dumped to {}", output.join("dump").display()));
        Ok(())
    }

    /// The stage that was the last.
    fn show(&self, session: &Session, output: &Path) -> Outcome {
        let dumps: Vec<_> = self.dumps().map(|(name, _)| output.join(name)).collect();
        let result = json!({ "stopped_after": self.stop_after, "text": self.last, "dumps": dumps });
        session.result(&result, || self.last.clone())
    }

    fn table(&self) -> Table {
        let mut table = Table::new("stage ms", "lr");
        for StageTime { stage, ms } in &self.times {
            table.row([stage.clone(), format!("{ms:.1}")]);
        }
        table
    }
}

impl Observer for Stages {
    fn stage(&mut self, name: &str, time: Duration, extension: &str, text: &dyn Fn() -> String) -> bool {
        self.times.push(StageTime { stage: name.to_string(), ms: time.as_secs_f64() * 1e3 });
        if self.wanted.iter().any(|wanted| wanted == name || wanted == "all") {
            self.texts.insert(format!("{:02}-{name}.{extension}", self.times.len()), text());
        }
        self.stopped = self.stop_after.as_deref() == Some(name);
        if self.stopped {
            self.last = text();
        }
        !self.stopped
    }
}

/// `circlet check`.
pub fn check(session: &Session, args: &Check) -> Outcome {
    let source = frontend::read_source(&args.network)?;
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut pipeline::Silent, &mut diagnostics);
    if let Ok(compiled) = &compiled {
        let context = compiled.context();
        // only its diagnostics are wanted
        let _ = design(&context, &mut diagnostics);
    }
    session.show(&source, &diagnostics);
    let errors = diagnostics.list.iter().filter(|d| !d.code.is_warning()).count();
    let warnings = diagnostics.list.len() - errors;
    let list = render::json(&diagnostics, &source);
    session.result(&json!({ "errors": errors, "warnings": warnings, "diagnostics": list }), || {
        format!("{}, {}\n", counted(errors, "error"), counted(warnings, "warning"))
    })?;
    if errors > 0 { Err(Failure::Check) } else { Ok(()) }
}

/// `circlet report`.
pub fn report(session: &Session, args: &Report) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let design = emit(session, &compiled)?;
    if args.html {
        let shape = &compiled.network.input.shape;
        let samples = args.inputs.as_ref().map(|path| data::samples(path, shape)).transpose()?;
        let page = html::page(&compiled, &design.manifest, &measure(&compiled, samples.as_deref()));
        return match &args.output {
            Some(path) => Ok(write::replace_file(path, |mut file| file.write_all(page.as_bytes()))?),
            None => print(&page),
        };
    }
    if args.probes {
        let list = Signals::of(&design.manifest).list;
        return session.result(&list, || {
            let mut table = Table::new("path bits lanes format layer line meaning", "lrrllrl");
            for s in &list {
                let [format, layer] = [&s.format, &s.layer].map(|text| text.clone().unwrap_or("-".into()));
                let (bits, lanes, line) = (s.width.to_string(), s.lanes.to_string(), s.line.to_string());
                table.row([s.path.clone(), bits, lanes, format, layer, line, s.meaning.clone()]);
            }
            table.to_string()
        });
    }
    // what `circlet synth` measured lies in the output folder; nothing that is built depends on it
    let measured = synth::stored(&default_output(&compiled.network.name), &design);
    let estimates = Family::ALL.map(|family| expected(&design.manifest, &design.files, family));
    let estimates = estimates.into_iter().collect::<Result<Vec<_>, _>>();
    let estimates = estimates.unwrap_or_else(|problem| crate::bug!("estimate: {problem}"));
    session.result(&Reported { manifest: &design.manifest, estimates: &estimates, measured: &measured }, || {
        let title = "Look-up tables and flip-flops, estimated; measured by `circlet synth`, where it was run";
        let text = format!("{}\n{title}\n\n{}", design.files["report.txt"], table(&estimates, &measured));
        let placed = measured.iter().filter_map(|measured| measured.placed.as_ref());
        placed.fold(text, |text, placed| format!("{text}\nPlaced and routed on {placed}"))
    })
}

/// The result of `report`: the manifest, what is expected of synthesis, and what was measured.
#[derive(Serialize)]
struct Reported<'a> {
    #[serde(flatten)]
    manifest: &'a Manifest,
    estimates: &'a [Expected],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    measured: &'a [Measurement],
}

/// `circlet graph`.
pub fn graph(session: &Session, args: &Check) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let text = dot::dot(&compiled.schedule.graph);
    session.result(&json!({ "dot": text }), || text.clone())
}

/// `circlet passes`.
pub fn passes(session: &Session) -> Outcome {
    let stages = pipeline::stages();
    let list: Vec<_> = stages.iter().map(|(name, about)| json!({ "name": name, "about": about })).collect();
    session.result(&list, || {
        let mut table = Table::new("stage what-it-does", "ll");
        for (name, about) in &stages {
            table.row([name.to_string(), about.to_string()]);
        }
        table.to_string()
    })
}

/// Builds a network into `output`, every stage dumped if `dumps`.
pub fn build_into(
    session: &Session,
    network: &Path,
    output: Option<PathBuf>,
    dumps: bool,
) -> Result<(PathBuf, Design, Compiled), Failure> {
    let wanted: Vec<String> = if dumps { vec!["all".into()] } else { Vec::new() };
    let mut stages = Stages::new(&wanted, None);
    let (mut design, compiled) = build_design(session, network, &mut stages)?;
    design.files.extend(stages.dumps());
    let output = output.unwrap_or_else(|| default_output(&compiled.network.name));
    write::write(&design, &output)?;
    Ok((output, design, compiled))
}
