//! Why a mutant that `verify` does not find is no fault, or is one that its default plans cannot see.

use crate::mutant::Mutant;
use serde::Deserialize;

/// The reasons on file.
pub struct Reasons(Vec<Reason>);

/// One reason, for one kind of change of one line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// End of the file's name, after the name of the layer.
    file: String,
    /// A part of the line as it is emitted.
    line: String,
    /// What is changed.
    from: String,
    /// What it becomes.
    to: String,
    /// Only in these networks; all of them where none is named.
    #[serde(default)]
    networks: Vec<String>,
    /// Whether it behaves the same; otherwise it is a fault that was missed.
    pub same: bool,
    /// The argument.
    pub why: String,
}

#[derive(Deserialize)]
struct File {
    reason: Vec<Reason>,
}

impl Reasons {
    /// Those of `reasons.toml`.
    pub fn read() -> Reasons {
        let file: File = toml::from_str(include_str!("reasons.toml")).expect("reasons.toml");
        Reasons(file.reason)
    }

    /// The reason for a mutant whose changed line reads `line`, in a network.
    pub fn of(&self, network: &str, mutant: &Mutant, line: &str) -> Option<&Reason> {
        self.0.iter().find(|reason| {
            let here = reason.networks.is_empty() || reason.networks.iter().any(|name| name == network);
            here && mutant.file.ends_with(&reason.file)
                && line.contains(&reason.line)
                && (&mutant.from, &mutant.to) == (&reason.from, &reason.to)
        })
    }
}
