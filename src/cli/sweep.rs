//! `sweep`: every point of a grid learns in a process of its own; one table and one picture of all.
//!
//! A point lies in `points/<name>`: its network, what it was asked (`recipe.json`), what its processes said. A point that is
//! finished is not run again; one that was interrupted goes on from its checkpoint; one that is asked something else begins
//! anew. Processes end with this one.

use super::Args;
use super::Outcome;
use super::args::{Command as Subcommand, Sweep, Train};
use super::files::relative;
use super::learning::to_learn;
use super::session::{Failure, Progress, Session, network_errors};
use crate::dataflow::lower::lower;
use crate::diag::{Diagnostics, Error, Source, SourceRef, counted};
use crate::emit::design::to_json;
use crate::emit::write::replace_file;
use crate::frontend::dataset::{Dataset, Wanted};
use crate::frontend::grid::{self, Grid, Point, Setting};
use crate::frontend::{self, weights::Problem};
use crate::network::{Network, print};
use crate::passes::{self, PASSES, infer_shapes};
use crate::schedule::{fold, plan};
use crate::synth::expected::count_luts;
use crate::train;
use crate::train::loss::Loss;
use crate::train::sweep::cost::{Cost, Hardware};
use crate::train::sweep::shape::{self, WEIGHTS};
use crate::train::sweep::{Learnt, csv, families, pareto, text};
use clap::Parser;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// Options of `train` that a description may state.
const OPTIONS: [&str; 15] = [
    "epochs",
    "batch",
    "optimiser",
    "rate",
    "schedule",
    "warm-up",
    "momentum",
    "loss",
    "decay",
    "dropout",
    "shift",
    "noise",
    "held-back",
    "patience",
    "batch-norm",
];

/// What a point is asked; another one begins anew.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Recipe {
    circ: String,
    data: PathBuf,
    train: Vec<String>,
    tune: Option<Vec<String>>,
}

/// A point that is to learn.
struct Job {
    point: Point,
    folder: PathBuf,
    recipe: Recipe,
}

/// Names of the files of a point.
const CIRC: &str = "point.circ";
const TUNED: &str = "tuned.circ";
const RECIPE: &str = "recipe.json";
const LEARNT: &str = "learnt.json";

/// `circlet sweep`.
pub fn sweep(session: &Session, args: &Sweep) -> Outcome {
    let base = base(session, &args.network)?;
    let grid = description(&args.grid)?;
    check_settings(&args.grid, &grid)?;
    let jobs = jobs(session, args, &base, &grid)?;
    check_data(args, &base)?;
    let _lock = claim(&args.output)?;
    let (done, failed) = carried_out(session, args, &jobs)?;
    let families = families(&done);
    let points: Vec<Value> =
        done.iter().map(|one| serde_json::json!({ "name": one.point.name(), "result": one })).collect();
    let failures: BTreeMap<&str, &str> = failed.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
    let all = serde_json::json!({ "families": families, "points": points, "failed": failures });
    session.result(&all, || {
        let why: String = failed.iter().map(|(name, why)| format!("{name} failed: {why}\n")).collect();
        let (table, count) = (text(&families), counted(done.len(), "point"));
        format!("{table}{why}{count}, judged on what is held back; table and picture in {}\n", args.output.display())
    })?;
    if failed.is_empty() { Ok(()) } else { Err(Failure::Check) }
}

fn base(session: &Session, path: &Path) -> Result<Network, Failure> {
    let source = frontend::read_source(path)?;
    let mut diagnostics = Diagnostics::default();
    frontend::load_untrained(&source, &mut diagnostics).map_err(|_| {
        session.show(&source, &diagnostics);
        network_errors(&diagnostics)
    })
}

fn description(path: &Path) -> Result<Grid, Error> {
    let source = frontend::read_source(path)?;
    grid::read(&source.text).map_err(|Problem { message, help, .. }| {
        let help = help.map(|help| format!("; {help}")).unwrap_or_default();
        malformed(path, message + &help)
    })
}

fn malformed(path: &Path, problem: String) -> Error {
    Error::Malformed { path: path.into(), problem }
}

