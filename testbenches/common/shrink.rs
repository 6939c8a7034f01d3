//! Makes a failing network smaller while it still fails in the same way.

use super::recipe::{Kind, Numbers, Piece, Recipe, Thresholds};

/// The smallest network found that still fails, and how many were tried; at most `most` of them.
pub fn shrink(recipe: Recipe, most: usize, mut fails: impl FnMut(&Recipe) -> bool) -> (Recipe, usize) {
    let (mut best, mut tried) = (recipe, 0);
    'smaller: loop {
        for candidate in candidates(&best) {
            if tried == most {
                return (best, tried);
            }
            tried += 1;
            if fails(&candidate) {
                best = candidate;
                continue 'smaller;
            }
        }
        return (best, tried);
    }
}

/// Networks that are simpler in one point, the largest steps first.
fn candidates(recipe: &Recipe) -> Vec<Recipe> {
    let mut list = Vec::new();
    let mut with = |change: &dyn Fn(&mut Recipe)| {
        let mut new = recipe.clone();
        change(&mut new);
        let fits = new.layers.iter().any(|piece| matches!(piece.kind, Kind::Dense { .. } | Kind::Pointwise));
        if new != *recipe && fits {
            list.push(new);
        }
    };
    let count = recipe.layers.len();
    for half in [0..count / 2, count / 2..count] {
        with(&|new| half.clone().rev().for_each(|index| remove(new, index)));
    }
    for index in 0..count {
        with(&|new| remove(new, index));
    }
    with(&|new| new.target.clear());
    with(&|new| new.precision.clear());
    with(&|new| new.shape = vec![new.inputs()]);
    with(&|new| {
        new.samples = 0;
        new.input = "range -1 .. 1".into();
    });
    with(&|new| new.samples = new.samples.min(1));
    for size in smaller(recipe.inputs()) {
        with(&|new| new.shape = vec![size]);
    }
    for index in 0..count {
        for piece in pieces(&recipe.layers[index]) {
            with(&|new| new.layers[index] = piece.clone());
        }
    }
    list
}

/// Takes a layer out; who took it takes the layer before it.
fn remove(recipe: &mut Recipe, index: usize) {
    recipe.layers.remove(index);
    for origin in recipe.layers.iter_mut().flat_map(|piece| &mut piece.from) {
        *origin -= (*origin > index) as usize;
    }
}

/// 1, a half, one less.
fn smaller(size: usize) -> Vec<usize> {
    let mut sizes = vec![1, 2, size / 2, size.saturating_sub(1)];
    sizes.retain(|&new| new > 0 && new < size);
    sizes.dedup();
    sizes
}

fn pieces(piece: &Piece) -> Vec<Piece> {
    let mut list = Vec::new();
    for index in 0..piece.stated.len() {
        let mut new = piece.clone();
        new.stated.remove(index);
        list.push(new);
    }
    if let Some(thresholds) = piece.thresholds {
        list.push(Piece { thresholds: None, ..piece.clone() });
        let simple = Thresholds { shared: true, low: 0, levels: 1 };
        if thresholds != simple {
            list.push(Piece { thresholds: Some(simple), ..piece.clone() });
        }
    }
    if !piece.from.is_empty() && piece.kind != Kind::Add {
        list.push(Piece { from: Vec::new(), ..piece.clone() });
    }
    if let Kind::Slice(start, end) = piece.kind {
        let shorter = smaller(end - start).into_iter().map(|size| Kind::Slice(0, size));
        list.extend(shorter.map(|kind| Piece { kind, ..piece.clone() }));
    }
    let Kind::Dense { outputs, block, form, numbers, bias } = piece.kind else { return list };
    let mut kind = |outputs, block, form, numbers, bias| {
        let kind = Kind::Dense { outputs, block, form, numbers, bias };
        list.push(Piece { kind, ..piece.clone() });
    };
    for size in smaller(outputs) {
        kind(size, block, form, numbers, bias);
    }
    if bias {
        kind(outputs, block, form, numbers, false);
    }
    if form != "dense" {
        kind(outputs, block, "dense", numbers, bias);
    } else if block > 0 {
        kind(outputs, 0, form, numbers, bias);
        if block > 2 {
            kind(outputs, 2, form, numbers, bias);
            kind(outputs, block / 2, form, numbers, bias);
        }
    }
    for simple in [Numbers::One, Numbers::Usual] {
        if numbers != simple && numbers != Numbers::One {
            kind(outputs, block, form, simple, bias);
        }
    }
    list
}
