//! One fuzzer for all targets: `CIRCLET_FUZZ` names the target, `CIRCLET_SEEDS` a folder that gets its seeds.

#![no_main]

#[path = "../files/mod.rs"]
mod files;
mod targets;

use std::path::Path;
use std::sync::OnceLock;
use targets::TARGETS;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fn start() {
    let name = std::env::var("CIRCLET_FUZZ").unwrap_or_default();
    let Some((_, ending, target)) = TARGETS.iter().find(|(known, _, _)| *known == name) else {
        let known: Vec<&str> = TARGETS.iter().map(|(name, _, _)| *name).collect();
        panic!("CIRCLET_FUZZ is `{name}`, expected one of {}", known.join(", "));
    };
    TARGET.get_or_init(|| *target);
    if let Ok(folder) = std::env::var("CIRCLET_SEEDS") {
        targets::write_seeds(Path::new(&folder), ending);
    }
}

libfuzzer_sys::fuzz_target!(init: start(), |bytes: &[u8]| {
    if let Some(target) = TARGET.get() {
        target(bytes);
    }
});
