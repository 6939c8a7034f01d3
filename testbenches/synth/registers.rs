//! Registers that go into multipliers and memories: which do, and that the netlist does the same afterwards, by Icarus.

use circlet::synth::registers::into_blocks;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const PRODUCTS: &str = include_str!("../fixtures/synth/products.v");
const MEMORIES: &str = include_str!("../fixtures/synth/memories.v");
/// A memory, written from the description of the device.
const DP16KD: &str = include_str!("../fixtures/synth/dp16kd.v");

fn yosys(folder: &Path, script: &str) {
    let said = Command::new("yosys").args(["-q", "-p", script]).current_dir(folder).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn cells(netlist: &str, kind: &str) -> Vec<Value> {
    let netlist: Value = serde_json::from_str(netlist).unwrap();
    let top = netlist["modules"].as_object().unwrap().values().find(|module| module["attributes"]["top"].is_string());
    let cells = top.unwrap()["cells"].as_object().unwrap().values();
    cells.filter(|cell| cell["type"] == kind).cloned().collect()
}

/// The netlist of `source` before and after registers move, and how many do; both lie in `root`.
fn moved(root: &Path, source: &str, top: &str) -> (String, String, usize) {
    std::fs::write(root.join("source.v"), source).unwrap();
    yosys(root, &format!("read_verilog source.v; synth_ecp5 -top {top}; write_json before.json"));
    let before = std::fs::read_to_string(root.join("before.json")).unwrap();
    let (after, absorbed) = into_blocks(&before, top).unwrap();
    std::fs::write(root.join("after.json"), &after).unwrap();
    let flip_flops = |text: &str| cells(text, "TRELLIS_FF").len();
    assert_eq!(flip_flops(&before) - flip_flops(&after), absorbed);
    (before, after, absorbed)
}

/// What the bench says of both netlists; `model` is compiled into them, the simulator reads `other`.
fn simulate(root: &Path, top: &str, model: &str, other: &str, bench: &str) -> String {
    for (name, text) in [("model.v", model), ("other.v", other), ("bench.v", bench)] {
        std::fs::write(root.join(name), text).unwrap();
    }
    for name in ["before", "after"] {
        let script = format!(
            "read_json {name}.json; read_verilog -overwrite +/ecp5/cells_sim.v; read_verilog -overwrite model.v; \
             hierarchy -top {top}; proc; flatten; opt_clean; rename {top} {name}; write_verilog -noattr {name}.v"
        );
        yosys(root, &script);
    }
    let files = ["-g2005", "-o", "bench.vvp", "bench.v", "other.v", "before.v", "after.v"];
    assert!(Command::new("iverilog").args(files).current_dir(root).status().unwrap().success());
    let said = Command::new("vvp").arg("bench.vvp").current_dir(root).output().unwrap();
    String::from_utf8_lossy(&said.stdout).trim().to_string()
}

/// A multiplier with the pins that the netlists connect, written from the description of the device.
fn model(cells: &[Value]) -> String {
    let pins = |cell: &Value| cell["connections"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut pins: BTreeSet<String> = cells.iter().flat_map(pins).collect();
    pins.extend(["CLK0", "CE0", "CE1", "CE2", "RST0"].map(String::from));
    let output = |pin: &str| pin.starts_with('P');
    let port = |pin: &String| format!("{} wire {pin}", if output(pin) { "output" } else { "input" });
    let bits = |side: &str, most: usize| {
        let bit = |bit: usize| {
            let pin = format!("{side}{bit}");
            if pins.contains(&pin) { pin } else { "1'b0".into() }
        };
        (0..most).rev().map(bit).collect::<Vec<_>>().join(", ")
    };
    let given: String =
        (0..36).map(|bit| format!("P{bit}")).filter(|pin| pins.contains(pin)).fold(String::new(), |mut text, pin| {
            let _ = writeln!(text, "    assign {pin} = p[{}];", &pin[1..]);
            text
        });
    format!(
        "module MULT18X18D ({});\n\
             parameter REG_INPUTA_CLK = \"NONE\"; parameter REG_INPUTA_CE = \"CE0\"; parameter REG_INPUTA_RST = \"RST0\";\n\
             parameter REG_INPUTB_CLK = \"NONE\"; parameter REG_INPUTB_CE = \"CE0\"; parameter REG_INPUTB_RST = \"RST0\";\n\
             parameter REG_OUTPUT_CLK = \"NONE\"; parameter REG_OUTPUT_CE = \"CE0\"; parameter REG_OUTPUT_RST = \"RST0\";\n\
             reg signed [17:0] a_q = 0; reg signed [17:0] b_q = 0; reg signed [35:0] p_q = 0;\n\
             wire signed [17:0] a_in = {{{}}}; wire signed [17:0] b_in = {{{}}};\n\
             wire signed [17:0] a = REG_INPUTA_CLK == \"NONE\" ? a_in : a_q;\n\
             wire signed [17:0] b = REG_INPUTB_CLK == \"NONE\" ? b_in : b_q;\n\
             wire signed [35:0] product = a * b;\n\
             wire signed [35:0] p = REG_OUTPUT_CLK == \"NONE\" ? product : p_q;\n\
             always @(posedge CLK0) begin\n\
                 if (REG_INPUTA_CE == \"CE0\" ? CE0 : REG_INPUTA_CE == \"CE1\" ? CE1 : CE2) a_q <= a_in;\n\
                 if (REG_INPUTB_CE == \"CE0\" ? CE0 : REG_INPUTB_CE == \"CE1\" ? CE1 : CE2) b_q <= b_in;\n\
                 if (REG_OUTPUT_CE == \"CE0\" ? CE0 : REG_OUTPUT_CE == \"CE1\" ? CE1 : CE2) p_q <= product;\n\
             end\n{given}endmodule\n",
        pins.iter().map(port).collect::<Vec<_>>().join(", "),
        bits("A", 18),
        bits("B", 18),
    )
}

/// A bench that drives `before` and `after` alike: inputs by name and width beside clock and reset, outputs by name and width.
fn bench(inputs: &[(&str, usize)], outputs: &[(&str, usize)]) -> String {
    let declared: String = inputs.iter().map(|(name, width)| format!("reg [{}:0] {name} = 0; ", width - 1)).collect();
    let driven: String = inputs.iter().map(|(name, _)| format!("{name} = $random; ")).collect();
    let width: usize = outputs.iter().map(|(_, width)| width).sum();
    let instance = |name: &str, word: &str| {
        let given = inputs.iter().map(|(name, _)| format!(".{name}({name})"));
        let mut low = 0;
        let taken = outputs.iter().map(|(name, width)| {
            low += width;
            format!(".{name}({word}[{}:{}])", low - 1, low - width)
        });
        let pins: Vec<String> = given.chain(taken).collect();
        format!("{name} {name} (.clk(clk), .rst(rst), {});", pins.join(", "))
    };
    format!(
        "module bench;\nreg clk = 0, rst = 0; {declared}\nwire [{msb}:0] one, other;\n{}\n{}\n\
         integer cycle, differ = 0, moves = 0; reg [{msb}:0] last = 0;\n\
         initial begin\n\
             for (cycle = 0; cycle < 2000; cycle = cycle + 1) begin\n\
                 #1 clk = 1;\n#1 clk = 0;\n\
                 if (one !== other) differ = differ + 1;\n\
                 if (one !== last) moves = moves + 1;\n\
                 last = one;\n{driven} rst = $random % 7 == 0;\n\
             end\n\
             $display(\"%0d of %0d cycles differ, %0d move\", differ, cycle, moves);\n\
         end\nendmodule\n",
        instance("before", "one"),
        instance("after", "other"),
        msb = width - 1,
    )
}

fn with(cells: &[Value], parameter: &str, value: impl Fn(&Value) -> bool) -> usize {
    cells.iter().filter(|cell| cell["parameters"].get(parameter).is_some_and(&value)).count()
}

#[test]
fn registers_go_into_multipliers_and_nothing_else_changes() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (before, after, absorbed) = moved(folder.path(), PRODUCTS, "products");
    assert!(absorbed > 80, "{absorbed}");
    // of six multipliers: both, enabled, twice and the first of the chain have operands that may move; both, enabled,
    // cleared and the two of the chain have products that may
    let multipliers = cells(&after, "MULT18X18D");
    let with = |name: &str| with(&multipliers, name, |_| true);
    assert_eq!(
        (multipliers.len(), with("REG_INPUTA_CLK"), with("REG_INPUTB_CLK"), with("REG_OUTPUT_CLK")),
        (6, 4, 4, 5)
    );
    let model = model(&[cells(&before, "MULT18X18D"), multipliers].concat());
    let outputs =
        [("both", 16), ("enabled", 16), ("cleared", 16), ("twice", 16), ("shifted", 16), ("shared", 9), ("chain", 25)];
    let bench = bench(&[("enable", 1), ("a", 9), ("b", 7)], &outputs);
    assert_eq!(simulate(folder.path(), "products", &model, "", &bench), "0 of 2000 cycles differ, 2000 move");
}

#[test]
fn registers_go_into_memories_and_nothing_else_changes() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (_, after, absorbed) = moved(folder.path(), MEMORIES, "memories");
    // plain, held and other, sixteen each, and the wide words at both ports
    let memories = cells(&after, "DP16KD");
    let with = |name: &str| with(&memories, name, |value| value == "OUTREG");
    assert_eq!((memories.len(), with("REGMODE_A") + with("REGMODE_B"), absorbed), (5, 5, 80));
    let outputs =
        [("plain", 16), ("held", 16), ("other", 16), ("cleared", 16), ("twice", 16), ("shifted", 16), ("wide", 32)];
    let outputs = [&outputs[..], &[("halves", 32)]].concat();
    let bench = bench(&[("enable", 1), ("write", 1), ("address", 8), ("data", 32)], &outputs);
    assert_eq!(simulate(folder.path(), "memories", "", DP16KD, &bench), "0 of 2000 cycles differ, 2000 move");
}

#[test]
fn a_netlist_that_is_none_is_refused() {
    assert!(into_blocks("[]", "products").unwrap_err().contains("not a netlist of Yosys"));
    let empty = r#"{"modules": {}}"#;
    assert_eq!(into_blocks(empty, "products").unwrap_err(), "has no module `products`");
}
