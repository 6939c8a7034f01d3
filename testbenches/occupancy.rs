//! Multipliers that do what a frame needs in nearly every cycle: counted in the model and in Verilog, a slice of `make occupancy`.

#[path = "occupancy/count.rs"]
#[allow(dead_code)]
mod count;
#[allow(dead_code)]
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

/// What is kept at every budget: percent in the arrays, and over every multiplier.
const KEPT: (f64, f64) = (95.0, 75.0);

#[test]
fn multipliers_are_busy_in_the_model() {
    let (arrays, all) = KEPT;
    let mut idle = Vec::new();
    let budgets = (0..=8).map(|bits| 1 << bits);
    for (k, multipliers) in budgets.flat_map(|budget| [16, 64, 256].map(|k| (k, budget))) {
        let folder = tempfile::tempdir().unwrap();
        let compiled = count::layer(folder.path(), k, multipliers).unwrap();
        let occupancy = count::in_model(&compiled);
        let (percent, interval) =
            ([occupancy.arrays, occupancy.all].map(count::Share::percent), compiled.schedule.interval);
        println!("k {k}, {multipliers}: {percent:.2?} {interval} {occupancy:?}");
        if percent[0] < arrays || percent[1] < all {
            idle.push((k, multipliers, percent));
        }
        assert_eq!(occupancy.all.multipliers, compiled.schedule.cost().multipliers);
    }
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn verilog_makes_the_products_that_the_model_makes() {
    for (k, multipliers) in [(16, 256), (64, 8), (64, 64), (64, 256), (256, 1), (256, 16), (256, 128)] {
        let folder = tempfile::tempdir().unwrap();
        let compiled = count::layer(folder.path(), k, multipliers).unwrap();
        let (model, verilog) = (count::in_model(&compiled), count::in_verilog(&compiled, folder.path()));
        println!("k {k}, {multipliers}: {model:?} {verilog:?}");
        assert_eq!(model, verilog);
    }
}

/// What the report says of choices that were not taken: they are as it says, and nothing sooner is.
#[test]
fn what_other_choices_would_take_is_so() {
    let folder = tempfile::tempdir().unwrap();
    let multipliers = |target: &str| {
        let compiled = count::layer_for(folder.path(), 16, target).unwrap();
        (compiled.schedule.cost().multipliers, compiled)
    };
    for target in ["interval 512 cycles", "interval 3000 cycles", "multipliers 20", "multipliers 40"] {
        let (chosen, compiled) = multipliers(target);
        let why = &compiled.why;
        println!("{target}: {why:?}");
        assert_eq!(why.layers[0].multipliers, chosen, "{target}");
        let of = |cycles: usize| multipliers(&format!("interval {cycles} cycles")).0;
        let numbers: Vec<usize> = why.layers[0].fewer.split(' ').filter_map(|word| word.parse().ok()).collect();
        if target.starts_with("interval") {
            let [fewer, cycles] = numbers[..] else { panic!("{why:?}") };
            assert_eq!(of(cycles), fewer);
            assert!(fewer < chosen && of(cycles - 1) >= chosen);
        }
        let sentence = &why.sentences[1];
        let numbers: Vec<usize> = sentence.split([' ', ';', '.']).filter_map(|word| word.parse().ok()).collect();
        let [interval, shorter, needs, now, _] = numbers[..] else { panic!("{sentence}") };
        assert_eq!((interval, now), (compiled.schedule.interval, chosen), "{sentence}");
        let refused = count::layer_for(folder.path(), 16, &format!("interval {shorter} cycles multipliers {chosen}"));
        assert!(needs > chosen && refused.is_err(), "{sentence}");
        assert_eq!(multipliers(&format!("interval {shorter} cycles multipliers {needs}")).0, needs, "{sentence}");
    }
}
