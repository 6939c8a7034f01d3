//! One layer through every stage, with the places where each stage can be seen.

use crate::diag::Source;
use crate::manifest::{ActorEntry, LayerEntry, Manifest};
use crate::report::table::Table;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One step on the way of a layer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Step {
    /// The file to look at.
    pub path: PathBuf,
    /// The line where the layer begins in it, from 1; `None`: all of it is the layer's.
    pub line: Option<usize>,
    /// What is there.
    pub sees: String,
}

/// Texts by path.
pub type Files = BTreeMap<String, String>;

/// Dumps by stage, what they show of a layer, and the text with which it begins in them.
const DUMPS: [(&str, &str, &str); 6] = [
    ("parse", "what was written, with its place", "\"{layer}\""),
    ("resolve", "the same layer with its files found", "layer {layer} "),
    ("circulize", "the layer with its block grid", "layer {layer} "),
    ("choose-formats", "every format of the layer", "layer {layer} "),
    ("lower", "actors {layer}_* and the streams between them", "{layer}_"),
    ("schedule", "FIFO depths, firing rules and latencies", "fifo {layer}_"),
];

/// The way of layer `index` from its source line to its Verilog and its model.
///
/// `files` are the texts of the output folder `folder` by path, dumps included.
pub fn steps(manifest: &Manifest, files: &Files, index: usize, source: &Source, folder: &Path) -> Vec<Step> {
    let layer = &manifest.layers[index];
    let name = &layer.name;
    let text = source.text.lines().nth(layer.line.saturating_sub(1)).unwrap_or_default();
    let mut way = Way { files, folder, steps: Vec::new() };
    way.steps.push(Step { path: PathBuf::from(&source.path), line: Some(layer.line), sees: text.trim().to_string() });
    for (stage, sees, begins) in DUMPS {
        let ours = |text: &str| text.replace("{layer}", name);
        let file = files.keys().find(|path| path.starts_with("dump/") && path.contains(&format!("-{stage}.")));
        way.extend(file.map(String::as_str), &ours(begins), ours(sees));
    }
    way.add("report.txt", &format!("  {name}_"), layer.actors.iter().map(timing).collect::<Vec<_>>().join("; "));
    way.add(&format!("rtl/{}.v", manifest.network), &format!(" layer {name}\n"), "the layer's place".into());
    way.add(&format!("rtl/{}.v", layer.module), "", "the layer: FIFOs, gates and pipelines in this order".into());
    way.blocks(manifest, layer);
    way.add(
        "model/machine.txt",
        &format!("fifo {name}_"),
        "the layer in the timed model: depths, rules, blocks".into(),
    );
    let probes = manifest.probes.iter().filter(|probe| probe.layer.as_ref() == Some(name));
    let fifos: Vec<&str> = probes.map(|probe| probe.fifo.as_str()).collect();
    let sees = format!("what `circlet verify` compares in every cycle: push, data and pop of {}", fifos.join(", "));
    way.add("manifest.json", &format!("\"fifo\": \"{name}_"), sees);
    way.add("vectors/cycles.hex", "", "beats in and out of the whole network, cycle by cycle".into());
    way.steps
}

struct Way<'a> {
    files: &'a Files,
    folder: &'a Path,
    steps: Vec<Step>,
}

impl Way<'_> {
    /// A step to a file of the design, at the first line with `begins`; empty: the whole file.
    fn add(&mut self, file: &str, begins: &str, sees: String) {
        self.extend(Some(file), begins, sees);
    }

    fn extend(&mut self, file: Option<&str>, begins: &str, sees: String) {
        let Some((file, text)) = file.and_then(|file| self.files.get_key_value(file)) else { return };
        let at = text.find(begins).filter(|_| !begins.is_empty());
        let line = at.map(|at| text[..at].matches('\n').count() + 1);
        self.steps.push(Step { path: self.folder.join(file), line, sees });
    }

    /// Hardware, constants and model of each block.
    fn blocks(&mut self, manifest: &Manifest, layer: &LayerEntry) {
        for actor in &layer.actors {
            for (stem, module) in actor.blocks.iter().zip(&actor.modules) {
                let of = |what: &str| format!("{stem} of actor {}: {what}", actor.name);
                self.add(&format!("rtl/{module}.v"), "", of("the hardware"));
                let entry = manifest.modules.iter().find(|entry| entry.module == *module);
                if let Some(memory) = entry.and_then(|entry| entry.memories.first()) {
                    self.add(&memory.file, "", of("its constants, the first of its files"));
                }
                self.add(&format!("model/src/blocks/{stem}/model.rs"), "", of("the model"));
            }
        }
    }
}

fn timing(actor: &ActorEntry) -> String {
    format!("{} start {} latency {} busy {}", actor.name, actor.start, actor.latency, actor.busy)
}

/// The steps as a table.
pub fn table(steps: &[Step]) -> Table {
    let mut table = Table::new("look-at sees", "ll");
    for Step { path, line, sees } in steps {
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        table.row([format!("{}{line}", path.display()), sees.clone()]);
    }
    table
}
