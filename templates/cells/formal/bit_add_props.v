// bit_add_props: bit_add against the sum of the words whose bits have come
//
//   proves    bit n of the sum, CARRY added, stands on out_bit one cycle after bits n, for each of BITS bits

`default_nettype none

module bit_add_props #(
    parameter CARRY = 0,
    parameter BITS  = 5
) (
    input wire clk,
    input wire first,
    input wire in_a,
    input wire in_b
);
    wire out_bit;
    bit_add #(.CARRY(CARRY)) dut (.clk(clk), .first(first), .in_a(in_a), .in_b(in_b), .out_bit(out_bit));

    reg [3:0] count = 4'd0;  // bits that have come; 0 also after the last one
    reg [BITS-1:0] a;
    reg [BITS-1:0] b;
    wire [BITS-1:0] sum = a + b + CARRY;

    always @(posedge clk) begin
        if (first) begin
            count <= 4'd1;
            a     <= in_a;
            b     <= in_b;
        end else if (count != 0 && count != BITS) begin
            count <= count + 1;
            a     <= a | (in_a << count);
            b     <= b | (in_b << count);
        end else begin
            count <= 4'd0;
        end
    end
    always @* if (count != 0 && count <= BITS) assert (out_bit == sum[count-1]);
`ifdef REACH
    always @* assert (count != BITS);
`endif
endmodule

`default_nettype wire
