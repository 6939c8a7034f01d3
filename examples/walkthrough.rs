// One layer end to end: compile the digits network, look at its schedule, run one image on two levels.
use circlet::diag::Diagnostics;
use circlet::emit::vectors;
use circlet::frontend::{self, data};
use circlet::machine::flow::Flow;
use circlet::pipeline::{self, Silent};
use circlet::reference::Fixed;
use circlet::verify::frames;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new("examples/digits");
    let source = frontend::read_source(&folder.join("digits.circ"))?;
    let compiled = pipeline::compile(&source, &mut Silent, &mut Diagnostics::default())
        .map_err(|_| "the digits network has errors")?;

    // WHEN: what the schedule promises
    let schedule = &compiled.schedule;
    assert!(schedule.interval <= 64);

    // level fixed: integers without time
    let network = &compiled.network;
    let images = data::samples(&folder.join("test_images.npy"), &network.input.shape)?;
    let fixed = Fixed::new(network);
    let words = fixed.quantise(&images[0]);
    let digit = fixed.run(&words).output().to_vec();

    // level cycle: the same integers, one clock cycle after the other
    let context = compiled.context();
    let mut flow = Flow::of(vectors::machine_of(&context));
    let frame = frames::padded(&words, &context.port(true));
    assert_eq!(frames::cycle(&mut flow, &[frame]), [digit]);
    assert!(flow.cycle() >= schedule.latency_last as u64);
    Ok(())
}
