// fft_mask_props: fft_mask against its integer specification, for all inputs
//
//   proves    of the last packet of each frame the words from LAST on count as zero; all others pass, in the same cycle

`default_nettype none

module fft_mask_props #(
    parameter W       = 3,
    parameter BEATS   = 4,
    parameter BLOCKS  = 2,
    parameter LAST    = 5,
    parameter LOW_AT  = 0,
    parameter HIGH_AT = BEATS
) (
    input wire         clk,
    input wire         rst,
    input wire         in_valid,
    input wire [W-1:0] in_low,
    input wire [W-1:0] in_high
);
    wire [W-1:0] out_low;
    wire [W-1:0] out_high;

    fft_mask #(
        .W(W), .BEATS(BEATS), .BLOCKS(BLOCKS), .LAST(LAST), .LOW_AT(LOW_AT), .HIGH_AT(HIGH_AT)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_low(in_low), .in_high(in_high), .out_low(out_low), .out_high(out_high)
    );

    reg [7:0] beat;   // of the frame
    reg started = 1'b0;
    wire last = beat >= (BLOCKS - 1) * BEATS;
    wire [7:0] t = beat - (BLOCKS - 1) * BEATS;
    always @(posedge clk) begin
        started <= 1'b1;
        if (in_valid) beat <= beat == BLOCKS * BEATS - 1 ? 0 : beat + 1;
        if (rst) beat <= 0;
    end
    always @* if (!started) assume (rst);
    always @* if (started && in_valid) begin
        assert (out_low == (last && t + LOW_AT >= LAST ? 0 : in_low));
        assert (out_high == (last && t + HIGH_AT >= LAST ? 0 : in_high));
    end
`ifdef REACH
    always @* assert (!(started && in_valid && beat == BLOCKS * BEATS - 1));
`endif

    always @* if (started) assert (beat < BLOCKS * BEATS);
    (* hierconn *) wire [(BEATS > 1 ? $clog2(BEATS) : 1)-1:0]   \dut.gen_mask.gen_beats.t_q ;
    (* hierconn *) wire [(BLOCKS > 1 ? $clog2(BLOCKS) : 1)-1:0] \dut.gen_mask.gen_blocks.block_q ;
    always @* if (started && LAST < HIGH_AT + BEATS) begin
        if (BEATS > 1) assert (\dut.gen_mask.gen_beats.t_q == beat % BEATS);
        if (BLOCKS > 1) assert (\dut.gen_mask.gen_blocks.block_q == beat / BEATS);
    end
endmodule

`default_nettype wire
