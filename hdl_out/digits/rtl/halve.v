// halve: in_data / 2, rounded, for sums of two W-bit words
//
// Latency 1.

`default_nettype none

module halve #(
    parameter W    = 16,
    parameter MODE = 0
) (
    input  wire                clk,
    input  wire signed [W:0]   in_data,
    output reg  signed [W-1:0] out_data
);

    wire signed [W-1:0] rounded;

    round_shift #(.IW(W + 1), .SHIFT(1), .MODE(MODE)) round (
        .in_data  (in_data),
        .out_data (rounded)
    );

    always @(posedge clk) out_data <= rounded;

endmodule

`default_nettype wire
