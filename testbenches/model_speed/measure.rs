//! What `make model-speed` shows, measured.

use circlet::frontend::weights::safetensors;
use circlet::machine::flow::Flow;
use circlet::machine::{Inputs, Machine, Outputs};
use circlet::verify::folder::Folder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

include!("drive.rs");

/// Runs of each; medians count.
pub const RUNS: usize = 5;
/// Cycles of one run, about.
const CYCLES: usize = 300_000;
/// Runs one after the other of a model at its ports: a single one is too short for a clock, and begins with cold memory.
const LONGER: usize = 10;

const WIDE: &str = "network wide {\n    input x 1024 range -1 .. 1\n    layer fc1 dense 1024 block 64 {\n        \
     weights \"wide.safetensors\" tensor \"w\" form first-column\n        activation relu\n    }\n    \
     target { clock 100 MHz  interval 1024 cycles }\n}\n";

/// How a model runs: whole, or at its ports.
const STEPPED: &str = "stepped";
const PORTS: &str = "ports";
/// Asks a program that calls [`answer`] for one run of the library: folder, frames, and how.
const ASKED: &str = "CIRCLET_MODEL_SPEED";

/// Cycles per processor second of a network, millions.
pub struct Speed {
    pub network: String,
    pub verilator: f64,
    /// In the library: stepped with every probe, and at the ports.
    pub library: [f64; 2],
    /// As the emitted crate, likewise.
    pub emitted: [f64; 2],
    /// Instructions per cycle at the ports, of the library and of the crate, as callgrind counts them: the same in every run,
    /// where processor time depends on how a program happens to lie in memory.
    pub instructions: [f64; 2],
}

/// Runs the library, and ends, if that is what this program was started for: a process of its own, as the crate has.
pub fn answer() {
    let Ok(asked) = std::env::var(ASKED) else { return };
    let [folder, frames, how] = asked.split('\n').collect::<Vec<_>>()[..] else { panic!("{ASKED}: {asked:?}") };
    let machine = Folder::open(Path::new(folder)).unwrap().machine().unwrap();
    println!("{}", measure(machine, frames.parse().unwrap(), how == PORTS));
    std::process::exit(0);
}

/// Every network, all files below target/model_speed; all that is built first with the program at CIRCLET.
pub fn speeds() -> Vec<Speed> {
    let place = fs::canonicalize(".").unwrap().join("target/model_speed");
    fs::create_dir_all(&place).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let values: Vec<f64> = (0..16 * 16 * 64).map(|_| random.random_range(-64..64) as f64 / 1024.0).collect();
    let tensors = [("w".to_string(), (vec![16, 16, 64], &values[..]))];
    fs::write(place.join("wide.safetensors"), safetensors::write(&tensors.into()).unwrap()).unwrap();
    fs::write(place.join("wide.circ"), WIDE).unwrap();
    let networks = ["examples/digits/digits.circ".into(), "examples/mnist/mnist.circ".into(), place.join("wide.circ")];
    networks.iter().map(|network| speed(&place, network)).collect()
}

fn speed(place: &Path, network: &Path) -> Speed {
    let runners = Runners::build(place, network);
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); 5];
    for _ in 0..RUNS {
        // side by side, so that all meet the same load
        runners.run().into_iter().zip(&mut rates).for_each(|(rate, rates)| rates.push(rate));
    }
    eprintln!("{}: done", runners.name);
    let median = |at: usize| median(&rates[at]);
    Speed {
        verilator: median(0),
        library: [median(1), median(2)],
        emitted: [median(3), median(4)],
        instructions: runners.instructions(),
        network: runners.name,
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
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

    /// Million cycles per second of each: Verilator, the library stepped and at its ports, the crate likewise. All have to say
    /// the same of the same frames.
    fn run(&self) -> [f64; 5] {
        let manifest = &self.folder.manifest;
        let (input, output) = (&manifest.input, &manifest.output);
        let numbers =
            [input.beats, output.beats, input.lanes, input.width as usize, input.bytes * 8, output.width as usize];
        let mut simulator = Command::new(&self.simulator);
        simulator.current_dir(&self.folder.root).args([self.frames].iter().chain(&numbers).map(usize::to_string));
        let run = |[library, emitted]: [Command; 2]| [library, emitted].map(|mut command| done(&mut command));
        let (stepped, ports) = (run(self.models(self.frames, STEPPED)), run(self.models(self.frames, PORTS)));
        let all = [done(&mut simulator)].into_iter().chain(stepped).chain(ports);
        let all = rates(all.collect());
        let [ports, ports_out] = rates(run(self.models(LONGER * self.frames, PORTS)).into())[..] else { panic!() };
        let [simulated, stepped, stepped_out, ..] = all[..] else { panic!() };
        [simulated, stepped, ports, stepped_out, ports_out]
    }

    /// The library and the crate, to run so many frames.
    fn models(&self, frames: usize, how: &str) -> [Command; 2] {
        let mut library = Command::new(std::env::current_exe().unwrap());
        library.env(ASKED, format!("{}\n{frames}\n{how}", self.folder.root.display()));
        let mut emitted = Command::new(&self.model);
        emitted.args([&frames.to_string(), how]);
        [library, emitted]
    }

    /// Instructions per cycle of both at the ports: what twice as many frames take more.
    fn instructions(&self) -> [f64; 2] {
        let frames = self.frames / 4 + 1;
        let [few, many] = [frames, 2 * frames].map(|frames| self.models(frames, PORTS).map(|model| counted(&model)));
        [0, 1].map(|at| (many[at].1 - few[at].1) / (many[at].0 - few[at].0))
    }
}

/// The cycles and the instructions of a run.
fn counted(model: &Command) -> (f64, f64) {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(model.get_program())
        .args(model.get_args());
    valgrind.envs(model.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = valgrind.output().unwrap_or_else(|cause| panic!("{valgrind:?}: {cause}"));
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let count = said.split("Collected : ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let count = count.unwrap_or_else(|| panic!("{valgrind:?}: {said}"));
    (parsed(&out).0, count.parse().unwrap())
}

/// Million cycles per second of runs that have to say the same.
fn rates(said: Vec<String>) -> Vec<f64> {
    let all: Vec<_> = said.iter().map(|text| parsed(text)).collect();
    let same = |said: &(f64, f64, u64)| (said.0, said.2) == (all[0].0, all[0].2);
    assert!(all.iter().all(same), "cycles and words differ: {all:?}");
    all.iter().map(|(cycles, seconds, _)| cycles / seconds / 1e6).collect()
}

/// Cycles, seconds and the sum.
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
        include_str!("drive.rs")
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
