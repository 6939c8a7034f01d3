//! Random networks that take four words per cycle in many places.

use super::random::{self, Limits};
use super::recipe::{Kind, Recipe};
use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// The network of `seed` with blocks of 32 words and more, many of whose layers take four words per cycle where they are given them.
pub fn network(seed: u64) -> Recipe {
    let mut recipe = random::network(seed, Limits { block: (32, 128), ..Limits::default() });
    let mut random = ChaCha8Rng::seed_from_u64(!seed);
    // whether the input, then each layer, gives as many
    let mut gives = vec![true];
    for (index, piece) in recipe.layers.iter_mut().enumerate() {
        let is_given = gives[piece.from.first().copied().unwrap_or(index)];
        let wide = match piece.kind {
            Kind::Dense { block, .. } if block >= 32 => {
                let stated = is_given.then(|| *WIDE.choose(&mut random).unwrap()).filter(|units| !units.is_empty());
                if let Some(units) = stated {
                    let named =
                        |text: &String| ["forward", "spectra", "inverse"].iter().any(|unit| text.starts_with(unit));
                    let slow = |text: &String| ["products 1", "products 2"].contains(&text.as_str());
                    piece.stated.retain(|text| !named(text) && !slow(text));
                    piece.stated.extend(units.iter().map(|unit| unit.to_string()));
                }
                piece.stated.iter().any(|text| ["inverse wide", "inverse whole"].contains(&text.as_str()))
            }
            Kind::Dense { .. } => false,
            Kind::Pointwise | Kind::Affine { .. } => is_given,
            _ => false,
        };
        gives.push(wide);
    }
    recipe
}

/// Units of which some take four words per cycle; none: those that the layer states.
const WIDE: [&[&str]; 7] = [
    &[],
    &["inverse wide"],
    &["inverse wide", "spectra wide", "forward wide"],
    &["inverse wide"],
    &["forward wide", "inverse serial"],
    &["forward wide", "spectra wide"],
    &["forward wide", "spectra serial", "inverse serial"],
];
