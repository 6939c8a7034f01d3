//! Whether two output folders hold the same hardware, as Yosys sees it.

use crate::mutant::copy;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Seconds for the proof of one module.
const SECONDS: u32 = 60;

/// Modules by name.
type Netlist = BTreeMap<String, String>;

/// A folder, elaborated.
pub struct Gold {
    top: String,
    work: tempfile::TempDir,
    netlist: Netlist,
}

impl Gold {
    /// That of an output folder.
    pub fn of(folder: &Path, top: &str) -> Gold {
        let work = tempfile::tempdir().unwrap();
        copy(folder, work.path());
        let netlist = netlist(work.path(), top).expect("Yosys reads what is emitted");
        Gold { top: top.into(), work, netlist }
    }

    /// Whether Yosys makes the same netlist of a changed folder, or proves each module that differs equal by induction
    /// over its registers. A module with other parameters has another name; then the one that instantiates it differs.
    pub fn is_same(&self, changed: &Path) -> bool {
        let work = tempfile::tempdir().unwrap();
        let (gold, gate) = (work.path().join("gold"), work.path().join("gate"));
        copy(self.work.path(), &gold);
        copy(changed, &gate);
        let Some(other) = netlist(&gate, &self.top) else { return false };
        let different = |name: &&String| other.get(*name).is_some_and(|text| *text != self.netlist[*name]);
        self.netlist.keys().filter(different).all(|name| proved(work.path(), name, SECONDS))
    }
}

/// The modules of a folder as elaborated, with all that each instantiates beside them; memories are part of the text.
fn netlist(folder: &Path, top: &str) -> Option<Netlist> {
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
    let mut modules = Netlist::new();
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
