pub mod blocks;
pub mod diag;
pub mod fixed;
pub mod machine;
pub mod emit;
