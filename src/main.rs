//! `circlet`: arguments -> library call -> exit code.

use circlet::cli::{self, Args};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(Args::parse())
}
