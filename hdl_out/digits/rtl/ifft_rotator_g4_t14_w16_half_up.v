// ifft_rotator_g4_t14_w16_half_up: turns back the second half of every group but the first, and halves
//
//   format    16 bits in, 15 bits out, factors s1.14, round half-up
//   latency   3 cycles; `phase` comes one cycle before its beat
//   cost      4 multipliers
//   model     src/blocks/ifft/model.rs

`default_nettype none

module ifft_rotator_g4_t14_w16_half_up (
    input  wire clk,
    input  wire [2:0] phase,
    input  wire signed [15:0] in_re,
    input  wire signed [15:0] in_im,
    output wire signed [14:0] out_re,
    output wire signed [14:0] out_im
);

    reg signed [15:0] tw_re;
    reg signed [15:0] tw_im;

    always @* begin
        case (phase)
            3'd4: {tw_re, tw_im} = {16'sd11585, -16'sd11585};
            3'd6: {tw_re, tw_im} = {16'sd15137, -16'sd6270};
            3'd0: {tw_re, tw_im} = {-16'sd6270, -16'sd15137};
            default: {tw_re, tw_im} = {16'sd16384, 16'sd0};
        endcase
    end

    rotate #(
        .IW    (16),
        .TW    (16),
        .SHIFT (15),
        .OW    (15),
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
