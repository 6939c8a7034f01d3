//! `build`, and the commands that compile without writing: `check`, `report`, `graph`, `passes`.

use super::Outcome;
use super::args::{Build, Check};
use super::session::{Failure, Session, default_output, network_errors};
use crate::dataflow::dot;
use crate::diag::{Code, Diagnostics, Error};
use crate::emit::design::{Design, design};
use crate::emit::{Context, write};
use crate::pipeline::{self, Compiled, Observer};
use crate::report::table::Table;
use crate::{frontend, report};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// `circlet build`.
pub fn build(session: &Session, args: &Build) -> Outcome {
    let known: Vec<&str> = pipeline::stages().iter().map(|(name, _)| *name).collect();
    for name in args.dump_after.iter().chain(&args.stop_after) {
        if !known.contains(&name.as_str()) && name != "all" {
            let problem = format!("no stage `{name}`; the stages are {}", known.join(", "));
            return Err(Error::Tool { tool: "circlet build".into(), problem }.into());
        }
    }
    let mut stages = Stages::new(&args.dump_after, args.stop_after.as_deref());
    let built = build_design(session, &args.network, &mut stages);
    if args.timings {
        session.notes(&stages.table());
    }
    if stages.stopped {
        return stages.write_dumps(args.output.as_deref().unwrap_or(Path::new("hdl_out")));
    }
    let (mut design, compiled) = built?;
    let output = args.output.clone().unwrap_or_else(|| default_output(&compiled.network.name));
    design.files.extend(stages.dumps());
    write::write(&design, &output)?;
    session.result(&design.manifest, || {
        format!("{}\nwritten to {}\n", report::text(&design.manifest, &compiled.network), output.display())
    });
    Ok(())
}

/// Compiles and emits, in memory.
pub fn build_design(session: &Session, network: &Path, stages: &mut Stages) -> Result<(Design, Compiled), Failure> {
    let compiled = session.compile_with(network, stages)?;
    let clock = Instant::now();
    let design = emit(session, &compiled)?;
    let list = || design.files.keys().map(|path| format!("{path}\n")).collect();
    stages.stage("emit", clock.elapsed(), "txt", &list);
    Ok((design, compiled))
}

/// Schedule -> Design, its diagnostics shown.
pub fn emit(session: &Session, compiled: &Compiled) -> Result<Design, Failure> {
    let mut diagnostics = Diagnostics::default();
    let context = Context { network: &compiled.network, schedule: &compiled.schedule };
    let design = design(&context, &mut diagnostics);
    session.show(&compiled.network.source, &diagnostics);
    design.map_err(|_| network_errors(&diagnostics))
}

/// The stages as they pass: their times and, where asked for, their texts.
pub struct Stages {
    wanted: Vec<String>,
    stop_after: Option<String>,
    times: Vec<(String, Duration)>,
    texts: BTreeMap<String, String>,
    /// `--stop-after` was reached.
    pub stopped: bool,
}

impl Stages {
    /// Dumps the `wanted` stages (`all`: every one) and stops after `stop_after`.
    pub fn new(wanted: &[String], stop_after: Option<&str>) -> Stages {
        let (times, texts, stopped) = (Vec::new(), BTreeMap::new(), false);
        Stages { wanted: wanted.to_vec(), stop_after: stop_after.map(str::to_string), times, texts, stopped }
    }

    /// The dumps as files of the output folder.
    pub fn dumps(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.texts.iter().map(|(name, text)| (format!("dump/{name}"), text.clone()))
    }

    fn write_dumps(&self, output: &Path) -> Outcome {
        for (name, text) in self.dumps() {
            write::write_file(&output.join(name), &text)?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let mut table = Table::new("stage ms", "lr");
        for (name, time) in &self.times {
            table.row([name.clone(), format!("{:.1}", time.as_secs_f64() * 1e3)]);
        }
        table
    }
}

impl Observer for Stages {
    fn stage(&mut self, name: &str, time: Duration, extension: &str, text: &dyn Fn() -> String) -> bool {
        self.times.push((name.to_string(), time));
        if self.wanted.iter().any(|wanted| wanted == name || wanted == "all") {
            self.texts.insert(format!("{:02}-{name}.{extension}", self.times.len()), text());
        }
        self.stopped = self.stop_after.as_deref() == Some(name);
        !self.stopped
    }
}

/// `circlet check`.
pub fn check(session: &Session, args: &Check) -> Outcome {
    let source = frontend::read_source(&args.network)?;
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut pipeline::Silent, &mut diagnostics);
    if let Ok(compiled) = &compiled {
        let context = Context { network: &compiled.network, schedule: &compiled.schedule };
        // only its diagnostics are wanted
        let _ = design(&context, &mut diagnostics);
    }
    session.show(&source, &diagnostics);
    let codes: Vec<Code> = diagnostics.list.iter().map(|d| d.code).collect();
    let errors = codes.iter().filter(|code| !code.is_warning()).count();
    let found = serde_json::json!({ "errors": errors, "warnings": codes.len() - errors, "codes": codes });
    session.result(&found, || format!("{errors} errors, {} warnings\n", codes.len() - errors));
    if errors > 0 { Err(Failure::Check) } else { Ok(()) }
}

/// `circlet report`.
pub fn report(session: &Session, args: &Check) -> Outcome {
    let (design, compiled) = build_design(session, &args.network, &mut Stages::new(&[], None))?;
    session.result(&design.manifest, || report::text(&design.manifest, &compiled.network));
    Ok(())
}

/// `circlet graph`.
pub fn graph(session: &Session, args: &Check) -> Outcome {
    let compiled = session.compile(&args.network)?;
    let text = dot::dot(&compiled.schedule.graph);
    session.result(&serde_json::json!({ "dot": text }), || text.clone());
    Ok(())
}

/// `circlet passes`.
pub fn passes(session: &Session) -> Outcome {
    let stages = pipeline::stages();
    let json: Vec<_> = stages.iter().map(|(name, about)| serde_json::json!({ "name": name, "about": about })).collect();
    session.result(&json, || {
        let mut table = Table::new("stage what-it-does", "ll");
        for (name, about) in &stages {
            table.row([name.to_string(), about.to_string()]);
        }
        table.to_string()
    });
    Ok(())
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
