//! Spoken digits and a time series, from what others recorded to Verilog.

use crate::binary::circlet;
use crate::examples::shared;
use crate::files::wav;
use serde_json::Value;
use std::path::Path;

/// How many are right at each level.
fn right(folder: &Path, network: &Path, inputs: &Path, labels: &Path, levels: &str) -> Vec<u64> {
    let path = |path: &Path| path.to_str().unwrap().to_string();
    let arguments =
        ["--json", "eval", &path(network), "--inputs", &path(inputs), "--labels", &path(labels), "--level", levels];
    let judged = circlet(folder, &arguments).json();
    judged.as_array().unwrap().iter().map(|level| level["right"].as_u64().unwrap()).collect()
}

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join(format!("{name}.circ"))
}

#[test]
fn spoken_digits_go_from_recordings_to_verilog() {
    let Some(recordings) = shared("fsdd/fsdd_recordings.tar.gz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = circlet(folder.path(), &["features", recordings.to_str().unwrap(), "-o", "spoken", "--json"]).json();
    assert_eq!((&made["train"], &made["test"]), (&2700.into(), &300.into()), "the split that the set states");
    let place = |name: &str| folder.path().join("spoken").join(name);
    let found = right(
        folder.path(),
        &example("spoken"),
        &place("test_inputs.npy"),
        &place("test_labels.npy"),
        "circulant,fixed,cycle,rtl",
    );
    println!("spoken: circulant {}, fixed {}, cycle {}, rtl {} of 300", found[0], found[1], found[2], found[3]);
    assert!(found[0] >= 290 && found[1] >= 288, "{found:?}");
    assert!(found[1] == found[2] && found[2] == found[3], "{found:?}");

    // learnt anew, for a tenth of the time of the example
    std::fs::copy(example("spoken"), folder.path().join("spoken.circ")).unwrap();
    let train =
        "train spoken.circ --data spoken -o spoken.safetensors --epochs 6 --dropout 0.1 --batch-norm --no-test --json";
    let done: Value = circlet(folder.path(), &train.split(' ').collect::<Vec<_>>()).json();
    assert!(done["held_back"][1]["right"].as_u64().unwrap() >= 230, "of 270: {done}");

    // by a speaker who was never heard
    let arguments = ["features", recordings.to_str().unwrap(), "-o", "theo", "--test-speaker", "theo", "--json"];
    let made = circlet(folder.path(), &arguments).json();
    assert_eq!((&made["train"], &made["test"]), (&2500.into(), &500.into()));
}

#[test]
fn a_time_series_goes_from_its_archive_to_verilog() {
    let Some(set) = shared("timeseries/ItalyPowerDemand_TRAIN.ts") else { return };
    let test = set.with_file_name("ItalyPowerDemand_TEST.ts");
    let folder = tempfile::tempdir().unwrap();
    let network = folder.path().join("power.circ");
    std::fs::copy(example("power"), &network).unwrap();
    let train = "train power.circ -o power.safetensors --epochs 200 --batch 16 --rate 0.003 --noise 0.4 --decay 0.1 --dropout 0.2 \
                 --held-back 0 --json --data";
    let arguments = [&train.split_whitespace().collect::<Vec<_>>()[..], &[set.to_str().unwrap()]].concat();
    let done = circlet(folder.path(), &arguments).json();
    let found = right(folder.path(), &network, &test, &test, "circulant,fixed,cycle,rtl");
    println!("power: circulant {}, fixed {}, cycle {}, rtl {} of 1029", found[0], found[1], found[2], found[3]);
    assert!(found.iter().all(|&right| right >= 970), "{found:?}");
    assert!(found[1] == found[2] && found[2] == found[3], "{found:?}");
    assert_eq!(done["test"][1]["right"], found[1]);
    let of_example = right(folder.path(), &example("power"), &test, &test, "fixed");
    assert!(of_example[0] >= 970, "{of_example:?}");
}

#[test]
fn recordings_that_are_none_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join("sounds").join(name);
    std::fs::create_dir(place("")).unwrap();
    let features = ["features", "sounds", "-o", "out", "--test-below", "1"];
    let refused = |words: &str| {
        let told = circlet(folder.path(), &features).refused();
        assert!(told.contains(words), "{told}");
        assert!(!folder.path().join("out").exists());
    };
    refused("`sounds`: there are no recordings in it, expected .wav files");
    let tone: Vec<i16> = (0..800).map(|n| if n % 8 < 4 { 9000 } else { -9000 }).collect();
    std::fs::write(place("3_ann_0.wav"), wav(1, &tone)).unwrap();
    refused("of 1 recordings 1 are the test set, expected some of each");
    std::fs::write(place("three_ann_1.wav"), wav(1, &tone)).unwrap();
    refused("called `three_ann_1.wav`, expected CLASS_SPEAKER_NUMBER.wav");
    std::fs::rename(place("three_ann_1.wav"), place("3_ann_1.wav")).unwrap();
    std::fs::write(place("4_ann_1.wav"), wav(2, &tone)).unwrap();
    refused("4_ann_1.wav`: 2 channels of 16 bits");
    std::fs::write(place("4_ann_1.wav"), &wav(1, &tone)[..100]).unwrap();
    refused("4_ann_1.wav`: it is no WAV file");
    std::fs::write(place("4_ann_1.wav"), b"RIFF").unwrap();
    refused("4_ann_1.wav`: it is no WAV file");
    std::fs::write(place("4_ann_1.wav"), wav(1, &tone)).unwrap();
    let made = circlet(folder.path(), &[&features[..], &["--frames", "4", "--bands", "8", "--json"]].concat()).json();
    assert_eq!((&made["train"], &made["test"]), (&2.into(), &1.into()));
    let bytes = std::fs::read(folder.path().join("out/train_inputs.npy")).unwrap();
    assert_eq!(bytes[bytes.len() - 64..][..32], bytes[bytes.len() - 32..], "the same sound, the same frames");
    std::fs::write(folder.path().join("damaged.tar.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]).unwrap();
    let told = circlet(folder.path(), &["features", "damaged.tar.gz", "-o", "out"]).refused();
    assert!(told.contains("`damaged.tar.gz`: it is no archive of recordings"), "{told}");
}
