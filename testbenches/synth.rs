//! What a design takes and how fast it is: Yosys and nextpnr on small networks, in terms of layers; estimates against Yosys.

#[path = "common/aimed.rs"]
mod aimed;
#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;
mod files;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
#[allow(dead_code)]
mod recipe;

mod synth {
    mod budget;
    mod command;
    pub mod designs;
    mod estimates;
    mod placed;
    mod registers;
}
