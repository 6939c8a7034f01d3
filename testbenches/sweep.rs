//! Output folders of every example and of random networks, for sweeps: sweep N FOLDER [SEED].

#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
#[allow(dead_code)]
mod recipe;

use circlet::diag::{Diagnostics, render};
use circlet::emit::design::design;
use circlet::emit::write;
use circlet::frontend;
use circlet::pipeline::{self, Silent};
use random::Limits;
use std::path::{Path, PathBuf};

/// Examples whose weights lie beside them.
const EXAMPLES: [&str; 2] = ["examples/digits/digits.circ", "examples/mnist/mnist.circ"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, other: u64| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(other);
    let (count, first) = (number(0, 20), number(2, 1));
    let folder = PathBuf::from(arguments.get(1).map_or("target/sweep", String::as_str));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let limits = Limits { size: 100, ..Limits::default() };
    let mut declined = 0;
    for seed in first..first + count {
        let source = tempfile::tempdir().unwrap();
        if let Err(why) = build(&random::network(seed, limits).write(source.path()), &folder) {
            eprintln!("the network of seed {seed} is declined:\n{why}");
            declined += 1;
        }
    }
    for path in EXAMPLES {
        build(Path::new(path), &folder).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
    let (built, examples) = (count - declined, EXAMPLES.len());
    eprintln!("{built} of {count} random networks from seed {first} and {examples} examples in {}", folder.display());
}

/// The output folder of a network, or why it is declined.
fn build(path: &Path, folder: &Path) -> Result<(), String> {
    let source = frontend::read_source(path).unwrap();
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut Silent, &mut diagnostics);
    let compiled = compiled.map_err(|_| render::text(&diagnostics, &source, false))?;
    let context = compiled.context();
    let design = design(&context, &mut diagnostics);
    let design = design.map_err(|_| render::text(&diagnostics, &source, false))?;
    write::write(&design, &folder.join(&design.manifest.network)).map_err(|error| error.to_string())
}
