// fft_mask: words that do not exist become zero
//
// A frame has BLOCKS packets of BEATS beats; of the words of the last one the first LAST exist; beat
// t carries x[t + LOW_AT] and x[t + HIGH_AT]. Combinational.

`default_nettype none

module fft_mask #(
    parameter W       = 12,
    parameter BEATS   = 8,
    parameter BLOCKS  = 1,
    parameter LAST    = 16,
    parameter LOW_AT  = 0,
    parameter HIGH_AT = BEATS
) (
    input  wire         clk,
    input  wire         rst,
    input  wire         in_valid,
    input  wire [W-1:0] in_low,
    input  wire [W-1:0] in_high,
    output wire [W-1:0] out_low,
    output wire [W-1:0] out_high
);

    wire keep_low;
    wire keep_high;
    assign out_low  = in_low & {W{keep_low}};
    assign out_high = in_high & {W{keep_high}};

    // beats of the last packet whose low, high word exists
    localparam LOW_END  = LAST < LOW_AT ? 0 : LAST - LOW_AT;
    localparam HIGH_END = LAST < HIGH_AT ? 0 : LAST - HIGH_AT;
    localparam LOW      = LOW_END < BEATS ? LOW_END : BEATS;
    localparam HIGH     = HIGH_END < BEATS ? HIGH_END : BEATS;

    generate
        if (HIGH == BEATS) begin : gen_all
            assign keep_low  = 1'b1;
            assign keep_high = 1'b1;
            wire unused_control = &{1'b0, clk, rst, in_valid};
        end else begin : gen_mask
            wire at_end;
            wire last_block;
            if (BEATS == 1) begin : gen_beat
                assign at_end    = in_valid;
                assign keep_low  = 1'b1;
                assign keep_high = ~last_block;
            end else begin : gen_beats
                localparam TW = $clog2(BEATS);
                reg [TW-1:0] t_q;
                always @(posedge clk) begin
                    if (rst) t_q <= 0;
                    else if (in_valid) t_q <= t_q + 1'b1;
                end
                assign at_end = in_valid & (&t_q);
                if (LOW == BEATS) begin : gen_low_all
                    assign keep_low = 1'b1;
                end else if (LOW == 0) begin : gen_low_none
                    assign keep_low = ~last_block;
                end else begin : gen_low
                    assign keep_low = ~last_block | (t_q < LOW[TW-1:0]);
                end
                if (HIGH == 0) begin : gen_high_none
                    assign keep_high = ~last_block;
                end else begin : gen_high
                    assign keep_high = ~last_block | (t_q < HIGH[TW-1:0]);
                end
            end
            if (BLOCKS == 1) begin : gen_block
                assign last_block = 1'b1;
                wire unused_end = &{1'b0, clk, rst, at_end};
            end else begin : gen_blocks
                localparam BW = $clog2(BLOCKS);
                localparam FINAL = BLOCKS - 1;
                reg [BW-1:0] block_q;
                assign last_block = (block_q == FINAL[BW-1:0]);
                always @(posedge clk) begin
                    if (rst) block_q <= 0;
                    else if (at_end) block_q <= last_block ? {BW{1'b0}} : block_q + 1'b1;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
