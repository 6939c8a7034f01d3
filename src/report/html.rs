//! The report as one page: what came in, the picture, errors, formats with histograms, resources, timing.
//!
//! Self-contained: no links, no scripts, nothing that names a machine, a user or a date. ASCII, like everything emitted.

use super::measure::{Histogram, LayerMeasured, Measured};
use super::table::{Table, grouped};
use super::{actors, fifos, formats, layers};
use crate::dataflow::svg::svg;
use crate::manifest::Manifest;
use crate::network::LayerKind;
use crate::pipeline::Compiled;
use askama::Template;
use std::fmt::Write;

/// The page.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    network: String,
    circlet: String,
    /// Comments above the network: what an importer or a search had to say.
    notes: Vec<String>,
    /// The facts at the top: label, number, what it is of.
    facts: Vec<Fact>,
    picture: String,
    sections: Vec<Section>,
    figures: Vec<Figure>,
    measured_on: String,
    text: String,
}

struct Fact {
    id: &'static str,
    label: &'static str,
    value: String,
    rest: String,
}

/// A table; on a narrow screen each row becomes a card.
struct Section {
    id: &'static str,
    title: &'static str,
    note: String,
    head: Vec<String>,
    rows: Vec<Vec<(String, String)>>,
}

/// The histograms of a layer.
struct Figure {
    layer: String,
    charts: Vec<Chart>,
}

struct Chart {
    title: String,
    about: String,
    bars: String,
}

/// The page of a design.
pub fn page(compiled: &Compiled, manifest: &Manifest, measured: &Measured) -> String {
    let network = &compiled.network;
    let on = format!("{} samples: {}", grouped(measured.samples as u64), measured.origin);
    let figures = manifest
        .layers
        .iter()
        .zip(&measured.layers)
        .map(|(layer, measured)| Figure { layer: layer.name.clone(), charts: charts(measured) });
    let page = Page {
        network: manifest.network.clone(),
        circlet: manifest.circlet.clone(),
        notes: notes(&network.source.text),
        facts: facts(manifest),
        picture: svg(&compiled.schedule.graph, &compiled.schedule.depths),
        sections: vec![
            section("layers", "Layers", String::new(), &layers(manifest)),
            section("errors", "Errors", ERRORS.into(), &errors(compiled, measured)),
            section("formats", "Formats", FORMATS.into(), &formats(network)),
            section("actors", "Actors and timing", ACTORS.into(), &actors(manifest)),
            section("fifos", "FIFOs", String::new(), &fifos(manifest)),
        ],
        figures: figures.collect(),
        measured_on: on,
        text: network.source.text.clone(),
    };
    match page.render() {
        Ok(text) => plain(&text),
        Err(problem) => crate::bug!("report: the page does not render: {problem}"),
    }
}

const ERRORS: &str = "Outputs of each layer, levels against each other: circulant against dense is what compression costs, \
                      fixed against circulant what word widths cost. Clipped counts words that saturated inside the layer.";
const FORMATS: &str = "s<integer bits>.<fraction bits>, the sign not counted; a word that can saturate is marked *.";
const ACTORS: &str =
    "A gate and a pipeline each, in cycles; the share is that of the interval in which one takes beats.";

/// Non-ASCII characters as entities, no blanks at line ends.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        for c in line.trim_end().chars() {
            match c {
                c if c.is_ascii() && !c.is_ascii_control() => out.push(c),
                '\t' => out.push_str("    "),
                c => {
                    let _ = write!(out, "&#{};", c as u32);
                }
            }
        }
        out.push('\n');
    }
    out
}

/// The comment lines above the network.
fn notes(text: &str) -> Vec<String> {
    let comments = text.lines().map_while(|line| line.trim().strip_prefix("//"));
    comments.map(|line| line.trim().to_string()).collect()
}