/// Tries every option alone, so that what is wrong is told with its line.
fn check_settings(path: &Path, grid: &Grid) -> Result<(), Error> {
    let tune: &[Setting] = grid.tune.as_deref().unwrap_or_default();
    let tried = grid.train.iter().map(|setting| (setting, false)).chain(tune.iter().map(|setting| (setting, true)));
    for (setting, is_tuned) in tried {
        let Setting { name, line, .. } = setting;
        let refused = |problem: String| Err(malformed(path, format!("line {line}: {problem}")));
        if !OPTIONS.contains(&name.as_str()) {
            return refused(format!("`{name}` is no option of a point, expected one of {}", OPTIONS.join(", ")));
        }
        match parsed(&words(std::slice::from_ref(setting), is_tuned)) {
            Err(problem) => return refused(problem),
            Ok(train) if train.learning.held_back == 0.0 => {
                return refused(
                    "`held-back` is `0`, but points are judged on what is held back; expected more, as 0.1".into(),
                );
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// The arguments of `train` as the command line reads them.
fn parsed(words: &[String]) -> Result<Train, String> {
    let fixed = ["circlet", "train", CIRC, "--data", "data", "-o", "output"].map(str::to_string);
    match Args::try_parse_from(fixed.iter().chain(words)).map(|args| args.command) {
        Ok(Subcommand::Train(train)) => Ok(train),
        Ok(_) => crate::bug!("sweep: the arguments of a point are no training"),
        Err(problem) => {
            let told = problem.to_string();
            let first = told.lines().next().unwrap_or_default();
            Err(first.strip_prefix("error: ").unwrap_or(first).replace('\'', "`"))
        }
    }
}

fn words(settings: &[Setting], is_tuned: bool) -> Vec<String> {
    let of_setting = |Setting { name, value, .. }: &Setting| match value {
        Some(value) => format!("--{name}={value}"),
        None => format!("--{name}"),
    };
    let tuned: &[&str] = if is_tuned { &["--from-weights", "--quantised"] } else { &[] };
    tuned.iter().map(|word| word.to_string()).chain(settings.iter().map(of_setting)).collect()
}

/// All points, each of which would learn.
fn jobs(session: &Session, args: &Sweep, base: &Network, grid: &Grid) -> Result<Vec<Job>, Failure> {
    let data = args.data.canonicalize().map_err(|cause| Error::Read { path: args.data.clone(), cause })?;
    let samples = base.calibration.as_ref().map(|calibration| from_point(args, &calibration.path)).transpose()?;
    let samples = samples.unwrap_or_default();
    let job = |point: &Point| {
        let mut network = shape::network(base, point).map_err(|problem| malformed(&args.network, problem))?;
        let of_point = |settings: &[Setting], is_tuned| {
            let mut words = words(settings, is_tuned);
            words.extend(["--seed".into(), point.seed.to_string()]);
            if point.prune > 0.0 {
                words.extend(["--prune".into(), point.prune.to_string()]);
            }
            words
        };
        let train = of_point(&grid.train, false);
        let tune = grid.tune.as_deref().map(|settings| of_point(settings, true));
        for words in std::iter::once(&train).chain(&tune) {
            parsed(words).map_err(|problem| malformed(&args.grid, format!("point `{}`: {problem}", point.name())))?;
        }
        check_network(session, args, &network, &train)?;
        if let Some(calibration) = &mut network.calibration {
            calibration.path.clone_from(&samples);
        }
        let recipe = Recipe { circ: print::network(&network), data: data.clone(), train, tune };
        Ok(Job { point: point.clone(), folder: args.output.join("points").join(point.name()), recipe })
    };
    grid.points.iter().map(job).collect()
}

/// A file that the network names, as its points name it.
fn from_point(args: &Sweep, path: &str) -> Result<String, Error> {
    let output = args.output.canonicalize().unwrap_or_else(|_| args.output.clone());
    let file = args.network.parent().unwrap_or(Path::new("")).join(path);
    Ok(format!("../../../{}", relative(&file, &output)?))
}

/// Complains of a point that cannot learn, as of a text that lies where the base network does.
fn check_network(session: &Session, args: &Sweep, network: &Network, words: &[String]) -> Result<(), Failure> {
    let text = print::network(network);
    let source: SourceRef = Arc::new(Source { path: args.network.display().to_string(), text });
    let mut diagnostics = Diagnostics::default();
    let Ok(train) = parsed(words) else { crate::bug!("sweep: arguments that were read are read no more") };
    let plan = train::Plan { batch_norm: train.batch_norm, ..train.learning.plan(Loss::CrossEntropy) };
    let checked = frontend::load_untrained(&source, &mut diagnostics).and_then(|mut network| {
        passes::run(&mut network, &[infer_shapes::PASS], &mut diagnostics, &mut |_, _, _| {})?;
        train::check(&network, &plan, &mut diagnostics)
    });
    checked.map_err(|_| {
        session.note(&format!("point `{}`, as a network:", network.name));
        session.show(&source, &diagnostics);
        network_errors(&diagnostics)
    })
}

fn check_data(args: &Sweep, base: &Network) -> Result<(), Error> {
    let set = to_learn(&Dataset::open(&args.data)?, &args.data, base)?;
    match set.wanted {
        Wanted::Classes(_) => Ok(()),
        _ => Err(malformed(
            &set.path,
            "points are judged by the share that is right; expected labels, classes from 0".into(),
        )),
    }
}

/// The folder, for this sweep alone.
fn claim(folder: &Path) -> Result<fs::File, Error> {
    let failed = |cause| Error::Write { path: folder.into(), cause };
    let is_ours = folder.join("points").is_dir();
    let is_free = !folder.exists() || fs::read_dir(folder).map_err(failed)?.next().is_none();
    if !is_ours && !is_free {
        return Err(malformed(folder, "is neither empty nor the folder of a sweep; choose another with `-o`".into()));
    }
    fs::create_dir_all(folder.join("points")).map_err(failed)?;
    let lock = fs::File::create(folder.join("lock")).map_err(failed)?;
    lock.try_lock().map_err(|_| malformed(folder, "another sweep is at work in it; wait for its end".into()))?;
    Ok(lock)
}

/// What became of points: results in the order of the grid, names and reasons of those that failed.
type Done = (Vec<Learnt>, Vec<(String, String)>);

/// Runs every job that is not finished, several at a time; table and picture are those of what is done so far.
fn carried_out(session: &Session, args: &Sweep, jobs: &[Job]) -> Result<Done, Error> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let at_once = args.jobs.map_or(processors, usize::from).min(jobs.len().max(1));
    let threads = (processors / at_once).max(1);
    let mut found: Vec<Option<Result<Learnt, String>>> = jobs.iter().map(|job| finished(job).map(Ok)).collect();
    let open: Vec<usize> = (0..jobs.len()).filter(|&at| found[at].is_none()).collect();
    session.note(&format!("{}, {} of them done before", counted(jobs.len(), "point"), jobs.len() - open.len()));
    write_results(&args.output, &found)?;
    let bar = session.progress("points", jobs.len());
    bar.at(jobs.len() - open.len());
    let (next, results) = (Mutex::new(open.into_iter()), Mutex::new((&mut found, Ok(()))));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(at) = next.lock().ok().and_then(|mut next| next.next()) {
                    let outcome = learnt(&jobs[at], threads).map_err(|failure| failure.to_string());
                    tell(session, &bar, &jobs[at], &outcome);
                    if let Ok(mut results) = results.lock() {
                        results.0[at] = Some(outcome);
                        results.1 = write_results(&args.output, results.0);
                    }
                }
            });
        }
    });
    results.into_inner().map_or(Ok(()), |(_, written)| written)?;
    drop(bar);
    let mut done: Done = Default::default();
    for (job, outcome) in jobs.iter().zip(found) {
        match outcome {
            Some(Ok(learnt)) => done.0.push(learnt),
            Some(Err(why)) => done.1.push((job.point.name(), why)),
            None => crate::bug!("sweep: point {} was left out", job.point.name()),
        }
    }
    Ok(done)
}

