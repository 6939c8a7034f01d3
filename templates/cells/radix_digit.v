// radix_digit: a word times the digit -2, -1, 0, 1 or 2 that three neighbouring bits of a factor stand for
//
// The factor is the sum of 4**n times digit n, `bits` being 2n + 1, 2n and 2n - 1. Combinational.

`default_nettype none

module radix_digit #(
    parameter W = 16
) (
    input  wire [2:0]          bits,
    input  wire signed [W-1:0] in_data,
    output wire signed [W+1:0] out_data
);

    wire                one    = bits[1] ^ bits[0];
    wire                two    = (bits[2] ^ bits[1]) & ~one;
    wire signed [W+1:0] wide   = {{2{in_data[W-1]}}, in_data};
    wire signed [W+1:0] amount = one ? wide : two ? wide <<< 1 : {(W+2){1'b0}};
    wire                minus  = bits[2];

    assign out_data = (amount ^ {(W+2){minus}}) + {{(W+1){1'b0}}, minus};

endmodule

`default_nettype wire
