//! A running harness: blocks of records in, blocks of records out, without either side waiting for the other.

use crate::diag::Error;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Blocks under way before the sender waits: enough that both processors stay busy.
const UNDER_WAY: usize = 4;
/// How long a harness may take for a block before it counts as standing still.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is kept of the prints of a harness, bytes.
const PRINTS: usize = 1 << 12;

/// A waveform to be written: file, first and last cycle.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The VCD or FST file.
    pub file: &'a Path,
    /// First cycle in it.
    pub first: u64,
    /// Last cycle in it.
    pub last: u64,
}

/// A harness process.
pub struct Process {
    child: Child,
    to: Option<SyncSender<Vec<u8>>>,
    from: Option<Receiver<Vec<u32>>>,
    threads: Vec<JoinHandle<()>>,
    prints: Option<JoinHandle<String>>,
    under_way: VecDeque<usize>,
}

impl Process {
    /// Starts a program that [`super::verilator::Verilator::build`] built; memories are read relative to `root`.
    ///
    /// `counts` is where one built with coverage writes what it has been through when it ends.
    pub fn start(
        program: &Path,
        root: &Path,
        seed: u32,
        window: Option<Window>,
        counts: Option<&Path>,
    ) -> Result<Process, Error> {
        let mut command = Command::new(program);
        command.current_dir(root).arg((seed & 0x3fff_ffff | 1).to_string());
        if let Some(window) = window {
            command.arg(window.file).arg(window.first.to_string()).arg(window.last.to_string());
        } else if let Some(file) = counts {
            command.arg(file);
        }
        Process::spawn(&mut command)
    }

    fn spawn(command: &mut Command) -> Result<Process, Error> {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|e| failed(format!("{:?} cannot be started: {e}", command.get_program())))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { crate::bug!("verify: the harness has no pipes") };
        let (to, blocks) = sync_channel(UNDER_WAY);
        let (shown, from) = sync_channel(UNDER_WAY);
        let threads = vec![
            std::thread::spawn(move || write_blocks(stdin, blocks)),
            std::thread::spawn(move || read_blocks(stdout, shown)),
        ];
        let prints = Some(std::thread::spawn(move || read_prints(stderr)));
        Ok(Process { child, to: Some(to), from: Some(from), threads, prints, under_way: VecDeque::new() })
    }

    /// Sends the input records of `cycles` cycles. A silent block shows nothing.
    pub fn send(&mut self, cycles: usize, silent: bool, records: &[u32]) -> Result<(), Error> {
        let header = [cycles as u32, silent as u32];
        let bytes = header.iter().chain(records).flat_map(|word| word.to_ne_bytes()).collect();
        self.under_way.push_back(cycles);
        match self.to.as_ref().map(|to| to.send(bytes)) {
            Some(Ok(())) => Ok(()),
            _ => Err(self.ended()),
        }
    }

    /// Whether a block should be received before another is sent.
    pub fn is_full(&self) -> bool {
        self.under_way.len() >= UNDER_WAY
    }

    /// Blocks sent and not yet received.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// The output records of the oldest block sent.
    pub fn receive(&mut self) -> Result<Vec<u32>, Error> {
        self.receive_within(PATIENCE)
    }

    fn receive_within(&mut self, patience: Duration) -> Result<Vec<u32>, Error> {
        self.under_way.pop_front();
        match self.from.as_ref().map(|from| from.recv_timeout(patience)) {
            Some(Ok(block)) => Ok(block),
            Some(Err(RecvTimeoutError::Timeout)) => Err(self.silent(patience)),
            _ => Err(self.ended()),
        }
    }

    /// Ends the harness; waits until its files are complete.
    pub fn finish(mut self) -> Result<(), Error> {
        self.to = None;
        if let Some(Err(RecvTimeoutError::Timeout)) = self.from.as_ref().map(|from| from.recv_timeout(PATIENCE)) {
            return Err(self.silent(PATIENCE));
        }
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(self.ended()),
        }
    }

    fn ended(&mut self) -> Error {
        let status = self.child.wait().map_or("without a status".into(), |status| status.to_string());
        failed(format!("the simulation ended early, {status}{}", self.printed()))
    }

    fn silent(&mut self, patience: Duration) -> Error {
        // an error here means that it has ended already
        let _ = self.child.kill();
        failed(format!("the simulation has said nothing for {} s{}", patience.as_secs(), self.printed()))
    }

    /// What the harness printed, on lines of their own.
    fn printed(&mut self) -> String {
        let text = self.prints.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        if text.trim().is_empty() { String::new() } else { format!(":\n{}", text.trim_end()) }
    }
}

fn failed(problem: String) -> Error {
    Error::Tool { tool: "verilator".into(), problem }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.to = None;
        // an error here means that it has ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.from = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        self.printed();
    }
}

/// Ends with the channel, or when the harness no longer reads; [`Process::receive`] reports that.
fn write_blocks(mut stdin: ChildStdin, blocks: Receiver<Vec<u8>>) {
    while let Ok(block) = blocks.recv() {
        if stdin.write_all(&block).is_err() {
            return;
        }
    }
}

fn read_blocks(mut stdout: ChildStdout, shown: SyncSender<Vec<u32>>) {
    let mut length = [0u8; 4];
    while stdout.read_exact(&mut length).is_ok() {
        let mut bytes = vec![0u8; 4 * u32::from_ne_bytes(length) as usize];
        if stdout.read_exact(&mut bytes).is_err() {
            return;
        }
        let word = |bytes: &[u8]| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if shown.send(bytes.chunks_exact(4).map(word).collect()).is_err() {
            return;
        }
    }
}

/// Everything printed is taken, so that the harness never waits; the beginning is kept.
fn read_prints(mut stderr: ChildStderr) -> String {
    let (mut kept, mut piece) = (Vec::new(), [0u8; 1024]);
    while let Ok(length @ 1..) = stderr.read(&mut piece) {
        kept.extend_from_slice(&piece[..length.min(PRINTS - kept.len())]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell in place of a harness.
    fn start(script: &str) -> Process {
        Process::spawn(Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn an_early_end_is_told_with_what_was_printed() {
        let mut process = start("echo the memory is gone >&2; exit 3");
        process.send(1, false, &[0]).unwrap();
        let problem = process.receive().unwrap_err().to_string();
        assert!(problem.contains("exit status: 3:\nthe memory is gone"), "{problem}");
    }

    #[test]
    fn silence_ends() {
        let mut process = start("echo waiting >&2; exec sleep 1000");
        process.send(1, false, &[0]).unwrap();
        let problem = process.receive_within(Duration::from_millis(300)).unwrap_err().to_string();
        assert!(problem.contains("said nothing for 0 s:\nwaiting"), "{problem}");
    }

    #[test]
    fn prints_without_end_hold_nothing_up() {
        let mut process = start("yes >&2 & sleep 0.3; kill $!; printf '\\1\\0\\0\\0\\7\\0\\0\\0'");
        process.send(1, false, &[0]).unwrap();
        assert_eq!(process.receive().unwrap(), [7]);
        process.finish().unwrap();
    }
}
