//! One layer through every stage, with the places where each stage can be seen.

use crate::manifest::{LayerEntry, Manifest};
use crate::report::table::Table;
use std::path::Path;

/// One step on the way of a layer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Step {
    /// Where to look.
    pub look_at: String,
    /// What is there.
    pub sees: String,
}

/// The way of layer `name` from its source line to its Verilog and its model; `None` if there is no such layer.
///
/// `source` is the network's path, `folder` the output folder with its dumps, `line_text` the source line.
pub fn steps(manifest: &Manifest, name: &str, source: &Path, folder: &Path, line_text: &str) -> Option<Vec<Step>> {
    let layer = manifest.layers.iter().find(|layer| layer.name == name)?;
    let path = |name: &str| folder.join(name).display().to_string();
    let step = |look_at: String, sees: String| Step { look_at, sees };
    let mut steps = vec![step(format!("{}:{}", source.display(), layer.line), line_text.trim().to_string())];
    for (dump, sees) in DUMPS {
        if let Some(file) = find_dump(folder, dump) {
            steps.push(step(file, sees.replace("{layer}", name)));
        }
    }
    steps.push(step(path("report.txt"), actor_words(layer)));
    steps.push(step(
        path(&format!("rtl/{}.v", layer.module)),
        "the layer: FIFOs, gates and pipelines in this order".into(),
    ));
    for actor in &layer.actors {
        for (stem, module) in actor.blocks.iter().zip(&actor.modules) {
            let sees = format!("{stem} of actor {}", actor.name);
            steps.push(step(path(&format!("rtl/{module}.v")), format!("{sees}: the hardware")));
            steps.push(step(path(&format!("model/src/blocks/{stem}/model.rs")), format!("{sees}: the model")));
        }
    }
    let fifos: Vec<&str> =
        manifest.probes.iter().filter(|p| p.layer.as_deref() == Some(name)).map(|p| &*p.fifo).collect();
    let sees = format!("what `circlet verify` compares in every cycle: {}", fifos.join(", "));
    steps.push(step(path("manifest.json"), sees));
    steps.push(step(
        path("model/machine.txt"),
        format!("the lines `fifo {name}_...` and `actor {name}_...` of the timed model"),
    ));
    Some(steps)
}

/// Dumps by stage, and what they show of a layer.
const DUMPS: &[(&str, &str)] = &[
    ("resolve", "the same layer with its files found"),
    ("circulize", "the layer with its block grid"),
    ("choose-formats", "every format of the layer"),
    ("lower", "actors {layer}_* and the streams between them"),
    ("schedule", "FIFO depths and latencies of {layer}_*"),
];

fn find_dump(folder: &Path, stage: &str) -> Option<String> {
    let entries = std::fs::read_dir(folder.join("dump")).ok()?;
    let stage = format!("-{stage}.");
    let mut found: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.to_string_lossy().contains(&stage)).collect();
    found.sort();
    found.first().map(|path| path.display().to_string())
}

fn actor_words(layer: &LayerEntry) -> String {
    let actor =
        |a: &crate::manifest::ActorEntry| format!("{} start {} latency {} busy {}", a.name, a.start, a.latency, a.busy);
    layer.actors.iter().map(actor).collect::<Vec<_>>().join("; ")
}

/// The steps as a table.
pub fn table(steps: &[Step]) -> Table {
    let mut table = Table::new("look-at sees", "ll");
    for step in steps {
        table.row([step.look_at.clone(), step.sees.clone()]);
    }
    table
}
