{#- Rotation by eighths and odd sixteenths of a turn. Context: blocks::rotator::ShiftAddRtl -#}
// {= r.module =}: {= r.sentence =}
//
//   format    {= r.width =} bits in, {= r.width_out =} bits out, factors s1.{= r.twiddle =}, round {= r.rounding =}
//   latency   {= r.latency =} cycles; `phase` comes one cycle before its beat
//   cost      no multipliers: shifted sums
//   model     src/blocks/{= r.stem =}/model.rs

`default_nettype none

module {= r.module =} (
    input  wire clk,
    input  wire [{= r.phase_msb =}:0] phase,
    input  wire signed [{= r.msb =}:0] in_re,
    input  wire signed [{= r.msb =}:0] in_im,
    output wire signed [{= r.msb_out =}:0] out_re,
    output wire signed [{= r.msb_out =}:0] out_im
);

    // ---- cycle 0: which turn; its exact part ----

    reg  [1:0] turn_d0;
    reg  [1:0] turn_q0;
    wire [1:0] turn_late;
    wire signed [{= r.width =}:0] re_q1;
    wire signed [{= r.width =}:0] im_q1;

    always @* begin
        case (phase)
{%- for t in turns %}
            {= t.phase =}: turn_d0 = 2'd{= t.group =};
{%- endfor %}
            default: turn_d0 = 2'd0;
        endcase
    end

    always @(posedge clk) turn_q0 <= turn_d0;

    turn_in #(.W({= r.width =}), .INVERSE({= inverse =})) prepare (
        .clk    (clk),
        .turn   (turn_q0),
        .in_re  (in_re),
        .in_im  (in_im),
        .out_re (re_q1),
        .out_im (im_q1)
    );

    // ---- cycle 1: products, {= depth =} cycles ----

    wire signed [{= r.width =}:0] re_late;
    wire signed [{= r.width =}:0] im_late;
    wire signed [{= product_msb =}:0] eighth_re;
    wire signed [{= product_msb =}:0] eighth_im;
    wire signed [{= product_msb =}:0] cos_re;
    wire signed [{= product_msb =}:0] cos_im;
    wire signed [{= product_msb =}:0] sin_re;
    wire signed [{= product_msb =}:0] sin_im;

    {= times =} times_re (
        .clk (clk),
        .{= eighth =} (eighth_re),
{%- if has_sixteenths %}
        .{= cos =} (cos_re),
        .{= sin =} (sin_re),
{%- endif %}
        .x1_q0 (re_q1)
    );

    {= times =} times_im (
        .clk (clk),
        .{= eighth =} (eighth_im),
{%- if has_sixteenths %}
        .{= cos =} (cos_im),
        .{= sin =} (sin_im),
{%- endif %}
        .x1_q0 (im_q1)
    );
{%- if !has_sixteenths %}

    // only eighths of a turn
    assign {cos_re, cos_im, sin_re, sin_im} = 0;
{%- endif %}

    delay_line #(.W(2), .DEPTH({= wait =})) delay_turn (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (turn_q0),
        .out_data (turn_late)
    );

    delay_line #(.W({= inner_width =}), .DEPTH({= depth =})) delay_re (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (re_q1),
        .out_data (re_late)
    );

    delay_line #(.W({= inner_width =}), .DEPTH({= depth =})) delay_im (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  (im_q1),
        .out_data (im_late)
    );

    // ---- last two cycles: combine, round ----

    turn_out #(
        .IW      ({= inner_width =}),
        .TWIDDLE ({= r.twiddle =}),
        .SHIFT   ({= r.shift =}),
        .OW      ({= r.width_out =}),
        .MODE    ({= r.mode =}),
        .INVERSE ({= inverse =})
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
