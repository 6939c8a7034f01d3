//! Registers beside ECP5's multipliers and memories, put into them.
//!
//! `MULT18X18D` has registers at both operands and at the product (Lattice TN1267, sysDSP slice), `DP16KD` a second register
//! behind what it has read (TN1264, output registers), and the blocks have registers in these places; Yosys maps the product
//! and the reading alone and leaves the registers to slices, from where the way to the multiplier and back takes more than
//! half a cycle, and the way from the memory comes after 5.6 ns. `synth_xilinx` does the same for `DSP48E1` by itself.
//!
//! A register moves if nothing can tell the difference: it has no reset and does not start at one, all registers of a word
//! have one clock and one enable, and a product or what is read of a memory is read by these registers alone. Both operands
//! move, or none: the timing that nextpnr knows is of both.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Bits of an operand, and of a port of a memory.
const WORD: usize = 18;
/// Bits of a product.
const PRODUCT: usize = 36;

/// A netlist as Yosys writes it; what is not looked at goes through.
#[derive(Deserialize, Serialize)]
struct Design {
    modules: BTreeMap<String, Module>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Module {
    ports: BTreeMap<String, Port>,
    cells: BTreeMap<String, Cell>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Port {
    direction: Direction,
    bits: Vec<Bit>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    parameters: BTreeMap<String, Value>,
    port_directions: BTreeMap<String, Direction>,
    connections: BTreeMap<String, Vec<Bit>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Input,
    Output,
    Inout,
}

/// A net, or `0`, `1`, `x`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
enum Bit {
    Net(u64),
    Constant(String),
}

impl Bit {
    fn constant(text: &str) -> Bit {
        Bit::Constant(text.into())
    }

    fn net(&self) -> Option<u64> {
        match self {
            Bit::Net(net) => Some(*net),
            Bit::Constant(_) => None,
        }
    }
}

/// What makes registers go together.
#[derive(Clone, PartialEq)]
struct Domain {
    clock: Bit,
    enable: Bit,
}

impl Cell {
    /// The one bit of a port; an open one reads as 0.
    fn bit(&self, port: &str) -> Bit {
        self.connections.get(port).and_then(|bits| bits.first()).cloned().unwrap_or(Bit::constant("0"))
    }

    fn is(&self, parameter: &str, value: &str) -> bool {
        self.parameters.get(parameter).is_none_or(|known| known.as_str() == Some(value))
    }

    /// A parameter that Yosys writes in binary digits.
    fn number(&self, parameter: &str) -> Option<u32> {
        self.parameters.get(parameter).and_then(Value::as_str).and_then(|text| u32::from_str_radix(text, 2).ok())
    }

    /// Its domain, if it is a flip-flop that multipliers and memories have too.
    fn domain(&self) -> Option<Domain> {
        let plain = self.kind == "TRELLIS_FF"
            && self.is("CLKMUX", "CLK")
            && self.is("REGSET", "RESET")
            && self.bit("LSR") == Bit::constant("0");
        // a text that could be a number ends in a space
        let enable = match self.parameters.get("CEMUX").and_then(Value::as_str).map(str::trim_end) {
            Some("CE") => self.bit("CE"),
            Some("1") => Bit::constant("1"),
            _ => return None,
        };
        plain.then(|| Domain { clock: self.bit("CLK"), enable })
    }

    fn connect(&mut self, port: String, bit: Bit, direction: Direction) {
        self.port_directions.insert(port.clone(), direction);
        self.connections.insert(port, vec![bit]);
    }

    /// Takes in the registers of `REG_<name>`; each name has an enable of its own.
    fn register(&mut self, name: &str, enable: usize, domain: &Domain) {
        for (wire, pin) in [("CLK", "CLK0".to_string()), ("CE", format!("CE{enable}")), ("RST", "RST0".to_string())] {
            self.parameters.insert(format!("REG_{name}_{wire}"), pin.into());
        }
        self.connect("CLK0".into(), domain.clock.clone(), Direction::Input);
        self.connect(format!("CE{enable}"), domain.enable.clone(), Direction::Input);
        self.connect("RST0".into(), Bit::constant("0"), Direction::Input);
    }
}

/// Who drives and who reads a net: cells and ports by name, no cell for a port of the module.
#[derive(Default)]
struct Nets {
    driver: HashMap<u64, String>,
    readers: HashMap<u64, Vec<(String, String)>>,
}

impl Nets {
    fn of(module: &Module) -> Nets {
        let mut nets = Nets::default();
        for (name, cell) in &module.cells {
            for (port, bits) in &cell.connections {
                for net in bits.iter().filter_map(Bit::net) {
                    match cell.port_directions.get(port) {
                        Some(Direction::Output) => drop(nets.driver.insert(net, name.clone())),
                        _ => nets.readers.entry(net).or_default().push((name.clone(), port.clone())),
                    }
                }
            }
        }
        for port in module.ports.values().filter(|port| port.direction != Direction::Input) {
            for net in port.bits.iter().filter_map(Bit::net) {
                nets.readers.entry(net).or_default().push(Default::default());
            }
        }
        nets
    }
}

/// Moves registers of the module `top` into multipliers and memories; gives the netlist and how many flip-flops it has fewer.
pub fn into_blocks(netlist: &str, top: &str) -> Result<(String, usize), String> {
    let fault = |e: serde_json::Error| format!("not a netlist of Yosys: {e}");
    let mut design: Design = serde_json::from_str(netlist).map_err(fault)?;
    let module = design.modules.get_mut(top).ok_or_else(|| format!("has no module `{top}`"))?;
    let before = module.cells.len();
    let [multipliers, memories] = ["MULT18X18D", "DP16KD"].map(|kind| -> Vec<String> {
        let cells = module.cells.iter().filter(|(_, cell)| cell.kind == kind);
        cells.map(|(name, _)| name.clone()).collect()
    });
    let nets = Nets::of(module);
    multipliers.iter().for_each(|name| product(module, &nets, name));
    // a register between two multipliers has gone into the first one
    let nets = Nets::of(module);
    multipliers.iter().for_each(|name| operands(module, &nets, name));
    remove_unread(module);
    let nets = Nets::of(module);
    memories.iter().for_each(|name| readings(module, &nets, name));
    let moved = before - module.cells.len();
    Ok((serde_json::to_string(&design).map_err(fault)?, moved))
}

/// The registers that read the product, if nobody else does and all of them can move.
fn product(module: &mut Module, nets: &Nets, name: &str) {
    let Some(readers) = readers(module, nets, name, (0..PRODUCT).map(|bit| format!("P{bit}"))) else { return };
    if let Some(multiplier) = take(module, name, &readers) {
        multiplier.register("OUTPUT", 2, &readers.domain);
    }
}

/// The registers that read a port of a memory, if nobody else does and all of them can move.
fn readings(module: &mut Module, nets: &Nets, name: &str) {
    let memory = &module.cells[name];
    // words of 36 bits are read by port B, one half at the outputs of each port
    let is_wide = memory.number("DATA_WIDTH_B") == Some(36);
    let groups: &[&[&str]] = if is_wide { &[&["A", "B"]] } else { &[&["A"], &["B"]] };
    for sides in groups {
        let memory = &module.cells[name];
        let ports = sides.iter().flat_map(|side| (0..WORD).map(move |bit| format!("DO{side}{bit}")));
        let Some(readers) = readers(module, nets, name, ports) else { continue };
        let can = |side: &&str| {
            memory.bit(&format!("CLK{side}")) == readers.domain.clock
                && memory.is(&format!("CLK{side}MUX"), &format!("CLK{side}"))
                && memory.is(&format!("REGMODE_{side}"), "NOREG")
                && memory.bit(&format!("RST{side}")) == Bit::constant("0")
        };
        if !sides.iter().all(can) {
            continue;
        }
        let Some(memory) = take(module, name, &readers) else { continue };
        for side in *sides {
            memory.parameters.insert(format!("REGMODE_{side}"), "OUTREG".into());
            memory.connect(format!("OCE{side}"), readers.domain.enable.clone(), Direction::Input);
        }
    }
}

/// Registers that alone read outputs of a cell: all have one domain.
struct Readers {
    domain: Domain,
    /// Outputs, each with its register.
    registers: Vec<(String, String)>,
}

/// Those of the outputs `ports`, if whatever reads one of them is such a register.
fn readers(module: &Module, nets: &Nets, name: &str, ports: impl Iterator<Item = String>) -> Option<Readers> {
    let (mut registers, mut domain) = (Vec::new(), None);
    for port in ports {
        let readers = module.cells[name].bit(&port).net().and_then(|net| nets.readers.get(&net));
        let (reader, pin) = match readers.map(Vec::as_slice) {
            None => continue,
            Some([reader]) => reader,
            Some(_) => return None,
        };
        let own = module.cells.get(reader)?.domain()?;
        if pin != "DI" || domain.as_ref().is_some_and(|known| *known != own) {
            return None;
        }
        domain = Some(own);
        registers.push((port, reader.clone()));
    }
    Some(Readers { domain: domain?, registers })
}

/// Removes the registers; the cell drives what they have driven.
fn take<'a>(module: &'a mut Module, name: &str, readers: &Readers) -> Option<&'a mut Cell> {
    for (port, register) in &readers.registers {
        let driven = module.cells.remove(register)?.bit("Q");
        module.cells.get_mut(name)?.connect(port.clone(), driven, Direction::Output);
    }
    module.cells.get_mut(name)
}

