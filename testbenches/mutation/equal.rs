//! Whether two output folders hold the same hardware, as Yosys sees it.

use crate::mutant::copy;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Whether Yosys makes the same netlist of both, or proves each module that differs, or the whole, equal by induction
/// over its registers.
pub fn same(folder: &Path, changed: &Path, top: &str) -> bool {
    let work = tempfile::tempdir().unwrap();
    let (gold, gate) = (work.path().join("gold"), work.path().join("gate"));
    copy(folder, &gold);
    copy(changed, &gate);
    let (Some(one), Some(other)) = (netlist(&gold, top), netlist(&gate, top)) else { return false };
    let different: Vec<&String> = one.keys().filter(|&name| one.get(name) != other.get(name)).collect();
    let proved = |name: &str, seconds: u32| proved(work.path(), name, seconds);
    let same_modules = one.keys().eq(other.keys());
    same_modules && different.iter().all(|name| proved(name, 60)) || proved(&format!("\\{top}"), 120)
}

/// The modules of a folder as elaborated, with all that each instantiates beside them; memories are part of the text.
fn netlist(folder: &Path, top: &str) -> Option<BTreeMap<String, String>> {
    let list = std::fs::read_to_string(folder.join("files.f")).unwrap();
    let files: Vec<&str> = list.lines().filter(|line| line.ends_with(".v")).collect();
    let script = format!(
        "read_verilog -defer {}; hierarchy -top {top}; proc -norom; opt_clean; write_verilog -noattr netlist.v",
        files.join(" ")
    );
    if !yosys(folder, &script, 60) {
        return None;
    }
    let text = std::fs::read_to_string(folder.join("netlist.v")).unwrap();
    let mut modules: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.starts_with("/*")) {
        if let Some(rest) = line.strip_prefix("module ") {
            name = rest.split(['(', ' ']).next().unwrap().to_string();
        }
        *modules.entry(name.clone()).or_default() += &format!("{line}\n");
    }
    Some(modules)
}

/// Whether a module of both netlists, with what it instantiates, is proved equal in so many seconds.
fn proved(work: &Path, name: &str, seconds: u32) -> bool {
    let side = |side: &str| {
        format!(
            "read_verilog {side}/netlist.v; hierarchy -top {name}; proc; flatten; opt -full; clean -purge; \
             rename {name} {side}; design -stash {side}"
        )
    };
    let script = format!(
        "{}; {}; design -copy-from gold -as gold gold; design -copy-from gate -as gate gate; memory -nomap; opt_clean; \
         equiv_make gold gate equal; hierarchy -top equal; opt_clean; equiv_struct; equiv_simple -undef -seq 2; \
         equiv_induct -undef -seq 2; equiv_status -assert",
        side("gold"),
        side("gate")
    );
    yosys(work, &script, seconds)
}

fn yosys(folder: &Path, script: &str, seconds: u32) -> bool {
    let seconds = seconds.to_string();
    let output = Command::new("timeout").args([&seconds, "yosys", "-q", "-p", script]).current_dir(folder).output();
    output.is_ok_and(|output| output.status.success())
}
