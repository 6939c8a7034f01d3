//! Waveforms and their comparison: what is equal is equal whoever recorded it, what differs is found and placed, and
//! recordings that cannot be compared are named with the reason.
//!
//! Expected places are counted here, from the text of the files.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;

use binary::circlet;
use circlet::verify::wave::Fault;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    place
}

fn project(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// The hand-written waveform, and one made of it.
const SOUND: &str = include_str!("fixtures/wave.vcd");

/// Compares two texts as files; the exit code, and the result.
fn compare(name: &str, a: &str, b: &str, options: &[&str]) -> (i32, Value) {
    let place = folder(name);
    fs::write(place.join("a.vcd"), a).unwrap();
    fs::write(place.join("b.vcd"), b).unwrap();
    let ran = circlet(&place, &[&["--json", "diff", "a.vcd", "b.vcd"], options].concat());
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}")))
}

/// Records digits three times: the model as FST and VCD, Verilator as FST, Icarus as VCD.
fn recordings(name: &str) -> PathBuf {
    let (place, digits) = (folder(name), project("hdl_out/digits"));
    let plan = ["--plan", "random, input 90", "--frames", "4"];
    let verilator = ["verify", &digits, "--wave-model", "model.fst", "--wave-rtl", "verilator.fst"];
    circlet(&place, &[&verilator[..], &plan].concat()).fine();
    let icarus = ["verify", &digits, "--simulator", "icarus", "--wave-model", "model.vcd", "--wave-rtl", "icarus.vcd"];
    circlet(&place, &[&icarus[..], &plan].concat()).fine();
    place
}

/// The lines of a model's VCD file, and the identifier code of a signal.
fn lines_and_code(text: &str, signal: &str) -> (Vec<String>, String) {
    let declared = text.lines().find(|line| line.contains(&format!(" {signal} "))).unwrap();
    (text.lines().map(str::to_string).collect(), declared.split(' ').nth(3).unwrap().to_string())
}

#[test]
fn the_same_run_is_equal_whoever_recorded_it_and_a_flipped_bit_is_placed() {
    let place = recordings("same");
    let digits = project("hdl_out/digits");
    for (a, b) in [
        ("model.fst", "verilator.fst"),
        ("model.vcd", "icarus.vcd"),
        ("verilator.fst", "icarus.vcd"),
        ("model.fst", "model.vcd"),
    ] {
        let result = circlet(&place, &["--json", "diff", a, b, "--folder", &digits]).json();
        assert_eq!((&result["differences"], &result["rest"]), (&0.into(), &Value::Null), "{a} {b}: {result}");
        assert!(result["a"]["cycles"].as_u64().unwrap() > 300 && result["signals"] == 40, "{a} {b}: {result}");
    }

    // the fortieth beat pushed into fc2_in: 64 beats of two words make a frame, word t beside word t + 8 of 16
    let text = fs::read_to_string(place.join("model.vcd")).unwrap();
    let (mut lines, push) = lines_and_code(&text, "fc2_in_push");
    let (_, data) = lines_and_code(&text, "fc2_in_push_data");
    let (_, clock) = lines_and_code(&text, "clk");
    let (mut beats, mut level, mut last, mut cycle, mut flipped) = (0, false, 0, 0u64, None);
    for (number, line) in lines.iter().enumerate() {
        if line.ends_with(&format!(" {data}")) {
            last = number;
        }
        if *line == format!("1{push}") || *line == format!("0{push}") {
            level = line.starts_with('1');
        }
        if *line == format!("1{clock}") {
            beats += usize::from(level);
            if beats == 41 && flipped.is_none() {
                flipped = Some((last, cycle));
            }
            cycle += 1;
        }
    }
    let (line, cycle) = flipped.unwrap();
    // the lowest bit of lane 1, ten bits a lane
    let at = lines[line].find(' ').unwrap() - 11;
    let bit = if lines[line].as_bytes()[at] == b'1' { "0" } else { "1" };
    lines[line].replace_range(at..=at, bit);
    fs::write(place.join("flipped.vcd"), lines.join("\n") + "\n").unwrap();
    for other in ["verilator.fst", "icarus.vcd"] {
        let arguments = ["--json", "diff", other, "flipped.vcd", "--folder", &digits, "--html", "first.html"];
        let ran = circlet(&place, &arguments);
        assert_eq!(ran.code, 1, "{ran:?}");
        let result: Value = serde_json::from_str(&ran.out).unwrap();
        let first = &result["first"];
        assert_eq!(result["differences"], 1, "{result}");
        assert_eq!(first["signal"], "fc2_in_push_data", "{result}");
        assert_eq!(first["layer"], "fc1", "{result}");
        assert_eq!(first["cycle"], serde_json::json!([cycle, cycle]), "{result}");
        let source = first["source"].as_array().unwrap();
        let declared = fs::read_to_string(project("examples/digits/digits.circ")).unwrap();
        let declared = declared.lines().nth(source[1].as_u64().unwrap() as usize - 1).unwrap().to_string();
        assert!(declared.contains("layer fc1"), "{declared}");
        // beat 40 of 64: block 5, word 0 and word 8 of it
        let expected = serde_json::json!({ "frame": 0, "beat": 40, "lane": 1, "element": 5 * 16 + 8 });
        assert_eq!(first["place"], expected, "{result}");
        let integer = |side: &str| first[side]["integer"].as_i64().unwrap();
        assert_eq!((integer("a") ^ integer("b"), first["a"]["format"].as_str()), (1, Some("s2.7")), "{result}");
        assert_eq!(first["a"]["real"].as_f64().unwrap(), integer("a") as f64 / 128.0, "{result}");
        let tolerant = ["diff", other, "flipped.vcd", "--folder", &digits, "--tolerance", "fc2_in_push_data=1"];
        circlet(&place, &tolerant).fine();
    }
    let page = fs::read_to_string(place.join("first.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("digits.fc2.fc2_in_push_data") && page.contains("class=\"bad\""));
    assert!(
        !page.contains("http://") || page.matches("http").count() == page.matches("http://www.w3.org/2000/svg").count()
    );
}

