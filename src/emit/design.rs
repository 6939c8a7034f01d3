//! The whole output folder as texts by path: pure, and the same bytes each time.

use super::harness::Dut;
use super::rtl;
use super::{Context, context, model, vectors};
use crate::blocks::cells;
use crate::dataflow::{Actor, dot};
use crate::diag::{Code, Diagnostic, Diagnostics, Halted, Span};
use crate::machine::fifo::Access;
use crate::manifest::{ActorEntry, LayerEntry, Manifest, MemoryEntry, ModuleEntry, ProbeEntry};
use crate::network::{Dense, LayerKind, Network, Weights};
use crate::report;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that `circlet build` writes.
#[derive(Debug)]
pub struct Design {
    /// Texts by path relative to the output folder, `/` between parts.
    pub files: BTreeMap<String, String>,
    /// Also among the files, as `manifest.json`.
    pub manifest: Manifest,
}

/// Schedule -> Design.
pub fn design(context: &Context, diagnostics: &mut Diagnostics) -> Result<Design, Halted> {
    let modules = Modules::of(context, diagnostics)?;
    let manifest = manifest(context, &modules);
    let mut files = modules.files;
    files.insert("files.f".into(), manifest.modules.iter().map(|m| format!("{}\n", m.file)).collect());
    files.extend(model::files(context));
    files.extend(vectors::files(context));
    files.extend(Dut::of_network(&manifest).files().into_iter().map(|(name, text)| (format!("tb/{name}"), text)));
    files.extend(vectors::benches(&manifest));
    files.insert("graph.dot".into(), dot::dot(&context.schedule.graph));
    files.insert("report.txt".into(), report::text(&manifest, context.network, context.why));
    files.insert("manifest.json".into(), to_json(&manifest));
    Ok(Design { files, manifest })
}

/// Verilog and memories of a schedule alone.
pub fn hardware(context: &Context) -> Result<BTreeMap<String, String>, Halted> {
    Modules::of(context, &mut Diagnostics::default()).map(|modules| modules.files)
}

/// Pretty JSON with a final newline.
pub fn to_json<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(text) => text + "\n",
        Err(problem) => crate::bug!("emit: a value does not serialise: {problem}"),
    }
}

/// Modules in the order of `files.f`, leaves first.
#[derive(Default)]
struct Modules {
    list: Vec<ModuleEntry>,
    files: BTreeMap<String, String>,
}

impl Modules {
    fn of(context: &Context, diagnostics: &mut Diagnostics) -> Result<Modules, Halted> {
        let mut modules = Modules::default();
        modules.cells(context);
        for (_, actor) in context.schedule.graph.actors() {
            modules.blocks(context, actor, diagnostics);
        }
        for (index, layer) in context.network.layers.iter().enumerate() {
            let text = rtl::layer(context, index);
            modules.add(context.layer_module(index), text, vec![layer.name.clone()], layer.span, diagnostics);
        }
        let top = rtl::top(context);
        modules.add(context.network.name.clone(), top, Vec::new(), name_span(context.network), diagnostics);
        check_instances(context, diagnostics);
        diagnostics.checkpoint()?;
        Ok(modules)
    }

    fn cells(&mut self, context: &Context) {
        let mut stems: BTreeSet<&str> = BTreeSet::from(["axis_in", "axis_out", "gate"]);
        let graph = &context.schedule.graph.graph;
        stems.extend(graph.edge_weights().map(|stream| match stream.access {
            Access::Replay(_) => "stream_fifo",
            Access::Turn(_) => "turn_fifo",
        }));
        for (id, actor) in context.schedule.graph.actors() {
            if context.schedule.graph.streams_into(id).len() > 1 && !actor.turns.is_empty() {
                stems.insert("in_turn");
            }
            stems.extend(actor.chain.iter().flat_map(|block| block.cells()));
        }
        for (stem, text) in cells::closure(stems) {
            let file = format!("rtl/{stem}.v");
            self.files.insert(file.clone(), text.to_string());
            self.list.push(ModuleEntry { module: stem.into(), file, layers: Vec::new(), memories: Vec::new() });
        }
    }

