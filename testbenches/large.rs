//! One flipped bit in a waveform of a gigabyte: how long `circlet diff` takes to find it, and in how much memory.
//!
//! `large [MEGABYTES]`: the model of hdl_out/digits plays frames until its waveform is that large; a copy differs in one
//! bit of the last frames. Both stay in target/large.

#[allow(dead_code)]
#[path = "common/watched.rs"]
mod watched;

use circlet::verify::folder::Folder;
use circlet::verify::stimulus::{Frames, Plan};
use circlet::verify::wave::write;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Command;
use watched::Watched;

/// Bytes of the waveform per frame, about; a first short run measures it.
const TRIAL: usize = 200;
/// The signal in which a bit is flipped.
const SIGNAL: &str = "fc2_spectra_push_data";

fn main() {
    let megabytes: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1000);
    let place = Path::new("target/large");
    fs::create_dir_all(place).unwrap();
    let (whole, flipped) = (place.join("whole.vcd"), place.join("flipped.vcd"));
    let folder = Folder::open(Path::new("hdl_out/digits")).unwrap();
    let record = |frames: usize| {
        let frames_of = Frames::of(None, &folder.manifest.input);
        let cycles = write::model(&folder, &Plan::steady(frames, 1), frames_of, &whole).unwrap();
        (cycles, fs::metadata(&whole).unwrap().len() as usize)
    };
    let wanted = megabytes * 1_000_000;
    let (_, size) = record(TRIAL);
    let frames = (wanted / (size / TRIAL)).max(TRIAL) * 101 / 100;
    let (cycles, size) = record(frames);
    println!("{} MB, {cycles} cycles, {frames} frames of digits recorded by the model", size / 1_000_000);
    let line = flip(&whole, &flipped, size * 9 / 10);
    println!("one bit of {SIGNAL} flipped in line {line}");

    let program = std::env::var("CIRCLET").unwrap_or("target/release/circlet".into());
    for (name, other) in [("equal", &whole), ("one bit flipped", &flipped)] {
        let mut command = Command::new(&program);
        command.arg("diff").arg(&whole).arg(other).args(["--folder", "hdl_out/digits"]);
        let Watched { output, seconds, megabytes, .. } = watched::run(&mut command);
        print!("\n{}", String::from_utf8_lossy(&output.stdout));
        println!("{name}: {seconds:.1} s, at most {megabytes} MB, exit code {}", output.status.code().unwrap());
    }
}

/// Copies a waveform, with the last bit of the first value of [`SIGNAL`] behind byte `from` flipped; gives its line.
fn flip(whole: &Path, flipped: &Path, from: usize) -> usize {
    let mut input = BufReader::with_capacity(1 << 20, File::open(whole).unwrap());
    let mut output = BufWriter::with_capacity(1 << 20, File::create(flipped).unwrap());
    let (mut line, mut at, mut number, mut changed, mut code) = (Vec::new(), 0, 0, 0, String::new());
    while input.read_until(b'\n', &mut line).unwrap() > 0 {
        number += 1;
        at += line.len();
        let text = String::from_utf8_lossy(&line);
        if text.starts_with("$var") && text.contains(&format!(" {SIGNAL} ")) {
            code = format!(" {}\n", text.split(' ').nth(3).unwrap());
        }
        if changed == 0 && at > from && !code.is_empty() && text.ends_with(&code) && !text.contains('x') {
            let bit = line.len() - code.len() - 1;
            line[bit] ^= 1;
            changed = number;
        }
        output.write_all(&line).unwrap();
        line.clear();
    }
    output.flush().unwrap();
    assert!(changed > 0, "no value of {SIGNAL} behind byte {from}");
    changed
}
