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

/// Block size, budget of multipliers, and what is kept: percent in the arrays, and over every multiplier.
const KEPT: [(usize, usize, f64, f64); 5] =
    [(16, 4, 95.0, 75.0), (16, 64, 95.0, 75.0), (16, 256, 95.0, 75.0), (64, 64, 95.0, 75.0), (64, 256, 95.0, 75.0)];

#[test]
fn multipliers_are_busy_in_the_model() {
    for (k, multipliers, arrays, all) in KEPT {
        let folder = tempfile::tempdir().unwrap();
        let compiled = count::layer(folder.path(), k, multipliers).unwrap();
        let occupancy = count::in_model(&compiled);
        println!("k {k}, {multipliers}: {:.2} {:.2}", occupancy.arrays.percent(), occupancy.all.percent());
        assert!(occupancy.arrays.percent() >= arrays && occupancy.all.percent() >= all, "k {k}: {occupancy:?}");
        assert_eq!(occupancy.all.multipliers, compiled.schedule.cost().multipliers);
    }
}

#[test]
fn verilog_makes_the_products_that_the_model_makes() {
    for (k, multipliers) in [(16, 256), (64, 64)] {
        let folder = tempfile::tempdir().unwrap();
        let compiled = count::layer(folder.path(), k, multipliers).unwrap();
        let (model, verilog) = (count::in_model(&compiled), count::in_verilog(&compiled, folder.path()));
        println!("k {k}, {multipliers}: {model:?} {verilog:?}");
        assert_eq!(model, verilog);
    }
}
