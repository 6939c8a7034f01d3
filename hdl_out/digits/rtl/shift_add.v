// shift_add: in_a * 2^AS + in_b * 2^BS, or the difference, in OW bits, modulo their range
//
// Latency 1.

`default_nettype none

module shift_add #(
    parameter AW  = 8,
    parameter AS  = 0,
    parameter BW  = 8,
    parameter BS  = 2,
    parameter SUB = 0,
    parameter OW  = 12
) (
    input  wire                 clk,
    input  wire signed [AW-1:0] in_a,
    input  wire signed [BW-1:0] in_b,
    output reg  signed [OW-1:0] out_data
);

    wire signed [OW-1:0] a;
    wire signed [OW-1:0] b;

    shift_fit #(.IW(AW), .SHIFT(AS), .OW(OW)) fit_a (
        .in_data  (in_a),
        .out_data (a)
    );

    shift_fit #(.IW(BW), .SHIFT(BS), .OW(OW)) fit_b (
        .in_data  (in_b),
        .out_data (b)
    );

    generate
        if (SUB != 0) begin : gen_difference
            always @(posedge clk) out_data <= a - b;
        end else begin : gen_sum
            always @(posedge clk) out_data <= a + b;
        end
    endgenerate

endmodule

`default_nettype wire
