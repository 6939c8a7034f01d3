// half_last: of the first two words of a packet, a and b become a + b and a - b; all others pass
//
// `in_first` marks a. The results must fit OW bits by construction. Latency 2.

`default_nettype none

module half_last #(
    parameter W  = 22,
    parameter OW = 22
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 in_first,
    input  wire signed [W-1:0]  in_data,
    output reg  signed [OW-1:0] out_data
);

    reg  [2:1]           first_q;
    reg  signed [W-1:0]  word_q1;
    reg  signed [W-1:0]  word_q2;
    wire signed [W-1:0]  other = (in_data & {W{first_q[1]}}) | (word_q2 & {W{first_q[2]}});
    wire signed [W-1:0]  own   = word_q1 ^ {W{~first_q[2]}};
    wire signed [OW-1:0] wide_other = {{(OW-W+1){other[W-1]}}, other[W-2:0]};
    wire signed [OW-1:0] wide_own   = {{(OW-W+1){own[W-1]}}, own[W-2:0]};
    wire signed [OW:0]   sum        = {wide_other, 1'b0} - {wide_own, ~first_q[2]};

    always @(posedge clk) begin
        first_q  <= rst ? 2'd0 : {first_q[1], in_first};
        word_q1  <= in_data;
        word_q2  <= word_q1;
        out_data <= sum[OW:1];
    end

    wire unused_bit = sum[0];

endmodule

`default_nettype wire
