//! Cycles per second of an output folder: the model alone, the bare hardware, both in lockstep.
//!
//! ```text
//! cargo run --release --example throughput -- hdl_out/digits 2000
//! ```

#[path = "../testbenches/common/throughput.rs"]
mod throughput;

use circlet::diag::Error;
use std::path::PathBuf;
use throughput::throughput;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let root: PathBuf = arguments.next().unwrap_or("hdl_out/digits".into()).into();
    let frames = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let rates = throughput(&root, frames)?;
    println!("{} cycles, {frames} frames, {} actors, no differences", rates.cycles, rates.actors);
    println!("model     {:8.3} Mcycle/s", rates.model);
    println!("bare RTL  {:8.3} Mcycle/s", rates.bare);
    println!("lockstep  {:8.3} Mcycle/s, {:.2} of the bare RTL", rates.lockstep, rates.lockstep / rates.bare);
    Ok(())
}
