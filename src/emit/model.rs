//! The emitted model crate: this library's own timed model, file by file, with the network as data.

use super::Context;
use super::context::version;
use crate::blocks;
use crate::machine::text::words_hex;
use crate::schedule::machine;
use askama::Template;

/// The files that library and emitted crate share to the letter, by their path below `src/`.
pub const SHARED: &[(&str, &str)] = &[
    ("fixed.rs", include_str!("../fixed.rs")),
    ("machine/mod.rs", include_str!("../machine/mod.rs")),
    ("machine/channel.rs", include_str!("../machine/channel.rs")),
    ("machine/fifo.rs", include_str!("../machine/fifo.rs")),
    ("machine/flow.rs", include_str!("../machine/flow.rs")),
    ("machine/gate.rs", include_str!("../machine/gate.rs")),
    ("machine/pipeline.rs", include_str!("../machine/pipeline.rs")),
    ("machine/rhythm.rs", include_str!("../machine/rhythm.rs")),
    ("machine/stream.rs", include_str!("../machine/stream.rs")),
    ("machine/text.rs", include_str!("../machine/text.rs")),
    ("machine/times.rs", include_str!("../machine/times.rs")),
    ("machine/tokens.rs", include_str!("../machine/tokens.rs")),
    ("machine/turns.rs", include_str!("../machine/turns.rs")),
    ("machine/vector.rs", include_str!("../machine/vector.rs")),
    ("blocks/models.rs", include_str!("../blocks/models.rs")),
];

#[derive(Template)]
#[template(path = "model/lib.rs")]
struct Library<'a> {
    network: &'a str,
    source: &'a str,
    memories: Vec<&'a String>,
    frame_in: usize,
    input: String,
    frame_out: usize,
    output: String,
}

#[derive(Template)]
#[template(path = "model/Cargo.toml")]
struct Package<'a> {
    network: &'a str,
    version: &'a str,
}

#[derive(Template)]
#[template(path = "model/vectors.rs")]
struct VectorTest<'a> {
    network: &'a str,
    lanes_in: usize,
    bytes_in: usize,
    lanes_out: usize,
    bytes_out: usize,
    width_in: u32,
    width_out: u32,
}

/// The crate's files, `model/...`.
pub fn files(context: &Context) -> Vec<(String, String)> {
    let schedule = context.schedule;
    let memories = machine::memories(&schedule.graph);
    let mut files: Vec<(String, String)> = Vec::new();
    let mut add = |path: &str, text: String| files.push((format!("model/{path}"), text));
    for (path, text) in SHARED {
        add(&format!("src/{path}"), text.to_string());
    }
    let mut list = String::from("//! The blocks' models.\n\npub mod models;\n");
    for (stem, text) in blocks::MODELS {
        add(&format!("src/blocks/{stem}/model.rs"), text.to_string());
        list += &format!("\n/// Block `{stem}`.\npub mod {stem} {{\n    pub mod model;\n}}\n");
    }
    add("src/blocks/mod.rs", list);
    for (name, words) in &memories {
        add(&format!("data/{name}.hex"), words_hex(words));
    }
    add("machine.txt", machine::text(&schedule.graph, &schedule.depths));

    let (frame_in, port_in, format_in) = context.end(true);
    let (frame_out, port_out, format_out) = context.end(false);
    let (network, source) = (context.network.name.as_str(), context.source_name());
    add("Cargo.toml", render(&Package { network, version: version() }));
    let library = Library {
        network,
        source: &source,
        memories: memories.keys().collect(),
        frame_in,
        input: format!("{} x {format_in}", port_in.lanes),
        frame_out,
        output: format!("{} x {format_out}", port_out.lanes),
    };
    add("src/lib.rs", render(&library));
    let test = VectorTest {
        network,
        lanes_in: port_in.lanes,
        bytes_in: super::rtl::stream_bytes(port_in.width),
        lanes_out: port_out.lanes,
        bytes_out: super::rtl::stream_bytes(port_out.width),
        width_in: port_in.width,
        width_out: port_out.width,
    };
    add("tests/vectors.rs", render(&test));
    files
}

pub(super) fn render(template: &impl Template) -> String {
    match template.render() {
        Ok(text) => text + "\n",
        Err(problem) => crate::bug!("emit: a template does not render: {problem}"),
    }
}
