// ifft_back_props: ifft_back, and halve inside it, against the integer specification, for all inputs
//
//   proves    low = (sum + difference) / 2 and high = (sum - difference) / 2, rounded by MODE; 2 cycles later

`default_nettype none

module ifft_back_props #(
    parameter W    = 5,
    parameter MODE = 0
) (
    input wire                clk,
    input wire signed [W-1:0] in_sum,
    input wire signed [W-1:0] in_difference
);
`include "arithmetic.vh"
    wire signed [W-1:0] out_low;
    wire signed [W-1:0] out_high;

    ifft_back #(.W(W), .MODE(MODE)) dut (
        .clk(clk), .in_sum(in_sum), .in_difference(in_difference), .out_low(out_low), .out_high(out_high)
    );

    wire signed [31:0] low  = rounded(in_sum + in_difference, 1, MODE);
    wire signed [31:0] high = rounded(in_sum - in_difference, 1, MODE);
    reg signed [31:0] low_q1;
    reg signed [31:0] low_q2;
    reg signed [31:0] high_q1;
    reg signed [31:0] high_q2;
    reg [1:0] age = 2'd0;
    always @(posedge clk) begin
        low_q1  <= low;
        low_q2  <= low_q1;
        high_q1 <= high;
        high_q2 <= high_q1;
        if (age != 2) age <= age + 1;
    end
    // the input is bounded by construction: a half that has no room does not occur
    always @* assume (fits(low, W) && fits(high, W));
    always @* if (age == 2) assert (out_low == low_q2 && out_high == high_q2);
endmodule

`default_nettype wire
