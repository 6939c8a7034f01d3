//! Programs of the synthesis flow: found by name, asked for their versions, run in the output folder.

use crate::diag::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// The first of `names` that can be started, as it is started from any folder, and what it answers to `flag`.
pub fn find(names: &[&str], flag: &str, help: &str) -> Result<(String, String), Error> {
    for name in names {
        match Command::new(name).arg(flag).output() {
            Ok(said) if said.status.success() => {
                let text = [said.stdout, said.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
                return Ok((everywhere(name), text.concat().trim().to_string()));
            }
            Ok(said) => return Err(failed(name, format!("`{name} {flag}` ended with {}", said.status))),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(failed(name, format!("cannot be started: {cause}"))),
        }
    }
    Err(failed(names[0], format!("not found; {help}")))
}

/// A program by a relative path by its absolute one; of others the name, which the search path finds.
fn everywhere(name: &str) -> String {
    let path = Path::new(name);
    let absolute = if path.components().count() > 1 { std::path::absolute(path).ok() } else { None };
    absolute.map_or_else(|| name.to_string(), |path| path.display().to_string())
}

/// Runs a program in `root`; when it fails, the lines with which it says why.
pub fn run(program: &str, arguments: &[String], root: &Path) -> Result<(), Error> {
    let said = Command::new(program).args(arguments).current_dir(root).output();
    let said = said.map_err(|cause| failed(program, format!("cannot be started: {cause}")))?;
    if said.status.success() {
        return Ok(());
    }
    let text = [said.stdout, said.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let errors = text.lines().filter(|line| line.to_ascii_uppercase().contains("ERROR"));
    let errors: Vec<&str> = errors.take(5).collect();
    let lines = if errors.is_empty() { text.lines().rev().take(3).collect() } else { errors };
    Err(failed(program, format!("{}:\n{}", said.status, lines.join("\n"))))
}

/// A fault of a program.
pub fn failed(program: &str, problem: String) -> Error {
    Error::Tool { tool: program.into(), problem }
}
