//! What is fuzzed: each target must answer every input without a panic and within its memory.

use circlet::diag::{Diagnostics, Source, render};
use circlet::frontend::c3a::Adapter;
use circlet::frontend::onnx::import::survey;
use circlet::frontend::onnx::network::{Blocks, Options, files};
use circlet::frontend::onnx::{Array, Limits, Model, evaluate};
use circlet::frontend::weights::{Files, Tensor, idx, npy, npz, safetensors, table};
use circlet::frontend::{self, data, grid, mapping, recordings, series};
use circlet::verify::wave::vcd::Vcd;
use circlet::verify::wave::{Fault, Sink};
use std::path::Path;
use std::sync::Arc;

/// Most elements that a target accepts.
const MOST: usize = 1 << 16;

/// Takes any bytes; a panic is a finding.
pub type Target = fn(&[u8]);

/// Every target: its name, the end of the names of its seeds, its function.
pub const TARGETS: &[(&str, &str, Target)] = &[
    ("parser", ".circ", parser),
    ("safetensors", ".safetensors", |bytes| check(safetensors::read(bytes, None, MOST).ok())),
    ("npy", ".npy", both_npy),
    ("npz", ".npz", |bytes| check(npz::read(bytes, None, MOST).ok())),
    ("idx", ".idx", |bytes| check(idx::read_stream(bytes, MOST).ok())),
    ("csv", ".csv", |bytes| check(table::read(bytes, MOST).ok())),
    ("samples", "", samples),
    ("onnx", ".onnx", onnx),
    ("vcd", ".vcd", waveform),
    ("mapping", ".toml", mapping),
    ("grid", ".toml", |bytes| drop(std::str::from_utf8(bytes).map(grid::read))),
    ("series", ".ts", time_series),
    ("recording", ".wav", |bytes| drop(recordings::recording("a".into(), bytes, &mut 0))),
    ("c3a", ".json", |bytes| drop(Adapter::read(bytes, &mut Files::new(Path::new("/no/such/folder"))))),
];

/// Writes the seeds whose names end so into a folder.
pub fn write_seeds(folder: &Path, ending: &str) {
    crate::files::write(folder, ending);
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = package.ancestors().map(|above| above.join("testbenches/fixtures")).find(|folder| folder.is_dir());
    let kinds: &[&str] = match ending {
        ".circ" => &["errors", "stages"],
        ".vcd" => &["waves"],
        _ => &[],
    };
    for kind in kinds {
        let fixtures = fixtures.as_ref().expect("the fixtures are above this package").join(kind);
        for entry in std::fs::read_dir(fixtures).expect("the fixtures can be listed").flatten() {
            std::fs::copy(entry.path(), folder.join(entry.file_name())).expect("the folder of seeds is writable");
        }
    }
}

/// Parses, resolves (no file exists) and renders every problem both ways.
fn parser(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Arc::new(Source { path: "fuzz.circ".into(), text: text.into() });
    let mut diagnostics = Diagnostics::default();
    let network = frontend::parse(&source, &mut diagnostics)
        .and_then(|ast| frontend::resolve(&ast, Path::new("/no/such/folder"), &mut diagnostics));
    assert_eq!(network.is_err(), diagnostics.has_errors());
    // rendering costs as much as there is to say
    diagnostics.list.truncate(8);
    render::text(&diagnostics, &source, false);
    render::json(&diagnostics, &source);
}

/// Reads a mapping, and looks at each of its layers (no tensor exists).
fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(mapping) = mapping::read(text) {
        let survey = mapping::layers::survey(&mapping, Files::new(Path::new("/no/such/folder")), "w.npz", None);
        assert!(survey.verdicts.len() >= mapping.layers.len());
    }
}

/// A file and a stream of the same bytes give the same array, or both none.
fn both_npy(bytes: &[u8]) {
    let whole = npy::read(bytes, MOST).ok();
    let stream = npy::read_stream(bytes, MOST).ok();
    assert_eq!(whole.as_ref().map(|t| &t.shape), stream.as_ref().map(|t| &t.shape));
    check(whole);
    check(stream);
}

fn samples(bytes: &[u8]) {
    if let Ok(array) = data::array(bytes) {
        let _ = data::split(&array, &[2, 2]);
        check(Some(array));
    }
}

/// A class for each series.
fn time_series(bytes: &[u8]) {
    if let Ok(series) = series::read(bytes) {
        assert_eq!(series.values.shape[0], series.classes.len());
        check(Some(series.values));
    }
}

/// Counts changes; time never goes back.
struct Watch {
    signals: usize,
    now: u64,
}

impl Sink for Watch {
    fn time(&mut self, time: u64) -> Result<bool, Fault> {
        match time < self.now {
            true => Err(Fault::TimeGoesBack { from: self.now, to: time }),
            false => {
                self.now = time;
                Ok(true)
            }
        }
    }

    fn change(&mut self, signal: usize, value: &[u8]) {
        assert!(signal < self.signals && !value.is_empty());
    }
}

/// Reads a waveform whole, and with every other signal left out.
fn waveform(bytes: &[u8]) {
    for every in [1, 2] {
        let Ok(vcd) = Vcd::open(bytes) else { return };
        let signals = vcd.header.signals;
        assert!(vcd.header.variables.iter().all(|variable| variable.signal < signals && variable.width > 0));
        let wanted: Vec<bool> = (0..signals).map(|signal| signal % every == 0).collect();
        let _ = vcd.stream(&wanted, &mut Watch { signals, now: 0 });
    }
}

/// Reads a model and, where its inputs are small, runs it; then imports it.
fn onnx(bytes: &[u8]) {
    let limits = Limits { elements: MOST, products: 1 << 20 };
    let Ok(model) = Model::decode(bytes, None, limits) else { return };
    let input = |shape: Vec<usize>| {
        let size = shape.iter().try_fold(1usize, |size, &d| size.checked_mul(d)).filter(|&size| size <= MOST)?;
        Some(Array::floats(shape, vec![0.5; size]))
    };
    let inputs: Option<Vec<Array>> =
        model.inputs.iter().map(|port| input(port.shape.iter().map(|size| size.unwrap_or(1)).collect())).collect();
    if let Some(inputs) = inputs {
        let _ = evaluate(&model, &inputs);
    }
    let survey = survey(&model);
    if survey.chain.is_some() {
        let options =
            Options { name: "fuzz".into(), blocks: Blocks::All(1), range: Some((-1.0, 1.0)), calibration: None };
        if let Ok(imported) = files(&survey, &options, "a model") {
            let source = Arc::new(Source { path: "fuzz.circ".into(), text: imported.circ });
            // the names of a model never break the text; its weights are not on disk
            assert!(frontend::parse(&source, &mut Diagnostics::default()).is_ok(), "{}", source.text);
        }
    }
}

/// What a reader gives is what its shape says.
fn check(tensor: Option<Tensor>) {
    if let Some(tensor) = tensor {
        assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len());
    }
}
