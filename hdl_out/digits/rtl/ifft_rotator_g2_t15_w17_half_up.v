// ifft_rotator_g2_t15_w17_half_up: turns back the second half of every group but the first, and halves
//
//   format    17 bits in, 16 bits out, factors s1.15, round half-up
//   latency   3 cycles; `phase` comes one cycle before its beat
//   cost      4 multipliers
//   model     src/blocks/ifft/model.rs

`default_nettype none

module ifft_rotator_g2_t15_w17_half_up (
    input  wire clk,
    input  wire [1:0] phase,
    input  wire signed [16:0] in_re,
    input  wire signed [16:0] in_im,
    output wire signed [15:0] out_re,
    output wire signed [15:0] out_im
);

    reg signed [16:0] tw_re;
    reg signed [16:0] tw_im;

    always @* begin
        case (phase)
            2'd0: {tw_re, tw_im} = {17'sd23170, -17'sd23170};
            default: {tw_re, tw_im} = {17'sd32768, 17'sd0};
        endcase
    end

    rotate #(
        .IW    (17),
        .TW    (17),
        .SHIFT (16),
        .OW    (16),
        .MODE  (0)
    ) turn (
        .clk    (clk),
        .tw_re  (tw_re),
        .tw_im  (tw_im),
        .in_re  (in_re),
        .in_im  (in_im),
        .out_re (out_re),
        .out_im (out_im)
    );

endmodule

`default_nettype wire
