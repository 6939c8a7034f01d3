// fft_first: butterflies between the lanes of two beats: real words
//
// Beats (p, q), (r, s) become (p + q, r + s), (p - q, r - s), with GUARD fraction bits appended, or
// with HALVE half of these: sums rounded half up, differences half down.
// `second` marks second beats. Latency 3.

`default_nettype none

module fft_first #(
    parameter W     = 16,
    parameter GUARD = 0,
    parameter HALVE = 0
) (
    input  wire                          clk,
    input  wire                          rst,
    input  wire                          in_first,
    input  wire                          second,
    input  wire signed [W-1:0]           in_0,
    input  wire signed [W-1:0]           in_1,
    output wire                          out_first,
    output wire signed [W+GUARD-HALVE:0] out_0,
    output wire signed [W+GUARD-HALVE:0] out_1
);

    reg  [2:0]              first_q;
    reg  [2:1]              second_q;
    reg  signed [W-1:0]     before_0;
    reg  signed [W-1:0]     before_1;
    reg  signed [W-1:0]     p_q2;
    reg  signed [W-1:0]     q_q2;
    reg  signed [W-1:0]     r_q2;
    reg  signed [W-1:0]     s_q2;
    wire signed [W-HALVE:0] joined_0;
    wire signed [W-HALVE:0] joined_1;

    always @(posedge clk) begin
        first_q  <= rst ? 3'd0 : {first_q[1:0], in_first};
        second_q <= {second_q[1], second};
        before_0 <= in_0;
        before_1 <= in_1;
        if (second) begin
            p_q2 <= before_0;
            q_q2 <= before_1;
            r_q2 <= in_0;
            s_q2 <= in_1;
        end
    end

    fft_join #(.W(W), .HW(W), .OW(W + 1 - HALVE), .HALVE(HALVE)) join_0 (
        .clk      (clk),
        .subtract (second_q[2]),
        .in_low   (p_q2),
        .in_high  (q_q2),
        .up       (1'b0),
        .out_data (joined_0)
    );

    fft_join #(.W(W), .HW(W), .OW(W + 1 - HALVE), .HALVE(HALVE)) join_1 (
        .clk      (clk),
        .subtract (second_q[2]),
        .in_low   (r_q2),
        .in_high  (s_q2),
        .up       (1'b0),
        .out_data (joined_1)
    );

    assign out_first = first_q[2];

    generate
        if (GUARD == 0) begin : gen_plain
            assign out_0 = joined_0;
            assign out_1 = joined_1;
        end else begin : gen_guard
            assign out_0 = {joined_0, {GUARD{1'b0}}};
            assign out_1 = {joined_1, {GUARD{1'b0}}};
        end
    endgenerate

endmodule

`default_nettype wire
