// fft_last: of the first beat of a packet, (a, b) becomes (a + b, a - b); all others pass
//
// `in_first` marks it. The results must fit OW bits by construction.
// Latency 1.

`default_nettype none

module fft_last #(
    parameter W  = 22,
    parameter OW = 22
) (
    input  wire                clk,
    input  wire                in_first,
    input  wire signed [W-1:0] in_0,
    input  wire signed [W-1:0] in_1,
    output reg  signed [OW-1:0] out_0,
    output reg  signed [OW-1:0] out_1
);

    wire signed [OW-1:0] wide_0 = {{(OW-W+1){in_0[W-1]}}, in_0[W-2:0]};
    wire signed [OW-1:0] wide_1 = {{(OW-W+1){in_1[W-1]}}, in_1[W-2:0]};
    wire signed [OW:0] difference =
        {wide_0 & {OW{in_first}}, 1'b1} + {wide_1 ^ {OW{in_first}}, in_first};

    always @(posedge clk) begin
        out_0 <= wide_0 + (wide_1 & {OW{in_first}});
        out_1 <= difference[OW:1];
    end

    wire unused_bit = difference[0];

endmodule

`default_nettype wire