fn facts(manifest: &Manifest) -> Vec<Fact> {
    let weights: u64 = manifest.layers.iter().map(|layer| layer.weights as u64).sum();
    let dense: u64 = manifest.layers.iter().map(|layer| layer.dense_weights as u64).sum();
    let rate = manifest.clock_hz / manifest.interval as f64;
    let fact = |id, label, value: String, rest: String| Fact { id, label, value, rest };
    let ratio = if weights > 0 { dense as f64 / weights as f64 } else { 1.0 };
    vec![
        fact(
            "interval",
            "Interval",
            grouped(manifest.interval as u64),
            format!("cycles per frame: {} frames/s at {} MHz", grouped(rate.round() as u64), manifest.clock_hz / 1e6),
        ),
        fact(
            "latency",
            "Latency",
            grouped(manifest.latency_first as u64),
            format!("cycles to the first output beat, {} to the last", grouped(manifest.latency_last as u64)),
        ),
        fact("multipliers", "Multipliers", grouped(manifest.cost.multipliers as u64), String::new()),
        fact("memory", "Memory", grouped(manifest.cost.memory_bits), "bits".into()),
        fact(
            "weights",
            "Weights",
            grouped(weights),
            format!("words; a dense network stores {} ({ratio:.1} x)", grouped(dense)),
        ),
    ]
}

fn section(id: &'static str, title: &'static str, note: String, table: &Table) -> Section {
    let (head, rows) = table.parts();
    let row = |row: &Vec<String>| head.iter().cloned().zip(row.iter().cloned()).collect();
    Section { id, title, note, head: head.to_vec(), rows: rows.iter().map(row).collect() }
}

fn errors(compiled: &Compiled, measured: &Measured) -> Table {
    let head = "layer relative-error circulant/dense-dB fixed/circulant-dB fixed/dense-dB clipped-words";
    let mut table = Table::new(head, "lrrrrr");
    for (layer, measured) in compiled.network.layers.iter().zip(&measured.layers) {
        let is_class = matches!(layer.kind, LayerKind::Argmax(_));
        let decibel = |value: f64| match value {
            _ if is_class || value.is_nan() => "-".to_string(),
            value if value.is_infinite() => "exact".into(),
            value => format!("{value:.1}"),
        };
        table.row([
            layer.name.clone(),
            if is_class { "-".into() } else { format!("{:.2} %", measured.relative_error * 100.0) },
            decibel(measured.circulant_db),
            decibel(measured.fixed_db),
            decibel(measured.whole_db),
            grouped(measured.clipped),
        ]);
    }
    table
}

fn charts(measured: &LayerMeasured) -> Vec<Chart> {
    let chart = |title: &str, histogram: &Histogram| {
        let (least, most) = histogram.seen;
        let words: u64 = histogram.counts.iter().sum();
        let ends = histogram.format;
        Chart {
            title: format!("{title} {ends}"),
            about: format!(
                "{} words from {least:.4} to {most:.4} in a range of {:.4} to {:.4}; {} at its ends",
                grouped(words),
                ends.to_real(ends.min()),
                ends.to_real(ends.max()),
                grouped(histogram.at_ends)
            ),
            bars: bars(&histogram.counts),
        }
    };
    let outputs = chart("outputs", &measured.outputs);
    let weights = measured.weights.as_ref().map(|weights| chart("weights as stored", weights));
    std::iter::once(outputs).chain(weights).collect()
}

/// Bars, their heights by the logarithm of the counts: one word is to be seen beside a million.
fn bars(counts: &[u64]) -> String {
    let height = |count: u64| if count == 0 { 0.0 } else { 1.0 + (count as f64).log2() };
    let most = counts.iter().map(|&count| height(count)).fold(1.0, f64::max);
    let mut out = format!("<svg class=\"bars\" viewBox=\"0 0 {} 60\" preserveAspectRatio=\"none\">", counts.len() * 10);
    for (at, &count) in counts.iter().enumerate() {
        let tall = 60.0 * height(count) / most;
        let (x, y) = (at * 10 + 1, 60.0 - tall);
        let _ =
            write!(out, "<rect x=\"{x}\" y=\"{y:.1}\" width=\"8\" height=\"{tall:.1}\"><title>{count}</title></rect>");
    }
    out + "</svg>"
}
