//! The command line: results on stdout, progress and diagnostics on stderr; exit 0 fine, 1 the user's input or a
//! failed check, 2 usage.
//!
//! Architecture invariant: clap and indicatif are used here only, and nothing outside prints.

mod adapter;
mod args;
mod build;
mod compress;
mod convert;
mod derived;
mod diff;
mod eval;
mod explain;
mod farm;
mod features;
mod files;
mod import;
mod learning;
mod samples;
mod session;
mod sweep;
mod synth;
mod train;
mod verify;

pub use args::Args;
use args::Command;
use clap::CommandFactory;
use clap_complete::Shell;
use session::{Failure, Session};
use std::path::Path;
use std::process::ExitCode;

/// Carries out a command.
pub fn run(args: Args) -> ExitCode {
    let session = Session::new(&args);
    let outcome = match &args.command {
        Command::Import(args) => import::import(&session, args),
        Command::Check(check) if is_model(&check.network) => import::check(&session, &check.network),
        Command::Compress(args) => compress::compress(&session, args),
        Command::Train(args) => train::train(&session, args),
        Command::Convert(args) => convert::convert(&session, args),
        Command::Sweep(args) => sweep::sweep(&session, args),
        Command::Features(args) => features::features(&session, args),
        Command::Build(build) => build::build(&session, build),
        Command::Check(check) => build::check(&session, check),
        Command::Report(report) => build::report(&session, report),
        Command::Graph(graph) => build::graph(&session, graph),
        Command::Explain(explain) => explain::explain(&session, explain),
        Command::Verify(verify) => verify::verify(&session, verify),
        Command::Diff(diff) => diff::diff(&session, diff),
        Command::Run(run) => eval::run(&session, run),
        Command::Eval(eval) => eval::eval(&session, eval),
        Command::Synth(args) => synth::synth(&session, args),
        Command::Passes => build::passes(&session),
        Command::Completions { shell } => completions(*shell),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            session.show_failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Whether a file is called as models are.
fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("onnx"))
}

/// `circlet completions`.
fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "circlet", &mut script);
    session::print(&String::from_utf8_lossy(&script))
}

/// What every command returns.
type Outcome = Result<(), Failure>;
