{#- One twiddle factor per group, and the rotation. Context: blocks::rotator::MultiplyRtl -#}
// {= r.module =}: {= r.sentence =}
//
//   format    {= r.width =} bits in, {= r.width_out =} bits out, factors s1.{= r.twiddle =}, round {= r.rounding =}
//   latency   {= r.latency =} cycles; `phase` comes one cycle before its beat
//   cost      4 multipliers
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
        .IW    ({= r.width =}),
        .TW    ({= factor_width =}),
        .SHIFT ({= r.shift =}),
        .OW    ({= r.width_out =}),
        .MODE  ({= r.mode =})
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
