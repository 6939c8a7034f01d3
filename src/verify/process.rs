//! A running harness: blocks of records in, blocks of records out, without either side waiting for the other.

use crate::diag::Error;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Blocks under way before the sender waits: enough that both processors stay busy.
const UNDER_WAY: usize = 4;

/// A waveform to be written: file, first and last cycle.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The VCD file.
    pub file: &'a Path,
    /// First cycle in it.
    pub first: u64,
    /// Last cycle in it.
    pub last: u64,
}

/// A harness process.
pub struct Process {
    program: String,
    child: Child,
    to: Option<SyncSender<Vec<u8>>>,
    from: Option<Receiver<Vec<u32>>>,
    threads: Vec<JoinHandle<()>>,
    under_way: VecDeque<usize>,
}

impl Process {
    /// Starts a program that [`super::verilator::Verilator::build`] built; memories are read relative to `root`.
    pub fn start(program: &Path, root: &Path, seed: u32, window: Option<Window>) -> Result<Process, Error> {
        let mut command = Command::new(program);
        command.current_dir(root).arg((seed & 0x3fff_ffff | 1).to_string());
        if let Some(window) = window {
            command.arg(window.file).arg(window.first.to_string()).arg(window.last.to_string());
        }
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
        let name = program.display().to_string();
        let mut child =
            spawned.map_err(|e| Error::Tool { tool: name.clone(), problem: format!("cannot be started: {e}") })?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            crate::bug!("verify: the harness has no pipes")
        };
        let (to, blocks) = sync_channel(UNDER_WAY);
        let (shown, from) = sync_channel(UNDER_WAY);
        let threads = vec![
            std::thread::spawn(move || write_blocks(stdin, blocks)),
            std::thread::spawn(move || read_blocks(stdout, shown)),
        ];
        Ok(Process { program: name, child, to: Some(to), from: Some(from), threads, under_way: VecDeque::new() })
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
        self.under_way.pop_front();
        self.from.as_ref().and_then(|from| from.recv().ok()).ok_or_else(|| self.ended())
    }

    /// Ends the harness; waits until its files are complete.
    pub fn finish(mut self) -> Result<(), Error> {
        self.to = None;
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(self.ended()),
        }
    }

    fn ended(&mut self) -> Error {
        let status = self.child.wait().map_or("without a status".into(), |status| status.to_string());
        Error::Tool { tool: self.program.clone(), problem: format!("the simulation ended early: {status}") }
    }
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
