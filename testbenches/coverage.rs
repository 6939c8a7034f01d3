//! Coverage: what the plans of `verify` go through, and that what they leave out is seen.

#[path = "common/binary.rs"]
#[allow(dead_code)]
mod binary;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
#[allow(dead_code)]
mod recipe;
#[path = "common/tiny.rs"]
mod tiny;

use circlet::verify::coverage::Coverage;
use circlet::verify::coverage::watch::LayerPoints;
use circlet::verify::report::Report;
use circlet::verify::{Options, run};
use random::Limits;
use std::path::Path;
use tiny::{edit, tiny};

fn covered(dir: &Path, options: Options) -> Coverage {
    let report = run(dir, &Options { coverage: true, ..options }, &mut |_| ()).unwrap();
    assert_eq!(report.differences, 0, "{report}");
    report.coverage.unwrap()
}

fn layer<'a>(coverage: &'a Coverage, name: &str) -> &'a LayerPoints {
    coverage.functional.layers.iter().find(|layer| layer.layer == name).unwrap()
}

/// The text of a line that a stimulus cannot reach, for a module with clock and reset.
const NEVER: &str = "    reg never_q;\n    always @(posedge clk) begin\n        if (rst) never_q <= 1'b0;\n        \
     else if (never_q)\n            never_q <= !in_valid;\n    end\nendmodule";

#[test]
fn a_line_that_nothing_reaches_is_listed() {
    let dir = tiny("never");
    let whole = covered(&dir, Options::default());
    assert!(whole.missed.is_empty() && whole.lines.total > 90, "{whole}");
    edit(&dir, "rtl/delay.v", "endmodule", NEVER);
    let coverage = covered(&dir, Options::default());
    let missed: Vec<&str> = coverage.missed.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(missed, ["else if (never_q)", "never_q <= !in_valid;"], "{coverage}");
    assert!(coverage.missed.iter().all(|line| line.file == "rtl/delay.v" && line.reason.is_none()), "{coverage}");
    assert!(coverage.toggles.reached < coverage.toggles.total);
}

#[test]
fn without_stalls_the_states_of_stalls_are_not_reached() {
    let dir = tiny("calm");
    let calm = covered(&dir, Options { plans: "no bubbles".into(), ..Options::default() });
    let missed: Vec<&str> = layer(&calm, "output").missed.iter().map(|missed| missed.point.as_str()).collect();
    for state in ["tiny_out consumer held", "tiny_out both held", "tiny_out full"] {
        assert!(missed.contains(&state), "{missed:?}");
    }
    let resets: Vec<&str> = layer(&calm, "design").missed.iter().map(|missed| missed.point.as_str()).collect();
    assert!(resets.contains(&"reset while stalled"), "{resets:?}");
    assert!(!calm.is_complete());
    let all = covered(&dir, Options { budget: 20, ..Options::default() });
    assert!(all.functional.is_complete() && all.is_complete(), "{all}");
    assert!(all.functional.streams.iter().all(|stream| stream.ends() == (true, true)), "{all}");
}

/// Verifies a network or folder as a user does, with so many seconds for further plans.
fn thorough(folder: &Path, path: &str, seconds: &str) -> Coverage {
    let ran = binary::circlet(folder, &["--json", "verify", path, "--thorough", "--budget", seconds]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report: Report = serde_json::from_str(&ran.out).unwrap();
    let coverage = report.coverage.unwrap();
    println!("{coverage}");
    assert!(coverage.missed.iter().all(|line| line.reason.is_some()), "{coverage}");
    assert!(layer(&coverage, "design").missed.is_empty(), "resets in every phase: {coverage}");
    coverage
}

#[test]
fn random_networks_are_gone_through() {
    for seed in [3, 11, 27] {
        let folder = tempfile::tempdir().unwrap();
        let path = random::network(seed, Limits { layers: 2, size: 24, block: (2, 8), ..Limits::default() })
            .write(folder.path());
        let coverage = thorough(folder.path(), path.to_str().unwrap(), "4");
        let points = coverage.functional.points();
        assert!(points.reached * 100 >= points.total * 80, "{coverage}");
    }
}

#[test]
fn digits_is_gone_through() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let coverage = thorough(root, "hdl_out/digits", "1");
    assert!(coverage.toggles.reached * 100 >= coverage.toggles.total * 94, "{coverage}");
    let points = coverage.functional.points();
    assert!(points.reached * 100 >= points.total * 90, "{coverage}");
}
