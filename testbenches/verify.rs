//! Verification itself: it passes what is right, and names cycle, signal and layer of what is not.
//!
//! The subject is `fixtures/tiny`, an output folder written by hand; the cells are added to it here.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;
mod files;
#[path = "common/tiny.rs"]
mod tiny;

use circlet::machine::flow::Flow;
use circlet::verify::folder::Folder;
use circlet::verify::report::Report;
use circlet::verify::{Bench, Options, Simulator, frames, run};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tiny::{edit, tiny};

fn verify(dir: &Path, options: Options) -> Report {
    run(dir, &options, &mut |_| ()).unwrap()
}

#[test]
fn what_is_right_passes_every_plan() {
    let dir = tiny("right");
    let report = verify(&dir, Options { frames: Some(200), others: Some(100), ..Options::default() });
    assert!(report.passed(), "{report}");
    assert_eq!(report.plans.len(), 13);
}

#[test]
fn a_wrong_bit_is_found_with_its_layer_and_a_waveform() {
    let dir = tiny("wrong_bit");
    edit(&dir, "rtl/tiny_twice.v", ".in_data(twice_in_data)", ".in_data(twice_in_data ^ {6'd0, beat == 3'd6, 13'd0})");
    let wave = dir.join("wave.vcd");
    let report = verify(&dir, Options { wave: Some(wave.clone()), ..Options::default() });
    assert!(!report.passed());
    let mismatch = report.mismatch.unwrap();
    assert_eq!(mismatch.signal, "tiny_out_push_data");
    assert_eq!((mismatch.layer.as_deref(), mismatch.line), (Some("twice"), 4));
    let place = mismatch.place.unwrap();
    assert_eq!((place.frame, place.beat, place.lane), (0, 2, Some(1)));
    assert_eq!((mismatch.expected.integer ^ mismatch.got.integer) & 1023, 8);
    assert_eq!(mismatch.wave.as_ref(), Some(&wave));
    let vcd = std::fs::read_to_string(wave).unwrap();
    assert!(vcd.contains("twice_in_push_data"));
    let last: u64 = vcd.lines().rev().find_map(|line| line.strip_prefix('#')).unwrap().parse().unwrap();
    assert_eq!(last, 2 * (mismatch.cycle + 20) + 1);
}

#[test]
fn a_missing_stall_is_found_under_back_pressure() {
    let dir = tiny("missing_stall");
    edit(&dir, "rtl/tiny_twice.v", ".room(out_room)", ".room(1'b1)");
    let mismatch = verify(&dir, Options::default()).mismatch.unwrap();
    assert_eq!((mismatch.layer.as_deref(), mismatch.signal.as_str()), (Some("twice"), "twice_in_pop"), "{mismatch}");
    assert!(mismatch.plan != "no bubbles" && mismatch.expected.integer == 0, "{mismatch}");
}

#[test]
fn a_broken_fifo_is_found_in_the_layer_that_owns_it() {
    let dir = tiny("broken_fifo");
    edit(&dir, "rtl/turn_fifo.v", "= cross_out_q1 ? {from_bank", "= 1'b0 ? {from_bank");
    let mismatch = verify(&dir, Options::default()).mismatch.unwrap();
    assert_eq!(
        (mismatch.layer.as_deref(), mismatch.signal.as_str()),
        (Some("turn"), "twice_in_push_data"),
        "{mismatch}"
    );
}

#[test]
fn a_promise_that_is_not_kept_fails() {
    let dir = tiny("promise");
    edit(&dir, "manifest.json", "\"latency_last\": 36", "\"latency_last\": 35");
    let report = verify(&dir, Options::default());
    assert!(report.differences == 0 && !report.passed(), "{report}");
}

#[test]
fn frames_leave_the_hardware_as_they_leave_the_model() {
    let dir = tiny("frames");
    let folder = Folder::open(&dir).unwrap();
    let list: Vec<Vec<i64>> = (0..300).map(|n| (0..16).map(|i| (n * 37 + i * 11) % 1024 - 512).collect()).collect();
    let model = frames::cycle(&mut Flow::of(folder.machine().unwrap()), &list);
    let bench = Bench::build(&dir, &Options::default(), &mut |_| ()).unwrap();
    assert_eq!(bench.lockstep.frames(list.clone(), &mut |_| ()).unwrap(), model);
    // words 0 and 4 leave together, then 1 and 5
    assert_eq!(model[0][..4], [list[0][0], list[0][4], list[0][1], list[0][5]]);
    let options = Options { given: Some(Rc::new(list)), frames: Some(300), ..Options::default() };
    assert!(verify(&dir, options).passed());
}

#[test]
fn a_folder_that_is_none_is_named() {
    let missing = run(Path::new("no/such/folder"), &Options::default(), &mut |_| ()).unwrap_err();
    assert!(missing.to_string().contains("no/such/folder"), "{missing}");
    let dir = tiny("damaged");
    edit(&dir, "model/machine.txt", "replay=4:2:1:2", "replay=4:2");
    let damaged = run(&dir, &Options::default(), &mut |_| ()).unwrap_err().to_string();
    assert!(damaged.contains("machine.txt") && damaged.contains("line 5"), "{damaged}");
}

fn icarus(dir: &Path) -> Report {
    verify(dir, Options { simulator: Simulator::Icarus, others: Some(4), ..Options::default() })
}

#[test]
fn icarus_finds_what_stays_unknown_after_reset() {
    let dir = build_mini("unknown");
    let report = icarus(&dir);
    assert!(report.passed() && report.simulator.contains("4-state"), "{report}");
    let file = dir.join("rtl/axis_in.v");
    let text = std::fs::read_to_string(&file).unwrap();
    let reset = "if (rst) frame_error <= 1'b0;\n        else if";
    assert!(text.contains(reset));
    std::fs::write(&file, text.replace(reset, "if")).unwrap();
    let mismatch = icarus(&dir).mismatch.unwrap();
    assert_eq!((mismatch.signal.as_str(), mismatch.cycle), ("frame_error", 0), "{mismatch}");
    assert_eq!(mismatch.got.unknown.as_deref(), Some("x"), "{mismatch}");
}

#[test]
fn icarus_names_cycle_layer_and_value_of_a_wrong_bit() {
    let dir = build_mini("icarus_wrong");
    let file = dir.join("rtl/mini_fc1.v");
    let text = std::fs::read_to_string(&file).unwrap();
    let data = "assign out_data = ";
    assert!(text.contains(data), "{text}");
    std::fs::write(&file, text.replace(data, "assign out_data = 1'b1 ^ ")).unwrap();
    let mismatch = icarus(&dir).mismatch.unwrap();
    assert_eq!((mismatch.layer.as_deref(), mismatch.signal.as_str()), (Some("fc1"), "fc2_in_push_data"), "{mismatch}");
    assert_eq!(mismatch.expected.integer ^ mismatch.got.integer, 1, "{mismatch}");
    assert_eq!(mismatch.place.unwrap().beat, 0);
}

/// The small network of the command line's tests, built.
fn build_mini(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify").join(name);
    std::fs::create_dir_all(&dir).unwrap();
    files::write(&dir, "");
    std::fs::write(dir.join("mini.circ"), include_str!("fixtures/cli/mini.circ")).unwrap();
    binary::circlet(&dir, &["build", "mini.circ", "-o", "mini"]).fine();
    dir.join("mini")
}
