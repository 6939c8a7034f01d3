//! Block sizes by search: against every assignment there is, on networks where the answer is known, and on MNIST.

#[path = "common/binary.rs"]
#[allow(dead_code, reason = "what is on disk is not listed here")]
mod binary;
#[path = "common/examples.rs"]
mod examples;
#[allow(dead_code, reason = "this test writes its own files")]
mod files;

use binary::circlet;
use serde_json::Value;
use std::path::Path;

/// Numbers that look random, and are the same every time.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// A 16-16-16-4 network, of whose layers `fc1` is made of circulant blocks of 8 with a little beside them, `fc2` of
/// blocks of 2, `fc3` of none; 60 samples, and the classes that the network gives them.
fn made(folder: &Path) {
    let circulant = |k: usize, seed: u32, rest: f32| -> Vec<f32> {
        let (vectors, noise) = (numbers(16 * 16 / k, seed), numbers(256, seed + 100));
        let entry = |row: usize, column: usize| {
            let block = (row / k) * (16 / k) + column / k;
            vectors[block * k + (row % k + k - column % k) % k] + rest * noise[row * 16 + column]
        };
        (0..256).map(|at| entry(at / 16, at % 16)).collect()
    };
    let (fc1, fc2, fc3) = (circulant(8, 1, 0.01), circulant(2, 2, 0.01), numbers(64, 3));
    let data = [bytes(&fc1), bytes(&fc2), bytes(&fc3)];
    let tensors: [(&str, &[usize], &[u8]); 3] =
        [("fc1", &[16, 16], &data[0]), ("fc2", &[16, 16], &data[1]), ("fc3", &[4, 16], &data[2])];
    std::fs::write(folder.join("w.safetensors"), files::safetensors(&tensors)).unwrap();
    let samples = bytes(&numbers(60 * 16, 4));
    std::fs::write(folder.join("x.npy"), files::npy("<f4", "False", "(60, 16)", &samples)).unwrap();
    write(folder, "net", [1, 1, 1]);
    let x: Vec<Vec<f64>> = numbers(60 * 16, 4).chunks(16).map(|x| x.iter().map(|&x| x as f64).collect()).collect();
    let labels: String = outputs(folder, "net", &x).iter().map(|y| format!("{}\n", largest(y))).collect();
    std::fs::write(folder.join("labels.csv"), labels).unwrap();
}

/// The network with these block sizes.
fn write(folder: &Path, name: &str, blocks: [usize; 3]) {
    let block = |k: usize| if k > 1 { format!(" block {k}") } else { String::new() };
    let layer = |name: &str, size: usize, k: usize, rest: &str| {
        format!("layer {name} dense {size}{} {{ weights \"w.safetensors\" tensor \"{name}\" {rest} }}\n", block(k))
    };
    let layers = [
        layer("fc1", 16, blocks[0], "activation relu"),
        layer("fc2", 16, blocks[1], "activation relu"),
        layer("fc3", 4, blocks[2], ""),
    ];
    let text = format!(
        "network {name} {{\ninput x 16 range -1 .. 1\ncalibrate \"x.npy\"\n{}target {{ interval 64 cycles }}\n}}\n",
        layers.concat()
    );
    std::fs::write(folder.join(format!("{name}.circ")), text).unwrap();
}

fn largest(y: &[f64]) -> usize {
    (1..y.len()).fold(0, |best, at| if y[at] > y[best] { at } else { best })
}

/// Outputs at level `circulant`, by the compiler's own evaluation, which the search does not use.
fn outputs(folder: &Path, name: &str, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
    use circlet::diag::Diagnostics;
    use circlet::reference::Real;
    let source = circlet::frontend::read_source(&folder.join(format!("{name}.circ"))).unwrap();
    let mut diagnostics = Diagnostics::default();
    let compiled = circlet::pipeline::compile(&source, &mut circlet::pipeline::Silent, &mut diagnostics).unwrap();
    let real = Real::new(&compiled.network);
    x.iter().map(|x| real.run(x)).collect()
}

