//! A fault is planted in the Verilog, and the network that shows it is made as small as it can be.

#[path = "common/prove.rs"]
#[allow(dead_code)]
mod prove;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/shrink.rs"]
mod shrink;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use prove::{Effort, Failure};
use random::Limits;
use recipe::{Kind, Recipe};
use std::path::Path;

/// The hardware forgets what relu is; the model does not.
fn forget_relu(output: &Path) {
    let path = output.join("rtl/activate_lane.v");
    let Ok(text) = std::fs::read_to_string(&path) else { return };
    let relu = "sum[SW-1] ? {SW{1'b0}} : sum";
    assert!(text.contains(relu));
    std::fs::write(path, text.replace(relu, "sum[SW-1] ? sum : sum")).unwrap();
}

fn fails(recipe: &Recipe) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = recipe.write(folder.path());
    let effort = Effort { seed: 1, others: 2, readers: false, icarus: false };
    let outcome = prove::prove(&path, &folder.path().join("out"), &effort, &forget_relu);
    outcome.is_err_and(|problem| problem.failure == Failure::Hardware)
}

#[test]
fn a_planted_fault_is_shrunk_to_one_layer() {
    let limits = Limits { layers: 3, size: 12, block: (2, 4), ..Limits::default() };
    let recipe =
        (0..).map(|seed| random::network(seed, limits)).find(|recipe| recipe.layers.len() == 3 && fails(recipe));
    let (least, tried) = shrink::shrink(recipe.unwrap(), 120, fails);
    println!("{tried} tried: {least:?}");
    assert!(fails(&least));
    assert_eq!(least.layers.len(), 1, "{least:?}");
    assert_eq!((least.inputs(), least.layers[0].stated.join("; ").as_str()), (1, "activation relu"), "{least:?}");
    let least_dense = matches!(least.layers[0].kind, Kind::Dense { outputs: 1, block: 0, bias: false, .. });
    assert!(least_dense || least.layers[0].kind == Kind::Pointwise, "{least:?}");
    assert!(least.target.is_empty() && least.precision.is_empty() && least.samples == 0, "{least:?}");
}

#[test]
fn what_no_network_shows_is_left_as_it_is() {
    let recipe = random::network(7, Limits::default());
    let (least, tried) = shrink::shrink(recipe.clone(), 50, |_| false);
    assert!(least == recipe && tried > 10);
    // shrinking by a rule of its own: the layer with the largest block stays, everything else goes
    let large = |recipe: &Recipe| recipe.layers.iter().any(|l| matches!(l.kind, Kind::Dense { block: 8.., .. }));
    let recipe = (0..).map(|seed| random::network(seed, Limits::default())).find(large).unwrap();
    let (least, _) = shrink::shrink(recipe, 1000, large);
    assert_eq!((least.layers.len(), least.inputs()), (1, 1), "{least:?}");
    assert!(matches!(least.layers[0].kind, Kind::Dense { outputs: 1, block: 8..16, .. }), "{least:?}");
}
