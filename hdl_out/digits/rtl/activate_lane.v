// activate_lane: one lane of an activation unit up to the narrowing
//
//   narrowed = saturate(round(f(product + bias))),   f: identity or max(., 0); the sum is exact
//
//   BIASED 1   cycle 1  product and bias   cycle 2  sum   cycles 3, 4  narrowing
//   BIASED 0   cycles 1, 2  narrowing

`default_nettype none

module activate_lane #(
    parameter BIASED = 1,
    parameter RELU   = 1,
    parameter IW     = 20,  // bits of a product
    parameter BW     = 16,  // bits of a bias
    parameter SHIFT  = 8,   // fraction bits dropped by the narrowing
    parameter MODE   = 0,   // its rounding
    parameter OW     = 12   // bits of the result
) (
    input  wire                 clk,
    input  wire signed [IW-1:0] product,
    input  wire signed [BW-1:0] bias_q1,
    output wire signed [OW-1:0] narrowed
);
    localparam LW = IW > BW ? IW : BW;
    localparam SW = BIASED != 0 ? LW + 1 : IW;

    wire signed [SW-1:0] sum;

    generate
        if (BIASED != 0) begin : gen_bias
            reg signed [IW-1:0] product_q1;
            reg signed [SW-1:0] sum_q2;
            always @(posedge clk) begin
                product_q1 <= product;
                sum_q2     <= {{(SW-IW){product_q1[IW-1]}}, product_q1}
                            + {{(SW-BW){bias_q1[BW-1]}}, bias_q1};
            end
            assign sum = sum_q2;
        end else begin : gen_no_bias
            assign sum = product;
            wire unused_bias = &{1'b0, bias_q1};
        end
    endgenerate

    wire signed [SW-1:0] shaped = (RELU != 0 && sum[SW-1]) ? {SW{1'b0}} : sum;

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) last (
        .clk      (clk),
        .in_data  (shaped),
        .out_data (narrowed)
    );
endmodule

`default_nettype wire