/// The registers that drive both operands; they stay for whom else they drive.
fn operands(module: &mut Module, nets: &Nets, name: &str) {
    let multiplier = &module.cells[name];
    let (Some(a), Some(b)) = (operand(module, nets, multiplier, "A"), operand(module, nets, multiplier, "B")) else {
        return;
    };
    let stored = multiplier.parameters.get("REG_OUTPUT_CLK").map(|_| multiplier.bit("CLK0"));
    if a.0.clock != b.0.clock || stored.is_some_and(|clock| clock != a.0.clock) {
        return;
    }
    let Some(multiplier) = module.cells.get_mut(name) else { return };
    for (side, enable, (domain, bits)) in [("INPUTA", 0, a), ("INPUTB", 1, b)] {
        bits.into_iter().for_each(|(port, bit)| multiplier.connect(port, bit, Direction::Input));
        multiplier.register(side, enable, &domain);
    }
}

/// What stands before the registers of an operand, by port, if all of them can move.
fn operand(module: &Module, nets: &Nets, multiplier: &Cell, side: &str) -> Option<(Domain, Vec<(String, Bit)>)> {
    let (mut bits, mut domain) = (Vec::new(), None);
    for port in (0..WORD).map(|bit| format!("{side}{bit}")) {
        let bit = multiplier.bit(&port);
        let Some(net) = bit.net() else {
            // a register would be 0 before the first clock
            if bit == Bit::constant("1") {
                return None;
            }
            continue;
        };
        let register = module.cells.get(nets.driver.get(&net)?)?;
        let own = register.domain()?;
        if domain.as_ref().is_some_and(|known| *known != own) {
            return None;
        }
        domain = Some(own);
        bits.push((port, register.bit("DI")));
    }
    Some((domain?, bits))
}

/// Removes flip-flops that nothing reads, and those that only they have read.
fn remove_unread(module: &mut Module) {
    loop {
        let nets = Nets::of(module);
        let count = module.cells.len();
        let read = |cell: &Cell| cell.bit("Q").net().is_none_or(|net| nets.readers.contains_key(&net));
        module.cells.retain(|_, cell| cell.kind != "TRELLIS_FF" || read(cell));
        if module.cells.len() == count {
            return;
        }
    }
}