    /// The modules of an actor's blocks; one without constants serves every layer that needs the same.
    fn blocks(&mut self, context: &Context, actor: &Actor, diagnostics: &mut Diagnostics) {
        let layer = &context.network.layers[actor.layer];
        let place = context.place(actor.layer);
        for block in &actor.chain {
            let mut memories = Vec::new();
            for file in block.rtl(&place.borrow()) {
                match file.name.strip_prefix("rtl/").and_then(|name| name.strip_suffix(".v")) {
                    Some(module) if module.starts_with(&place.prefix) || !self.share(module, &layer.name) => {
                        self.add(module.into(), file.text, vec![layer.name.clone()], layer.span, diagnostics);
                    }
                    Some(_) => {}
                    None => {
                        memories.push(MemoryEntry::of(file.name.clone(), &file.text));
                        self.files.insert(file.name, file.text);
                    }
                }
            }
            let module = block.module(&place.borrow());
            if let Some(entry) = self.list.iter_mut().find(|entry| entry.module == module && !memories.is_empty()) {
                entry.memories = memories;
            }
        }
    }

    /// Whether `module` is already there, for `layer` to use as well.
    fn share(&mut self, module: &str, layer: &String) -> bool {
        let known = self.list.iter_mut().find(|entry| entry.module == module);
        let shared = known.is_some();
        if let Some(entry) = known.filter(|entry| !entry.layers.contains(layer)) {
            entry.layers.push(layer.clone());
        }
        shared
    }

    fn add(
        &mut self,
        module: String,
        mut text: String,
        layers: Vec<String>,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let file = format!("rtl/{module}.v");
        if self.files.contains_key(&file) {
            let message = format!("the name `{module}` is needed for two modules of the design");
            let help = if layers.is_empty() {
                "choose another name for the network"
            } else {
                "choose another name for this layer"
            };
            diagnostics.push(Diagnostic::new(Code::DuplicateName, span, message).help(help));
            return;
        }
        if !text.ends_with('\n') {
            text.push('\n'); // templates lose their last line end
        }
        self.files.insert(file.clone(), text);
        self.list.push(ModuleEntry { module, file, layers, memories: Vec::new() });
    }
}

/// Where the network is named.
fn name_span(network: &Network) -> Span {
    let mut line_start = 0;
    for line in network.source.text.split_inclusive('\n') {
        let name = line.find(&network.name).filter(|&at| line[..at].trim() == "network");
        if let Some(start) = name.map(|at| line_start + at) {
            return Span { start, end: start + network.name.len() };
        }
        line_start += line.len();
    }
    Span::default()
}

/// Names in the top module: a layer's instance is named after the layer.
fn check_instances(context: &Context, diagnostics: &mut Diagnostics) {
    let ports = ["clk", "rst", "axis_in", "axis_out", "frame_error"];
    let streams =
        ["s_axis", "m_axis"].iter().flat_map(|s| ["tdata", "tvalid", "tready", "tlast"].map(|p| format!("{s}_{p}")));
    let mut taken: BTreeSet<String> = ports.iter().map(|name| name.to_string()).chain(streams).collect();
    for stream in context.schedule.graph.graph.edge_weights() {
        let wires = ["valid", "data", "reserve", "room", "push", "push_data", "pop", "filled", "pop_data", "fifo"];
        taken.extend(wires.map(|wire| format!("{}_{wire}", stream.name)));
    }
    let names = context.network.layers.iter().map(|layer| &layer.name);
    for giver in names.chain([&context.network.input.name]) {
        let wires = ["valid", "data", "reserve", "room"];
        taken.extend(wires.map(|wire| format!("{giver}_fork_{wire}")));
    }
    for layer in &context.network.layers {
        if taken.contains(&layer.name) {
            let message = format!("the layer name `{}` is a signal of the generated design", layer.name);
            let diagnostic = Diagnostic::new(Code::DuplicateName, layer.span, message);
            diagnostics.push(diagnostic.help("choose another name for this layer"));
        }
    }
}