/// Runs a search; its answer.
fn search(folder: &Path, arguments: &[&str]) -> Value {
    let ran = circlet(folder, &[&["compress", "net.circ", "-o", "out.circ", "--json"], arguments].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str::<Value>(&ran.out).unwrap()["answer"].clone()
}

fn blocks(answer: &Value) -> Vec<u64> {
    answer["layers"].as_array().unwrap().iter().map(|layer| layer["block"].as_u64().unwrap()).collect()
}

#[test]
fn the_layers_that_are_nearly_circulant_are_compressed() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    // 32 + 128 + 64 words of 576
    let answer = search(folder.path(), &["--compress", "2.57x"]);
    assert_eq!(blocks(&answer), [8, 2, 1]);
    assert_eq!((answer["given"].as_u64(), answer["cost"].as_u64()), (Some(576), Some(224)));
    assert!(answer["score"]["loss"].as_f64().unwrap() < 0.02, "{}", answer["score"]);
    let ladder: Vec<&str> = answer["ladder"].as_array().unwrap().iter().map(|s| s["layer"].as_str().unwrap()).collect();
    assert_eq!(ladder, ["fc1", "fc2"]);
    let kept = search(folder.path(), &["--compress", "1.2x", "--keep-first", "--keep-last"]);
    assert_eq!(blocks(&kept), [1, 2, 1]);
}

#[test]
fn nothing_that_costs_as_much_is_better_on_the_samples_of_the_search() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let sizes = [1usize, 2, 4, 8, 16];
    let words = |blocks: [usize; 3]| {
        let layer = |k: usize, outputs: usize| outputs.div_ceil(k) * (16 / k) * k;
        layer(blocks[0], 16) + layer(blocks[1], 16) + layer(blocks[2], 4)
    };
    let x: Vec<Vec<f64>> = numbers(60 * 16, 4).chunks(16).map(|x| x.iter().map(|&x| x as f64).collect()).collect();
    let given = outputs(folder.path(), "net", &x);
    let loss = |blocks: [usize; 3]| {
        write(folder.path(), "tried", blocks);
        let found = outputs(folder.path(), "tried", &x);
        let square = |a: &[Vec<f64>], b: &[Vec<f64>]| -> f64 {
            a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b) * (a - b)).sum()
        };
        (square(&found, &given) / square(&given, &vec![vec![0.0; 4]; 60])).sqrt()
    };
    let mut compared = 0;
    for ratio in ["1.6x", "2.6x", "4x", "6x"] {
        let answer = search(folder.path(), &["--compress", ratio]);
        let found: Vec<usize> = blocks(&answer).iter().map(|&k| k as usize).collect();
        let found_loss = loss([found[0], found[1], found[2]]);
        let budget = answer["budget"].as_u64().unwrap() as usize;
        for k in sizes {
            for blocks in [[k, k, k], [k, k, 1], [1, k, k], [1, k, 1]] {
                if words(blocks) <= budget {
                    compared += 1;
                    let uniform = loss(blocks);
                    assert!(found_loss <= uniform * 1.1, "{ratio}: {found:?} {found_loss}, {blocks:?} {uniform}");
                }
            }
        }
        // on the samples held back the answer is the best of all that was compared
        let finalists = answer["finalists"].as_array().unwrap();
        let losses: Vec<f64> = finalists.iter().map(|finalist| finalist["score"]["loss"].as_f64().unwrap()).collect();
        assert!(
            losses.iter().all(|other| losses[0] <= *other) && losses[0] == answer["score"]["loss"].as_f64().unwrap()
        );
        assert!(finalists.iter().any(|finalist| finalist["origin"].as_str().unwrap().starts_with("uniform")));
        assert!(finalists.iter().all(|finalist| finalist["cost"].as_u64().unwrap() as usize <= budget));
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn what_is_written_is_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let answer = search(folder.path(), &["--compress", "2.57x", "--labels", "labels.csv"]);
    let first: Vec<Vec<u8>> =
        ["out.circ", "out.safetensors"].iter().map(|name| std::fs::read(folder.path().join(name)).unwrap()).collect();
    let again = search(folder.path(), &["--compress", "2.57x", "--labels", "labels.csv"]);
    assert_eq!(answer, again);
    let second: Vec<Vec<u8>> =
        ["out.circ", "out.safetensors"].iter().map(|name| std::fs::read(folder.path().join(name)).unwrap()).collect();
    assert_eq!(first, second, "the same bytes again");
    let manifest = circlet(folder.path(), &["report", "out.circ", "--json"]).json();
    let stored: u64 =
        manifest["layers"].as_array().unwrap().iter().map(|layer| layer["weights"].as_u64().unwrap()).sum();
    assert_eq!(stored, answer["cost"].as_u64().unwrap());
    let arguments =
        ["eval", "out.circ", "--inputs", "x.npy", "--labels", "labels.csv", "--level", "circulant", "--json"];
    let right = circlet(folder.path(), &arguments).json()[0]["right"].as_u64().unwrap();
    assert!(right >= 57, "{right} of 60");
    let text = String::from_utf8(first[0].clone()).unwrap();
    assert!(text.contains("// step: fc1 1 to 8, 352 words left"), "{text}");
}