#[test]
fn vectors_and_a_recording_of_them_agree_beat_by_beat() {
    let (place, digits) = (folder("vectors"), project("hdl_out/digits"));
    let vectors = project("hdl_out/digits/vectors/cycles.hex");
    // the playing bench plays the vectors' own stimulus
    let stimulus = fs::read_to_string(&vectors).unwrap();
    let lines = stimulus.lines().filter(|line| !line.starts_with("//"));
    let fields = lines.map(|line| line.split('_').take(2).collect::<Vec<_>>().join(" ") + "\n");
    fs::write(place.join("stimulus.txt"), fields.collect::<String>()).unwrap();
    let program = place.join("play.vvp").display().to_string();
    let run = |program: &str, arguments: &[&str]| {
        let ended = std::process::Command::new(program).args(arguments).current_dir(&digits).status().unwrap();
        assert!(ended.success());
    };
    run("iverilog", &["-g2005", "-s", "digits_play", "-o", &program, "-f", "files.f", "tb/digits_play.v"]);
    let plus = |name: &str, file: &str| format!("+{name}={}", place.join(file).display());
    run("vvp", &["-n", &program, &plus("stimulus", "stimulus.txt"), &plus("record", "record.vcd")]);
    let by_beats = circlet(&place, &["--json", "diff", &vectors, "record.vcd"]).json();
    // three frames of 64 beats in, of one beat out
    assert_eq!((&by_beats["beats"], &by_beats["by_beats"]), (&(3 * 65).into(), &true.into()), "{by_beats}");
    let by_cycles = circlet(&place, &["--json", "diff", &vectors, "record.vcd", "--cycles"]).json();
    assert_eq!((&by_cycles["differences"], &by_cycles["signals"]), (&0.into(), &10.into()), "{by_cycles}");

    // a wrong word in the vectors: the second beat that leaves
    let lines: Vec<&str> = stimulus.lines().collect();
    let leaves = |line: &&str| {
        let digit = |at: usize| u8::from_str_radix(line.split('_').nth(at).unwrap_or("0"), 16).unwrap_or(0);
        !line.starts_with("//") && digit(0) & 1 == 1 && digit(2) & 2 == 2
    };
    let at = lines.iter().enumerate().filter(|(_, line)| leaves(line)).nth(1).unwrap().0;
    let mut wrong: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
    let end = wrong[at].len() - 1;
    let digit = u8::from_str_radix(&wrong[at][end..], 16).unwrap() ^ 1;
    wrong[at].replace_range(end.., &format!("{digit:x}"));
    fs::write(place.join("wrong.hex"), wrong.join("\n") + "\n").unwrap();
    let ran = circlet(&place, &["--json", "diff", "record.vcd", "wrong.hex", "--folder", &digits]);
    let result: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &result["differences"]), (1, &1.into()), "{result}");
    assert_eq!(result["first"]["place"]["frame"], 1, "{result}");
    assert_eq!(result["first"]["signal"], "m_axis_tdata", "{result}");
}

#[test]
fn names_and_times_may_differ() {
    // another top, another clock's name, period and offset, another timescale
    let other =
        SOUND.replace("module tb", "module a $end\n$scope module dut").replace("clk", "ck").replace("1ns", "100ps");
    let other = other.replace("$enddefinitions", "$upscope $end\n$enddefinitions");
    let times = [
        ("#0\n", "#70\n"),
        ("#5\n", "#81\n"),
        ("#10\n", "#91\n"),
        ("#15\n", "#102\n"),
        ("#20\n", "#150\n"),
        ("#25\n", "#151\n"),
    ];
    let other = times.iter().rev().fold(other, |text, (from, to)| text.replace(from, to));
    let (code, result) = compare("names", SOUND, &other, &["--clock", "clk,ck"]);
    assert_eq!((code, &result["signals"], &result["a"]["cycles"]), (0, &3.into(), &2.into()), "{result}");
    assert_eq!((&result["a"]["scope"], &result["b"]["scope"]), (&"tb".into(), &"a.dut".into()), "{result}");
    // a map of names
    let other = SOUND.replace("out_push", "pushed").replace("rst", "clear");
    let place = folder("map");
    fs::write(place.join("a.vcd"), SOUND).unwrap();
    fs::write(place.join("b.vcd"), other.replace("b111 $", "b110 $")).unwrap();
    let map = "tb.rst tb.clear\ntb.out_push tb.pushed  // the beat\ntb.out_push_data tb.pushed_data\n";
    fs::write(place.join("names.map"), map).unwrap();
    let ran = circlet(&place, &["--json", "diff", "a.vcd", "b.vcd", "--map", "names.map"]);
    let result: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &result["first"]["cycle"][0]), (1, &1.into()), "{result}");
}

