//! Neighbouring layers overlap: the latency of a network against what its layers take one after the other.

#[path = "overlap/latency.rs"]
mod latency;
#[allow(dead_code)]
#[path = "common/recipe.rs"]
mod recipe;

use latency::{alone_and_both, latency, network, percent};

/// 1024-1024-1024 against twice 1024-1024.
///
/// A layer alone is a network of its own with the same target. Its whole-frame time is what it takes from the first beat of its
/// input to the last beat of its output; a layer that waited for whole frames would begin when the one before it had ended, so the
/// sum of the layers' times is the latency without any overlap. Here the target is an interval of 4,096 cycles; the other
/// intervals are printed.
#[test]
fn two_layers_take_less_than_their_sum() {
    let [.., last] = [256, 512, 1024, 2048, 8192, 4096].map(|interval| percent(alone_and_both(interval)));
    assert!(last <= 60.0);
}

/// Four words per clock where two would do.
#[test]
fn wide_units_shorten_the_way() {
    let wide = [1, 2].map(|layers| latency(&network(layers, 4096, &["inverse wide"])));
    println!("interval 4096, `inverse wide`: {wide:?}, {:.1} %", percent(wide));
    assert!(percent(wide) <= 60.0 && wide[1] + 800 < latency(&network(2, 4096, &[])));
}

/// With sums that stay in both layers the second one has to wait for most of the first one's frame.
#[test]
fn what_overlaps_is_the_order_of_the_spectra() {
    let interval = 4096;
    let sums = latency(&network(2, interval, &["stationary sums"]));
    assert!(latency(&network(2, interval, &[])) + interval / 2 < sums);
}
