// half_first: words p, q become p + q, p - q, with GUARD fraction bits appended
//
// `odd` marks q. Latency 3.

`default_nettype none

module half_first #(
    parameter W     = 16,
    parameter GUARD = 0
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    in_first,
    input  wire                    odd,
    input  wire signed [W-1:0]     in_data,
    output wire                    out_first,
    output wire signed [W+GUARD:0] out_data
);

    reg  [2:0]          first_q;
    reg  signed [W-1:0] p_q1;
    reg  signed [W-1:0] p_q2;
    reg  signed [W-1:0] q_q2;
    reg                 odd_q1;
    reg                 odd_q2;
    wire signed [W:0]   joined;

    always @(posedge clk) begin
        first_q <= rst ? 3'd0 : {first_q[1:0], in_first};
        odd_q1  <= odd;
        odd_q2  <= odd_q1;
        p_q1    <= in_data;
        if (odd) p_q2 <= p_q1;
        if (odd) q_q2 <= in_data;
    end

    fft_join #(.W(W), .HW(W), .OW(W + 1), .HALVE(0)) join_words (
        .clk      (clk),
        .subtract (odd_q2),
        .in_low   (p_q2),
        .in_high  (q_q2),
        .up       (1'b0),
        .out_data (joined)
    );

    assign out_first = first_q[2];

    generate
        if (GUARD == 0) begin : gen_plain
            assign out_data = joined;
        end else begin : gen_guard
            assign out_data = {joined, {GUARD{1'b0}}};
        end
    endgenerate

endmodule

`default_nettype wire
