// fft_join: low + high or low - high, `high` with one more unit where `up`; or half of that
//
// HALVE: of low and `high` + fraction, where `high` is the floor, half the sum is rounded half up,
// half the difference half down: of both the carry is 1, and `up` is not used. One adder.
// Latency 1.

`default_nettype none

module fft_join #(
    parameter W     = 16,
    parameter HW    = 16,   // bits of `high`, W or one more
    parameter OW    = 17,   // bits of the result, at least one more than W without HALVE
    parameter HALVE = 0
) (
    input  wire                 clk,
    input  wire                 subtract,
    input  wire signed [W-1:0]  in_low,
    input  wire signed [HW-1:0] in_high,
    input  wire                 up,
    output reg  signed [OW-1:0] out_data
);

    localparam SW = (HALVE != 0) ? OW + 1 : OW;

    // low + high is low - ~high - 1; a difference keeps `low` beside the sum in each carry cell
    wire                 borrow = (HALVE != 0) ? 1'b0 : up ~^ subtract;
    wire signed [SW-1:0] high   = {{(SW-HW+1){in_high[HW-1]}}, in_high[HW-2:0]} ^ {SW{~subtract}};
    wire signed [SW-1:0] low    = {{(SW-W+1){in_low[W-1]}}, in_low[W-2:0]};
    wire signed [SW:0]   sum    = {low, 1'b0} - {high, borrow};

    generate
        if (HALVE != 0) begin : gen_half
            always @(posedge clk) out_data <= sum[SW:2];
            wire unused_up = &{1'b0, up, sum[1:0]};
        end else begin : gen_whole
            always @(posedge clk) out_data <= sum[SW:1];
            wire unused_bit = sum[0];
        end
    endgenerate

endmodule

`default_nettype wire