#[test]
fn unknown_bits_count_where_they_mean_something() {
    // data is unknown while nothing announces it, and in the reset
    assert_eq!(compare("idle", SOUND, &SOUND.replace("bx $", "b1010 $"), &[]).0, 0);
    let unknown = SOUND.replace("b111 $", "b1x1 $");
    let (code, result) = compare("unknown", SOUND, &unknown, &[]);
    assert_eq!((code, &result["first"]["b"]["unknown"]), (1, &"01x1".into()), "{result}");
    assert_eq!(compare("matches", SOUND, &unknown, &["--unknown-matches"]).0, 0);
    // tolerance is for numbers: it does not excuse what is not known
    assert_eq!(compare("tolerance", SOUND, &unknown, &["--tolerance", "15"]).0, 1);
    let near = SOUND.replace("b111 $", "b110 $");
    assert_eq!(compare("near", SOUND, &near, &[]).0, 1);
    assert_eq!(compare("tolerated", SOUND, &near, &["--tolerance", "1"]).0, 0);
    let high = SOUND.replace("b111 $", "bz $");
    assert_eq!(compare("high", SOUND, &high, &[]).1["first"]["b"]["unknown"], "zzzz");
    // an unknown control bit is a difference whatever it announces
    let control = SOUND.replace("1#\n", "x#\n");
    let (code, result) = compare("control", SOUND, &control, &[]);
    assert_eq!(
        (code, &result["first"]["signal"], &result["first"]["b"]["unknown"]),
        (1, &"out_push".into(), &"x".into())
    );
}

#[test]
fn ends_and_offsets() {
    let longer = format!("{SOUND}#30\n0!\n#35\n1!\n");
    let (code, result) = compare("longer", SOUND, &longer, &[]);
    assert!(code == 1 && result["rest"].as_str().unwrap().contains("A ends after 2 cycles"), "{result}");
    assert_eq!(compare("prefix", SOUND, &longer, &["--prefix"]).0, 0);
    // the first cycle after reset left out of B
    let (head, body) = SOUND.split_once("#15\n").unwrap();
    let shorter = format!("{head}{}", body.strip_prefix("1!\n").unwrap());
    assert_eq!(compare("shifted", SOUND, &shorter, &[]).0, 1);
    assert_eq!(compare("offset", SOUND, &shorter, &["--offset", "-1"]).0, 0);
}

#[test]
fn what_cannot_be_compared_is_named_with_the_reason() {
    let place = folder("faults");
    fs::write(place.join("sound.vcd"), SOUND).unwrap();
    let mut fixtures: Vec<PathBuf> =
        fs::read_dir(project("testbenches/fixtures/waves")).unwrap().map(|entry| entry.unwrap().path()).collect();
    fixtures.sort();
    let mut said = String::new();
    let mut codes: Vec<&str> = Vec::new();
    for fixture in &fixtures {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        fs::copy(fixture, place.join(name)).unwrap();
        let ran = match name.ends_with(".map") {
            true => circlet(&place, &["diff", "sound.vcd", "sound.vcd", "--map", name]),
            false => circlet(&place, &["diff", "sound.vcd", name]),
        };
        let text = ran.refused();
        let code = name.split(['-', '.']).next().unwrap();
        assert!(text.contains(&format!("[{code}]")), "{name}: {text}");
        codes.extend(Fault::CODES.iter().find(|known| **known == code));
        said += &format!("{name}\n    {}\n", text.trim());
    }
    codes.dedup();
    assert_eq!(codes.len(), Fault::CODES.len(), "a fixture for each code: {codes:?}");
    insta::assert_snapshot!(said);
    // a damaged FST file: cut in the middle
    let plan =
        ["verify", &project("hdl_out/digits"), "--simulator", "icarus", "--plan", "output 3 in 4", "--frames", "1"];
    circlet(&place, &[&plan[..], &["--wave-model", "whole.fst"]].concat()).fine();
    let whole = fs::read(place.join("whole.fst")).unwrap();
    for length in [whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        fs::write(place.join("cut.fst"), &whole[..length]).unwrap();
        let text = circlet(&place, &["diff", "whole.fst", "cut.fst"]).refused();
        assert!(text.contains("cut.fst") && text.contains("[truncated]"), "{length}: {text}");
    }
    assert_eq!(circlet(&place, &["diff", "sound.vcd"]).code, 2);
    assert_eq!(circlet(&place, &["diff", "sound.vcd", "sound.vcd", "--tolerance", "much"]).code, 2);
}
