// bit_add: the sum of two streams of bits, the lowest first, CARRY added
//
// `first` stands beside the lowest bits. Latency 1.

`default_nettype none

module bit_add #(
    parameter CARRY = 0
) (
    input  wire clk,
    input  wire first,
    input  wire in_a,
    input  wire in_b,
    output reg  out_bit
);
    reg  carry_q;
    wire carry = first ? (CARRY != 0) : carry_q;

    always @(posedge clk) begin
        out_bit <= in_a ^ in_b ^ carry;
        carry_q <= (in_a & in_b) | (carry & (in_a | in_b));
    end
endmodule

`default_nettype wire
