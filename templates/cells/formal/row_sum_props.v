// row_sum_props: row_sum against the sum of integers
//
//   proves    the sum of both words, however it is made

`default_nettype none

module row_sum_props #(
    parameter W      = 4,
    parameter SHARED = 0
) (
    input wire                clk,
    input wire signed [W-1:0] a,
    input wire signed [W-1:0] b
);
    wire signed [W:0] sum;

    row_sum #(.W(W), .SHARED(SHARED)) dut (.a(a), .b(b), .sum(sum));

    always @* assert (sum == a + b);
endmodule

`default_nettype wire
