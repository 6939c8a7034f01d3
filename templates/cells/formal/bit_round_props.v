// bit_round_props: bit_round against integers, from the bits that have come
//
//   proves    bit n of in_a + in_b / 2^DROP, or of in_a - ..., rounded by MODE, stands on out_bit one cycle after bit n
//             of in_a, DROP cycles and one after bit n of in_b, for each of BITS bits
//   assumes   in_a is 0 where the cell is told so

`default_nettype none

module bit_round_props #(
    parameter MODE     = 0,
    parameter NEGATIVE = 0,
    parameter ALONE    = 0,
    parameter DROP     = 3,
    parameter BITS     = 3
) (
    input wire clk,
    input wire start,  // beside bit 0 of in_b
    input wire in_a,
    input wire in_b
);
`include "arithmetic.vh"
    localparam ALL = DROP + BITS;

    reg [4:0] count = 5'd0;  // bits of in_b that have come; 0 also after the last one
    reg [ALL-1:0] a;
    reg [ALL-1:0] b;
    wire out_bit;

    bit_round #(.MODE(MODE), .NEGATIVE(NEGATIVE), .SINGLE(DROP == 1), .ALONE(ALONE)) dut (
        .clk(clk), .begins(count == 1), .first(count == DROP), .in_a(in_a), .in_b(in_b), .out_bit(out_bit)
    );

    wire signed [31:0] word = NEGATIVE != 0 ? -$signed({1'b0, b}) : $signed({1'b0, b});
    wire signed [31:0] sum  = $signed({1'b0, a}) + rounded(word, DROP, MODE);

    always @(posedge clk) begin
        if (count == 0) begin
            count <= start ? 5'd1 : 5'd0;
            a     <= 0;
            b     <= in_b;
        end else begin
            count <= count == ALL ? 5'd0 : count + 1;
            b     <= b | (in_b << count);
            if (count >= DROP) a <= a | (in_a << (count - DROP));
        end
    end
    always @* begin
        if (ALONE != 0) assume (!in_a);
        assert (count <= ALL);
        if (count > DROP) assert (out_bit == sum[count-DROP-1]);
    end
`ifdef REACH
    always @* assert (count != ALL);
`endif
endmodule

`default_nettype wire
