//! `circlet synth` as a user runs it.

use super::designs::{measured, of};
use crate::binary::{circlet, program, run};
use crate::files;
use circlet::network::Family;
use circlet::synth::yosys::look;
use circlet::synth::{Count, FILE};
use std::path::Path;
use std::process::Command;

fn mini() -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    files::write(folder.path(), "");
    std::fs::write(folder.path().join("mini.circ"), include_str!("../fixtures/cli/mini.circ")).unwrap();
    folder
}

#[test]
fn cells_are_counted_by_layer_as_yosys_counts_them() {
    let folder = mini();
    for family in Family::ALL {
        let design = of(&folder.path().join("mini.circ"));
        let found = measured(&design, family);
        // the same by the statistics of Yosys itself
        let root = folder.path().join(family.name());
        circlet::emit::write::write(&design, &root).unwrap();
        let synth = match family {
            Family::Ecp5 => "synth_ecp5",
            Family::Xc7 => "synth_xilinx -family xc7 -flatten",
        };
        let files = std::fs::read_to_string(root.join("files.f")).unwrap().replace('\n', " ");
        let script = format!("read_verilog -defer {files}; {synth} -top mini; tee -q -o stat.json stat -json");
        assert!(Command::new("yosys").args(["-q", "-p", &script]).current_dir(&root).status().unwrap().success());
        let text = std::fs::read_to_string(root.join("stat.json")).unwrap();
        let stat: serde_json::Value = serde_json::from_str(&text).unwrap();
        let cells = stat["design"]["num_cells_by_type"].as_object().unwrap();
        assert_eq!(found.cells.len(), cells.len());
        assert!(found.cells.iter().all(|(name, count)| cells[name].as_u64() == Some(*count)), "{cells:?}");
        let mut sum = Count::default();
        found.layers.iter().for_each(|part| sum += part.count);
        assert_eq!(sum, found.total);
        assert!(found.total.luts > 0 && found.total.ffs > 0);
        for layer in &design.manifest.layers {
            let part = found.layers.iter().find(|part| part.place.layer.as_ref() == Some(&layer.name)).unwrap();
            assert_eq!(part.place.line, Some(layer.line));
            let mut inner = Count::default();
            part.parts.iter().for_each(|part| inner += part.count);
            assert!(part.count.ffs > 0 && inner.ffs <= part.count.ffs && !part.parts.is_empty());
        }
    }
}

#[test]
fn a_measurement_stands_beside_the_estimate_until_the_design_changes() {
    let folder = mini();
    circlet(folder.path(), &["build", "mini.circ", "-q"]).fine();
    let measured = circlet(folder.path(), &["synth", "mini.circ", "--no-place", "--json"]).json();
    assert!(folder.path().join("hdl_out/mini").join(FILE).is_file());
    let report = || circlet(folder.path(), &["report", "mini.circ", "--json"]).json();
    assert_eq!(report()["measured"][0], measured);
    assert_eq!(report()["estimates"].as_array().unwrap().len(), 2);
    let text = circlet(folder.path(), &["report", "mini.circ"]).fine();
    assert!(text.contains("LUT estimated  measured"), "{text}");
    // another design: what was measured says nothing of it
    let network = folder.path().join("mini.circ");
    let edited = std::fs::read_to_string(&network).unwrap().replace("range -1 .. 1", "range -2 .. 2");
    assert!(edited.contains("range -2 .. 2"));
    std::fs::write(&network, edited).unwrap();
    assert_eq!(report()["measured"], serde_json::Value::Null);
}

#[test]
fn a_missing_tool_is_named_with_the_way_out() {
    let folder = mini();
    let said = circlet(folder.path(), &["synth", "mini.circ", "--yosys", "nowhere", "-q"]).refused();
    assert!(said.contains("`nowhere`: not found; install Yosys"), "{said}");
    // what can be measured is
    let ran = circlet(folder.path(), &["synth", "mini.circ", "--nextpnr", "nowhere", "-q"]).fine();
    assert!(ran.contains("not placed and routed: `nowhere`: not found; install nextpnr"), "{ran}");
    let said = run(program(Path::new("."), &["synth", "src", "-q"])).refused();
    assert!(said.contains("`src`: is not an output folder of circlet"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_tool_by_a_relative_path_runs_in_the_output_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = mini();
    let script = folder.path().join("tools/yosys");
    std::fs::create_dir(folder.path().join("tools")).unwrap();
    std::fs::write(&script, "#!/bin/sh\nexec yosys \"$@\"\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = circlet(folder.path(), &["synth", "mini.circ", "--yosys", "tools/yosys", "--no-place", "-q"]).fine();
    assert!(ran.contains("not placed and routed: not asked for"), "{ran}");
}

/// Of what a DSP cell takes from others that read it nothing would be left but constants; another Yosys may leave it to them.
#[test]
fn a_sum_that_a_dsp_cell_takes_from_others_is_found() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let source = include_str!("../fixtures/synth/shared_sum.v");
    std::fs::write(folder.path().join("shared_sum.v"), source).unwrap();
    let read = "read_verilog shared_sum.v";
    let script = format!("{read}; synth_xilinx -family xc7 -top shared_sum; stat; {}", look(read, "shared_sum"));
    let said = Command::new("yosys").args(["-p", &script]).current_dir(folder.path()).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    // of 21 bits more, and where it is not taken of the sum's 20 too
    let carries = text.lines().rev().find_map(|line| line.trim().strip_prefix("CARRY4")?.trim().parse::<usize>().ok());
    let found = text.contains("is used but has no driver") && !said.status.success();
    assert!(found || said.status.success() && carries.is_some_and(|count| count > 6), "{text}");
    assert!(found || !text.contains("Yosys 0.23"), "{text}");
}