fn tell(session: &Session, bar: &Progress, job: &Job, outcome: &Result<Learnt, String>) {
    let told = match outcome {
        Ok(learnt) => format!("{:.2} %", 100.0 * learnt.fixed as f64 / learnt.samples.max(1) as f64),
        Err(why) => format!("failed: {why}"),
    };
    bar.above(|| session.note(&format!("{}: {told}", job.point.name())));
    bar.step();
}

/// Table and picture of what is done.
fn write_results(folder: &Path, found: &[Option<Result<Learnt, String>>]) -> Result<(), Error> {
    let done: Vec<Learnt> = found.iter().flatten().flatten().cloned().collect();
    let families = families(&done);
    let files = [("sweep.csv", csv(&done)), ("sweep.json", to_json(&done)), ("sweep.txt", text(&families))];
    let picture = (!families.is_empty()).then(|| ("pareto.svg", pareto::svg(&families)));
    for (name, text) in files.into_iter().chain(picture) {
        replace_file(&folder.join(name), |mut file| file.write_all(text.as_bytes()))?;
    }
    Ok(())
}

/// The result of a point that was asked the same before.
fn finished(job: &Job) -> Option<Learnt> {
    let recipe: Recipe = read_json(&job.folder.join(RECIPE))?;
    let circ = fs::read_to_string(job.folder.join(CIRC)).ok()?;
    (recipe == job.recipe && !circ.is_empty()).then(|| read_json(&job.folder.join(LEARNT))).flatten()
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

/// Lets a point learn, from where it is.
fn learnt(job: &Job, threads: usize) -> Result<Learnt, Error> {
    let place = |name: &str| job.folder.join(name);
    if read_json::<Recipe>(&place(RECIPE)).as_ref() != Some(&job.recipe) {
        begin(job)?;
    }
    let train = stage(job, threads, &job.recipe.train, WEIGHTS)?;
    let tuned = job.recipe.tune.as_ref().map(|words| stage(job, threads, words, TUNED)).transpose()?;
    let last = tuned.as_ref().unwrap_or(&train);
    let number = |stage: &Value, level: usize, what: &str| {
        let number = stage["held_back"][level][what].as_u64().map(|number| number as usize);
        number.ok_or_else(|| malformed(&job.folder, format!("`train` said nothing of what is held back: {stage}")))
    };
    let seconds = |stage: &Value| stage["seconds"].as_f64().unwrap_or(0.0);
    let (cost, hardware) = costs(&place(if tuned.is_some() { TUNED } else { CIRC }))?;
    let learnt = Learnt {
        point: job.point.clone(),
        samples: number(&train, 0, "samples")?,
        circulant: number(&train, 0, "right")?,
        fixed: number(last, 1, "right")?,
        cost,
        hardware,
        seconds: seconds(&train) + tuned.as_ref().map_or(0.0, seconds),
    };
    replace_file(&place(LEARNT), |mut file| file.write_all(to_json(&learnt).as_bytes()))?;
    Ok(learnt)
}

/// A folder with nothing but what the point is asked.
fn begin(job: &Job) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: job.folder.clone(), cause };
    if job.folder.exists() {
        fs::remove_dir_all(&job.folder).map_err(failed)?;
    }
    fs::create_dir_all(&job.folder).map_err(failed)?;
    fs::write(job.folder.join(CIRC), &job.recipe.circ).map_err(failed)?;
    replace_file(&job.folder.join(RECIPE), |mut file| file.write_all(to_json(&job.recipe).as_bytes()))
}

