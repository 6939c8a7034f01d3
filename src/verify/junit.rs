//! Verifications as JUnit XML: one suite per design, one case per plan.

use super::report::Report;
use crate::diag::Error;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;

/// A verification, or why there is none.
pub struct Job {
    /// The design.
    pub name: String,
    /// What was found.
    pub outcome: Result<Report, String>,
}

/// Writes the file.
pub fn write(jobs: &[Job], path: &Path) -> Result<(), Error> {
    let failed = |problem: std::io::Error| Error::Write { path: path.into(), cause: problem };
    let mut junit = Junit::new("circlet verify");
    for job in jobs {
        let mut suite = TestSuite::new(job.name.clone());
        match &job.outcome {
            Ok(report) => cases(&job.name, report, &mut suite),
            Err(problem) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(problem.clone());
                suite.add_test_case(TestCase::new("build", status));
            }
        }
        junit.add_test_suite(suite);
    }
    let text = junit.to_string().map_err(|problem| failed(std::io::Error::other(problem)))?;
    std::fs::write(path, text).map_err(failed)
}

fn cases(name: &str, report: &Report, suite: &mut TestSuite) {
    let failure = |message: String, text: Option<String>| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(message);
        if let Some(text) = text {
            status.set_description(text);
        }
        status
    };
    for plan in &report.plans {
        let mismatch = report.mismatch.as_ref().filter(|mismatch| mismatch.plan == plan.name);
        let status = match mismatch {
            Some(found) => {
                failure(format!("{} differs in cycle {}", found.signal, found.cycle), Some(found.to_string()))
            }
            None if plan.stuck => failure("the design stands still".into(), None),
            None => TestCaseStatus::success(),
        };
        let mut case = TestCase::new(plan.name.clone(), status);
        case.set_classname(name);
        suite.add_test_case(case);
    }
    if let Some(measured) = report.measured {
        let status = match measured == report.promised {
            true => TestCaseStatus::success(),
            false => failure(format!("promised {:?}, measured {measured:?}", report.promised), None),
        };
        let mut case = TestCase::new("promised interval and latency", status);
        case.set_classname(name);
        suite.add_test_case(case);
    }
    suite.add_property(("simulator", report.simulator.as_str()));
    suite.add_property(("cycles", report.cycles.to_string().as_str()));
}
