//! `import` of C3A adapters: read beside the weights they change, or alone.

use super::Outcome;
use super::args::Import;
use super::files::{RANGE, calibration, file_name, load, malformed};
use super::session::{Failure, Session};
use crate::diag::Error;
use crate::emit::write;
use crate::frontend::c3a::{self, Adapter};
use crate::frontend::onnx::network::{Blocks, Imported};
use crate::frontend::onnx::safe_name;
use crate::frontend::weights::Files;
use crate::frontend::weights::file::Bytes;
use crate::network::{Calibration, Network, print};
use serde_json::json;
use std::path::Path;

/// The adapter in a folder.
pub fn read(folder: &Path) -> Result<Adapter, Error> {
    let path = folder.join(c3a::FILES.0);
    let config = Bytes::open(&path).map_err(|cause| Error::Read { path, cause })?;
    Adapter::read(&config, &mut Files::new(folder)).map_err(|problem| malformed(folder, problem))
}

/// `circlet import FOLDER`: the change that an adapter makes, as a network of one circulant layer.
pub fn alone(session: &Session, args: &Import) -> Outcome {
    let fault = |problem: String| Failure::from(Error::Malformed { path: args.model.clone(), problem });
    if args.block != Blocks::All(1) {
        return Err(fault("an adapter alone has blocks of its own; leave out `--block`".into()));
    }
    let adapter = read(&args.model)?;
    let chosen = adapter.choose(args.module.as_deref());
    let (module, kernel) = chosen.map_err(|problem| malformed(&args.model, problem))?;
    let stem = args.output.file_stem().map_or("".into(), |stem| stem.to_string_lossy());
    let range = args.range.or(args.calibrate.is_none().then_some(RANGE));
    let network = kernel.network(&safe_name(&stem, "network"), range);
    let mut network = network.map_err(|problem| malformed(&args.model, problem))?;
    let weights = kernel.weights().map_err(|problem| malformed(&args.model, problem))?;
    let origin = format!(
        "// From the C3A adapter {}: the change of module {}, alone.\n",
        file_name(&args.model),
        module.escape_debug()
    );
    let text = |network: &Network| format!("{origin}{}", print::network(network));
    let tried = text(&network);
    let path = calibration(args, &network.input.shape)?;
    network.calibration = path.map(|path| Calibration { path, samples: Vec::new(), span: network.input.span });
    let circ = text(&network);
    let place = args.output.with_file_name(format!("{}.safetensors", network.name));
    write::replace_files(&[(&place, &weights), (&args.output, circ.as_bytes())], |folder| {
        load(session, &Imported { circ: tried.clone(), weights: weights.clone() }, folder).map(drop)
    })?;
    let (outputs, inputs, k) = (kernel.outputs(), kernel.inputs(), kernel.k);
    let value = json!({
        "network": args.output, "weights": place, "module": module, "outputs": outputs, "inputs": inputs, "block": k,
    });
    session.result(&value, || {
        format!(
            "module {} became the layer delta, {inputs} to {outputs} in blocks of {k}\nwritten to {} and {}\n",
            module.escape_debug(),
            args.output.display(),
            place.display()
        )
    })
}
