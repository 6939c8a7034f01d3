//! A network with another target.

use circlet::diag::{Source, SourceRef};
use circlet::frontend;
use std::path::Path;
use std::sync::Arc;

/// The network description at `path`, its `target` replaced.
pub fn aimed(path: &Path, target: &str) -> SourceRef {
    let source = frontend::read_source(path).unwrap();
    let (start, end) = (source.text.find("target {").unwrap(), source.text.rfind('}').unwrap());
    let text = format!("{}target {{ {target} }}\n{}", &source.text[..start], &source.text[end..]);
    Arc::new(Source { path: source.path.clone(), text })
}
