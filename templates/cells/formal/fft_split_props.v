// fft_split_props: fft_split against sums and differences, for all inputs
//
//   proves    s[n], s[n + k/4], d[n], d[n + k/4] times 2^GUARD of the four words, and `out_first`, 1 cycle later

`default_nettype none

module fft_split_props #(
    parameter W     = 3,
    parameter GUARD = 1
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire signed [W-1:0] in_0,
    input wire signed [W-1:0] in_1,
    input wire signed [W-1:0] in_2,
    input wire signed [W-1:0] in_3
);
    wire out_first;
    wire signed [W+GUARD:0] sum_0;
    wire signed [W+GUARD:0] sum_1;
    wire signed [W+GUARD:0] difference_0;
    wire signed [W+GUARD:0] difference_1;

    fft_split #(.W(W), .GUARD(GUARD)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_0(in_0), .in_1(in_1), .in_2(in_2), .in_3(in_3),
        .out_first(out_first), .sum_0(sum_0), .sum_1(sum_1), .difference_0(difference_0), .difference_1(difference_1)
    );

    reg first;
    reg signed [31:0] word_0;
    reg signed [31:0] word_1;
    reg signed [31:0] word_2;
    reg signed [31:0] word_3;
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        first   <= in_first && !rst;
        word_0  <= in_0;
        word_1  <= in_1;
        word_2  <= in_2;
        word_3  <= in_3;
    end
    always @* begin
        if (!started) assume (rst);
        if (started) begin
            assert (out_first == first);
            assert (sum_0 == (word_0 + word_1) * (1 << GUARD) && difference_0 == (word_0 - word_1) * (1 << GUARD));
            assert (sum_1 == (word_2 + word_3) * (1 << GUARD) && difference_1 == (word_2 - word_3) * (1 << GUARD));
        end
    end
endmodule

`default_nettype wire
