//! FST files, through wellen's stream: one block of changes is in memory at a time.

use super::{Fault, Header, Problem, Sink, Variable};
use crate::diag::Error;
use std::cell::Cell;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;
use wellen::stream::{Filter, StreamError, StreamingWaveform, read_from_file};
use wellen::{LoadOptions, SignalRef, SignalValueRef};

/// A file with its header read.
pub struct Fst {
    /// What it declares.
    pub header: Header,
    wave: StreamingWaveform<BufReader<File>>,
    /// The signals, in the order of their indices.
    signals: Vec<SignalRef>,
}

impl Fst {
    /// Reads the hierarchy.
    pub fn open(path: &Path) -> Result<Fst, Error> {
        let read = guarded(|| read_from_file(path, &LoadOptions::default()));
        let wave = match read {
            Ok(Ok(wave)) => wave,
            _ => return Err(Fault::Truncated("before its hierarchy").of(path)),
        };
        let hierarchy = wave.hierarchy();
        let (mut header, mut signals) = (Header::default(), Vec::new());
        let mut known: HashMap<SignalRef, usize> = HashMap::new();
        for variable in hierarchy.all_vars() {
            let variable = &hierarchy[variable];
            let (Some(width), true) = (variable.length(hierarchy), variable.is_bit_vector(hierarchy)) else { continue };
            let reference = variable.signal_ref();
            let signal = *known.entry(reference).or_insert_with(|| {
                signals.push(reference);
                signals.len() - 1
            });
            header.variables.push(Variable { path: variable.full_name(hierarchy), width, signal });
        }
        header.signals = signals.len();
        header.timescale = hierarchy.timescale().and_then(|scale| Some((scale.factor, scale.unit.to_exponent()?)));
        Ok(Fst { header, wave, signals })
    }

    /// Gives the changes of the signals in `wanted` to a sink.
    pub fn stream(mut self, wanted: &[bool], sink: &mut impl Sink) -> Result<(), Problem> {
        let list: Vec<SignalRef> =
            self.signals.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(signal, _)| *signal).collect();
        let index: HashMap<SignalRef, usize> = self.signals.iter().copied().zip(0..).collect();
        let (mut now, mut bits) = (None, Vec::new());
        let change = |time: u64, signal: SignalRef, value: SignalValueRef| -> Result<(), Option<Fault>> {
            if now != Some(time) {
                now = Some(time);
                if !sink.time(time).map_err(Some)? {
                    return Err(None);
                }
            }
            if let SignalValueRef::BitVec(value) = value {
                bits.clear();
                bits.extend(value.iter_msb_to_lsb().map(|bit| bit.as_ascii() as u8));
                sink.change(index[&signal], &bits);
            }
            Ok(())
        };
        let read = guarded(|| self.wave.stream_changes(Filter::include_signals(&list), change));
        match read {
            Ok(Ok(())) | Ok(Err(StreamError::Callback(None))) => Ok(()),
            Ok(Err(StreamError::Callback(Some(fault)))) => Err(fault.into()),
            Ok(Err(StreamError::Wellen(_))) | Err(()) => Err(Fault::Truncated("inside its changes").into()),
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// A damaged file makes the reader panic: that is the file's fault, is not printed as ours, and nothing of the reader is
/// used afterwards.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, ()> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(read)).map_err(drop);
    GUARDED.set(false);
    result
}
