//! `diff`: two recordings of a design.

use super::Outcome;
use super::args::Diff;
use super::session::{Failure, Session};
use crate::emit::write::replace_file;
use crate::verify::diff::{self, Options, Source};
use std::io::Write;

/// `circlet diff`.
pub fn diff(session: &Session, args: &Diff) -> Outcome {
    let options = Options {
        folder: args.folder.clone(),
        map: args.map.clone(),
        clock: args.clock.clone(),
        reset: args.reset.clone(),
        offset: args.offset,
        tolerance: args.tolerance.clone(),
        beats: (args.beats || args.cycles).then_some(args.beats),
        prefix: args.prefix,
        unknown_matches: args.unknown_matches,
        in_reset: args.in_reset,
    };
    let report = diff::run(Source::File(args.a.clone()), Source::File(args.b.clone()), &options)?;
    if let Some(path) = &args.html {
        let page = report.picture.as_deref().unwrap_or(EQUAL);
        replace_file(path, |mut file| file.write_all(page.as_bytes()))?;
        session.note(&format!("drawn in {}", path.display()));
    }
    session.result(&report, || report.to_string())?;
    if report.is_equal() { Ok(()) } else { Err(Failure::Check) }
}

const EQUAL: &str = "<!DOCTYPE html>\n<html lang=\"en\"><title>equal</title><p>The recordings are equal.</p></html>\n";
