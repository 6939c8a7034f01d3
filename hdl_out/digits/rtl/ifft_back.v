// ifft_back: (s + d) / 2 and (s - d) / 2, rounded: the two halves of a block
//
// Latency 2.

`default_nettype none

module ifft_back #(
    parameter W    = 16,
    parameter MODE = 0
) (
    input  wire                clk,
    input  wire signed [W-1:0] in_sum,
    input  wire signed [W-1:0] in_difference,
    output wire signed [W-1:0] out_low,
    output wire signed [W-1:0] out_high
);

    reg signed [W:0] low_q1;
    reg signed [W:0] high_q1;

    always @(posedge clk) begin
        low_q1  <= in_sum + in_difference;
        high_q1 <= in_sum - in_difference;
    end

    halve #(.W(W), .MODE(MODE)) halve_low (
        .clk      (clk),
        .in_data  (low_q1),
        .out_data (out_low)
    );

    halve #(.W(W), .MODE(MODE)) halve_high (
        .clk      (clk),
        .in_data  (high_q1),
        .out_data (out_high)
    );

endmodule

`default_nettype wire
