// saturate_props: saturate against its integer specification, for all inputs
//
//   proves    out is the number of OW bits nearest to in

`default_nettype none

module saturate_props #(
    parameter IW = 9,
    parameter OW = 5
) (
    input wire                 clk,
    input wire signed [IW-1:0] in_data
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;

    saturate #(.IW(IW), .OW(OW)) dut (.in_data(in_data), .out_data(out_data));

    always @* assert (out_data == clamped(in_data, OW));
endmodule

`default_nettype wire
