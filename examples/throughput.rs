//! Cycles per second of an output folder: the model alone, the bare hardware, both in lockstep.
//!
//! ```text
//! cargo run --release --example throughput -- hdl_out/digits 2000
//! ```

use circlet::diag::Error;
use circlet::verify::player::Player;
use circlet::verify::stimulus::{Frames, Plan};
use circlet::verify::{Bench, Options};
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let root: PathBuf = arguments.next().unwrap_or("hdl_out/digits".into()).into();
    let frames = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let bench = Bench::build(&root, &Options { frames: Some(frames), ..Options::default() }, &mut |_| ())?;
    let lockstep = &bench.lockstep;
    let input = &lockstep.folder.manifest.input;
    let words = Frames::Random { words: input.lanes * input.beats, width: input.width };
    let plan = Plan::steady(frames, 1);

    let mut player = Player::new(&lockstep.folder, &plan, words.clone())?;
    let clock = Instant::now();
    let mut cycles = 0u64;
    while !player.is_over() {
        player.step();
        cycles += 1;
    }
    let rate = |seconds: f64| cycles as f64 / seconds / 1e6;
    println!("{} cycles, {frames} frames, {} actors", cycles, player.actors());
    println!("model     {:8.3} Mcycle/s", rate(clock.elapsed().as_secs_f64()));
    println!("bare RTL  {:8.3} Mcycle/s", rate(lockstep.bare(&plan, words.clone())?));
    let clock = Instant::now();
    let outcome = lockstep.run(&plan, words, None, None, &mut |_| ())?;
    println!("lockstep  {:8.3} Mcycle/s", rate(clock.elapsed().as_secs_f64()));
    println!("{} differences", outcome.difference.is_some() as usize);
    Ok(())
}
