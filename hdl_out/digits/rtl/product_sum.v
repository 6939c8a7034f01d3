// product_sum: sums of products: a DSP cell with its registers and its adder
//
// Modulo the range of SW bits, SW >= AW + BW. `enable` and `load` stand beside the product: 2
// cycles after its operands. A product with `load` starts a sum. Latency 3.

`default_nettype none

module product_sum #(
    parameter AW = 18,
    parameter BW = 18,
    parameter SW = 48
) (
    input  wire                 clk,
    input  wire signed [AW-1:0] in_a,
    input  wire signed [BW-1:0] in_b,
    input  wire                 enable,
    input  wire                 load,
    output reg  signed [SW-1:0] sum
);
    localparam PW = AW + BW;

    generate
        if (SW < PW) begin : gen_check
            product_sum_SW_must_hold_a_product stop ();
        end
    endgenerate

    reg signed [AW-1:0] a_q1;
    reg signed [BW-1:0] b_q1;
    reg signed [PW-1:0] product_q2;
    wire signed [SW-1:0] wide = {{(SW-PW+1){product_q2[PW-1]}}, product_q2[PW-2:0]};
    wire signed [SW-1:0] start = load ? {SW{1'b0}} : sum;

    always @(posedge clk) begin
        a_q1       <= in_a;
        b_q1       <= in_b;
        product_q2 <= a_q1 * b_q1;
        if (enable) sum <= start + wide;
    end
endmodule

`default_nettype wire
