//! `explain`: one layer through every stage.

use super::Outcome;
use super::args::Explain;
use super::build::{Stages, build_design};
use super::session::{Session, default_output};
use crate::diag::Error;
use crate::emit::write;
use crate::network::{Layer, LayerKind};
use crate::report::explain;

/// `circlet explain`: builds with dumps, then says where to look.
pub fn explain(session: &Session, args: &Explain) -> Outcome {
    let mut stages = Stages::new(&["all".to_string()], None);
    let (mut design, compiled) = build_design(session, &args.network, &mut stages)?;
    let layers = &compiled.network.layers;
    let Some(index) = layers.iter().position(|layer| holds(layer, &args.layer)) else {
        let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        let problem = format!("no layer `{}`; the layers are {}", args.layer, names.join(", "));
        return Err(Error::Malformed { path: args.network.clone(), problem }.into());
    };
    if layers[index].name != args.layer {
        session.note(&format!("layer `{}` is folded into layer `{}`", args.layer, layers[index].name));
    }
    design.files.extend(stages.dumps());
    let output = args.output.clone().unwrap_or_else(|| default_output(&compiled.network.name));
    write::write(&design, &output)?;
    let steps = explain::steps(&design.manifest, &design.files, index, &compiled.network.source, &output);
    session.result(&steps, || explain::table(&steps).to_string())
}

/// Whether a layer is the one called `name`, or has taken it in.
fn holds(layer: &Layer, name: &String) -> bool {
    layer.name == *name || matches!(&layer.kind, LayerKind::Dense(dense) if dense.folded.contains(name))
}