#[test]
fn errors_and_multipliers_are_limits_too() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let answer = search(folder.path(), &["--max-error", "0.02"]);
    assert_eq!(blocks(&answer), [8, 2, 1], "{answer}");
    let none = search(folder.path(), &["--max-error", "0"]);
    assert_eq!(blocks(&none), [1, 1, 1]);
    let labelled = search(folder.path(), &["--max-error", "0.2", "--labels", "labels.csv"]);
    let wrong = |part: &str| labelled[part]["wrong"].as_f64().unwrap();
    assert!(
        wrong("score") - wrong("reference") <= 0.2 * 30.0 && labelled["cost"].as_u64().unwrap() < 576,
        "{labelled}"
    );
    let multipliers = |name: &str| circlet(folder.path(), &["report", name, "--json"]).fine();
    let count = |text: String| serde_json::from_str::<Value>(&text).unwrap()["cost"]["multipliers"].as_u64().unwrap();
    let before = count(multipliers("net.circ"));
    let answer = search(folder.path(), &["--multipliers", &(before - 1).to_string()]);
    let after = count(multipliers("out.circ"));
    assert_eq!((answer["given"].as_u64(), answer["cost"].as_u64()), (Some(before), Some(after)));
    assert!(after < before && answer["unit"] == "multipliers");
}

#[test]
fn layers_that_count_thresholds_are_judged_by_their_counts() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let steps = bytes(&[-0.5, 0.0, 0.5]);
    std::fs::write(folder.path().join("t.safetensors"), files::safetensors(&[("t", &[1, 3], &steps)])).unwrap();
    let text = std::fs::read_to_string(folder.path().join("net.circ")).unwrap();
    let counted = text.replacen("activation relu", "thresholds \"t.safetensors\" tensor \"t\" levels 0 .. 3", 1);
    std::fs::write(folder.path().join("net.circ"), counted).unwrap();
    let x: Vec<Vec<f64>> = numbers(60 * 16, 4).chunks(16).map(|x| x.iter().map(|&x| x as f64).collect()).collect();
    let classes: Vec<usize> = outputs(folder.path(), "net", &x).iter().map(|y| largest(y)).collect();
    let relu = std::fs::read_to_string(folder.path().join("labels.csv")).unwrap();
    let labels: String = classes.iter().map(|class| format!("{class}\n")).collect();
    assert_ne!(labels, relu, "thresholds make a difference");
    std::fs::write(folder.path().join("labels.csv"), labels).unwrap();
    let answer = search(folder.path(), &["--compress", "2.57x", "--labels", "labels.csv"]);
    assert_eq!(answer["reference"]["wrong"], 0, "the network as given is right by definition");
    // the thresholds go along
    assert_eq!(circlet(folder.path(), &["check", "out.circ"]).code, 0);
    let found = outputs(folder.path(), "out", &x);
    let right = found.iter().zip(&classes).filter(|(y, class)| largest(y) == **class).count();
    assert!(right as u64 >= 30 - answer["score"]["wrong"].as_u64().unwrap(), "{right}: {answer}");
}

