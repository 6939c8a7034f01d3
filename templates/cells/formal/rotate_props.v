// rotate_props: rotate against a complex product, for all inputs and all factors of magnitude at most 1
//
//   proves    out = in (tw_re + j tw_im) / 2^SHIFT, rounded by MODE; 3 cycles later, the factor one cycle before
//   assumes   the result fits OW bits: by construction, the caller's width

`default_nettype none

module rotate_props #(
    parameter IW    = 4,
    parameter TW    = 5,
    parameter SHIFT = 3,
    parameter OW    = 5,
    parameter MODE  = 0
) (
    input wire                 clk,
    input wire signed [TW-1:0] tw_re,
    input wire signed [TW-1:0] tw_im,
    input wire signed [IW-1:0] in_re,
    input wire signed [IW-1:0] in_im
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_re;
    wire signed [OW-1:0] out_im;

    rotate #(.IW(IW), .TW(TW), .SHIFT(SHIFT), .OW(OW), .MODE(MODE)) dut (
        .clk(clk), .tw_re(tw_re), .tw_im(tw_im), .in_re(in_re), .in_im(in_im), .out_re(out_re), .out_im(out_im)
    );

    reg signed [TW-1:0] re_before;
    reg signed [TW-1:0] im_before;
    wire signed [31:0] re = rounded(in_re * re_before - in_im * im_before, SHIFT, MODE);
    wire signed [31:0] im = rounded(in_re * im_before + in_im * re_before, SHIFT, MODE);
    reg signed [OW-1:0] re_q1;
    reg signed [OW-1:0] re_q2;
    reg signed [OW-1:0] re_q3;
    reg signed [OW-1:0] im_q1;
    reg signed [OW-1:0] im_q2;
    reg signed [OW-1:0] im_q3;
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        re_before <= tw_re;
        im_before <= tw_im;
        re_q1 <= re;
        re_q2 <= re_q1;
        re_q3 <= re_q2;
        im_q1 <= im;
        im_q2 <= im_q1;
        im_q3 <= im_q2;
        if (age != 4) age <= age + 1;
    end
    always @* begin
        assume (tw_re * tw_re + tw_im * tw_im <= (1 << (2 * TW - 4)));
        if (age != 0) assume (fits(re, OW) && fits(im, OW));
        if (age == 4) assert (out_re == re_q3 && out_im == im_q3);
    end
endmodule

`default_nettype wire
