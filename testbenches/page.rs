//! The page of `circlet report --html` in a real browser: nothing overflows, every section is there, its numbers are those
//! of `report --json` and of an evaluation apart from it, the console is silent.

#[path = "common/binary.rs"]
#[allow(dead_code, reason = "what is on disk is not listed here")]
mod binary;
#[allow(dead_code, reason = "only what `mini.circ` names is needed")]
mod files;

use binary::circlet;
use circlet::diag::Diagnostics;
use circlet::pipeline::{self, Silent};
use circlet::reference::{Fixed, Real};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Names under which systems keep the browser.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Around the page: a window of the width that is asked for, since browsers make theirs no narrower than 500 pixels; and a
/// last element with what [`PROBE`] says.
const WINDOW: &str = r#"<!doctype html><body style="margin:0"><script>
addEventListener('message', message => {
  const pre = document.createElement('pre');
  pre.id = 'probe';
  pre.textContent = message.data;
  document.body.append(pre);
});
</script><iframe src="page.html" style="border:0;height:844px;width:WIDTHpx"></iframe>"#;

/// Runs in the page: what it shows, and what sticks out of it, as JSON for the window around it.
const PROBE: &str = r#"<script>
window.faults = [];
window.onerror = message => { window.faults.push(String(message)); };
addEventListener('load', () => {
  const out = [];
  const within = (inner, outer, what) => {
    if (inner.width > 0 && (inner.right > outer.right + 0.5 || inner.left < outer.left - 0.5)) out.push(what);
  };
  const page = { left: 0, right: innerWidth };
  for (const e of document.querySelectorAll('body *')) {
    if (e.getClientRects().length) within(e.getBoundingClientRect(), page, e.tagName + ' ' + e.textContent.slice(0, 40));
  }
  for (const t of document.querySelectorAll('svg text')) {
    within(t.getBoundingClientRect(), t.ownerSVGElement.getBoundingClientRect(), 'cut: ' + t.textContent);
  }
  const labels = [...document.querySelectorAll('svg text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  for (const [a, p] of labels) for (const [b, q] of labels) {
    const apart = p.right <= q.left || q.right <= p.left || p.bottom <= q.top + 2 || q.bottom <= p.top + 2;
    if (p !== q && !apart) out.push('meet: ' + a + ', ' + b);
  }
  const text = e => e.textContent.trim();
  const tables = {};
  for (const s of document.querySelectorAll('section')) {
    tables[s.id] = [...s.querySelectorAll('tbody tr')].map(r => [...r.cells].map(text));
  }
  const facts = {};
  for (const f of document.querySelectorAll('.facts > div')) facts[f.id.slice(5)] = text(f.querySelector('dd').firstChild);
  const shown = e => getComputedStyle(e).display !== 'none';
  const found = {
    width: innerWidth, scroll: document.documentElement.scrollWidth, out, tables, facts, faults: window.faults,
    heads: [...document.querySelectorAll('thead')].some(shown),
    labels: [...document.querySelectorAll('#layers td')].slice(0, 3).map(e => getComputedStyle(e, '::before').content),
    notes: [...document.querySelectorAll('#origin li')].map(text),
    picture: [...document.querySelectorAll('#picture svg .name')].map(text),
    arrows: document.querySelectorAll('#picture svg .wire').length,
    bars: [...document.querySelectorAll('svg.bars')].map(s => s.querySelectorAll('rect').length),
    counts: [...document.querySelectorAll('svg.bars')].map(s => [...s.querySelectorAll('title')].reduce((n, t) => n + Number(text(t)), 0)),
    others: [...document.querySelectorAll('[src], link')].map(e => e.src || e.href).filter(u => !u.startsWith('data:')),
    links: [...document.querySelectorAll('a')].map(e => e.getAttribute('href')).filter(u => !document.querySelector(u)),
    paper: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
  };
  parent.postMessage(encodeURIComponent(JSON.stringify(found)), '*');
});
</script>"#;

/// What the browser shows of a page at a width; `dark` as the user prefers it.
fn look(page: &str, width: usize, dark: bool) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, page.replace("<style>", &format!("{PROBE}<style>"))).unwrap();
    let window = folder.path().join("window.html");
    std::fs::write(&window, WINDOW.replace("WIDTH", &width.to_string())).unwrap();
    let is_there = |name: &&&str| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success());
    let browser = BROWSERS.iter().find(is_there).expect("chromium is missing; `make tools` installs it");
    let output = Command::new("timeout")
        .args(["--kill-after=5", "120", browser])
        .args(
            "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
                .split(' '),
        )
        .args("--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars".split(' '))
        .args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={}", if dark { 0 } else { 1 }))
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg("--window-size=1400,900")
        .arg(format!("file://{}", window.display()))
        .output()
        .unwrap();
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!log.contains("CONSOLE"), "{log}");
    let probe = dom.split("<pre id=\"probe\">").nth(1).and_then(|rest| rest.split('<').next());
    let probe = probe.unwrap_or_else(|| panic!("{browser} at {width}: no probe\n{log}"));
    let found: Value = serde_json::from_str(&decoded(probe)).unwrap();
    assert_eq!(found["width"], width, "the browser has the width that was asked for");
    found
}

