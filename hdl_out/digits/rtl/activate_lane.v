// activate_lane: one lane of an activation unit up to the narrowing
//
//   narrowed = saturate(round(f(product + bias))); the sum is exact
//
//   FUNCTION 0  f(x) = x
//            1  f(x) = max(x, 0)
//            2  f(x) = x * 2^FRAC, or x * FACTOR below zero: FRAC more fraction bits
//            3  f(x) = x, no less than LOW and no more than HIGH
//
//   BIASED 1   cycle 1  product and bias   cycle 2  sum   cycles 3, 4  narrowing
//   BIASED 0   cycles 1, 2  narrowing
//   FUNCTION 2 takes one cycle more before the narrowing

`default_nettype none

module activate_lane #(
    parameter BIASED   = 1,
    parameter FUNCTION = 1,
    parameter FACTOR   = 1,
    parameter FRAC     = 1,
    parameter IW       = 20,  // bits of a product
    parameter BW       = 16,  // bits of a bias
    parameter SW       = 21,  // bits of a sum: IW, or one more than both where there is a bias
    parameter signed [SW-1:0] LOW  = 0,
    parameter signed [SW-1:0] HIGH = 0,
    parameter SHIFT    = 8,   // fraction bits dropped by the narrowing
    parameter MODE     = 0,   // its rounding
    parameter OW       = 12   // bits of the result
) (
    input  wire                 clk,
    input  wire signed [IW-1:0] product,
    input  wire signed [BW-1:0] bias_q1,
    output wire signed [OW-1:0] narrowed
);
    localparam VW = FUNCTION == 2 ? SW + FRAC : SW;  // bits of a value

    wire signed [SW-1:0] sum;

    generate
        if (BIASED != 0) begin : gen_bias
            reg signed [IW-1:0] product_q1;
            (* keep *) reg signed [SW-1:0] sum_q2;  // Yosys 0.23: its adder is not for a DSP cell
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

    wire signed [VW-1:0] value;

    generate
        if (FUNCTION == 1) begin : gen_relu
            assign value = sum[SW-1] ? {SW{1'b0}} : sum;
        end else if (FUNCTION == 2) begin : gen_leak
            wire signed [VW-1:0] wide = {{FRAC{sum[SW-1]}}, sum};
            wire signed [VW-1:0] less;
            reg  signed [VW-1:0] value_q;
            if (FACTOR == 1) begin : gen_shift
                assign less = wide;
            end else begin : gen_product
                localparam signed [FRAC:0] LESS = FACTOR;
                assign less = wide * LESS;
            end
            always @(posedge clk) value_q <= sum[SW-1] ? less : wide <<< FRAC;
            assign value = value_q;
        end else if (FUNCTION == 3) begin : gen_clip
            assign value = sum < LOW ? LOW : sum > HIGH ? HIGH : sum;
        end else begin : gen_identity
            assign value = sum;
        end
    endgenerate

    narrow #(.IW(VW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) last (
        .clk      (clk),
        .in_data  (value),
        .out_data (narrowed)
    );
endmodule

`default_nettype wire
