//! A program run to its end, its time and its memory watched.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What a program took.
pub struct Watched {
    /// What it printed, which must fit into a pipe, and how it ended.
    pub output: Output,
    /// Wall time.
    pub seconds: f64,
    /// Processor time of all its threads; 0 where the system does not tell.
    pub processor: f64,
    /// The most memory it had at once, mapped files counted; 0 where the system does not tell.
    pub megabytes: u64,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Watched {
    let clock = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut processor) = (0, 0.0f64);
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_kilobytes(&status));
        processor = processor.max(processor_seconds(child.id()));
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = clock.elapsed().as_secs_f64();
    Watched { output: child.wait_with_output().unwrap(), seconds, processor, megabytes: peak / 1000 }
}

/// The most memory a process has had so far; 0 where the system does not tell.
fn peak_kilobytes(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

/// Processor time of a process so far, of which the system counts hundredths; 0 where it does not tell.
fn processor_seconds(process: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // the name may hold blanks; it ends with the last parenthesis
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
