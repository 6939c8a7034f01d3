//! The lines that no stimulus reaches, and why: one list, and each entry is shown where it applies.

/// A line that cannot be reached.
struct Explained {
    /// Parts of its module's name: how that begins, and what stands in it.
    module: (&'static str, &'static str),
    /// Part of its text.
    text: &'static str,
    /// What does not happen on it: `if`, `else`, `block`.
    what: &'static str,
    /// Why.
    reason: &'static str,
}

const LIST: &[Explained] = &[Explained {
    module: ("turn_fifo", ""),
    text: "if (write[k]) bank",
    what: "if",
    reason: "a frame so short that it has no word in the upper half of its window",
}];

/// Why `what` does not happen on a line of `module` with this text.
pub fn reason(module: &str, text: &str, what: &str) -> Option<&'static str> {
    let fits = |entry: &&Explained| {
        module.starts_with(entry.module.0)
            && module.contains(entry.module.1)
            && text.contains(entry.text)
            && entry.what == what
    };
    LIST.iter().find(fits).map(|entry| entry.reason)
}
