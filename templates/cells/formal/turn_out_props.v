// turn_out_props: turn_out against its integer specification, for all inputs
//
//   proves    turn 0: in 2^TWIDDLE; 1: eighth; 2, 3: cos + j sin, or cos - j sin if INVERSE; then / 2^SHIFT, rounded
//             by MODE; 2 cycles later
//   assumes   the result fits OW bits: by construction, the caller's width

`default_nettype none

module turn_out_props #(
    parameter IW      = 4,
    parameter TWIDDLE = 3,
    parameter SHIFT   = 3,
    parameter OW      = 4,
    parameter MODE    = 0,
    parameter INVERSE = 0
) (
    input wire                       clk,
    input wire [1:0]                 turn,
    input wire signed [IW-1:0]       in_re,
    input wire signed [IW-1:0]       in_im,
    input wire signed [OW+SHIFT-1:0] eighth_re,
    input wire signed [OW+SHIFT-1:0] eighth_im,
    input wire signed [OW+SHIFT-1:0] cos_re,
    input wire signed [OW+SHIFT-1:0] cos_im,
    input wire signed [OW+SHIFT-1:0] sin_re,
    input wire signed [OW+SHIFT-1:0] sin_im
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_re;
    wire signed [OW-1:0] out_im;

    turn_out #(.IW(IW), .TWIDDLE(TWIDDLE), .SHIFT(SHIFT), .OW(OW), .MODE(MODE), .INVERSE(INVERSE)) dut (
        .clk(clk), .turn(turn), .in_re(in_re), .in_im(in_im), .eighth_re(eighth_re), .eighth_im(eighth_im),
        .cos_re(cos_re), .cos_im(cos_im), .sin_re(sin_re), .sin_im(sin_im), .out_re(out_re), .out_im(out_im)
    );

    wire signed [31:0] sign = INVERSE != 0 ? -1 : 1;
    wire signed [31:0] sum_re = turn == 0 ? in_re * (1 << TWIDDLE) : turn == 1 ? eighth_re : cos_re - sign * sin_im;
    wire signed [31:0] sum_im = turn == 0 ? in_im * (1 << TWIDDLE) : turn == 1 ? eighth_im : cos_im + sign * sin_re;
    wire signed [31:0] re = rounded(sum_re, SHIFT, MODE);
    wire signed [31:0] im = rounded(sum_im, SHIFT, MODE);
    reg signed [31:0] re_q1;
    reg signed [31:0] re_q2;
    reg signed [31:0] im_q1;
    reg signed [31:0] im_q2;
    reg [1:0] age = 2'd0;
    always @(posedge clk) begin
        re_q1 <= re;
        re_q2 <= re_q1;
        im_q1 <= im;
        im_q2 <= im_q1;
        if (age != 2) age <= age + 1;
    end
    always @* begin
        assume (fits(sum_re, OW + SHIFT) && fits(sum_im, OW + SHIFT) && fits(re, OW) && fits(im, OW));
        if (age == 2) assert (out_re == re_q2 && out_im == im_q2);
    end
endmodule

`default_nettype wire
