// radix_digit_props: radix_digit against the digit's value, for all inputs
//
//   proves    out = in (bits[1] + bits[0] - 2 bits[2])

`default_nettype none

module radix_digit_props #(
    parameter W = 4
) (
    input wire                clk,
    input wire [2:0]          bits,
    input wire signed [W-1:0] in_data
);
    wire signed [W+1:0] out_data;

    radix_digit #(.W(W)) dut (.bits(bits), .in_data(in_data), .out_data(out_data));

    wire signed [31:0] digit = {31'd0, bits[1]} + {31'd0, bits[0]} - 2 * {31'd0, bits[2]};
    wire signed [31:0] value = in_data * digit;
    always @* assert (out_data == value);
    wire unused = clk;
endmodule

`default_nettype wire
