//! Cycles per second of the stepped model, of the bare hardware and of both in lockstep.

use circlet::diag::Error;
use circlet::verify::player::Player;
use circlet::verify::stimulus::{Frames, Plan};
use circlet::verify::{Bench, Options};
use std::path::Path;
use std::time::Instant;

/// Runs of each, side by side; medians count.
const RUNS: usize = 5;

/// Cycles per second, millions.
pub struct Throughput {
    pub cycles: u64,
    pub actors: usize,
    /// The model with every probe.
    pub model: f64,
    /// The hardware in the harness of `circlet verify`: nothing shown, nothing compared.
    pub bare: f64,
    /// Every port and every stream compared in every cycle.
    pub lockstep: f64,
}

/// An output folder, frames without gaps. That nothing differs is part of it.
pub fn throughput(root: &Path, frames: usize) -> Result<Throughput, Error> {
    let bench = Bench::build(root, &Options { frames: Some(frames), ..Options::default() }, &mut |_| ())?;
    let lockstep = &bench.lockstep;
    let input = &lockstep.folder.manifest.input;
    let words = Frames::Random { words: input.lanes * input.beats, width: input.width };
    let plan = Plan::steady(frames, 1);
    let (mut seconds, mut cycles, mut actors) = ([const { Vec::new() }; 3], 0, 0);
    for _ in 0..RUNS {
        let mut player = Player::new(&lockstep.folder, &plan, words.clone())?;
        let clock = Instant::now();
        (cycles, actors) = (0, player.actors());
        while !player.is_over() {
            player.step();
            cycles += 1;
        }
        seconds[0].push(clock.elapsed().as_secs_f64());
        seconds[1].push(lockstep.bare(&plan, words.clone())?);
        let clock = Instant::now();
        let outcome = lockstep.run(&plan, words.clone(), None, None, &mut |_| ())?;
        seconds[2].push(clock.elapsed().as_secs_f64());
        assert!(outcome.difference.is_none() && outcome.cycles == cycles, "model and hardware differ");
    }
    let [model, bare, lockstep] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        cycles as f64 / seconds[RUNS / 2] / 1e6
    });
    Ok(Throughput { cycles, actors, model, bare, lockstep })
}
