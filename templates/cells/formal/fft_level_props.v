// fft_level_props: fft_level against the butterflies of pairs of beats, for all inputs and all that a rotator may say
//
//   proves    lo + h, lo - h with lo = (p, r) in real pairs; (x, y) = hi or (q, s), held; `out_first`; latency 7 + LATE
//   assumes   second beats do not follow each other    proved in fft_order_props: `phase` counts

`default_nettype none

module fft_level_props #(
    parameter W    = 3,
    parameter LATE = 0
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire                second,
    input wire                is_real,
    input wire signed [W-1:0] in_0,
    input wire signed [W-1:0] in_1,
    input wire signed [W-1:0] re,
    input wire                re_up,
    input wire signed [W-1:0] im,
    input wire                im_up
);
    localparam D = 7 + LATE;
    localparam H = D + 2;

    wire signed [W-1:0] x;
    wire signed [W-1:0] y;
    wire out_first;
    wire signed [W+1:0] out_0;
    wire signed [W+1:0] out_1;

    fft_level #(.W(W), .HW(W), .OW(W + 2), .HALVE(0), .LATE(LATE)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .second(second), .is_real(is_real), .in_0(in_0), .in_1(in_1),
        .x(x), .y(y), .re(re), .re_up(re_up), .im(im), .im_up(im_up),
        .out_first(out_first), .out_0(out_0), .out_1(out_1)
    );

    reg [D-1:0]       pulses;
    reg [H-1:0]       seconds;   // bit n: n + 1 cycles ago
    reg [H-1:0]       reals;
    reg [H*W-1:0]     words_0;   // of the last cycles, the youngest in the low bits
    reg [H*W-1:0]     words_1;
    reg [H*(W+1)-1:0] res;       // what is added, `up` included
    reg [H*(W+1)-1:0] ims;
    wire signed [W:0] re_sum = re + (re_up ? 1 : 0);
    wire signed [W:0] im_sum = im + (im_up ? 1 : 0);
    reg [4:0] age = 5'd0;
    always @(posedge clk) begin
        if (age != H) age <= age + 1;
        pulses  <= rst ? {D{1'b0}} : {pulses, in_first};
        seconds <= {seconds, second};
        reals   <= {reals, is_real};
        words_0 <= {words_0, in_0};
        words_1 <= {words_1, in_1};
        res     <= {res, re_sum};
        ims     <= {ims, im_sum};
    end

    integer n;
    reg signed [31:0] lo_0, lo_1, h_0, h_1;
    always @* begin
        if (age == 0) assume (rst);
        if (age != 0 && second) assume (!seconds[0]);
        if (age == H) begin
            assert (out_first == pulses[D-1]);
            // n = 0: the sum of a pair whose first beat came D cycles ago; n = 1: the difference
            for (n = 0; n < 2; n = n + 1) if (seconds[D-2+n]) begin
                lo_0 = $signed(words_0[(D-1+n)*W +: W]);
                lo_1 = reals[D-2+n] ? $signed(words_0[(D-2+n)*W +: W]) : $signed(words_1[(D-1+n)*W +: W]);
                h_0  = $signed(res[(2+n)*(W+1) +: W+1]);
                h_1  = $signed(ims[(1+n)*(W+1) +: W+1]);
                assert (out_0 == (n == 0 ? lo_0 + h_0 : lo_0 - h_0));
                assert (out_1 == (n == 0 ? lo_1 + h_1 : lo_1 - h_1));
            end
            for (n = 0; n < 2; n = n + 1) if (seconds[n]) begin
                assert ($signed(x) == $signed(reals[n] ? words_1[(1+n)*W +: W] : words_0[n*W +: W]));
                assert ($signed(y) == $signed(words_1[n*W +: W]));
            end
        end
    end
endmodule

`default_nettype wire
