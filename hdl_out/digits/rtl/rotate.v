// rotate: (re + j im) * (tw_re + j tw_im) / 2^SHIFT, rounded
//
// The factor is s1.<TW-2>, of magnitude at most 1, and comes one cycle before its beat. Every beat passes:
// those that are not to be turned come with the factor 1. The result must fit OW bits by construction.
// Four multipliers, registers on both sides (the input side is the caller's register). Latency 3.

`default_nettype none

module rotate #(
    parameter IW    = 16,
    parameter TW    = 16,
    parameter SHIFT = 14,
    parameter OW    = 16,
    parameter MODE  = 0
) (
    input  wire                 clk,
    input  wire signed [TW-1:0] tw_re,
    input  wire signed [TW-1:0] tw_im,
    input  wire signed [IW-1:0] in_re,
    input  wire signed [IW-1:0] in_im,
    output reg  signed [OW-1:0] out_re,
    output reg  signed [OW-1:0] out_im
);

    localparam PW = OW + SHIFT;

    reg  signed [TW-1:0] tw_re_q0;
    reg  signed [TW-1:0] tw_im_q0;
    reg  signed [PW-1:0] rr_q1;
    reg  signed [PW-1:0] ii_q1;
    reg  signed [PW-1:0] ri_q1;
    reg  signed [PW-1:0] ir_q1;
    reg  signed [PW-1:0] re_q2;
    reg  signed [PW-1:0] im_q2;
    wire signed [OW-1:0] re_d3;
    wire signed [OW-1:0] im_d3;

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_re (
        .in_data  (re_q2),
        .out_data (re_d3)
    );

    round_shift #(.IW(PW), .SHIFT(SHIFT), .MODE(MODE)) round_im (
        .in_data  (im_q2),
        .out_data (im_d3)
    );

    always @(posedge clk) begin
        tw_re_q0 <= tw_re;
        tw_im_q0 <= tw_im;
        rr_q1    <= in_re * tw_re_q0;
        ii_q1    <= in_im * tw_im_q0;
        ri_q1    <= in_re * tw_im_q0;
        ir_q1    <= in_im * tw_re_q0;
        re_q2    <= rr_q1 - ii_q1;
        im_q2    <= ri_q1 + ir_q1;
        out_re   <= re_d3;
        out_im   <= im_d3;
    end

endmodule

`default_nettype wire
