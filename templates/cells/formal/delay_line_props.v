// delay_line_props: what delay_line promises, against the words of the last cycles
//
//   proves    `out_data` is `in_data` of DEPTH cycles before, from DEPTH cycles after a reset on

`default_nettype none

module delay_line_props #(
    parameter W     = 1,
    parameter DEPTH = 4
) (
    input wire         clk,
    input wire         rst,
    input wire [W-1:0] in_data
);
    wire [W-1:0] out_data;

    delay_line #(.W(W), .DEPTH(DEPTH)) dut (.clk(clk), .rst(rst), .in_data(in_data), .out_data(out_data));

    reg [W*DEPTH-1:0] words;  // the youngest in the low bits
    reg [7:0]         age;    // cycles since the reset, up to DEPTH
    reg               started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        words   <= {words, in_data};
        age     <= rst ? 0 : age == DEPTH ? DEPTH : age + 1;
    end
    always @* if (!started) assume (rst);

    always @* if (started && age == DEPTH) assert (out_data == words[W*DEPTH-1 -: W]);

    generate
        if (DEPTH >= 16) begin : gen_ram
            always @* if (started) assert (age <= DEPTH && \dut.genblk1.gen_ram.read_q == ((\dut.genblk1.gen_ram.write_q + 2) % DEPTH));
        end else begin : gen_shift
            always @* if (started) assert (age <= DEPTH);
        end
    endgenerate
    (* hierconn *) wire [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] \dut.genblk1.gen_ram.read_q ;
    (* hierconn *) wire [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] \dut.genblk1.gen_ram.write_q ;
endmodule

`default_nettype wire
