//! `make demo`: the digits network from text to proven Verilog, and one table of what was seen.

use circlet::diag::{Diagnostics, render};
use circlet::emit::design::design;
use circlet::emit::{vectors, write};
use circlet::frontend::{self, data};
use circlet::machine::flow::Flow;
use circlet::network::argmax::class;
use circlet::pipeline::{self, Silent};
use circlet::reference::{Fixed, Real, scaled};
use circlet::report::table::{Table, grouped};
use circlet::verify::frames::{self, padded};
use circlet::verify::{Bench, Options};
use std::error::Error;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("examples/digits");
    let output = Path::new("hdl_out/digits");
    let clock = Instant::now();

    eprintln!("compiling examples/digits/digits.circ to hdl_out/digits");
    let source = frontend::read_source(&folder.join("digits.circ"))?;
    let mut diagnostics = Diagnostics::default();
    let compiled = pipeline::compile(&source, &mut Silent, &mut diagnostics);
    eprint!("{}", render::text(&diagnostics, &source, false));
    let compiled = compiled.map_err(|_| "the network has errors")?;
    let network = &compiled.network;
    let context = compiled.context();
    let design = design(&context, &mut diagnostics).map_err(|_| "the design has errors")?;
    write::write(&design, output)?;
    let built = clock.elapsed();

    let images = data::samples(&folder.join("test_images.npy"), &network.input.shape)?;
    let labels = data::labels(&folder.join("test_labels.npy"))?;
    let fixed = Fixed::new(network);
    let words: Vec<Vec<i64>> = images.iter().map(|image| fixed.quantise(image)).collect();
    let given: Vec<Vec<i64>> = words.iter().map(|frame| padded(frame, &design.manifest.input)).collect();

    eprintln!("verifying with Verilator: {} test images, then bubbles, back-pressure and resets", images.len());
    let options = Options { given: Some(Rc::new(given.clone())), frames: Some(given.len()), ..Options::default() };
    let bench = Bench::build(output, &options, &mut |_| ())?;
    let report = bench.verify(&options, &mut |_| ())?;

    let on = |network| -> Vec<usize> {
        let real = Real::new(network);
        images.iter().map(|image| class(&real.run(&scaled(&compiled.network.input, image)))).collect()
    };
    let first = |frames: Vec<Vec<i64>>| -> Vec<usize> { frames.iter().map(|frame| frame[0] as usize).collect() };
    let levels = [
        ("dense", on(&compiled.dense)),
        ("circulant", on(network)),
        ("fixed", words.iter().map(|frame| fixed.run(frame).output()[0] as usize).collect()),
        ("cycle", first(frames::cycle(&mut Flow::of(vectors::machine_of(&context)), &given))),
        ("rtl", first(bench.lockstep.frames(given, &mut |_| ())?)),
    ];

    let mut table = Table::new("what result", "lr");
    let mut row = |what: &str, result: String| table.row([what.to_string(), result]);
    for (name, classes) in &levels {
        let right = classes.iter().zip(&labels).filter(|(class, label)| class == label).count();
        let share = 100.0 * right as f64 / labels.len() as f64;
        row(&format!("accuracy at level {name}"), format!("{share:.2} % ({right} of {})", labels.len()));
    }
    row("cycles compared, model and Verilog", grouped(report.cycles));
    row("signals compared in each", report.signals.to_string());
    row("differences", report.differences.to_string());
    let measured = report.measured.ok_or("the interval could not be measured")?;
    let (promised, cost) = (report.promised, design.manifest.cost);
    row("interval, promised / measured", format!("{} / {} cycles", promised.interval, measured.interval));
    row("latency, promised / measured", format!("{} / {} cycles", promised.latency_last, measured.latency_last));
    row("frames per second at 100 MHz", grouped((1e8 / measured.interval as f64) as u64));
    row("multipliers", cost.multipliers.to_string());
    row("memory bits, FIFOs included", grouped(cost.memory_bits));
    let weights =
        |pick: fn(&circlet::manifest::LayerEntry) -> usize| design.manifest.layers.iter().map(pick).sum::<usize>();
    let (stored, dense) = (weights(|layer| layer.weights), weights(|layer| layer.dense_weights));
    let ratio = dense as f64 / stored as f64;
    row("weights, dense / stored", format!("{} / {} ({ratio:.1} x)", grouped(dense as u64), grouped(stored as u64)));
    row("seconds, compile / everything", format!("{:.2} / {:.1}", built.as_secs_f64(), clock.elapsed().as_secs_f64()));
    println!("\nDigits: a block-circulant network 64-128-128-10 in Verilog\n\n{table}");
    println!(
        "Where to look next\n\n  \
         hdl_out/digits/rtl/digits.v       the Verilog, from the top\n  \
         hdl_out/digits/report.txt         layers, actors, FIFOs, formats\n  \
         hdl_out/digits/model/             the cycle-accurate model, a Rust crate of its own\n  \
         target/release/circlet explain examples/digits/digits.circ fc1     one layer through every stage"
    );
    if !report.passed() {
        print!("{report}");
        return Err("the Verilog and its model differ".into());
    }
    Ok(())
}
