// round_shift_props: round_shift against its integer specification, for all inputs whose result has room
//
//   proves    out = in / 2^SHIFT, rounded by MODE

`default_nettype none

module round_shift_props #(
    parameter IW    = 8,
    parameter SHIFT = 3,
    parameter MODE  = 0
) (
    input wire                 clk,
    input wire signed [IW-1:0] in_data
);
`include "arithmetic.vh"
    wire signed [IW-SHIFT-1:0] out_data;

    round_shift #(.IW(IW), .SHIFT(SHIFT), .MODE(MODE)) dut (.in_data(in_data), .out_data(out_data));

    always @* begin
        assume (fits(rounded(in_data, SHIFT, MODE), IW - SHIFT));
        assert (out_data == rounded(in_data, SHIFT, MODE));
    end
endmodule

`default_nettype wire
