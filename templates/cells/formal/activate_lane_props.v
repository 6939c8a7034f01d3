// activate_lane_props: activate_lane against its integer specification, for all inputs
//
//   proves    narrowed = f(product + bias) / 2^SHIFT, rounded by MODE, brought into OW bits; f by FUNCTION:
//             0 identity, 1 max(., 0), 2 x 2^FRAC or x FACTOR below 0, 3 clipped to LOW .. HIGH
//   proves    4 cycles after product and bias, 2 without a bias, one more for FUNCTION 2

`default_nettype none

module activate_lane_props #(
    parameter BIASED = 1,
    parameter FUNCTION = 1,
    parameter FACTOR = 3,
    parameter FRAC   = 2,
    parameter LOW    = -5,
    parameter HIGH   = 9,
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
    localparam LATENCY = (BIASED != 0 ? 4 : 2) + (FUNCTION == 2 ? 1 : 0);
    localparam SW      = BIASED != 0 ? (IW > BW ? IW : BW) + 1 : IW;

    wire signed [OW-1:0] narrowed;
    reg signed [BW-1:0] bias_q1;
    always @(posedge clk) bias_q1 <= bias;

    activate_lane #(
        .BIASED(BIASED), .FUNCTION(FUNCTION), .FACTOR(FACTOR), .FRAC(FRAC), .IW(IW), .BW(BW), .SW(SW),
        .LOW(LOW[SW-1:0]), .HIGH(HIGH[SW-1:0]), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)
    ) dut (.clk(clk), .product(product), .bias_q1(bias_q1), .narrowed(narrowed));

    wire signed [31:0] sum   = product + (BIASED != 0 ? bias : 0);
    wire signed [31:0] relu  = sum < 0 ? 0 : sum;
    wire signed [31:0] leak  = sum < 0 ? sum * FACTOR : sum * (1 << FRAC);
    wire signed [31:0] clip  = sum < LOW ? LOW : sum > HIGH ? HIGH : sum;
    wire signed [31:0] value = FUNCTION == 1 ? relu : FUNCTION == 2 ? leak : FUNCTION == 3 ? clip : sum;
    reg signed [31:0] value_q [1:5];
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        value_q[1] <= clamped(rounded(value, SHIFT, MODE), OW);
        value_q[2] <= value_q[1];
        value_q[3] <= value_q[2];
        value_q[4] <= value_q[3];
        value_q[5] <= value_q[4];
        if (age != LATENCY) age <= age + 1;
    end
    always @* if (age == LATENCY) assert (narrowed == value_q[LATENCY]);
endmodule

`default_nettype wire
