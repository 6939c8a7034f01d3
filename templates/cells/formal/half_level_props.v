// half_level_props: half_level against a complex product and its butterflies, for all inputs and factors
//
//   proves    lo_re + h_re, lo_re - h_re, lo_im + h_im, lo_im - h_im, h rounded by MODE; `out_first`; latency 9
//   assumes   `position` counts to 3; h fits HW bits: by construction, the caller's width

`default_nettype none

module half_level_props #(
    parameter W     = 2,
    parameter TW    = 3,
    parameter SHIFT = 2,
    parameter HW    = 3,
    parameter MODE  = 0
) (
    input wire                 clk,
    input wire                 rst,
    input wire                 in_first,
    input wire [1:0]           position,
    input wire signed [TW-1:0] factor,
    input wire signed [W-1:0]  in_data
);
`include "arithmetic.vh"
    localparam OW = HW + 2;

    wire out_first;
    wire signed [OW-1:0] out_data;

    half_level #(.W(W), .TW(TW), .SHIFT(SHIFT), .HW(HW), .OW(OW), .HALVE(0), .MODE(MODE)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .position(position), .factor(factor), .in_data(in_data),
        .out_first(out_first), .out_data(out_data)
    );

    reg [8:0]       pulses;
    reg [1:0]       before;   // position one cycle ago
    reg [13:0]      thirds;   // bit n: position 3, n + 1 cycles ago
    reg [14*W-1:0]  words;    // of the last cycles, the youngest in the low bits
    reg [14*TW-1:0] factors;
    reg [3:0] age = 4'd0;
    always @(posedge clk) begin
        if (age != 14) age <= age + 1;
        pulses  <= rst ? 9'd0 : {pulses, in_first};
        before  <= position;
        thirds  <= {thirds, position == 3};
        words   <= {words, in_data};
        factors <= {factors, factor};
    end

    // the four words and factors of which the last came 1 cycle ago
    wire signed [7:0] hi_re = $signed(words[2*W +: W]);
    wire signed [7:0] hi_im = $signed(words[0 +: W]);
    wire signed [7:0] re = hi_re * $signed(factors[3*TW +: TW]) + hi_im * $signed(factors[TW +: TW]);
    wire signed [7:0] im = hi_re * $signed(factors[2*TW +: TW]) + hi_im * $signed(factors[0 +: TW]);
    reg signed [7:0] re_q [0:8];
    reg signed [7:0] im_q [0:8];
    integer n;
    always @(posedge clk) begin
        re_q[0] <= rounded(re, SHIFT, MODE);
        im_q[0] <= rounded(im, SHIFT, MODE);
        for (n = 1; n < 9; n = n + 1) begin
            re_q[n] <= re_q[n-1];
            im_q[n] <= im_q[n-1];
        end
    end

    always @* begin
        if (age == 0) assume (rst);
        if (age != 0) assume (position == 0 ? before == 0 || before == 3 : position == before + 2'd1);
        if (age != 0 && thirds[0]) assume (fits(re >>> SHIFT, HW) && fits(im >>> SHIFT, HW));
        if (age == 14) begin
            assert (out_first == pulses[8]);
            if (thirds[5]) assert (out_data == $signed(words[8*W +: W]) + re_q[4]);
            if (thirds[6]) assert (out_data == $signed(words[9*W +: W]) - re_q[5]);
            if (thirds[7]) assert (out_data == $signed(words[8*W +: W]) + im_q[6]);
            if (thirds[8]) assert (out_data == $signed(words[9*W +: W]) - im_q[7]);
        end
    end
endmodule

`default_nettype wire
