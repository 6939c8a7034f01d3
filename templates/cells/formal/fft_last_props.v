// fft_last_props: fft_last against its integer specification, for all inputs
//
//   proves    first beat: (a + b, a - b); others pass; 1 cycle later
//   assumes   the results fit OW bits: by construction, the caller's width

`default_nettype none

module fft_last_props #(
    parameter W  = 4,
    parameter OW = 4
) (
    input wire                clk,
    input wire                in_first,
    input wire signed [W-1:0] in_0,
    input wire signed [W-1:0] in_1
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_0;
    wire signed [OW-1:0] out_1;

    fft_last #(.W(W), .OW(OW)) dut (
        .clk(clk), .in_first(in_first), .in_0(in_0), .in_1(in_1), .out_0(out_0), .out_1(out_1)
    );

    wire signed [31:0] result_0 = in_first ? in_0 + in_1 : in_0;
    wire signed [31:0] result_1 = in_first ? in_0 - in_1 : in_1;
    reg signed [31:0] result_0_q;
    reg signed [31:0] result_1_q;
    reg started = 1'b0;
    always @(posedge clk) begin
        started    <= 1'b1;
        result_0_q <= result_0;
        result_1_q <= result_1;
    end
    always @* assume (fits(result_0, OW) && fits(result_1, OW));
    always @* if (started) assert (out_0 == result_0_q && out_1 == result_1_q);
endmodule

`default_nettype wire