/// One process of a point, where it has not ended before: what it said.
fn stage(job: &Job, threads: usize, words: &[String], output: &str) -> Result<Value, Error> {
    let output = job.folder.join(output);
    let said = output.with_extension("said.json");
    if let Some(said) = read_json(&said) {
        return Ok(said);
    }
    let failed = |problem: String| Error::Tool { tool: "circlet train".into(), problem };
    // the very program that runs, also where another one has taken its place since
    let own = PathBuf::from("/proc/self/exe");
    let program = if own.exists() { Ok(own) } else { std::env::current_exe() };
    let program = program.map_err(|cause| failed(cause.to_string()))?;
    let mut command = Command::new(program);
    command.arg("train").arg(job.folder.join(CIRC)).arg("--data").arg(&job.recipe.data).arg("-o").arg(&output);
    command.args(words).args(["--json", "--no-test", "--while-stdin", "--threads", &threads.to_string()]);
    if output.with_extension("checkpoint").exists() {
        command.arg("--resume");
    }
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|cause| failed(cause.to_string()))?;
    // its end tells the process that this one is gone
    let held = child.stdin.take();
    let ended = child.wait_with_output().map_err(|cause| failed(cause.to_string()))?;
    drop(held);
    if !ended.status.success() {
        return Err(failed(complaint(&ended.stderr).unwrap_or_else(|| ended.status.to_string())));
    }
    replace_file(&said, |mut file| file.write_all(&ended.stdout))?;
    serde_json::from_slice(&ended.stdout).map_err(|problem| failed(problem.to_string()))
}

/// The last error of a process, which tells them as JSON.
fn complaint(told: &[u8]) -> Option<String> {
    let told = String::from_utf8_lossy(told);
    let last: Value = serde_json::from_str(told.lines().last()?).ok()?;
    last["error"].as_str().map(str::to_string)
}

/// What a network with its weights costs, and what its hardware promises.
fn costs(path: &Path) -> Result<(Cost, Result<Hardware, String>), Error> {
    let source = frontend::read_source(path)?;
    let mut diagnostics = Diagnostics::default();
    let read = frontend::load(&source, &mut diagnostics).and_then(|mut network| {
        passes::run(&mut network, PASSES, &mut diagnostics, &mut |_, _, _| {})?;
        Ok(network)
    });
    let first = |diagnostics: &Diagnostics| {
        let errors = diagnostics.list.iter().find(|diagnostic| !diagnostic.code.is_warning());
        errors.map_or("it is refused".to_string(), |diagnostic| diagnostic.message.clone())
    };
    let network = read.map_err(|_| malformed(path, first(&diagnostics)))?;
    let folded = fold::fold(&fold::Problem::of(&network, count_luts), &mut diagnostics);
    let hardware = folded.map(|chosen| Hardware::from(&plan::plan(lower(&network, &chosen.folding))));
    Ok((Cost::new(&network), hardware.map_err(|_| first(&diagnostics))))
}
