//! What a person reads: the report of a design, as text and as a page.

pub mod explain;
pub mod html;
pub mod measure;
pub mod table;

use crate::manifest::{LayerEntry, Manifest, StreamPort};
use crate::network::pointwise::{Pointwise, PointwiseFormats};
use crate::network::{Dense, DenseFormats, LayerKind, Network};
use crate::schedule::why::{Reason, Why};
use std::fmt::Write;
use table::{Table, grouped};

/// The text report of a design.
pub fn text(manifest: &Manifest, network: &Network, why: Option<&Why>) -> String {
    let mut out = summary(manifest);
    let mut section = |title: &str, table: Table| {
        let _ = write!(out, "\n{title}\n\n{table}");
    };
    section("Layers", layers(manifest));
    if let Some(why) = why.filter(|why| !why.layers.is_empty()) {
        section(&format!("Units. {}", why.sentences.join(" ")), units(why));
    }
    section(
        "Actors: a gate and a pipeline each; busy is the share of the interval in which one takes beats",
        actors(manifest),
    );
    section("FIFOs", fifos(manifest));
    section("Formats, s<integer bits>.<fraction bits>; a word that can saturate is marked *", formats(network));
    out
}

fn summary(manifest: &Manifest) -> String {
    let rate = manifest.clock_hz / manifest.interval as f64;
    let (weights, dense): (usize, usize) =
        manifest.layers.iter().fold((0, 0), |sum, layer| (sum.0 + layer.weights, sum.1 + layer.dense_weights));
    let port = |p: &StreamPort| {
        format!("{} elements {}, {} beats of {} x {} bits", p.elements, p.format, p.beats, p.lanes, p.width)
    };
    let ratio = if weights > 0 { dense as f64 / weights as f64 } else { 1.0 };
    format!(
        "{} ({}), circlet {}\n\n\
         input     {}\n\
         output    {}\n\
         interval  {} cycles per frame: {} frames/s at {} MHz\n\
         latency   {} cycles to the first output beat, {} to the last\n\
         cost      {} multipliers, {} bits of memory\n\
         weights   {} words; a dense network stores {} ({ratio:.1} x)\n",
        manifest.network,
        manifest.source,
        manifest.circlet,
        port(&manifest.input),
        port(&manifest.output),
        manifest.interval,
        grouped(rate.round() as u64),
        manifest.clock_hz / 1e6,
        manifest.latency_first,
        manifest.latency_last,
        manifest.cost.multipliers,
        grouped(manifest.cost.memory_bits),
        grouped(weights as u64),
        grouped(dense as u64),
    )
}

/// The units of circulant layers, and from which interval on fewer multipliers would do.
fn units(why: &Why) -> Table {
    let mut table =
        Table::new("layer forward spectra products stationary inverse multipliers fewer-would-take", "llllllrl");
    for Reason { layer, units, multipliers, fewer } in &why.layers {
        let [forward, spectra, products, stationary, inverse] = units.clone();
        let row = [layer.clone(), forward, spectra, products, stationary, inverse];
        table.row(row.into_iter().chain([multipliers.to_string(), fewer.clone()]));
    }
    table
}

fn layers(manifest: &Manifest) -> Table {
    let head = "layer line kind in out rows multipliers memory-bits weights compression projection-error";
    let mut table = Table::new(head, "lrlrrrrrrrr");
    for layer in &manifest.layers {
        let LayerEntry { name, line, kind, inputs, outputs, rows, weights, dense_weights, .. } = layer;
        let ratio = if *weights > 0 { format!("{:.1} x", *dense_weights as f64 / *weights as f64) } else { "-".into() };
        let error = layer.projection_error.map_or("-".into(), |error| format!("{:.1} %", error * 100.0));
        table.row([
            name.clone(),
            line.to_string(),
            kind.clone(),
            padded(*inputs, layer.padded.0),
            padded(*outputs, layer.padded.1),
            rows.to_string(),
            layer.cost.multipliers.to_string(),
            grouped(layer.cost.memory_bits),
            grouped(*weights as u64),
            ratio,
            error,
        ]);
    }
    table
}

/// A size, and what zeros fill it up to: `30 (32)`.
fn padded(size: usize, whole: usize) -> String {
    if size == whole { size.to_string() } else { format!("{size} ({whole})") }
}

fn actors(manifest: &Manifest) -> Table {
    let mut table = Table::new("actor blocks start latency busy share multipliers memory-bits", "llrrrrrr");
    for actor in manifest.layers.iter().flat_map(|layer| &layer.actors) {
        table.row([
            actor.name.clone(),
            actor.blocks.join(", "),
            actor.start.to_string(),
            actor.latency.to_string(),
            actor.busy.to_string(),
            format!("{:.0} %", 100.0 * actor.busy as f64 / manifest.interval as f64),
            actor.cost.multipliers.to_string(),
            grouped(actor.cost.memory_bits),
        ]);
    }
    table
}

fn fifos(manifest: &Manifest) -> Table {
    let mut table = Table::new("fifo written-by words format beats/frame depth", "llrlrr");
    for probe in &manifest.probes {
        table.row([
            probe.fifo.clone(),
            probe.writer.clone().unwrap_or_else(|| "s_axis".into()),
            probe.lanes.to_string(),
            probe.format.clone(),
            probe.beats.to_string(),
            probe.depth.to_string(),
        ]);
    }
    table
}

fn formats(network: &Network) -> Table {
    let mut table = Table::new("layer input spectrum weight sum product bias table output rounding", "llllllllll");
    for layer in &network.layers {
        if let LayerKind::Pointwise(Pointwise { formats: Some(formats), activation, thresholds, .. }) = &layer.kind {
            let PointwiseFormats { input, table: address, output, rounding } = formats;
            let (looked_up, is_exact) = (activation.is_table(), thresholds.is_some());
            let mut row = [""; 10].map(|_| "-".to_string());
            (row[0], row[1]) = (layer.name.clone(), input.to_string());
            row[7] = if looked_up { format!("{address}*") } else { "-".into() };
            row[8] = if looked_up || is_exact { output.to_string() } else { format!("{output}*") };
            row[9] = if is_exact { "-".into() } else { rounding.name().to_string() };
            table.row(row);
            continue;
        }
        let LayerKind::Dense(Dense { formats: Some(formats), block, activation, bias, thresholds, .. }) = &layer.kind
        else {
            continue;
        };
        let DenseFormats { input, spectrum, weight, accumulator, product, table: address, output, rounding, .. } =
            formats;
        let circulant = |text: String| if block.is_some() { text } else { "-".into() };
        let looked_up = activation.is_table();
        table.row([
            layer.name.clone(),
            input.to_string(),
            circulant(format!("{spectrum}*")),
            weight.to_string(),
            circulant(format!("{accumulator}*")),
            product.to_string(),
            if bias.is_empty() { "-".into() } else { formats.bias.to_string() },
            if looked_up { format!("{address}*") } else { "-".into() },
            if looked_up || thresholds.is_some() { output.to_string() } else { format!("{output}*") },
            rounding.name().to_string(),
        ]);
    }
    table
}
