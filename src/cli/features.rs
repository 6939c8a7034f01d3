//! `features`: recordings to samples, log-mel frames of bytes.

use super::Outcome;
use super::args::Features;
use super::samples::write_array;
use super::session::Session;
use crate::diag::{Error, counted};
use crate::frontend::MAX_ELEMENTS;
use crate::frontend::recordings::{self, Recording};
use crate::train::mel::Mel;
use rayon::prelude::*;

/// What the name of a recording says.
struct Spoken {
    class: u8,
    is_test: bool,
}

/// `circlet features`.
pub fn features(session: &Session, args: &Features) -> Outcome {
    let recordings = recordings::read(&args.recordings)?;
    let spoken = recordings.iter().map(|recording| spoken(args, recording)).collect::<Result<Vec<_>, Error>>()?;
    let (frames, bands) = (args.frames.get(), args.bands.get());
    let malformed = |problem: String| Error::Malformed { path: args.recordings.clone(), problem };
    if frames
        .checked_mul(bands)
        .and_then(|size| size.checked_mul(recordings.len()))
        .is_none_or(|all| all > MAX_ELEMENTS)
    {
        return Err(
            malformed(format!("{frames} frames of {bands} bands are more than {MAX_ELEMENTS} numbers in all")).into()
        );
    }
    let mel = Mel { frames, bands, window: args.window / 1e3, hop: args.hop / 1e3 };
    let byte = |value: f64| (255.0 * value).round() as u8;
    let of = |recording: &Recording| mel.of(&recording.samples, recording.rate).into_iter().map(byte).collect();
    let samples: Vec<Vec<u8>> = recordings.par_iter().map(of).collect();
    let count = |is_test: bool| spoken.iter().filter(|spoken| spoken.is_test == is_test).count();
    if count(true) == 0 || count(false) == 0 {
        return Err(malformed(format!(
            "of {} recordings {} are the test set, expected some of each",
            spoken.len(),
            count(true)
        ))
        .into());
    }
    std::fs::create_dir_all(&args.output).map_err(|cause| Error::Write { path: args.output.clone(), cause })?;
    for (part, is_test) in [("train", false), ("test", true)] {
        let meant = || spoken.iter().zip(&samples).filter(|(spoken, _)| spoken.is_test == is_test);
        let file = |what: &str| args.output.join(format!("{part}_{what}.npy"));
        let many = count(is_test) as u64;
        let numbers = meant().flat_map(|(_, sample)| sample.iter().copied());
        write_array(&file("inputs"), &[many, frames as u64, bands as u64], numbers)?;
        write_array(&file("labels"), &[many], meant().map(|(spoken, _)| spoken.class))?;
    }
    let done = serde_json::json!({
        "train": count(false), "test": count(true), "frames": frames, "bands": bands, "output": args.output,
    });
    session.result(&done, || {
        let [train, test] = [false, true].map(|is_test| counted(count(is_test), "sample"));
        format!(
            "{train} to learn from and {test} to test, {frames} x {bands} bytes each, in {}\n",
            args.output.display()
        )
    })
}

fn spoken(args: &Features, recording: &Recording) -> Result<Spoken, Error> {
    let name = &recording.name;
    let parts: Vec<&str> = name.split('_').collect();
    let read = || Some((parts.first()?.parse::<u8>().ok()?, *parts.get(1)?, parts.get(2)?.parse::<u64>().ok()?));
    let Some((class, speaker, number)) = read().filter(|_| parts.len() == 3) else {
        let problem =
            format!("a recording is called `{name}.wav`, expected CLASS_SPEAKER_NUMBER.wav, as 7_theo_12.wav");
        return Err(Error::Malformed { path: args.recordings.clone(), problem });
    };
    let is_test = args.test_speaker.as_ref().map_or(number < args.test_below, |wanted| wanted == speaker);
    Ok(Spoken { class, is_test })
}
