//! The network of a point: another width, depth, block size, other widths of words.

use crate::frontend::grid::Point;
use crate::network::dense::{Form, TensorRef};
use crate::network::{Dense, Layer, LayerKind, Network, Origin, Weights};

/// The file that the weights of a point are in.
pub const WEIGHTS: &str = "weights.safetensors";

/// The network of a point, its weights yet to be made; or what keeps the network from being varied so.
pub fn network(base: &Network, point: &Point) -> Result<Network, String> {
    let mut network = base.clone();
    network.name = point.name();
    if let Some(depth) = point.depth {
        deepen(&mut network, depth)?;
    }
    if point.prune > 0.0 || point.block.is_some() {
        has_blocks(&network)?;
    }
    if let Some(bits) = point.bits {
        (network.precision.activations, network.precision.weights) = (bits, bits);
    }
    let last = dense_layers(&mut network).count().saturating_sub(1);
    if point.width.is_some() && last == 0 {
        return Err("`width` is of dense layers before the last one, the network has none".into());
    }
    for (at, (name, dense)) in dense_layers(&mut network).enumerate() {
        if let Some(width) = point.width.filter(|_| at < last) {
            dense.outputs = width;
        }
        if let Some(block) = point.block.filter(|_| dense.block.is_some()) {
            dense.block = (block > 1).then_some(block);
        }
        if point.bits.is_some() && states_words(dense) {
            return Err(format!("layer `{name}` states words of its own, which `bits` does not change"));
        }
        // of another size than those of the network
        dense.weights = Weights::Dense { inputs: 0, values: Vec::new().into() };
        let form = if dense.block.is_some() { Form::FirstColumn } else { Form::Dense };
        dense.weight_file = file(&format!("{name}.weight"), form);
        dense.bias_file = dense.bias_file.is_some().then(|| file(&format!("{name}.bias"), Form::Dense));
    }
    Ok(network)
}

fn file(tensor: &str, form: Form) -> TensorRef {
    TensorRef { path: WEIGHTS.into(), tensor: Some(tensor.into()), form, span: Default::default() }
}

fn states_words(dense: &Dense) -> bool {
    let stated = &dense.stated;
    stated.format.is_some() || stated.weight_bits.or(stated.spectrum_bits).is_some() || stated.weight_format.is_some()
}

fn has_blocks(network: &Network) -> Result<(), String> {
    let is_block = |layer: &Layer| matches!(&layer.kind, LayerKind::Dense(Dense { block: Some(_), .. }));
    if network.layers.iter().any(is_block) {
        return Ok(());
    }
    Err("`block` and `prune` are of layers that state a block size, the network has none; write `block 16` behind a layer".into())
}

fn dense_layers(network: &mut Network) -> impl Iterator<Item = (&String, &mut Dense)> {
    network.layers.iter_mut().filter_map(|layer| match &mut layer.kind {
        LayerKind::Dense(dense) => Some((&layer.name, dense)),
        _ => None,
    })
}

/// So many hidden layers: the first ones, and copies of the last of them.
fn deepen(network: &mut Network, depth: usize) -> Result<(), String> {
    let is_dense = |layer: &Layer| matches!(layer.kind, LayerKind::Dense(_));
    let is_chain = network.layers.iter().enumerate().all(|(index, layer)| layer.from == [Origin::before(index)]);
    let dense = network.layers.iter().take_while(|layer| is_dense(layer)).count();
    if !is_chain || dense < 2 || network.layers[dense..].iter().any(is_dense) {
        return Err(
            "`depth` takes a chain that begins with dense layers, two at least, and has no others after them".into()
        );
    }
    let rest = network.layers.split_off(dense - 1);
    let kept = network.layers.len();
    for number in 2..=depth.saturating_sub(kept) + 1 {
        let mut copy = network.layers[kept - 1].clone();
        copy.name = format!("{}_{number}", copy.name);
        network.layers.push(copy);
    }
    network.layers.truncate(depth);
    network.layers.extend(rest);
    let layers = network.layers.iter_mut().enumerate();
    layers.for_each(|(index, layer)| layer.from = vec![Origin::before(index)]);
    Ok(())
}
