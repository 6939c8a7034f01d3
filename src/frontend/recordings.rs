//! Recordings of sounds: WAV files in a folder, or in a .tar as it is or packed.

use super::MAX_ELEMENTS;
use crate::diag::Error;
use flate2::read::MultiGzDecoder;
use hound::{SampleFormat, WavReader};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// A recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The name of its file, without `.wav`.
    pub name: String,
    /// Samples per second.
    pub rate: u32,
    /// From -1 to 1.
    pub samples: Vec<f32>,
}

/// All recordings of a place, by name.
pub fn read(place: &Path) -> Result<Vec<Recording>, Error> {
    let fault = |cause| Error::Read { path: place.into(), cause };
    let mut found =
        if place.is_dir() { of_folder(place)? } else { of_archive(place, File::open(place).map_err(fault)?)? };
    if found.is_empty() {
        return Err(malformed(place, "there are no recordings in it, expected .wav files".into()));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn malformed(path: &Path, problem: String) -> Error {
    Error::Malformed { path: path.into(), problem }
}

fn of_folder(folder: &Path) -> Result<Vec<Recording>, Error> {
    let fault = |cause| Error::Read { path: folder.into(), cause };
    let (mut found, mut total) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if let Some(name) = name_of(&path) {
            let file = File::open(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
            found.push(recording(name, BufReader::new(file), &mut total).map_err(|problem| malformed(&path, problem))?);
        }
    }
    Ok(found)
}

fn of_archive(place: &Path, file: File) -> Result<Vec<Recording>, Error> {
    let fault = |cause| Error::Read { path: place.into(), cause };
    let mut file = BufReader::new(file);
    let is_packed = std::io::BufRead::fill_buf(&mut file).map_err(fault)?.starts_with(&[0x1f, 0x8b]);
    let stream: Box<dyn Read> = if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let damaged = |cause: std::io::Error| malformed(place, format!("it is no archive of recordings: {cause}"));
    let (mut found, mut total) = (Vec::new(), 0);
    for entry in tar::Archive::new(stream).entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let path: PathBuf = entry.path().map_err(damaged)?.into_owned();
        if let Some(name) = name_of(&path) {
            let read = recording(name, entry, &mut total);
            found.push(read.map_err(|problem| malformed(place, format!("`{}`: {problem}", path.display())))?);
        }
    }
    Ok(found)
}

/// The name of a recording; `None` of other files.
fn name_of(path: &Path) -> Option<String> {
    let is_wav = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("wav"));
    path.file_stem().filter(|_| is_wav).and_then(|stem| stem.to_str()).map(str::to_string)
}

/// The recording in the bytes of a WAV file; `total` counts the samples of all.
pub fn recording(name: String, bytes: impl Read, total: &mut usize) -> Result<Recording, String> {
    let damaged = |fault: hound::Error| format!("it is no WAV file: {fault}");
    let mut reader = WavReader::new(bytes).map_err(damaged)?;
    let spec = reader.spec();
    if spec.channels != 1 || spec.sample_format != SampleFormat::Int || spec.bits_per_sample > 32 {
        let (channels, bits) = (spec.channels, spec.bits_per_sample);
        return Err(format!(
            "{channels} channels of {bits} bits ({:?}), expected one of whole numbers",
            spec.sample_format
        ));
    }
    *total += reader.len() as usize;
    if *total > MAX_ELEMENTS {
        return Err(format!("all recordings together have more than {MAX_ELEMENTS} samples"));
    }
    let full = (1u64 << (spec.bits_per_sample - 1)) as f32;
    let samples: Result<Vec<f32>, _> =
        reader.samples::<i32>().map(|word| word.map(|word| word as f32 / full)).collect();
    Ok(Recording { name, rate: spec.sample_rate, samples: samples.map_err(damaged)? })
}
