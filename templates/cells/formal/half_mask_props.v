// half_mask_props: half_mask against its integer specification, for all inputs
//
//   proves    of the last packet of each frame the words from LAST on count as zero; all others pass, in the same cycle

`default_nettype none

module half_mask_props #(
    parameter W      = 3,
    parameter BEATS  = 4,
    parameter BLOCKS = 2,
    parameter LAST   = 5
) (
    input wire         clk,
    input wire         rst,
    input wire         in_valid,
    input wire [W-1:0] in_data
);
    wire [W-1:0] out_data;

    half_mask #(.W(W), .BEATS(BEATS), .BLOCKS(BLOCKS), .LAST(LAST)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_data(in_data), .out_data(out_data)
    );

    reg [7:0] word;   // of the frame, in the order in which they come
    reg started = 1'b0;
    wire last = word >= (BLOCKS - 1) * 2 * BEATS;
    wire [7:0] place = word - (BLOCKS - 1) * 2 * BEATS;
    wire [7:0] index = place / 2 + place % 2 * BEATS;
    always @(posedge clk) begin
        started <= 1'b1;
        if (in_valid) word <= word == BLOCKS * 2 * BEATS - 1 ? 0 : word + 1;
        if (rst) word <= 0;
    end
    always @* if (!started) assume (rst);
    always @* if (started && in_valid) assert (out_data == (last && index >= LAST ? 0 : in_data));
`ifdef REACH
    always @* assert (!(started && in_valid && word == BLOCKS * 2 * BEATS - 1));
`endif

    always @* if (started) assert (word < BLOCKS * 2 * BEATS);
    (* hierconn *) wire \dut.gen_mask.upper_q ;
    (* hierconn *) wire [(BEATS > 1 ? $clog2(BEATS) : 1)-1:0]   \dut.gen_mask.pairs.gen_mask.gen_beats.t_q ;
    (* hierconn *) wire [(BLOCKS > 1 ? $clog2(BLOCKS) : 1)-1:0] \dut.gen_mask.pairs.gen_mask.gen_blocks.block_q ;
    always @* if (started && LAST != 2 * BEATS) begin
        assert (\dut.gen_mask.upper_q == word % 2);
        if (BEATS > 1) assert (\dut.gen_mask.pairs.gen_mask.gen_beats.t_q == word / 2 % BEATS);
        if (BLOCKS > 1) assert (\dut.gen_mask.pairs.gen_mask.gen_blocks.block_q == word / 2 / BEATS);
    end
endmodule

`default_nettype wire
