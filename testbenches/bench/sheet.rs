//! Figures beside their anchors: as JSON, as a table in markdown, and as lines for a terminal.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a figure has to reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// What somebody else's work reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    pub figure: f64,
    /// The tool, with its version.
    pub of: String,
    /// Not run beside ours: the figure as it was measured before.
    pub stored: bool,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub figure: String,
    pub unit: String,
    /// Ours; none: it could not be measured.
    pub ours: Option<f64>,
    pub anchor: Option<Anchor>,
    pub goal: Option<Goal>,
}

impl Row {
    /// A figure of ours, in some unit.
    pub fn new(figure: impl Into<String>, ours: impl Into<f64>, unit: &str) -> Row {
        Row { figure: figure.into(), unit: unit.into(), ours: Some(ours.into()), anchor: None, goal: None }
    }

    /// One that could not be measured, and why.
    pub fn missing(figure: &str, why: &str, unit: &str) -> Row {
        let ours = None;
        Row { figure: format!("{figure}: {why}"), unit: unit.into(), ours, anchor: None, goal: None }
    }

    /// Beside what another's work took when it was measured.
    pub fn stored(self, figure: impl Into<f64>, of: &str) -> Row {
        Row { anchor: Some(Anchor { figure: figure.into(), of: of.into(), stored: true }), ..self }
    }

    /// Beside another's.
    pub fn beside(self, anchor: Option<Anchor>) -> Row {
        Row { anchor, ..self }
    }

    /// To be no more than that.
    pub fn at_most(self, limit: impl Into<f64>) -> Row {
        Row { goal: Some(Goal::AtMost(limit.into())), ..self }
    }

    /// To be no less than that.
    pub fn at_least(self, limit: impl Into<f64>) -> Row {
        Row { goal: Some(Goal::AtLeast(limit.into())), ..self }
    }

    /// `met`, `missed by 12 %`, or nothing where there is no goal.
    pub fn verdict(&self) -> String {
        let (Some(goal), Some(ours)) = (self.goal, self.ours) else {
            return if self.ours.is_none() { "not measured".into() } else { String::new() };
        };
        let (is_met, limit) = match goal {
            Goal::AtMost(limit) => (ours <= limit, limit),
            Goal::AtLeast(limit) => (ours >= limit, limit),
        };
        match (ours / limit - 1.0).abs() * 100.0 {
            _ if is_met => "met".into(),
            percent if limit == 0.0 || percent.is_nan() => "missed".into(),
            percent => format!("**missed by {percent:.1} %**"),
        }
    }

    /// The cells of the row: figure, ours, anchor, goal, verdict.
    pub fn cells(&self) -> [String; 5] {
        let shown = |value: f64| format!("{} {}", number(value), self.unit).trim_end().to_string();
        let anchor = self.anchor.as_ref().map_or(String::new(), |anchor| {
            let stored = if anchor.stored { ", stored" } else { "" };
            format!("{} ({}{stored})", shown(anchor.figure), anchor.of)
        });
        let goal = match self.goal {
            Some(Goal::AtMost(limit)) => format!("at most {}", shown(limit)),
            Some(Goal::AtLeast(limit)) => format!("at least {}", shown(limit)),
            None => String::new(),
        };
        [self.figure.clone(), self.ours.map_or("-".into(), shown), anchor, goal, self.verdict()]
    }
}

/// Whole numbers with their thousands apart, others with what matters of them.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return circlet::report::table::grouped(value as u64);
    }
    let digits = if value.abs() >= 100.0 { 0 } else { (2 - value.abs().log10().floor() as i32).max(1) as usize };
    format!("{value:.digits$}")
}

/// A part of the bench: what it is about, the command that makes it, how long that took, and its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub about: String,
    pub command: String,
    pub seconds: f64,
    /// Versions of what was used.
    pub tools: BTreeMap<String, String>,
    pub rows: Vec<Row>,
}

/// All parts, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    pub parts: BTreeMap<String, Part>,
}

impl Sheet {
    /// The table, its parts in the given order.
    pub fn markdown(&self, order: &[&str]) -> String {
        let mut text = include_str!("head.md").trim_end().to_string() + "\n";
        for part in order.iter().filter_map(|&name| self.parts.get(name)) {
            let tools: Vec<String> = part.tools.iter().map(|(name, version)| format!("{name} {version}")).collect();
            let _ = write!(text, "\n## {}\n\n`{}`", part.about, part.command);
            let _ = writeln!(
                text,
                ", {:.0} s{}{}",
                part.seconds,
                if tools.is_empty() { "" } else { "; " },
                tools.join(", ")
            );
            text += "\n| figure | ours | anchor | goal | |\n|---|---|---|---|---|\n";
            part.rows.iter().for_each(|row| text += &format!("| {} |\n", row.cells().join(" | ").trim_end()));
        }
        text
    }
}