#[test]
fn branches_are_judged_where_they_join() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    // fc3 takes what fc2 gives, and beside it what fc1 gives
    let layer = |name: &str, size: usize, rest: &str| {
        format!("layer {name} dense {size} {rest} {{ weights \"w.safetensors\" tensor \"{name}\" }}\n")
    };
    let text = format!(
        "network net {{\ninput x 16 range -1 .. 1\ncalibrate \"x.npy\"\n{}{}layer sum add from fc1, fc2\n{}\
         layer best argmax\n}}\n",
        layer("fc1", 16, ""),
        layer("fc2", 16, "from fc1"),
        layer("fc3", 4, "from sum")
    );
    std::fs::write(folder.path().join("net.circ"), text).unwrap();
    let x: Vec<Vec<f64>> = numbers(60 * 16, 4).chunks(16).map(|x| x.iter().map(|&x| x as f64).collect()).collect();
    let labels: String = outputs(folder.path(), "net", &x).iter().map(|y| format!("{}\n", y[0])).collect();
    std::fs::write(folder.path().join("labels.csv"), labels).unwrap();
    let answer = search(folder.path(), &["--compress", "2.57x", "--labels", "labels.csv", "--keep-last"]);
    assert_eq!(blocks(&answer), [8, 2, 1]);
    assert_eq!(answer["reference"]["wrong"], 0, "the network as given is right by definition");
    let arguments =
        ["eval", "out.circ", "--inputs", "x.npy", "--labels", "labels.csv", "--level", "circulant", "--json"];
    let right = circlet(folder.path(), &arguments);
    assert_eq!(right.code, 0, "{right:?}");
    let right = serde_json::from_str::<Value>(&right.out).unwrap()[0]["right"].as_u64().unwrap();
    assert!(right >= 56, "{right} of 60");
}

#[test]
fn what_cannot_be_found_is_said() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    std::fs::write(folder.path().join("short.csv"), "1\n2\n").unwrap();
    std::fs::write(folder.path().join("wrong.csv"), "9\n".repeat(60)).unwrap();
    std::fs::write(folder.path().join("one.csv"), "1,".repeat(15) + "1\n").unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&[], "a search needs a limit"),
        (&["--compress", "1000x"], "cannot be met: the largest blocks of every layer cost 48"),
        (&["--compress", "4x", "--labels", "short.csv"], "2 labels, expected one for each of 60 samples"),
        (&["--compress", "4x", "--labels", "wrong.csv"], "label `9`, but the network tells 4 classes apart"),
        (&["--compress", "4x", "--inputs", "one.csv"], "1 samples, expected at least 2"),
        (&["--compress", "4x", "--inputs", "none.npy"], "none.npy"),
    ];
    for (arguments, words) in cases {
        let told =
            circlet(folder.path(), &[&["compress", "net.circ", "-o", "out.circ"], *arguments].concat()).refused();
        assert!(told.contains(words), "{told}");
        assert!(!folder.path().join("out.circ").exists());
    }
    let told = circlet(folder.path(), &["compress", "net.circ", "-o", "net.circ", "--compress", "2x"]).refused();
    assert!(told.contains("choose another name"), "{told}");
    for arguments in [["--compress", "0.5x"], ["--max-error", "-1"]] {
        let ran = circlet(folder.path(), &[&["compress", "net.circ", "-o", "o.circ"], &arguments[..]].concat());
        assert_eq!(ran.code, 2);
    }
}

