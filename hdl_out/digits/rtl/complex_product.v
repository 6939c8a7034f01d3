// complex_product: one complex product, or two real ones, of operands prepared by spectral_operands
//
//   PRODUCTS = 4   re = a w_re - b w_im             im = c w_im + b w_re
//   PRODUCTS = 3   re = a (w_re + w_im) - c w_im    im = a (w_re + w_im) + b w_re
//   PRODUCTS = 2   re = a w_re                      im = c w_im                     (beat 0 only)
//
// For PRODUCTS = 3 the weights of beat 0 come exchanged: w_re is Nyquist's, w_im is DC's.
// Latency 2 from operands and weights; with PRODUCTS = 3 the weights come one cycle earlier.

`default_nettype none

module complex_product #(
    parameter PRODUCTS = 4,   // multipliers
    parameter AW       = 12,  // bits of an operand
    parameter WW       = 12,  // bits of a weight
    parameter VW       = 25   // bits of a part of the result, AW + WW or one more
) (
    input  wire                 clk,
    input  wire signed [AW-1:0] a,
    input  wire signed [AW-1:0] b,
    input  wire signed [AW-1:0] c,
    input  wire signed [WW-1:0] w_re,
    input  wire signed [WW-1:0] w_im,
    output reg  signed [VW-1:0] re,
    output reg  signed [VW-1:0] im
);
    localparam PW = AW + WW;

    generate
        if (PRODUCTS == 4) begin : gen_four
            reg signed [PW-1:0] a_re;
            reg signed [PW-1:0] b_im;
            reg signed [PW-1:0] c_im;
            reg signed [PW-1:0] b_re;
            always @(posedge clk) begin
                a_re <= a * w_re;
                b_im <= b * w_im;
                c_im <= c * w_im;
                b_re <= b * w_re;
                re   <= a_re - b_im;
                im   <= c_im + b_re;
            end
        end else if (PRODUCTS == 3) begin : gen_three
            reg signed [WW:0]   w_sum_q;
            reg signed [WW-1:0] w_re_q;
            reg signed [WW-1:0] w_im_q;
            reg signed [PW-1:0] a_sum;
            reg signed [PW-1:0] b_re;
            reg signed [PW-1:0] c_im;
            always @(posedge clk) begin
                w_sum_q <= w_re + w_im;
                w_re_q  <= w_re;
                w_im_q  <= w_im;
                a_sum   <= a * w_sum_q;
                b_re    <= b * w_re_q;
                c_im    <= c * w_im_q;
                re      <= a_sum - c_im;
                im      <= a_sum + b_re;
            end
        end else begin : gen_two
            reg signed [PW-1:0] a_re;
            reg signed [PW-1:0] c_im;
            always @(posedge clk) begin
                a_re <= a * w_re;
                c_im <= c * w_im;
                re   <= {{(VW-PW){a_re[PW-1]}}, a_re};
                im   <= {{(VW-PW){c_im[PW-1]}}, c_im};
            end
            wire unused_b = &{1'b0, b};
        end
    endgenerate
endmodule

`default_nettype wire
