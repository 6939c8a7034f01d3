//! A training that is killed at any moment and goes on ends with the same bytes.

use crate::binary::{circlet, program};
use crate::learning::digits;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Everything that has a state: moments, running means, the best weights, random numbers of every kind.
const ARGUMENTS: &str = "train digits.circ --data . -o digits.safetensors --epochs 24 --batch-norm --dropout 0.1 \
                         --shift 0.5 --noise 0.1 --patience 20 --no-test";

/// With the hardware's numbers: formats that are stated before the first step, and those of each epoch.
const QUANTISED: &str = "train digits.circ --data . -o tuned.circ --from-weights --quantised --epochs 12 --no-test";

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    digits(folder.path());
    folder
}

/// Runs the arguments in a folder, and in another one, killed several times; both end with the same weights.
fn survives(whole: &Path, parts: &Path, arguments: &str, (output, epochs): (&str, f64)) {
    let arguments = words(arguments);
    let clock = Instant::now();
    circlet(whole, &arguments).fine();
    let time = clock.elapsed();
    let expected = std::fs::read(whole.join(output)).unwrap();
    let place = Path::new(arguments[5]).with_extension("checkpoint");
    let state = || std::fs::read(parts.join(&place)).ok();
    let (mut killed, mut resumed) = (0, 0);
    for part in [0.7, 0.0, 0.4, 0.2] {
        let before = state();
        let resume: &[&str] = if before.is_some() { &["--resume"] } else { &[] };
        resumed += resume.len();
        let mut command = program(parts, &[&arguments[..], resume].concat());
        let mut child = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        // an epoch further at least, and then some part of the next ones: no two runs stop at the same place
        while state() == before && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(time.mul_f64(part / epochs));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        assert!(!parts.join(output).exists(), "no half-written weights");
    }
    if !parts.join(output).exists() {
        resumed += 1;
        circlet(parts, &[&arguments[..], &["--resume"]].concat()).fine();
    }
    println!("killed {killed} times, resumed {resumed} times");
    assert!(killed > 0 && resumed > 0, "killed {killed} times, resumed {resumed} times in {time:?}");
    assert!(std::fs::read(parts.join(output)).unwrap() == expected, "the same bytes");
}

#[test]
fn killed_and_resumed_is_never_killed() {
    let (whole, parts) = (folder(), folder());
    survives(whole.path(), parts.path(), ARGUMENTS, ("digits.safetensors", 24.0));
}

#[test]
fn so_it_is_with_the_numbers_of_the_hardware() {
    let (whole, parts) = (folder(), folder());
    for folder in [&whole, &parts] {
        let place = |name: &str| folder.path().join(name);
        let text = std::fs::read_to_string(place("digits.circ")).unwrap();
        std::fs::write(place("digits.circ"), text.replace("activations 10 bits", "activations 5 bits")).unwrap();
        circlet(folder.path(), &words("train digits.circ --data . -o digits.safetensors --epochs 4 --no-test")).fine();
    }
    survives(whole.path(), parts.path(), QUANTISED, ("tuned.safetensors", 12.0));
    let text = |folder: &tempfile::TempDir| std::fs::read_to_string(folder.path().join("tuned.circ")).unwrap();
    assert_eq!(text(&whole), text(&parts), "the same formats");
}

#[test]
fn a_checkpoint_is_of_one_plan_and_one_network() {
    let folder = folder();
    let place = |name: &str| folder.path().join(name);
    let resume = |arguments: &[&str]| circlet(folder.path(), &[arguments, &["--resume"]].concat()).refused();
    assert!(resume(&words(ARGUMENTS)).contains("there is no such checkpoint"));

    // a rate that climbs until the loss is no number: what is left is the last good state
    let divergent = "train digits.circ --data . -o digits.safetensors --epochs 12 --optimiser sgd --schedule constant \
                     --warm-up 12 --rate 1000 --momentum 0.9 --decay 0 --batch 1024 --loss mean-square";
    let divergent = words(divergent);
    let told = circlet(folder.path(), &divergent).refused();
    assert!(told.contains("training of `digits` diverged: the loss is no number from epoch"), "{told}");
    assert!(told.contains("is kept in `digits.checkpoint`") && !place("digits.safetensors").exists(), "{told}");
    let again = resume(&divergent);
    let last = |text: &str| text.lines().last().unwrap().to_string();
    assert_eq!(last(&again), last(&told), "the checkpoint is good, and leads to the same end");

    let other: Vec<&str> = divergent.iter().map(|&argument| if argument == "0.9" { "0.5" } else { argument }).collect();
    let told = resume(&other);
    assert!(told.contains("of another plan") && told.contains("momentum"), "{told}");
    let text = std::fs::read_to_string(place("digits.circ")).unwrap();
    std::fs::write(place("digits.circ"), text.replace("fc1 dense 128", "fc1 dense 64")).unwrap();
    let told = resume(&divergent);
    assert!(told.contains("the checkpoint is of another network"), "{told}");
    let bytes = std::fs::read(place("digits.checkpoint")).unwrap();
    for (bytes, words) in [(&bytes[..bytes.len() / 2], "damaged"), (&b"{}"[..], "shorter than 8 bytes")] {
        std::fs::write(place("digits.checkpoint"), bytes).unwrap();
        let told = resume(&divergent);
        assert!(told.contains(words) && told.contains("digits.checkpoint"), "{told}");
    }
}
