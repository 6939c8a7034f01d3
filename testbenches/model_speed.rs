//! `make model-speed`: cycles per second of the timed model, in the library and as the emitted crate, stepped with every probe and at its
//! ports alone ([`Flow`]), against Verilator.
//!
//! Digits, MNIST and a layer of 1024 x 1024 in blocks of 64. Verilator `-O3`, compiled `-O3`, one thread, without tracing and
//! without probes. All take the same words and have to give the same words in the same number of cycles.
//! Everything stays in target/model_speed.

use circlet::frontend::weights::safetensors;
use circlet::machine::flow::Flow;
use circlet::machine::{Inputs, Machine, Outputs};
use circlet::report::table::Table;
use circlet::verify::folder::Folder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

include!("model_speed/drive.rs");

/// Runs of each; the table shows medians.
const RUNS: usize = 7;
/// Cycles of one run, about.
const CYCLES: usize = 1_000_000;

const WIDE: &str = "network wide {\n    input x 1024 range -1 .. 1\n    layer fc1 dense 1024 block 64 {\n        \
     weights \"wide.safetensors\" tensor \"w\" form first-column\n        activation relu\n    }\n    \
     target { clock 100 MHz  interval 1024 cycles }\n}\n";

fn main() {
    let place = fs::canonicalize(".").unwrap().join("target/model_speed");
    fs::create_dir_all(&place).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let values: Vec<f64> = (0..16 * 16 * 64).map(|_| random.random_range(-64..64) as f64 / 1024.0).collect();
    let tensors = [("w".to_string(), (vec![16, 16, 64], &values[..]))];
    fs::write(place.join("wide.safetensors"), safetensors::write(&tensors.into()).unwrap()).unwrap();
    fs::write(place.join("wide.circ"), WIDE).unwrap();
    let networks = ["examples/digits/digits.circ".into(), "examples/mnist/mnist.circ".into(), place.join("wide.circ")];

    let head =
        "network Verilator library-stepped library-ports crate-stepped crate-ports ports/Verilator crate/library";
    let mut table = Table::new(head, "lrrrrrrr");
    for network in networks {
        let runners = Runners::build(&place, &network);
        let mut rates: Vec<Vec<f64>> = vec![Vec::new(); 5];
        for _ in 0..RUNS {
            // side by side, so that all meet the same load
            let all = runners.run();
            let same = |said: &(f64, f64, u64)| (said.0, said.2) == (all[0].0, all[0].2);
            assert!(all.iter().all(same), "cycles and words differ: {all:?}");
            rates.iter_mut().zip(&all).for_each(|(rates, (cycles, seconds, _))| rates.push(cycles / seconds / 1e6));
        }
        let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
        let mut row = vec![runners.name.clone()];
        row.extend(medians.iter().map(|rate| format!("{rate:.2}")));
        row.push(format!("{:.1}", medians[2] / medians[0]));
        row.push(format!("{:.2}", medians[4] / medians[2]));
        table.row(row);
        eprintln!("{}: done", runners.name);
    }
    println!("Mcycle per processor second, medians of {RUNS} runs side by side");
    println!("{table}");
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A network built, its crate and its simulator compiled.
struct Runners {
    name: String,
    folder: Folder,
    frames: usize,
    model: PathBuf,
    simulator: PathBuf,
}

impl Runners {
    fn build(place: &Path, network: &Path) -> Runners {
        let name = network.file_stem().unwrap().to_string_lossy().into_owned();
        let root = place.join(&name);
        let program = std::env::var("CIRCLET").unwrap_or("target/release/circlet".into());
        done(Command::new(program).arg("build").arg(network).arg("-o").arg(&root));
        let folder = Folder::open(&root).unwrap();
        let frames = CYCLES.div_ceil(folder.manifest.interval);
        let (model, simulator) = (crate_of(place, &root, &name), verilated(place, &folder, &name));
        Runners { name, folder, frames, model, simulator }
    }

    /// Cycles, seconds and sum of each: Verilator, the library stepped and at its ports, the crate likewise.
    fn run(&self) -> Vec<(f64, f64, u64)> {
        let (frames, manifest) = (self.frames.to_string(), &self.folder.manifest);
        let (input, output) = (&manifest.input, &manifest.output);
        let numbers =
            [input.beats, output.beats, input.lanes, input.width as usize, input.bytes * 8, output.width as usize];
        let mut simulator = Command::new(&self.simulator);
        simulator.current_dir(&self.folder.root).arg(&frames).args(numbers.map(|number| number.to_string()));
        let library = |at_ports| measure(self.folder.machine().unwrap(), self.frames, at_ports);
        let crated = |how: &str| done(Command::new(&self.model).args([&frames, how]));
        let said = [done(&mut simulator), library(false), library(true), crated("stepped"), crated("ports")];
        said.iter().map(|text| parsed(text)).collect()
    }
}

fn parsed(text: &str) -> (f64, f64, u64) {
    let mut words = text.split_whitespace();
    let mut next = || words.next().unwrap();
    (next().parse().unwrap(), next().parse().unwrap(), next().parse().unwrap())
}

/// The emitted crate with a program that measures it.
fn crate_of(place: &Path, root: &Path, name: &str) -> PathBuf {
    let examples = root.join("model/examples");
    fs::create_dir_all(&examples).unwrap();
    let text = format!(
        "use {name}_model::{{Flow, Inputs, Machine, Outputs, network}};\n\nfn main() {{\n    \
         let arguments: Vec<String> = std::env::args().collect();\n    \
         let frames = arguments[1].parse().unwrap();\n    \
         println!(\"{{}}\", measure(network(), frames, arguments[2] == \"ports\"));\n}}\n\n{}",
        include_str!("model_speed/drive.rs")
    );
    fs::write(examples.join("speed.rs"), text).unwrap();
    let target = place.join("crates");
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root.join("model")).env("CARGO_TARGET_DIR", &target);
    done(command.args(["build", "--release", "--offline", "--quiet", "--example", "speed"]));
    let program = place.join(format!("{name}_speed"));
    fs::copy(target.join("release/examples/speed"), &program).unwrap();
    program
}

/// The design alone, as fast as Verilator and the compiler make it.
fn verilated(place: &Path, folder: &Folder, name: &str) -> PathBuf {
    let objects = place.join(format!("{name}_verilated"));
    let mut verilator = Command::new("verilator");
    verilator.current_dir(&folder.root).args([
        "--cc",
        "--exe",
        "--build",
        "-O3",
        "--noassert",
        "-Wno-fatal",
        "-Wno-lint",
    ]);
    verilator.args([
        "--x-assign",
        "fast",
        "--x-initial",
        "fast",
        "-MAKEFLAGS",
        "OPT_FAST=-O3 OPT_SLOW=-O3 OPT_GLOBAL=-O3",
    ]);
    verilator.arg("-CFLAGS").arg(format!("-DMODEL_HEADER='\"V{name}.h\"' -DMODEL=V{name}"));
    verilator.args(["--top-module", name, "-o", "drive", "--Mdir"]).arg(&objects).args(&folder.sources);
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/model_speed/drive.cpp");
    done(verilator.arg(main));
    objects.join("drive")
}

/// What a program that ends well prints.
fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
