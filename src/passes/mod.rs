//! Network to network: the passes, and the table that is their order.
//!
//! Help text, `--dump-after`, timings and the pass tests all read [`PASSES`].

pub mod choose_formats;
pub mod circulize;
pub mod fold_affine;
pub mod infer_shapes;

use crate::diag::{Diagnostics, Halted};
use crate::network::{Network, check};
use std::time::{Duration, Instant};

/// One pass.
#[derive(Debug)]
pub struct Pass {
    /// Kebab case, a verb first; the name on the command line.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Changes the network in place; errors stop the pipeline after it.
    pub run: fn(&mut Network, &mut Diagnostics),
}

/// The pipeline, in order.
pub const PASSES: &[Pass] = &[
    infer_shapes::PASS,
    fold_affine::PASS,    // before circulize: a folded scale would break the block structure
    circulize::PASS,      // before choose-formats: spectra need their final weights
    choose_formats::PASS, // last: it needs final ranges
];

/// The passes that come before the one of this name: `before("circulize")` leads to level `dense`.
pub fn before(name: &str) -> &'static [Pass] {
    match PASSES.iter().position(|pass| pass.name == name) {
        Some(at) => &PASSES[..at],
        None => crate::bug!("no pass is called {name}"),
    }
}

/// Runs `passes` in order and shows `watch` each result with the time it took; stops after the first pass with errors.
pub fn run(
    network: &mut Network,
    passes: &[Pass],
    diagnostics: &mut Diagnostics,
    watch: &mut dyn FnMut(&Pass, &Network, Duration),
) -> Result<(), Halted> {
    for pass in passes {
        let start = Instant::now();
        (pass.run)(network, diagnostics);
        watch(pass, network, start.elapsed());
        diagnostics.checkpoint()?;
        if cfg!(debug_assertions)
            && let Err(problem) = check::check(network)
        {
            crate::bug!("after pass {}: {problem}", pass.name);
        }
    }
    Ok(())
}
