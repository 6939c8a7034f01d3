//! Registers that go into multipliers: which do, and that the netlist does the same afterwards, by Icarus.

use circlet::synth::registers::into_multipliers;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const SOURCE: &str = include_str!("../fixtures/synth/products.v");

fn yosys(folder: &Path, script: &str) {
    let said = Command::new("yosys").args(["-q", "-p", script]).current_dir(folder).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn multipliers(netlist: &str) -> Vec<Value> {
    let netlist: Value = serde_json::from_str(netlist).unwrap();
    let cells = netlist["modules"]["products"]["cells"].as_object().unwrap();
    cells.values().filter(|cell| cell["type"] == "MULT18X18D").cloned().collect()
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

const BENCH: &str = "
module bench;
    reg clk = 0, rst = 0, enable = 0;
    reg [8:0] a = 0; reg [6:0] b = 0;
    wire [113:0] one, other;
    before before (.clk(clk), .rst(rst), .enable(enable), .a(a), .b(b), .both(one[15:0]), .enabled(one[31:16]),
        .cleared(one[47:32]), .twice(one[63:48]), .shifted(one[79:64]), .shared(one[88:80]), .chain(one[113:89]));
    after after (.clk(clk), .rst(rst), .enable(enable), .a(a), .b(b), .both(other[15:0]), .enabled(other[31:16]),
        .cleared(other[47:32]), .twice(other[63:48]), .shifted(other[79:64]), .shared(other[88:80]), .chain(other[113:89]));
    integer cycle, differ = 0, moves = 0;
    reg [113:0] last = 0;
    initial begin
        for (cycle = 0; cycle < 2000; cycle = cycle + 1) begin
            #1 clk = 1;
            #1 clk = 0;
            if (one !== other) differ = differ + 1;
            if (one !== last) moves = moves + 1;
            last = one;
            a = $random; b = $random; rst = $random % 7 == 0; enable = $random;
        end
        $display(\"%0d of %0d cycles differ, %0d move\", differ, cycle, moves);
    end
endmodule
";

#[test]
fn registers_go_into_multipliers_and_nothing_else_changes() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (root, write) =
        (folder.path(), |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap());
    write("products.v", SOURCE);
    yosys(root, "read_verilog products.v; synth_ecp5 -top products; write_json before.json");
    let before = std::fs::read_to_string(root.join("before.json")).unwrap();
    let (after, absorbed) = into_multipliers(&before, "products").unwrap();
    write("after.json", &after);

    // of six multipliers: both, enabled, twice and the first of the chain have operands that may move; both, enabled,
    // cleared and the two of the chain have products that may
    let cells = multipliers(&after);
    let with = |name: &str| cells.iter().filter(|cell| cell["parameters"].get(name).is_some()).count();
    assert_eq!((cells.len(), with("REG_INPUTA_CLK"), with("REG_INPUTB_CLK"), with("REG_OUTPUT_CLK")), (6, 4, 4, 5));
    let flip_flops = |text: &str| text.matches("\"type\":\"TRELLIS_FF\"").count();
    let compact = serde_json::to_string(&serde_json::from_str::<Value>(&before).unwrap()).unwrap();
    assert_eq!(flip_flops(&compact) - flip_flops(&after), absorbed);
    assert!(absorbed > 80, "{absorbed}");

    write("model.v", &model(&[multipliers(&before), cells].concat()));
    for name in ["before", "after"] {
        yosys(
            root,
            &format!(
                "read_json {name}.json; read_verilog -overwrite model.v; read_verilog -overwrite +/ecp5/cells_sim.v; \
                 hierarchy -top products; proc; flatten; opt_clean; rename products {name}; write_verilog -noattr {name}.v"
            ),
        );
    }
    write("bench.v", BENCH);
    let files = ["-o", "bench.vvp", "bench.v", "before.v", "after.v"];
    assert!(Command::new("iverilog").args(files).current_dir(root).status().unwrap().success());
    let said = Command::new("vvp").arg("bench.vvp").current_dir(root).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).trim().to_string();
    assert_eq!(said, "0 of 2000 cycles differ, 2000 move");
}

#[test]
fn a_netlist_that_is_none_is_refused() {
    assert!(into_multipliers("[]", "products").unwrap_err().contains("not a netlist of Yosys"));
    let empty = r#"{"modules": {}}"#;
    assert_eq!(into_multipliers(empty, "products").unwrap_err(), "has no module `products`");
}
