//! One picture: what is right over storage, and over multiplications. Costs and what is wrong stand on logarithmic axes. The
//! line joins the points that none passes; hollow points are what pruned ones would cost if blocks of zeros were skipped.

use super::Family;
use crate::train::history::{EDGE, HEIGHT, WIDTH, opening};
use std::fmt::Write;

/// Colours of block sizes, in their order.
const COLOURS: [&str; 6] = ["#1f5fa8", "#b3541e", "#3c7d3c", "#7a4aa0", "#a8871f", "#5a5a5a"];

/// Left of each panel, for the names of shares, pixels.
const SIDE: f64 = 24.0;

/// A panel of the picture.
struct Panel {
    unit: usize,
    name: &'static str,
    left: f64,
    /// Decimal logarithms of the ends of the axis of costs.
    costs: (f64, f64),
    /// Decimal logarithms of the least and the greatest share that is wrong.
    wrong: (f64, f64),
}

/// The picture of families.
pub fn svg(families: &[Family]) -> String {
    let mut out = opening(2.0 * WIDTH);
    let mut blocks: Vec<Option<usize>> = families.iter().map(|family| family.point.block).collect();
    blocks.sort();
    blocks.dedup();
    let colour = |family: &Family| {
        let place = blocks.iter().position(|block| *block == family.point.block);
        COLOURS[place.unwrap_or(0) % COLOURS.len()]
    };
    for (unit, name) in ["bits of weights", "multiplications per frame"].into_iter().enumerate() {
        let panel = Panel::new(unit, name, families);
        panel.axes(&mut out);
        panel.front(&mut out, families);
        families.iter().for_each(|family| panel.point(&mut out, family, colour(family)));
    }
    for (at, block) in blocks.iter().enumerate().filter(|_| blocks.len() > 1) {
        let name = match block {
            Some(1) | None => "no blocks".to_string(),
            Some(k) => format!("blocks of {k}"),
        };
        let (x, colour) = (EDGE + SIDE + 100.0 * at as f64, COLOURS[at % COLOURS.len()]);
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{}\" fill=\"{colour}\">{name}</text>", EDGE - 32.0);
    }
    out + "</svg>\n"
}

impl Panel {
    fn new(unit: usize, name: &'static str, families: &[Family]) -> Panel {
        let costs = || {
            let both = families.iter().flat_map(|family| [family.cost.both()[unit], family.cost.both_kept()[unit]]);
            both.map(|cost| (cost.max(1) as f64).log10())
        };
        let ends = |low: f64, high: f64, least: f64| {
            let more = (0.08 * (high - low)).max(least);
            (low - more, high + more)
        };
        let costs = ends(costs().fold(f64::MAX, f64::min), costs().fold(f64::MIN, f64::max), 0.05);
        let all = || families.iter().flat_map(|family| family.fixed).map(wrong);
        let wrong = ends(all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max), 0.05);
        Panel { unit, name, left: unit as f64 * WIDTH + SIDE, costs, wrong }
    }

    fn x(&self, cost: u64) -> f64 {
        let part = ((cost.max(1) as f64).log10() - self.costs.0) / (self.costs.1 - self.costs.0);
        self.left + EDGE + (WIDTH - SIDE - 2.0 * EDGE) * part
    }

    fn y(&self, share: f64) -> f64 {
        let part = (wrong(share) - self.wrong.0) / (self.wrong.1 - self.wrong.0);
        EDGE + (HEIGHT - 2.0 * EDGE) * part
    }

    fn axes(&self, out: &mut String) {
        let (left, right) = (self.left + EDGE, self.left + WIDTH - SIDE - EDGE);
        let (top, bottom) = (EDGE, HEIGHT - EDGE);
        let shares =
            [50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].map(|percent| 1.0 - percent / 100.0);
        for share in shares.into_iter().filter(|&share| (self.wrong.0..=self.wrong.1).contains(&wrong(share))) {
            let y = self.y(share);
            let _ = writeln!(out, "<path d=\"M{left:.1} {y:.1} H{right:.1}\" stroke=\"#ddd\"/>");
            let (x, y, percent) = (left - 6.0, y + 4.0, 100.0 * share);
            let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{percent:.2} %</text>");
        }
        let ticks = (0..20).flat_map(|decade| [1, 2, 5].map(|digit| digit * 10u64.pow(decade.min(18))));
        let is_inside = |cost: &u64| (self.costs.0..=self.costs.1).contains(&(*cost as f64).log10());
        for cost in ticks.filter(is_inside) {
            let x = self.x(cost);
            let _ = writeln!(out, "<path d=\"M{x:.1} {top} V{bottom}\" stroke=\"#eee\"/>");
            let name = short(cost);
            let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{name}</text>", bottom + 16.0);
        }
        let (x, y) = ((left + right) / 2.0, bottom + 34.0);
        let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>", self.name);
    }

    fn front(&self, out: &mut String, families: &[Family]) {
        let mut best: Vec<&Family> = families.iter().filter(|family| family.is_best[self.unit]).collect();
        best.sort_by_key(|family| family.cost.both()[self.unit]);
        let place =
            |family: &&Family| format!("{:.1},{:.1}", self.x(family.cost.both()[self.unit]), self.y(family.fixed[0]));
        let line: Vec<String> = best.iter().map(place).collect();
        let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"#999\"/>", line.join(" "));
    }

    fn point(&self, out: &mut String, family: &Family, colour: &str) {
        let [mean, least, greatest] = family.fixed;
        let (cost, kept) = (family.cost.both()[self.unit], family.cost.both_kept()[self.unit]);
        let (x, y) = (self.x(cost), self.y(mean));
        if least < greatest {
            let (low, high) = (self.y(least), self.y(greatest));
            let _ = writeln!(out, "<path d=\"M{x:.1} {low:.1} V{high:.1}\" stroke=\"{colour}\"/>");
        }
        if kept < cost {
            let x = self.x(kept);
            let _ = writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"none\" stroke=\"{colour}\"/>");
        }
        let (name, right) = (family.point.name(), 100.0 * mean);
        let name = name.trim_end_matches("_s0");
        let _ = writeln!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{name}: {right:.2} %, {cost}</title></circle>"
        );
        if family.is_best[self.unit] {
            let (x, y) = (x + 2.0, y - 7.0);
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\" font-size=\"9\" transform=\"rotate(-60 {x:.1} {y:.1})\">{name}</text>"
            );
        }
    }
}

/// The decimal logarithm of the share that is wrong; none at all has none.
fn wrong(share: f64) -> f64 {
    (1.0 - share).max(1e-4).log10()
}

/// `20k`, `5M`.
fn short(cost: u64) -> String {
    match cost {
        0..1_000 => cost.to_string(),
        1_000..1_000_000 => format!("{}k", cost / 1_000),
        1_000_000..1_000_000_000 => format!("{}M", cost / 1_000_000),
        _ => format!("{}G", cost / 1_000_000_000),
    }
}
