//! Spectra and weights take k words per block, no more: counted by Yosys in the Verilog of every block size.

#[allow(dead_code)]
#[path = "common/recipe.rs"]
mod recipe;
#[path = "common/storage.rs"]
#[allow(dead_code)]
mod storage;
#[allow(dead_code)]
#[path = "common/tools.rs"]
mod tools;

use storage::stored;

/// Two words per clock, sizes that fill their blocks and sizes that do not.
#[test]
fn pairs_store_k_words_per_block() {
    for k in (1..=9).map(|n| 1usize << n) {
        let size = 2 * k.max(16);
        for shape in [(size, size, k), (size - k / 2, size + 1, k)] {
            let folder = tempfile::tempdir().unwrap();
            let stored = stored(folder.path(), shape, &["forward serial spectra serial inverse serial"]);
            println!("{shape:?}: {stored:?}");
            assert!(stored.is_exact(), "{shape:?}: {stored:?}");
        }
    }
}

/// A block per clock.
#[test]
fn whole_blocks_store_k_words_per_block() {
    for k in [4, 8, 16, 32] {
        let folder = tempfile::tempdir().unwrap();
        let shape = (3 * k, 5 * k - 1, k);
        let stored = stored(folder.path(), shape, &["forward whole spectra whole inverse whole"]);
        println!("{shape:?}: {stored:?}");
        assert!(stored.is_exact(), "{shape:?}: {stored:?}");
    }
}