fn manifest(context: &Context, modules: &Modules) -> Manifest {
    let schedule = context.schedule;
    Manifest {
        circlet: context::version().into(),
        network: context.network.name.clone(),
        source: context.source_name(),
        clock_hz: context.network.target.clock,
        input: context.port(true),
        output: context.port(false),
        interval: schedule.interval,
        latency_first: schedule.latency_first,
        latency_last: schedule.latency_last,
        layers: (0..context.network.layers.len()).map(|index| layer_entry(context, index)).collect(),
        modules: modules.list.clone(),
        probes: probes(context),
        cost: context.cost(),
    }
}

fn layer_entry(context: &Context, index: usize) -> LayerEntry {
    let layer = &context.network.layers[index];
    let (weights, dense_weights, projection_error, rows) = match &layer.kind {
        LayerKind::Dense(dense) => {
            let stored = match &dense.weights {
                Weights::Dense { values, .. } => values.len(),
                Weights::Circulant { values, .. } => values.len(),
            };
            (stored, layer.inputs * layer.outputs, dense.projection_error, rows_of(context, index))
        }
        _ => (0, 0, None, 1),
    };
    let padded = match &layer.kind {
        LayerKind::Dense(Dense { weights: Weights::Circulant { p, q, k, .. }, .. }) => (q * k, p * k),
        _ => (layer.inputs, layer.outputs),
    };
    LayerEntry {
        name: layer.name.clone(),
        line: context.line(index),
        module: context.layer_module(index),
        kind: layer.kind.operator().print(layer).0,
        inputs: layer.inputs,
        outputs: layer.outputs,
        padded,
        rows,
        weights,
        dense_weights,
        projection_error,
        actors: context.actors_of(index).map(|(id, actor)| actor_entry(context, id, actor)).collect(),
        cost: context.layer_cost(index),
    }
}

/// Rows in parallel.
fn rows_of(context: &Context, index: usize) -> usize {
    let blocks = context.actors_of(index).flat_map(|(_, actor)| actor.chain.iter());
    blocks.map(|block| block.rows()).max().unwrap_or(1)
}

fn actor_entry(context: &Context, id: crate::dataflow::NodeId, actor: &Actor) -> ActorEntry {
    let place = context.place(actor.layer);
    ActorEntry {
        name: actor.name.clone(),
        blocks: actor.chain.iter().map(|block| block.stem().to_string()).collect(),
        modules: actor.chain.iter().map(|block| block.module(&place.borrow())).collect(),
        start: context.schedule.starts.get(&id).copied().unwrap_or(0),
        latency: actor.latency(),
        busy: actor.busy(),
        cost: context.actor_cost(actor),
    }
}

fn probes(context: &Context) -> Vec<ProbeEntry> {
    let graph = &context.schedule.graph.graph;
    let name = |layer: usize| context.network.layers[layer].name.clone();
    let probe = |edge: petgraph::graph::EdgeReference<crate::dataflow::Stream>| {
        let stream = edge.weight();
        let (from, to) = (graph[edge.source()].actor(), graph[edge.target()].actor());
        let line = match from {
            Some(actor) => context.line(actor.layer),
            None => context.network.source.line(context.network.input.span.start),
        };
        ProbeEntry {
            fifo: stream.name.clone(),
            layer: to.map(|actor| name(actor.layer)),
            writer: from.map(|actor| name(actor.layer)),
            line,
            module: to.map_or(context.network.name.clone(), |actor| context.layer_module(actor.layer)),
            instance: to.map(|actor| name(actor.layer)),
            lanes: stream.port.lanes,
            width: stream.port.width,
            format: stream.format.to_string(),
            beats: stream.beats,
            depth: context.schedule.depths[&crate::dataflow::EdgeId(edge.id())],
            order: stream.order,
        }
    };
    graph.edge_references().map(probe).collect()
}
