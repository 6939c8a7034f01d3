// fft_rotator_g4_t14_w15_half_up: turns the second half of every group but the first
//
//   format    15 bits in, 15 bits out, factors s1.14, round half-up
//   latency   6 cycles; `phase` comes one cycle before its beat
//   cost      no multipliers: shifted sums
//   model     src/blocks/fft/model.rs

`default_nettype none

module fft_rotator_g4_t14_w15_half_up (
    input  wire clk,
    input  wire [2:0] phase,
    input  wire signed [14:0] in_re,
    input  wire signed [14:0] in_im,
    output wire signed [14:0] out_re,
    output wire signed [14:0] out_im
);

    // ---- cycle 0: which turn; its exact part ----

    reg  [1:0] turn_d0;
    reg  [1:0] turn_q0;
    wire [1:0] turn_late;
    wire signed [15:0] re_q1;
    wire signed [15:0] im_q1;

    always @* begin
        case (phase)
            3'd3: turn_d0 = 2'd1;
            3'd5: turn_d0 = 2'd2;
            3'd7: turn_d0 = 2'd3;
            default: turn_d0 = 2'd0;
        endcase
    end

    always @(posedge clk) turn_q0 <= turn_d0;

    turn_in #(.W(15), .INVERSE(0)) prepare (
        .clk    (clk),
        .turn   (turn_q0),
        .in_re  (in_re),
        .in_im  (in_im),
        .out_re (re_q1),
        .out_im (im_q1)
    );

    // ---- cycle 1: products, 3 cycles ----

    wire signed [15:0] re_late;
    wire signed [15:0] im_late;
    wire signed [28:0] eighth_re;
    wire signed [28:0] eighth_im;
    wire signed [28:0] cos_re;
    wire signed [28:0] cos_im;
    wire signed [28:0] sin_re;
    wire signed [28:0] sin_im;

    times_11585_15137_6270_w16_p29 times_re (
        .clk (clk),
        .times_11585 (eighth_re),
        .times_15137 (cos_re),
        .times_6270 (sin_re),
        .x1_q0 (re_q1)
    );

    times_11585_15137_6270_w16_p29 times_im (
        .clk (clk),
        .times_11585 (eighth_im),
        .times_15137 (cos_im),
        .times_6270 (sin_im),
        .x1_q0 (im_q1)
    );

    delay_line #(.W(2), .DEPTH(4)) delay_turn (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (turn_q0),
        .out_data (turn_late)
    );

    delay_line #(.W(16), .DEPTH(3)) delay_re (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (re_q1),
        .out_data (re_late)
    );

    delay_line #(.W(16), .DEPTH(3)) delay_im (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (im_q1),
        .out_data (im_late)
    );

    // ---- last two cycles: combine, round ----

    turn_out #(
        .IW      (16),
        .TWIDDLE (14),
        .SHIFT   (14),
        .OW      (15),
        .MODE    (0),
        .INVERSE (0)
    ) complete (
        .clk       (clk),
        .turn      (turn_late),
        .in_re     (re_late),
        .in_im     (im_late),
        .eighth_re (eighth_re),
        .eighth_im (eighth_im),
        .cos_re    (cos_re),
        .cos_im    (cos_im),
        .sin_re    (sin_re),
        .sin_im    (sin_im),
        .out_re    (out_re),
        .out_im    (out_im)
    );

endmodule

`default_nettype wire
