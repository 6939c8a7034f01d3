//! A short slice of the fuzzing (`fuzz/run.sh` does it in earnest): seeded mutations of good and bad files.

mod files;
#[path = "fuzz/targets.rs"]
mod targets;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use targets::TARGETS;

/// Mutated inputs per target.
const ROUNDS: usize = 1500;

#[test]
fn no_reader_panics_on_damaged_files() {
    let folder = tempfile::tempdir().unwrap();
    for (name, ending, target) in TARGETS {
        let seeds = folder.path().join(name);
        std::fs::create_dir(&seeds).unwrap();
        targets::write_seeds(&seeds, ending);
        let mut seeds: Vec<_> = std::fs::read_dir(seeds).unwrap().map(|entry| entry.unwrap().path()).collect();
        seeds.sort();
        let seeds: Vec<Vec<u8>> = seeds.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let mut random = ChaCha8Rng::seed_from_u64(0xc12c);
        for _ in 0..ROUNDS {
            let other = &seeds[random.random_range(0..seeds.len())];
            let mut bytes = seeds[random.random_range(0..seeds.len())].clone();
            for _ in 0..random.random_range(1..4) {
                mutate(&mut bytes, other, &mut random);
            }
            target(&bytes);
        }
    }
}

/// One change: a byte, a cut, a repetition, a piece of another file.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut impl Rng) {
    let at = random.random_range(0..bytes.len() + 1);
    let end = (at + random.random_range(0..16)).min(bytes.len());
    match random.random_range(0..6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.extend_from_within(at..end),
        3 => {
            let from = random.random_range(0..other.len() + 1);
            let to = (from + random.random_range(0..32)).min(other.len());
            drop(bytes.splice(at..end, other[from..to].iter().copied()));
        }
        4 => bytes[at..end].fill([0, 0x7f, 0xff, b'{'][random.random_range(0..4)]),
        _ if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
        _ => {}
    }
}
