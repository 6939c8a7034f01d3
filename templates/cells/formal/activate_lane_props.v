// activate_lane_props: activate_lane against its integer specification, for all inputs
//
//   proves    narrowed = f(product + bias) / 2^SHIFT, rounded by MODE, brought into OW bits; f: identity or max(., 0)
//   proves    4 cycles after product and bias, 2 without a bias

`default_nettype none

module activate_lane_props #(
    parameter BIASED = 1,
    parameter RELU   = 1,
    parameter IW     = 6,
    parameter BW     = 5,
    parameter SHIFT  = 2,
    parameter MODE   = 0,
    parameter OW     = 3
) (
    input wire                 clk,
    input wire signed [IW-1:0] product,
    input wire signed [BW-1:0] bias
);
`include "arithmetic.vh"
    localparam LATENCY = BIASED != 0 ? 4 : 2;

    wire signed [OW-1:0] narrowed;
    reg signed [BW-1:0] bias_q1;
    always @(posedge clk) bias_q1 <= bias;

    activate_lane #(
        .BIASED(BIASED), .RELU(RELU), .IW(IW), .BW(BW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)
    ) dut (.clk(clk), .product(product), .bias_q1(bias_q1), .narrowed(narrowed));

    wire signed [31:0] sum   = product + (BIASED != 0 ? bias : 0);
    wire signed [31:0] value = RELU != 0 && sum < 0 ? 0 : sum;
    reg signed [31:0] value_q [1:4];
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        value_q[1] <= clamped(rounded(value, SHIFT, MODE), OW);
        value_q[2] <= value_q[1];
        value_q[3] <= value_q[2];
        value_q[4] <= value_q[3];
        if (age != LATENCY) age <= age + 1;
    end
    always @* if (age == LATENCY) assert (narrowed == value_q[LATENCY]);
endmodule

`default_nettype wire
