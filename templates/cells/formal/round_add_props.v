// round_add_props: round_add against its integer specification, for all inputs
//
//   proves    out = in_a + quotient or in_a - quotient, quotient = in_b / 2^SHIFT or -in_b / 2^SHIFT, rounded by MODE

`default_nettype none

module round_add_props #(
    parameter AW       = 5,
    parameter BW       = 7,
    parameter SHIFT    = 3,
    parameter MODE     = 0,
    parameter NEGATIVE = 0,
    parameter SUB      = 0,
    parameter OW       = 8
) (
    input wire                 clk,
    input wire signed [AW-1:0] in_a,
    input wire signed [BW-1:0] in_b
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;

    round_add #(
        .AW(AW), .BW(BW), .SHIFT(SHIFT), .MODE(MODE), .NEGATIVE(NEGATIVE), .SUB(SUB), .OW(OW)
    ) dut (.in_a(in_a), .in_b(in_b), .out_data(out_data));

    wire signed [31:0] word     = NEGATIVE != 0 ? -in_b : in_b;
    wire signed [31:0] quotient = rounded(word, SHIFT, MODE);

    always @* begin
        assume (fits(SUB != 0 ? in_a - quotient : in_a + quotient, OW));
        assert (out_data == (SUB != 0 ? in_a - quotient : in_a + quotient));
    end
endmodule

`default_nettype wire
