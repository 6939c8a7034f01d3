// row_sum: a + b, for the multipliers of one row or of several
//
// With SHARED it is made as the difference a - ~b - 1: Yosys 0.23 takes the adder before a register
// into the DSP cell of one of those that read it, away from the others.

`default_nettype none

module row_sum #(
    parameter W      = 16,
    parameter SHARED = 0
) (
    input  wire signed [W-1:0] a,
    input  wire signed [W-1:0] b,
    output wire signed [W:0]   sum
);
    generate
        if (SHARED != 0) begin : gen_difference
            wire signed [W+1:0] difference = {a[W-1], a, 1'b0} - {~b[W-1], ~b, 1'b1};
            assign sum = difference[W+1:1];
            wire unused_bit = difference[0];  // always 1
        end else begin : gen_sum
            assign sum = {a[W-1], a} + {b[W-1], b};
        end
    endgenerate
endmodule

`default_nettype wire