/// Percent signs and what they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || (rest.next().unwrap() as char).to_digit(16).unwrap() as u8;
        bytes.push(if byte == b'%' { digit() * 16 + digit() } else { byte });
    }
    String::from_utf8(bytes).unwrap()
}

/// Nothing sticks out, nothing is loaded from elsewhere, nothing went wrong.
fn assert_whole(found: &Value) {
    assert_eq!((&found["scroll"], &found["out"]), (&found["width"], &json!([])));
    for nothing in ["faults", "others", "links"] {
        assert_eq!(found[nothing], json!([]), "{nothing}");
    }
    let sections = ["actors", "errors", "fifos", "formats", "histograms", "layers", "origin", "picture"];
    assert_eq!(found["tables"].as_object().unwrap().keys().collect::<Vec<_>>(), sections);
}

fn grouped(number: &Value) -> String {
    let digits = number.to_string();
    let parts: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    parts.iter().map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join(",")
}

/// The page of a network, at both widths and in both colours, against its manifest.
fn check(folder: &Path, network: &str) -> Value {
    let page = circlet(folder, &["report", network, "--html"]);
    assert_eq!(page.code, 0, "{page:?}");
    assert_eq!(page.out, circlet(folder, &["report", network, "--html"]).out, "the same bytes again");
    assert!(page.out.is_ascii() && !page.out.contains("http"));
    let manifest: Value = serde_json::from_str(&circlet(folder, &["report", network, "--json"]).out).unwrap();
    let wide = look(&page.out, 1280, false);
    let phone = look(&page.out, 390, true);
    for found in [&wide, &phone] {
        assert_whole(found);
        for (fact, number) in [
            ("interval", &manifest["interval"]),
            ("latency", &manifest["latency_first"]),
            ("multipliers", &manifest["cost"]["multipliers"]),
            ("memory", &manifest["cost"]["memory_bits"]),
        ] {
            assert_eq!(found["facts"][fact], grouped(number), "{fact}");
        }
        let layers = manifest["layers"].as_array().unwrap();
        for (row, layer) in found["tables"]["layers"].as_array().unwrap().iter().zip(layers) {
            assert_eq!((&row[0], &row[2]), (&layer["name"], &layer["kind"]));
            assert_eq!(
                (&row[6], &row[8]),
                (&json!(grouped(&layer["cost"]["multipliers"])), &json!(grouped(&layer["weights"])))
            );
        }
        let actors: Vec<&Value> = layers.iter().flat_map(|layer| layer["actors"].as_array().unwrap()).collect();
        let rows = found["tables"]["actors"].as_array().unwrap();
        assert_eq!(rows.len(), actors.len());
        for (row, actor) in rows.iter().zip(&actors) {
            assert_eq!((&row[0], &row[3]), (&actor["name"], &json!(actor["latency"].to_string())));
        }
        let mut names: Vec<&str> = actors.iter().map(|actor| actor["name"].as_str().unwrap()).collect();
        names.extend(["s_axis", "m_axis"]);
        names.sort();
        let mut drawn: Vec<&str> =
            found["picture"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        drawn.sort();
        assert_eq!(drawn, names);
        let probes = manifest["probes"].as_array().unwrap();
        assert_eq!(found["arrows"], probes.len());
        for (row, probe) in found["tables"]["fifos"].as_array().unwrap().iter().zip(probes) {
            assert_eq!((&row[0], &row[5]), (&probe["fifo"], &json!(probe["depth"].to_string())));
        }
    }
    assert_eq!((&wide["heads"], &phone["heads"]), (&json!(true), &json!(false)), "cards on a phone, tables elsewhere");
    assert_eq!(phone["labels"], json!(["\"layer\"", "\"line\"", "\"kind\""]));
    assert_ne!(wide["paper"], phone["paper"], "light and dark");
    assert_eq!(wide["tables"], phone["tables"]);
    phone
}

#[test]
fn a_network_with_every_kind_of_layer() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    // what a text holds is shown as it is written
    let note = "<img src=x onerror=alert(1)> </li><script>alert(2)</script> \"quoted\" & \u{e4} {= network =}";
    let text = format!("// {note}\n{}", include_str!("fixtures/cli/mini.circ"));
    std::fs::write(folder.path().join("mini.circ"), text).unwrap();
    assert_eq!(check(folder.path(), "mini.circ")["notes"][0], note);
}

