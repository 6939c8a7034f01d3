// fft_front_props: fft_front against its integer specification, for all inputs
//
//   proves    sum = (low + high) 2^GUARD, difference = (low - high) 2^GUARD; 1 cycle later
//   proves    of the last packet of each frame the words from LAST on count as zero

`default_nettype none

module fft_front_props #(
    parameter W      = 3,
    parameter GUARD  = 1,
    parameter BEATS  = 4,
    parameter BLOCKS = 2,
    parameter LAST   = 5
) (
    input wire                clk,
    input wire                rst,
    input wire                in_valid,
    input wire signed [W-1:0] in_low,
    input wire signed [W-1:0] in_high
);
    wire signed [W+GUARD:0] out_sum;
    wire signed [W+GUARD:0] out_difference;

    fft_front #(.W(W), .GUARD(GUARD), .BEATS(BEATS), .BLOCKS(BLOCKS), .LAST(LAST)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_low(in_low), .in_high(in_high),
        .out_sum(out_sum), .out_difference(out_difference)
    );

    reg [7:0] beat;   // of the frame
    reg started = 1'b0;
    reg valid;
    wire last = beat >= (BLOCKS - 1) * BEATS;
    wire [7:0] t = beat - (BLOCKS - 1) * BEATS;
    wire signed [31:0] low  = last && t >= LAST ? 0 : in_low;
    wire signed [31:0] high = last && t + BEATS >= LAST ? 0 : in_high;
    reg signed [31:0] sum;
    reg signed [31:0] difference;
    always @(posedge clk) begin
        started    <= 1'b1;
        valid      <= in_valid;
        sum        <= (low + high) * (1 << GUARD);
        difference <= (low - high) * (1 << GUARD);
        if (in_valid) beat <= beat == BLOCKS * BEATS - 1 ? 0 : beat + 1;
        if (rst) beat <= 0;
    end
    always @* if (!started) assume (rst);

    reg counted;  // the counters stood right when the beat came
    always @(posedge clk) counted <= started;
    always @* if (started && counted && valid) assert (out_sum == sum && out_difference == difference);
`ifdef REACH
    always @* assert (!(started && counted && valid && beat == 0));
`endif

    always @* if (started) assert (beat < BLOCKS * BEATS);
    (* hierconn *) wire [(BEATS > 1 ? $clog2(BEATS) : 1)-1:0]   \dut.gen_mask.gen_beats.t_q ;
    (* hierconn *) wire [(BLOCKS > 1 ? $clog2(BLOCKS) : 1)-1:0] \dut.gen_mask.gen_blocks.block_q ;
    always @* if (started && LAST != 2 * BEATS) begin
        if (BEATS > 1) assert (\dut.gen_mask.gen_beats.t_q == beat % BEATS);
        if (BLOCKS > 1) assert (\dut.gen_mask.gen_blocks.block_q == beat / BEATS);
    end
endmodule

`default_nettype wire
