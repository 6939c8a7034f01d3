// narrow_props: narrow against its integer specification, for all inputs
//
//   proves    out = in / 2^SHIFT, rounded by MODE, brought into OW bits; 2 cycles later

`default_nettype none

module narrow_props #(
    parameter IW    = 9,
    parameter SHIFT = 3,
    parameter MODE  = 0,
    parameter OW    = 4
) (
    input wire                 clk,
    input wire signed [IW-1:0] in_data
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;

    narrow #(.IW(IW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) dut (.clk(clk), .in_data(in_data), .out_data(out_data));

    reg signed [31:0] value_q1;
    reg signed [31:0] value_q2;
    reg [1:0] age = 2'd0;
    always @(posedge clk) begin
        value_q1 <= clamped(rounded(in_data, SHIFT, MODE), OW);
        value_q2 <= value_q1;
        if (age != 2) age <= age + 1;
    end
    always @* if (age == 2) assert (out_data == value_q2);
endmodule

`default_nettype wire
