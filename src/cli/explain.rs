//! `explain`: one layer through every stage.

use super::Outcome;
use super::args::Explain;
use super::build::build_into;
use super::session::Session;
use crate::diag::Error;
use crate::report::explain;

/// `circlet explain`: builds with dumps, then says where to look.
pub fn explain(session: &Session, args: &Explain) -> Outcome {
    let (folder, design, compiled) = build_into(session, &args.network, args.output.clone(), true)?;
    let network = &compiled.network;
    let layer = network.layers.iter().find(|layer| layer.name == args.layer);
    let line = layer.map(|layer| network.source.line(layer.span.start)).unwrap_or(0);
    let line_text = network.source.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    match explain::steps(&design.manifest, &args.layer, &args.network, &folder, line_text) {
        Some(steps) => {
            session.result(&steps, || explain::table(&steps).to_string());
            Ok(())
        }
        None => {
            let names: Vec<&str> = network.layers.iter().map(|layer| layer.name.as_str()).collect();
            let problem = format!("no layer `{}`; the layers are {}", args.layer, names.join(", "));
            Err(Error::Malformed { path: args.network.clone(), problem }.into())
        }
    }
}
