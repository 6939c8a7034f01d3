// fold_turn_props: fold_turn against a complex product, for all inputs and all factors of magnitude at most 1
//
//   proves    out = in (c + jd) / 2^SHIFT, rounded by MODE, CLOCKS + 3 cycles after `first`, by multipliers or digits
//   assumes   words and factor stand for CLOCKS cycles, products are CLOCKS cycles apart    proved in fold_walk_props
//   assumes   the result fits OW bits: by construction, the caller's width

`default_nettype none

module fold_turn_props #(
    parameter CLOCKS = 1,
    parameter IW     = 3,
    parameter TW     = 4,
    parameter SHIFT  = 2,
    parameter OW     = 4,
    parameter MODE   = 0
) (
    input wire                 clk,
    input wire                 first,
    input wire signed [TW-1:0] c,
    input wire signed [TW-1:0] d,
    input wire signed [IW-1:0] in_re,
    input wire signed [IW-1:0] in_im
);
`include "arithmetic.vh"
    localparam LATENCY = CLOCKS + 3;
    localparam WORDS   = CLOCKS == 4 ? 2 : 3;

    wire signed [OW-1:0] out_re;
    wire signed [OW-1:0] out_im;
    wire signed [TW-1:0] less = d - c;
    wire signed [TW-1:0] more = c + d;
    wire [3*TW-1:0] three = {more, less, c};
    wire [2*TW-1:0] two   = {d, c};
    wire [WORDS*TW-1:0] factor;

    generate
        if (CLOCKS == 4) begin : gen_two
            assign factor = two;
        end else begin : gen_three
            assign factor = three;
        end
    endgenerate

    fold_turn #(.CLOCKS(CLOCKS), .IW(IW), .TW(TW), .SHIFT(SHIFT), .OW(OW), .MODE(MODE)) dut (
        .clk(clk), .first(first), .factor(factor), .in_re(in_re), .in_im(in_im), .out_re(out_re), .out_im(out_im)
    );

    wire signed [31:0] re = rounded(in_re * c - in_im * d, SHIFT, MODE);
    wire signed [31:0] im = rounded(in_re * d + in_im * c, SHIFT, MODE);
    reg signed [OW-1:0] re_q [1:LATENCY];
    reg signed [OW-1:0] im_q [1:LATENCY];
    reg [LATENCY:1] firsts = 0;  // bit n: a product began n cycles ago
    reg signed [TW-1:0] c_q;
    reg signed [TW-1:0] d_q;
    reg signed [IW-1:0] in_re_q;
    reg signed [IW-1:0] in_im_q;
    integer n;
    always @(posedge clk) begin
        firsts  <= {firsts[LATENCY-1:1], first};
        re_q[1] <= re;
        im_q[1] <= im;
        for (n = 1; n < LATENCY; n = n + 1) begin
            re_q[n+1] <= re_q[n];
            im_q[n+1] <= im_q[n];
        end
        {c_q, d_q, in_re_q, in_im_q} <= {c, d, in_re, in_im};
    end
    always @* begin
        assume (c * c + d * d <= (1 << (2 * TW - 4)));
        if (first) assume (fits(re, OW) && fits(im, OW));
        for (n = 1; n < CLOCKS; n = n + 1) if (firsts[n]) begin
            assume (!first);
            assume ({c_q, d_q, in_re_q, in_im_q} == {c, d, in_re, in_im});
        end
        if (firsts[LATENCY]) assert (out_re == re_q[LATENCY] && out_im == im_q[LATENCY]);
    end
`ifdef REACH
    always @* assert (!(firsts[LATENCY] && firsts[LATENCY-CLOCKS] && out_re != 0 && out_im != 0));
`endif
endmodule

`default_nettype wire
