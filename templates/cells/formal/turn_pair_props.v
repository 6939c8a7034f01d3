// turn_pair_props: turn_pair against the sum of two products, for all inputs and factors
//
//   proves    out_data + out_up = (x fx + y fy) / 2^SHIFT, rounded by MODE; 2 cycles later, the factors one cycle before
//   assumes   the floor of the result fits OW bits: by construction, the caller's width

`default_nettype none

module turn_pair_props #(
    parameter IW    = 3,
    parameter TW    = 4,
    parameter SHIFT = 2,
    parameter OW    = 4,
    parameter MODE  = 0
) (
    input wire                 clk,
    input wire signed [TW-1:0] fx,
    input wire signed [TW-1:0] fy,
    input wire signed [IW-1:0] x,
    input wire signed [IW-1:0] y
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;
    wire out_up;

    turn_pair #(.IW(IW), .TW(TW), .SHIFT(SHIFT), .OW(OW), .MODE(MODE)) dut (
        .clk(clk), .fx(fx), .fy(fy), .x(x), .y(y), .out_data(out_data), .out_up(out_up)
    );

    reg signed [TW-1:0] fx_before;
    reg signed [TW-1:0] fy_before;
    wire signed [31:0] sum = x * fx_before + y * fy_before;
    reg signed [31:0] result_q1;
    reg signed [31:0] result_q2;
    reg [1:0] age = 2'd0;
    always @(posedge clk) begin
        fx_before <= fx;
        fy_before <= fy;
        result_q1 <= rounded(sum, SHIFT, MODE);
        result_q2 <= result_q1;
        if (age != 3) age <= age + 1;
    end
    always @* begin
        if (age != 0) assume (fits(sum >>> SHIFT, OW));
        if (age == 3) assert (out_data + (out_up ? 1 : 0) == result_q2);
    end
endmodule

`default_nettype wire
