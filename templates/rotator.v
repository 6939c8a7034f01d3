{#- One twiddle factor per group, and the rotation. Context: blocks::rotator::RotatorRtl -#}
// {= module =}: {= sentence =}
//
//   format    {= width =} bits in, {= width_out =} bits out, factors s1.{= twiddle =}, round {= rounding =}
//   latency   3 cycles; `phase` comes one cycle before its beat
//   cost      4 multipliers
//   model     src/blocks/{= stem =}/model.rs

`default_nettype none

module {= module =} (
    input  wire clk,
    input  wire [{= phase_msb =}:0] phase,
    input  wire signed [{= msb =}:0] in_re,
    input  wire signed [{= msb =}:0] in_im,
    output wire signed [{= msb_out =}:0] out_re,
    output wire signed [{= msb_out =}:0] out_im
);

    reg signed [{= factor_msb =}:0] tw_re;
    reg signed [{= factor_msb =}:0] tw_im;

    always @* begin
        case (phase)
{%- for f in factors %}
            {= f.phase =}: {tw_re, tw_im} = {{= f.re =}, {= f.im =}};
{%- endfor %}
            default: {tw_re, tw_im} = {{= one.re =}, {= one.im =}};
        endcase
    end

    rotate #(
        .IW    ({= width =}),
        .TW    ({= factor_width =}),
        .SHIFT ({= shift =}),
        .OW    ({= width_out =}),
        .MODE  ({= mode =})
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
