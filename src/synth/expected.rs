//! The estimate of a design by layers, and what was measured beside it.

use super::estimate::{Estimate, estimate};
use super::{Family, Measurement};
use crate::emit::Context;
use crate::emit::design::hardware;
use crate::manifest::Manifest;
use crate::network::Network;
use crate::report::table::{Table, grouped};
use crate::schedule::Schedule;
use serde::Serialize;
use std::collections::BTreeMap;

/// Stack of the thread that unrolls a design: as deep as its longest path of gates.
const STACK: usize = 1 << 28;

/// Tables and flip-flops that a design is expected to take.
#[derive(Clone, Debug, Serialize)]
pub struct Expected {
    /// The device family.
    pub family: Family,
    /// Look-up tables of the whole design.
    pub luts: u64,
    /// Flip-flops of the whole design.
    pub ffs: u64,
    /// The same of each layer, by name; last the edge of the network, without one.
    pub layers: Vec<(Option<String>, u64, u64)>,
}

/// Estimates a design by its files: Verilog and memories below `rtl/`.
pub fn expected(manifest: &Manifest, files: &BTreeMap<String, String>, family: Family) -> Result<Expected, String> {
    let names: Vec<&str> = manifest.layers.iter().map(|layer| layer.name.as_str()).collect();
    let parts = estimated(&manifest.network, &names, files, family)?;
    let sum = |of: fn(&Estimate) -> f64| parts.iter().map(of).sum::<f64>().round() as u64;
    let names = names.into_iter().map(|name| Some(name.to_string())).chain([None]);
    Ok(Expected {
        family,
        luts: sum(|part| part.luts),
        ffs: sum(|part| part.ffs),
        layers: names.zip(&parts).map(|(name, p)| (name, p.luts.round() as u64, p.ffs.round() as u64)).collect(),
    })
}

/// The look-up tables of a schedule, a [`CountLuts`](crate::schedule::fold::CountLuts).
pub fn count_luts(network: &Network, schedule: &Schedule, family: Family) -> Option<Vec<u64>> {
    let files = hardware(&Context { network, schedule, why: None }).ok()?;
    let names: Vec<&str> = network.layers.iter().map(|layer| layer.name.as_str()).collect();
    let parts = estimated(&network.name, &names, &files, family);
    let parts = parts.unwrap_or_else(|problem| crate::bug!("estimate: {problem}"));
    Some(parts.iter().map(|part| part.luts.round() as u64).collect())
}

/// What each of the layers takes, and last the edge of the network.
fn estimated(
    network: &str,
    layers: &[&str],
    files: &BTreeMap<String, String>,
    family: Family,
) -> Result<Vec<Estimate>, String> {
    let part = |name: &str| layers.iter().position(|layer| *layer == name).unwrap_or(layers.len()) as u32;
    let work = || estimate(files, network, layers.len() + 1, &part, family == Family::Xc7);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(parts)) => parts,
            Ok(Err(fault)) => std::panic::resume_unwind(fault),
            Err(cause) => Err(format!("no thread: {cause}")),
        }
    })
}

/// Estimates beside measurements, where there are any.
pub fn table(expected: &[Expected], measured: &[Measurement]) -> Table {
    let mut table = Table::new("part family LUT-estimated measured FF-estimated measured", "llrrrr");
    for of in expected {
        let measured = measured.iter().find(|measured| measured.family == of.family);
        let parts = of.layers.iter().map(|(name, luts, ffs)| {
            let part = measured.and_then(|m| m.layers.iter().find(|part| part.place.layer == *name));
            (name.clone().unwrap_or("(edge)".into()), *luts, *ffs, part.map(|part| part.count))
        });
        let total = ("total".to_string(), of.luts, of.ffs, measured.map(|measured| measured.total));
        for (name, luts, ffs, count) in parts.chain([total]) {
            let said = |of: fn(&super::Count) -> u64| count.as_ref().map_or("-".into(), |count| grouped(of(count)));
            let [luts, ffs] = [luts, ffs].map(grouped);
            table.row([name, of.family.name().into(), luts, said(|c| c.luts), ffs, said(|c| c.ffs)]);
        }
    }
    table
}
