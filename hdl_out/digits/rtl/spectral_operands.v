// spectral_operands: what the rows of a spectral multiply-accumulate take, prepared once
//
//              PRODUCTS = 4, 1 cycle            PRODUCTS = 3, 2 cycles
//              later beats    beat 0            later beats    beat 0
//   a          re             DC                re             0
//   b          im             0                 im - re        Nyquist
//   c          re             Nyquist           re + im        -DC
//
// Beat 0 of a packed spectrum holds two real values. So prepared, they leave the row through the
// adders of the complex product.

`default_nettype none

module spectral_operands #(
    parameter PRODUCTS = 4,   // multipliers of a complex product
    parameter XW       = 12,  // bits of a word
    parameter AW       = 12   // bits of an operand: XW, or XW + 1 where PRODUCTS is 3
) (
    input  wire                 clk,
    input  wire                 head,  // this is beat 0
    input  wire signed [XW-1:0] re,
    input  wire signed [XW-1:0] im,
    output reg  signed [AW-1:0] a,
    output reg  signed [AW-1:0] b,
    output reg  signed [AW-1:0] c
);
    generate
        if (PRODUCTS == 4) begin : gen_four
            always @(posedge clk) begin
                a <= re;
                b <= head ? {XW{1'b0}} : im;
                c <= head ? im : re;
            end
        end else begin : gen_three
            reg head_q;
            reg signed [AW-1:0] re_q;
            reg signed [AW-1:0] im_q;
            wire signed [AW-1:0] re_later = head_q ? {AW{1'b0}} : re_q;
            wire signed [AW-1:0] im_later = head_q ? {AW{1'b0}} : im_q;
            wire signed [AW-1:0] re_opposite = re_q ^ {AW{!head_q}};

            always @(posedge clk) begin
                head_q <= head;
                re_q   <= {re[XW-1], re};
                im_q   <= {im[XW-1], im};
                a      <= re_later;
                b      <= im_q - re_later;
                // x = -~x - 1; not a sum: Yosys 0.23 would take it into the DSP cell of one of several rows
                c      <= im_later - re_opposite - {{(AW-1){1'b0}}, !head_q};
            end
        end
    endgenerate
endmodule

`default_nettype wire
