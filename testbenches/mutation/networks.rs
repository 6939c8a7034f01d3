//! The networks that are mutated: small ones that have every kind of hardware between them.

use crate::random::Limits;
use crate::recipe::{Kind, Numbers, Piece, Recipe, Thresholds};
use crate::{prove, random};
use std::path::{Path, PathBuf};

/// A network built into a folder.
pub struct Built {
    /// Name of the network and of its top module.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// The output folder.
    pub folder: PathBuf,
}

fn dense(outputs: usize, block: usize, activation: &str) -> Piece {
    let form = if block == 0 { "dense" } else { "first-column" };
    let kind = Kind::Dense { outputs, block, form, numbers: Numbers::Usual, bias: true };
    Piece { stated: vec![format!("activation {activation}")], ..Piece::of(kind) }
}

/// A residual sum, a part and a concatenation, with a clip, a leak and thresholds on the way.
fn branched() -> Vec<Piece> {
    let thresholds = Some(Thresholds { shared: false, low: -2, levels: 6 });
    vec![
        dense(24, 8, "clip -1 .. 1"),
        Piece { from: vec![0, 1], thresholds, ..Piece::of(Kind::Add) },
        dense(16, 16, "leaky-relu 1/8"),
        Piece { from: vec![2], ..Piece::of(Kind::Slice(3, 14)) },
        Piece { from: vec![4, 3], ..Piece::of(Kind::Concat) },
        dense(6, 0, "relu"),
    ]
}

/// Builds them below `place`.
pub fn build(place: &Path) -> Vec<Built> {
    let recipe = |seed, size, precision: &str, layers, target: &str| Recipe {
        seed,
        shape: vec![size],
        input: "range -1 .. 1".into(),
        precision: precision.into(),
        samples: 0,
        layers,
        target: target.into(),
    };
    let argmax = Piece::of(Kind::Argmax);
    let recipes = [
        recipe(
            9001,
            64,
            "precision { activations 10 bits  weights 10 bits }",
            vec![dense(64, 64, "relu"), dense(32, 16, "relu"), dense(10, 0, "identity"), argmax.clone()],
            "target { interval 64 cycles }",
        ),
        recipe(
            9002,
            21,
            "precision { activations 8 bits  weights 9 bits  rounding half-even }",
            vec![dense(13, 4, "tanh"), dense(9, 8, "sigmoid"), dense(5, 2, "identity")],
            "",
        ),
        recipe(9003, 12, "precision { rounding floor }", vec![dense(7, 0, "relu"), dense(6, 0, "tanh"), argmax], ""),
        Recipe {
            seed: 9004,
            ..random::network(9004, Limits { layers: 3, size: 40, block: (2, 16), ..Limits::default() })
        },
        Recipe {
            layers: branched(),
            ..recipe(9005, 24, "precision { activations 9 bits  weights 8 bits }", vec![], "")
        },
    ];
    let build = |recipe: &Recipe| {
        let folder = place.join(recipe.seed.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let path = recipe.write(&folder);
        let effort = prove::Effort { seed: 1, others: 4, readers: false, icarus: false };
        prove::prove(&path, &folder.join("out"), &effort, &|_| ()).unwrap_or_else(|e| panic!("{}: {e}", recipe.seed));
        let layer = |piece: &Piece| match piece.kind {
            Kind::Dense { outputs, block: 0, .. } => format!("dense {outputs}"),
            Kind::Dense { outputs, block, .. } => format!("dense {outputs} block {block}"),
            Kind::Affine { .. } => "affine".into(),
            Kind::Argmax => "argmax".into(),
            Kind::Pointwise => "pointwise".into(),
            Kind::Add => "add".into(),
            Kind::Concat => "concat".into(),
            Kind::Slice(..) => "slice".into(),
        };
        let layers: Vec<String> = recipe.layers.iter().map(layer).collect();
        let about = format!("{} inputs, {}", recipe.inputs(), layers.join(", "));
        Built { name: format!("random_{}", recipe.seed), about, folder: folder.join("out") }
    };
    recipes.iter().map(build).collect()
}
