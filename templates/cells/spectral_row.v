// spectral_row: one block row of a spectral multiply-accumulate
//
//   4 multipliers; 2 where COMPLEX is 0
//
//   re = re_q2 w_re - im_q2 w_im        im = cross_q2 w_im + im_q2 w_re
//
// A complex value comes as cross = re. Two real values (DC, Nyquist) come as re = DC, im = 0 and
// cross = Nyquist: the two real products leave through the same adders. Sums are exact; `sums_q5`
// returns as `back` when the same position of the next spectrum arrives.
//
//   cycle 0  address          cycle 3  products        cycle 5  sums
//   cycle 1  weights          cycle 4  complex value   cycle 7  narrowed, of the sums of cycle 5
//   cycle 2  operands
//
// SPDX-License-Identifier: MIT
`default_nettype none

module spectral_row #(
    parameter COMPLEX = 1,   // 0: every value is a pair of real ones
    parameter XW      = 12,  // bits of an input word
    parameter WW      = 12,  // bits of a weight
    parameter VW      = 25,  // bits of a complex value's part, at least XW + WW
    parameter SW      = 28,  // bits of a sum, at least VW
    parameter SHIFT   = 8,   // fraction bits dropped by the narrowing
    parameter MODE    = 0,   // its rounding
    parameter OW      = 14,  // bits of an output word
    parameter DEPTH   = 16,  // words {im, re} of weights
    parameter ADDR_W  = 4,
    parameter FILE    = ""
) (
    input  wire                 clk,
    input  wire [ADDR_W-1:0]    address,
    input  wire signed [XW-1:0] re_q2,
    input  wire signed [XW-1:0] im_q2,
    input  wire signed [XW-1:0] cross_q2,
    input  wire                 valid_q4,
    input  wire                 first_q4,  // sums start here
    input  wire [2*SW-1:0]      back,
    output wire [2*SW-1:0]      sums_q5,
    output wire [2*OW-1:0]      out_data
);
    localparam PW = XW + WW;

    // ---- cycles 1 and 2: weights ----

    wire [2*WW-1:0] weight_q1;
    reg signed [WW-1:0] w_re_q2;
    reg signed [WW-1:0] w_im_q2;

    rom #(.WIDTH(2*WW), .DEPTH(DEPTH), .ADDR_W(ADDR_W), .FILE(FILE)) weights (
        .clk     (clk),
        .address (address),
        .data_q1 (weight_q1)
    );

    always @(posedge clk) begin
        w_re_q2 <= weight_q1[0 +: WW];
        w_im_q2 <= weight_q1[WW +: WW];
    end

    // ---- cycles 3 and 4: products, complex value ----

    reg signed [PW-1:0] rr_q3;
    reg signed [PW-1:0] ci_q3;
    reg signed [VW-1:0] re_q4;
    reg signed [VW-1:0] im_q4;

    always @(posedge clk) begin
        rr_q3 <= re_q2 * w_re_q2;
        ci_q3 <= cross_q2 * w_im_q2;
    end

    generate
        if (COMPLEX != 0) begin : gen_complex
            reg signed [PW-1:0] ii_q3;
            reg signed [PW-1:0] ir_q3;
            always @(posedge clk) begin
                ii_q3 <= im_q2 * w_im_q2;
                ir_q3 <= im_q2 * w_re_q2;
                re_q4 <= rr_q3 - ii_q3;
                im_q4 <= ci_q3 + ir_q3;
            end
        end else begin : gen_real
            always @(posedge clk) begin
                re_q4 <= {{(VW-PW){rr_q3[PW-1]}}, rr_q3};
                im_q4 <= {{(VW-PW){ci_q3[PW-1]}}, ci_q3};
            end
            wire unused_im = &{1'b0, im_q2};
        end
    endgenerate

    // ---- cycle 5: sums ----

    reg signed [SW-1:0] re_q5;
    reg signed [SW-1:0] im_q5;
    wire signed [SW-1:0] wide_re = {{(SW-VW){re_q4[VW-1]}}, re_q4};
    wire signed [SW-1:0] wide_im = {{(SW-VW){im_q4[VW-1]}}, im_q4};
    wire signed [SW-1:0] back_re = first_q4 ? {SW{1'b0}} : back[0 +: SW];
    wire signed [SW-1:0] back_im = first_q4 ? {SW{1'b0}} : back[SW +: SW];

    always @(posedge clk) begin
        if (valid_q4) begin
            re_q5 <= back_re + wide_re;
            im_q5 <= back_im + wide_im;
        end
    end
    assign sums_q5 = {im_q5, re_q5};

    // ---- cycles 6 and 7: narrowing ----

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_re (
        .clk      (clk),
        .in_data  (re_q5),
        .out_data (out_data[0 +: OW])
    );

    narrow #(.IW(SW), .SHIFT(SHIFT), .MODE(MODE), .OW(OW)) narrow_im (
        .clk      (clk),
        .in_data  (im_q5),
        .out_data (out_data[OW +: OW])
    );
endmodule

`default_nettype wire
