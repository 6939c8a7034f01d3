//! Models refuse fields that do not fit together: an error, never a panic.

use circlet::blocks::models::UNITS;
use circlet::machine::text::Fields;
use std::collections::BTreeMap;

/// Builds a unit with a memory `m` of `words` numbers.
fn build(stem: &str, fields: &str, words: &[i64]) -> Result<(), String> {
    let memories = BTreeMap::from([("m".to_string(), words.into())]);
    let (_, build) = UNITS.iter().find(|(name, _)| *name == stem).unwrap();
    build(&Fields::read(fields, &memories)?).map(|_| ())
}

#[test]
fn arrays() {
    let spectral = |shape: &str, words: &[i64]| {
        build("spectral_mac", &format!("{shape} shift=3 output=12 rounding=floor weights=m"), words)
    };
    assert!(spectral("k=4 rows=2 p=1 q=2", &[0; 8]).is_ok());
    for shape in ["k=4 rows=2 p=1 q=1", "k=6 rows=1 p=1 q=1", "k=4 rows=0 p=1 q=2", "k=4 rows=1 p=0 q=2", "rows=1"] {
        assert!(spectral(shape, &[0; 8]).is_err(), "{shape}");
    }
    assert!(spectral("k=4 rows=1 p=4294967296 q=4294967296", &[0; 8]).is_err());
    assert!(spectral("k=2 rows=1 p=1 q=1", &[0, 1 << 40]).unwrap_err().contains("32 bits"));
    let dense = |shape: &str| build("dense_mac", &format!("{shape} weights=m"), &[0; 8]);
    assert!(dense("lanes=2 beats=2 rows=4 outputs=2").is_ok());
    for shape in
        ["lanes=2 beats=2 rows=4 outputs=3", "lanes=0 beats=2 rows=1 outputs=2", "lanes=8 beats=1 rows=0 outputs=1"]
    {
        assert!(dense(shape).is_err(), "{shape}");
    }
}

#[test]
fn streams() {
    assert!(build("select", "lanes=2 rows=3 total=4 packet=0", &[]).is_err());
    for fields in
        ["lanes=2 pair=- inputs=3 beats=4", "lanes=1 pair=0 inputs=3 beats=4", "lanes=2 pair=1 inputs=9 beats=4"]
    {
        assert!(build("argmax", fields, &[]).is_err(), "{fields}");
    }
    let activate = |fields: &str, words: &[i64]| build("activate", &format!("{fields} shift=0 rounding=floor"), words);
    assert!(activate("words=4 activation=relu width=8 bias=m", &[1; 4]).is_ok());
    assert!(activate("words=4 activation=relu width=8 bias=m", &[1; 5]).is_err());
    assert!(activate("words=4 activation=tanh width=3 table=m", &[1; 8]).is_ok());
    assert!(activate("words=4 activation=tanh width=4 table=m", &[1; 8]).is_err());
    assert!(activate("words=4 activation=tanh width=8", &[]).is_err());
    assert!(activate("words=4 activation=relu width=70", &[]).is_err());
    assert!(activate("words=4 activation=leaky-relu factor=3 frac=3 width=8", &[]).is_ok());
    assert!(activate("words=4 activation=leaky-relu factor=9 frac=3 width=8", &[]).is_err());
    assert!(activate("words=4 activation=leaky-relu factor=1 frac=63 width=8", &[]).is_err());
    assert!(activate("words=4 activation=clip low=2 high=1 width=8", &[]).is_err());
    let threshold = |fields: &str, words: &[i64]| build("threshold", &format!("{fields} thresholds=m"), words);
    assert!(threshold("words=2 levels=3 low=-1", &[0; 6]).is_ok());
    assert!(threshold("words=2 levels=3 low=-1", &[0; 3]).is_ok());
    for fields in ["words=2 levels=3 low=0", "words=2 levels=0 low=0", "words=2 levels=2 low=9223372036854775807"] {
        assert!(threshold(fields, &[0; 4]).is_err(), "{fields}");
    }
}

#[test]
fn joins_and_cuts() {
    assert!(build("add", "lanes=2 words=3 shifts=0:4", &[]).is_ok());
    for fields in ["lanes=0 words=3 shifts=0:4", "lanes=2 words=0 shifts=0", "lanes=2 words=3 shifts=0:70", "lanes=2"] {
        assert!(build("add", fields, &[]).is_err(), "{fields}");
    }
    assert!(build("concat", "lanes=2 words=7 beats=2:2 shifts=0:4", &[]).is_ok());
    for fields in ["words=7 beats=2:0 shifts=0:4", "words=7 beats=2:2 shifts=0", "words=7 beats=2:x shifts=0:4"] {
        assert!(build("concat", &format!("lanes=2 {fields}"), &[]).is_err(), "{fields}");
    }
    assert!(build("slice", "lanes=1 beats=9 first=8 count=1", &[]).is_ok());
    for fields in
        ["lanes=1 beats=9 first=8 count=2", "lanes=1 beats=9 first=0 count=0", "lanes=0 beats=9 first=0 count=1"]
    {
        assert!(build("slice", fields, &[]).is_err(), "{fields}");
    }
}
