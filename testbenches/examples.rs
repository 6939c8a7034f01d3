//! The real examples on real data: accuracy at every level, differences, promises, costs as Yosys counts them.

#[path = "common/examples.rs"]
mod examples;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use circlet::diag::Diagnostics;
use circlet::emit::design::{Design, design};
use circlet::emit::{vectors, write};
use circlet::frontend::{self, data};
use circlet::machine::flow::Flow;
use circlet::network::argmax::class;
use circlet::pipeline::{self, Compiled, Silent};
use circlet::reference::{Fixed, Real, scaled};
use circlet::verify::frames::{self, padded};
use circlet::verify::{self, Bench, Options};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::rc::Rc;

struct Example {
    compiled: Compiled,
    design: Design,
    output: PathBuf,
    images: Vec<Vec<f64>>,
    labels: Vec<usize>,
}

impl Example {
    /// The network built in the folder `examples/<test>` below `CARGO_TARGET_TMPDIR`, which no other test writes.
    fn new(test: &str, network: &str, images: &Path, labels: &Path) -> Example {
        let source = frontend::read_source(Path::new(network)).unwrap();
        let mut diagnostics = Diagnostics::default();
        let compiled = pipeline::compile(&source, &mut Silent, &mut diagnostics).unwrap();
        assert!(diagnostics.list.is_empty(), "{network} gives {diagnostics:?}");
        let context = compiled.context();
        let design = design(&context, &mut diagnostics).unwrap();
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples").join(test);
        write::write(&design, &output).unwrap();
        let images = data::samples(images, &compiled.network.input.shape).unwrap();
        Example { compiled, design, output, images, labels: data::labels(labels).unwrap() }
    }

    fn right(&self, classes: &[usize]) -> usize {
        classes.iter().zip(&self.labels).filter(|(class, label)| class == label).count()
    }

    fn words(&self, count: usize) -> Vec<Vec<i64>> {
        let fixed = Fixed::new(&self.compiled.network);
        self.images.iter().take(count).map(|image| fixed.quantise(image)).collect()
    }

    fn circulant(&self) -> usize {
        let network = &self.compiled.network;
        let real = Real::new(network);
        let classes: Vec<usize> =
            self.images.par_iter().map(|image| class(&real.run(&scaled(&network.input, image)))).collect();
        self.right(&classes)
    }

    fn fixed(&self) -> Vec<usize> {
        let fixed = Fixed::new(&self.compiled.network);
        self.images.par_iter().map(|image| fixed.run(&fixed.quantise(image)).output()[0] as usize).collect()
    }

    /// The first `count` images through model and Verilog, every signal compared in every cycle; their classes.
    fn timed(&self, count: usize) -> (Vec<usize>, Vec<usize>) {
        let given: Vec<Vec<i64>> =
            self.words(count).iter().map(|words| padded(words, &self.design.manifest.input)).collect();
        let context = self.compiled.context();
        let class = |frames: Vec<Vec<i64>>| frames.iter().map(|frame| frame[0] as usize).collect();
        let cycle = frames::cycle(&mut Flow::of(vectors::machine_of(&context)), &given);
        let options = Options { frames: Some(count), others: Some(0), ..Options::default() };
        let bench = Bench::build(&self.output, &options, &mut |_| ()).unwrap();
        (class(cycle), class(bench.lockstep.frames(given, &mut |_| ()).unwrap()))
    }
}

fn digits(test: &str) -> Example {
    let folder = Path::new("examples/digits");
    Example::new(test, "examples/digits/digits.circ", &folder.join("test_images.npy"), &folder.join("test_labels.npy"))
}

#[test]
fn digits_keep_their_accuracy_down_to_the_verilog() {
    let example = digits("digits_accuracy");
    let count = example.images.len();
    assert_eq!(count, 359);
    let (circulant, fixed) = (example.circulant(), example.fixed());
    let (cycle, rtl) = example.timed(count);
    assert_eq!(fixed, cycle);
    assert_eq!(cycle, rtl);
    let share = |right: usize| 100.0 * right as f64 / count as f64;
    let right = example.right(&rtl);
    println!("digits: circulant {:.2} %, rtl {:.2} %", share(circulant), share(right));
    assert!(share(right) >= 96.0);
    assert!((share(circulant) - share(right)).abs() <= 0.5);
}

#[test]
fn digits_keep_their_promises_and_cost_what_yosys_counts() {
    let example = digits("digits_promises");
    let given = example.words(64).iter().map(|words| padded(words, &example.design.manifest.input)).collect();
    let options = Options { given: Some(Rc::new(given)), frames: Some(64), ..Options::default() };
    let report = verify::run(&example.output, &options, &mut |_| ()).unwrap();
    assert!(report.passed(), "{report}");
    let manifest = &example.design.manifest;
    let files: Vec<String> = manifest.modules.iter().map(|module| module.file.clone()).collect();
    tools::lint(&example.output, &manifest.network, &files);
    assert_eq!(
        tools::count(&example.output, &manifest.network, &files),
        (manifest.cost.multipliers, manifest.cost.memory_bits)
    );
}

#[test]
fn mnist_keeps_its_accuracy_down_to_the_verilog() {
    let found =
        (examples::shared("mnist/t10k-images-idx3-ubyte.gz"), examples::shared("mnist/t10k-labels-idx1-ubyte.gz"));
    let (Some(images), Some(labels)) = found else { return };
    let example = Example::new("mnist", "examples/mnist/mnist.circ", &images, &labels);
    assert_eq!(example.images.len(), 10_000);
    let (circulant, fixed) = (example.circulant(), example.fixed());
    let right = example.right(&fixed);
    println!("mnist: circulant {circulant}, fixed {right} of 10000");
    assert!(right >= 9_750);
    let (cycle, rtl) = example.timed(500);
    assert_eq!(fixed[..500], cycle);
    assert_eq!(cycle, rtl);

    let manifest = &example.design.manifest;
    let files: Vec<String> = manifest.modules.iter().map(|module| module.file.clone()).collect();
    tools::lint(&example.output, &manifest.network, &files);
    assert_eq!(
        tools::count(&example.output, &manifest.network, &files),
        (manifest.cost.multipliers, manifest.cost.memory_bits)
    );
}