#[test]
fn an_import_searches_on_its_way() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let map = "input = { shape = [16], range = [-1, 1] }\n[[layer]]\nname = \"fc1\"\nweight = \"fc1\"\nactivation = \"relu\"\n\
               [[layer]]\nname = \"fc2\"\nweight = \"fc2\"\nactivation = \"relu\"\n[[layer]]\nname = \"fc3\"\nweight = \"fc3\"\n";
    std::fs::write(folder.path().join("w.toml"), map).unwrap();
    let import = |rest: &[&str]| {
        circlet(folder.path(), &[&["import", "w.safetensors", "--map", "w.toml", "-o", "in.circ"], rest].concat())
    };
    let told = import(&["--calibrate", "x.npy", "--compress", "2.57x"]).fine();
    assert!(told.contains("note: step: fc1 1 to 8, 352 words left"), "{told}");
    let circ = std::fs::read_to_string(folder.path().join("in.circ")).unwrap();
    for layer in ["layer fc1 dense 16 block 8", "layer fc2 dense 16 block 2", "layer fc3 dense 4 {"] {
        assert!(circ.contains(layer), "{circ}");
    }
    assert!(import(&["--compress", "2x"]).refused().contains("state some by `--calibrate`"));
    let both = import(&["--compress", "2x", "--calibrate", "x.npy", "--block", "4"]).refused();
    assert!(both.contains("leave out `--block`"), "{both}");
}

/// The network of the examples, whose layers are trained in blocks of 16, 16 and none, at the storage of blocks of 16
/// everywhere: what it gives up, it gives up where it hurts least.
#[test]
fn on_mnist_the_answer_beats_the_best_uniform_one_of_equal_storage() {
    let Some(data) = examples::shared("mnist") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| data.join(name).canonicalize().unwrap().display().to_string();
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/mnist/mnist.circ").display().to_string();
    let uniform_words: u64 = (32 * 49 + 32 * 32 + 32) * 16;
    let ratio = format!("{}x", 668_672.0 / uniform_words as f64);
    let (images, labels) = (file("train-images-idx3-ubyte.gz"), file("train-labels-idx1-ubyte.gz"));
    let arguments = [
        "compress",
        &network,
        "-o",
        "out.circ",
        "--images",
        &images,
        "--labels",
        &labels,
        "--compress",
        &ratio,
        "--json",
    ];
    let ran = circlet(folder.path(), &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = serde_json::from_str::<Value>(&ran.out).unwrap()["answer"].clone();
    assert!(answer["cost"].as_u64().unwrap() <= uniform_words);
    let wrong = |finalist: &Value| finalist["score"]["wrong"].as_u64().unwrap();
    let uniform = |finalist: &&Value| finalist["blocks"] == serde_json::json!([16, 16, 16]);
    let finalists = answer["finalists"].as_array().unwrap();
    let sixteen = finalists.iter().find(uniform).expect("blocks of 16 everywhere are compared");
    assert!(finalists.iter().all(|finalist| wrong(&answer) <= wrong(finalist)));
    assert!(2 * wrong(&answer) < wrong(sixteen), "{answer}");
    let (images, labels) = (file("t10k-images-idx3-ubyte.gz"), file("t10k-labels-idx1-ubyte.gz"));
    let eval = ["eval", "out.circ", "--images", &images, "--labels", &labels, "--level", "circulant", "--json"];
    let ran = circlet(folder.path(), &eval);
    let right = serde_json::from_str::<Value>(&ran.out).unwrap()[0]["accuracy"].as_f64().unwrap();
    println!(
        "{}: {} words, {:.2} % on the test set; blocks of 16 everywhere: {} of 1000 wrong",
        answer["layers"],
        answer["cost"],
        100.0 * right,
        wrong(sixteen)
    );
    let held = 1.0 - wrong(&answer) as f64 / 1000.0;
    assert!((right - held).abs() < 0.05, "{right} on the test set, {held} on the samples held back");
}