#[test]
fn a_network_with_branches() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    let text = "network tree {\ninput x 8 range -1 .. 1\nlayer a dense 8 { weights \"matrix.npy\" }\n\
                layer b dense 8 block 4 from a { weights \"matrix.npy\" }\nlayer c dense 8 from a { weights \"matrix.npy\" }\n\
                layer sum add from b, a\nlayer both concat from sum, c\n}\n";
    std::fs::write(folder.path().join("tree.circ"), text).unwrap();
    let found = check(folder.path(), "tree.circ");
    assert_eq!(found["tables"]["layers"].as_array().unwrap().len(), 5);
}

#[test]
fn digits_with_errors_and_histograms() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = check(project, "examples/digits/digits.circ");
    assert!(found["notes"][0].as_str().unwrap().starts_with("Handwritten digits, 8x8 pixels"));
    // the errors again, by an evaluation that knows nothing of the report
    let source = circlet::frontend::read_source(&project.join("examples/digits/digits.circ")).unwrap();
    let compiled = pipeline::compile(&source, &mut Silent, &mut Diagnostics::default()).unwrap();
    let (real, fixed) = (Real::new(&compiled.network), Fixed::new(&compiled.network));
    let samples = &compiled.network.calibration.as_ref().unwrap().samples;
    let (mut signal, mut noise, mut words) = ([0.0; 4], [0.0; 4], 0);
    for raw in samples {
        let input: Vec<f64> = raw.iter().map(|value| value / 16.0).collect();
        let (exact, found) = (real.layers(&input), fixed.run(&fixed.quantise(raw)));
        words += found.layers[0].len();
        for layer in 0..4 {
            let lsb = 0.5f64.powi(fixed.formats()[layer].frac);
            for (exact, &word) in exact[layer].iter().zip(&found.layers[layer]) {
                signal[layer] += exact * exact;
                noise[layer] += (exact - word as f64 * lsb).powi(2);
            }
        }
    }
    let errors = found["tables"]["errors"].as_array().unwrap();
    for layer in 0..3 {
        let shown: f64 = errors[layer][3].as_str().unwrap().parse().unwrap();
        assert!((shown - 10.0 * (signal[layer] / noise[layer]).log10()).abs() < 0.06, "layer {layer}: {shown} dB");
        assert_eq!((&errors[layer][1], &errors[layer][2]), (&json!("0.00 %"), &json!("exact")), "trained in blocks");
    }
    // one chart of outputs for each layer, one of weights for those that have some
    assert_eq!(found["bars"], json!([32, 32, 32, 32, 32, 32, 32]));
    assert_eq!((&found["counts"][0], &found["counts"][1]), (&json!(words), &json!(512)), "every word is counted");
}

#[test]
fn a_page_goes_where_it_is_asked_for() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let (page, design) = (folder.path().join("page.html"), folder.path().join("out"));
    let (page, design) = (page.to_str().unwrap(), design.to_str().unwrap());
    let network = "examples/digits/digits.circ";
    circlet(project, &["report", network, "--html", "-o", page]).fine();
    circlet(project, &["build", network, "-o", design]).fine();
    let built = std::fs::read_to_string(Path::new(design).join("report.html")).unwrap();
    assert_eq!(std::fs::read_to_string(page).unwrap(), built, "the same page in the output folder");
    let given = circlet(project, &["report", network, "--html", "--inputs", "examples/digits/test_images.npy"]).fine();
    assert!(given.contains("256 samples: given samples") && built.contains("256 samples: the calibration samples"));
    assert_eq!(circlet(project, &["report", network, "--html", "--json"]).code, 2);
    assert!(circlet(project, &["report", network, "--html", "--inputs", "none.npy"]).refused().contains("none.npy"));
}
