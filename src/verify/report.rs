//! What a verification found.

use super::coverage::Coverage;
use super::measure::Timing;
use super::mismatch::Mismatch;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The result of [`super::run`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The network.
    pub network: String,
    /// The simulator and its version.
    pub simulator: String,
    /// Signals compared in every cycle: ports and probes.
    pub signals: usize,
    /// The plans carried out, in order; verification ends with the first one that fails.
    pub plans: Vec<PlanReport>,
    /// Cycles compared, all plans together.
    pub cycles: u64,
    /// Frames that left the design.
    pub frames: usize,
    /// Cycles found to differ: 0, or 1 as the first one ends it.
    pub differences: usize,
    /// What the manifest promises.
    pub promised: Timing,
    /// What the hardware showed; `None` when the plan without bubbles did not become steady or was not run.
    pub measured: Option<Timing>,
    /// The difference.
    pub mismatch: Option<Mismatch>,
    /// What of the design the plans went through, where that was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// Words that the model saturated, per actor.
    pub clipped: BTreeMap<String, u64>,
    /// Seconds for building the simulator, and for simulating.
    pub seconds: (f64, f64),
}

/// One plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    /// What it does.
    pub name: String,
    /// Of everything random in it.
    pub seed: u64,
    /// Cycles compared.
    pub cycles: u64,
    /// Frames that left the design.
    pub frames: usize,
    /// Nothing moved any more although frames were due.
    pub stuck: bool,
    /// Whether times were measured in it: it holds nothing up.
    pub steady: bool,
}

impl Report {
    /// Whether every compared bit agrees and every promise was kept.
    pub fn passed(&self) -> bool {
        // times are measured in the plan without bubbles; whoever left it out did not ask for them
        let kept = self.measured == Some(self.promised) || !self.plans.iter().any(|plan| plan.steady);
        self.differences == 0 && kept && !self.plans.iter().any(|plan| plan.stuck)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.verdict(f)?;
        self.coverage.as_ref().map_or(Ok(()), |coverage| write!(f, "{coverage}"))
    }
}

impl Report {
    fn verdict(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "verify {} with {}", self.network, self.simulator)?;
        let wide = self.plans.iter().map(|plan| plan.name.len()).max().unwrap_or(0);
        for plan in &self.plans {
            let stuck = if plan.stuck { "   STANDS STILL" } else { "" };
            writeln!(f, "  {:wide$}  {:>9} cycles  {:>6} frames{stuck}", plan.name, plan.cycles, plan.frames)?;
        }
        writeln!(
            f,
            "  {} cycles of {} signals compared over {} frames: {} differences",
            self.cycles, self.signals, self.frames, self.differences
        )?;
        let names = ["interval", "latency to first output beat", "latency to last output beat"];
        if !self.plans.iter().any(|plan| plan.steady) {
            return self.mismatch.as_ref().map_or(Ok(()), |mismatch| write!(f, "{mismatch}"));
        }
        let measured = self.measured.map_or([None; 3], |timing| timing.figures().map(Some));
        for ((name, promised), measured) in names.iter().zip(self.promised.figures()).zip(measured) {
            let kept = if measured == Some(promised) { "" } else { "  NOT KEPT" };
            let measured = measured.map_or("-".into(), |cycles| cycles.to_string());
            writeln!(f, "  {name:28}  promised {promised:>6}  measured {measured:>6}{kept}")?;
        }
        self.mismatch.as_ref().map_or(Ok(()), |mismatch| write!(f, "{mismatch}"))
    }
}
