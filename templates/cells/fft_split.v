// fft_split: a real block at four words per clock split in two: sums and differences of its halves
//
// Words x[n], x[n + k/2], x[n + k/4], x[n + 3k/4] become s[n], s[n + k/4] and d[n], d[n + k/4], with
// GUARD fraction bits appended. Latency 1.

`default_nettype none

module fft_split #(
    parameter W     = 16,
    parameter GUARD = 0
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    in_first,
    input  wire signed [W-1:0]     in_0,
    input  wire signed [W-1:0]     in_1,
    input  wire signed [W-1:0]     in_2,
    input  wire signed [W-1:0]     in_3,
    output reg                     out_first,
    output wire signed [W+GUARD:0] sum_0,
    output wire signed [W+GUARD:0] sum_1,
    output wire signed [W+GUARD:0] difference_0,
    output wire signed [W+GUARD:0] difference_1
);

    reg signed [W:0] s_0;
    reg signed [W:0] s_1;
    reg signed [W:0] d_0;
    reg signed [W:0] d_1;

    always @(posedge clk) begin
        out_first <= in_first && !rst;
        s_0 <= in_0 + in_1;
        s_1 <= in_2 + in_3;
        d_0 <= in_0 - in_1;
        d_1 <= in_2 - in_3;
    end

    generate
        if (GUARD == 0) begin : gen_plain
            assign {sum_1, sum_0} = {s_1, s_0};
            assign {difference_1, difference_0} = {d_1, d_0};
        end else begin : gen_guard
            assign {sum_1, sum_0} = {s_1, {GUARD{1'b0}}, s_0, {GUARD{1'b0}}};
            assign {difference_1, difference_0} = {d_1, {GUARD{1'b0}}, d_0, {GUARD{1'b0}}};
        end
    endgenerate

endmodule

`default_nettype wire
