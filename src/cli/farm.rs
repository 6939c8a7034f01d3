//! `verify` of many designs: a list, one job of a list, and the results of tasks put together.
//!
//! No scheduler of our own: the tasks of a job array each verify one job of the list (`testbenches/farm.sh` is such an
//! array for Slurm), and what they print is merged here.

use super::Outcome;
use super::args::Verify;
use super::session::{Failure, Session};
use super::verify::one;
use crate::diag::{Error, counted};
use crate::report::table::Table;
use crate::verify::junit::{self, Job};
use crate::verify::report::Report;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What became of a job.
#[derive(Serialize, Deserialize)]
struct Done {
    /// The network or folder, as the list names it.
    job: String,
    /// Whether it was verified without a difference.
    passed: bool,
    /// What was found.
    report: Option<Report>,
    /// Why it could not be verified.
    problem: Option<String>,
}

/// `circlet verify --jobs-file`, `circlet verify --merge`.
pub fn verify(session: &Session, args: &Verify) -> Outcome {
    let jobs = args.jobs_file.as_ref().map(|file| jobs(file)).transpose()?;
    let results = match (&args.merge, jobs) {
        (Some(folder), jobs) => merged(folder, jobs)?,
        (None, jobs) => carried_out(session, args, jobs.unwrap_or_default())?,
    };
    if let Some(file) = &args.junit {
        let job = |done: &Done| Job {
            name: done.job.clone(),
            outcome: done.report.clone().ok_or_else(|| done.problem.clone().unwrap_or_default()),
        };
        junit::write(&results.iter().map(job).collect::<Vec<_>>(), file)?;
    }
    session.result(&results, || table(&results))?;
    if results.iter().all(|done| done.passed) { Ok(()) } else { Err(Failure::Check) }
}

/// The jobs of a list: a JSON array of paths, or one path per line, `//` before a comment; relative to the list's folder.
fn jobs(file: &Path) -> Result<Vec<PathBuf>, Error> {
    let text = std::fs::read_to_string(file).map_err(|cause| Error::Read { path: file.into(), cause })?;
    let malformed = |problem: String| Error::Malformed { path: file.into(), problem };
    let names: Vec<String> = match text.trim_start().starts_with('[') {
        true => serde_json::from_str(&text).map_err(|e| malformed(format!("expected an array of paths: {e}")))?,
        false => {
            let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
            lines.filter(|line| !line.is_empty()).map(str::to_string).collect()
        }
    };
    if names.is_empty() {
        return Err(malformed("lists no job; expected one path per line, or a JSON array of paths".into()));
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

fn carried_out(session: &Session, args: &Verify, jobs: Vec<PathBuf>) -> Result<Vec<Done>, Error> {
    let chosen: Vec<&PathBuf> = match args.job {
        None => jobs.iter().collect(),
        Some(number) => match jobs.get(number.get() - 1) {
            Some(job) => vec![job],
            None => {
                let problem = format!("has no job {number}, it lists {}", counted(jobs.len(), "job"));
                return Err(Error::Malformed { path: args.jobs_file.clone().unwrap_or_default(), problem });
            }
        },
    };
    let verified = |path: &&PathBuf| {
        session.note(&path.display().to_string());
        let found = one(session, args, path);
        let problem = found.as_ref().err().map(|failure| match failure {
            Failure::Error(error) => error.to_string(),
            Failure::Check => "a check did not hold".into(),
        });
        let report = found.ok();
        let passed = report.as_ref().is_some_and(Report::passed);
        Done { job: path.display().to_string(), passed, report, problem }
    };
    Ok(chosen.iter().map(verified).collect())
}

/// The results that lie in a folder; a job of the list that has none is a failure.
fn merged(folder: &Path, jobs: Option<Vec<PathBuf>>) -> Result<Vec<Done>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|cause| Error::Read { path: folder.into(), cause })?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut results = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
        match serde_json::from_str::<Vec<Done>>(&text) {
            Ok(list) => results.extend(list),
            Err(e) => {
                let problem = format!("not what `circlet --json verify --jobs-file` prints: {e}");
                results.push(Done {
                    job: path.display().to_string(),
                    passed: false,
                    report: None,
                    problem: Some(problem),
                });
            }
        }
    }
    for job in jobs.into_iter().flatten().map(|job| job.display().to_string()) {
        if !results.iter().any(|done| done.job == job) {
            results.push(Done { job, passed: false, report: None, problem: Some("has no result".into()) });
        }
    }
    if results.is_empty() {
        let problem = "holds no results; `circlet --json verify --jobs-file LIST --job N >N.json` makes one";
        return Err(Error::Malformed { path: folder.into(), problem: problem.into() });
    }
    Ok(results)
}

fn table(results: &[Done]) -> String {
    let mut table = Table::new("job verdict plans cycles frames seconds", "llrrrr");
    for done in results {
        let verdict = if done.passed { "equal" } else { "FAILED" };
        let numbers = done.report.as_ref().map_or([const { String::new() }; 4], |report| {
            let seconds = format!("{:.1}", report.seconds.0 + report.seconds.1);
            [report.plans.len().to_string(), report.cycles.to_string(), report.frames.to_string(), seconds]
        });
        table.row([done.job.clone(), verdict.into()].into_iter().chain(numbers).collect::<Vec<_>>());
    }
    let mut text = table.to_string();
    for done in results.iter().filter(|done| !done.passed) {
        let why = match (&done.problem, done.report.as_ref()) {
            (Some(problem), _) => problem.clone(),
            (None, Some(report)) => report.to_string(),
            _ => String::new(),
        };
        text += &format!("\n{}:\n{}\n", done.job, why.trim_end());
    }
    let failed = results.iter().filter(|done| !done.passed).count();
    let reports = results.iter().filter_map(|done| done.report.as_ref());
    let cycles: u64 = reports.map(|report| report.cycles).sum();
    text + &format!("{}, {cycles} cycles, {failed} failed\n", counted(results.len(), "job"))
}
