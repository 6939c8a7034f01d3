{#- The factors of a level, two multipliers. Context: blocks::turn::TurnRtl -#}
// {= module =}: the two parts of a product with the factor of a group, one per cycle
//
//   format    {= width =} bits in, {= turned =} bits out, factors s1.{= twiddle =}, round {= rounding =}
//   latency   2 cycles; `phase` (group, then cycle) comes two cycles before (x, y)
//   cost      2 multipliers
//   model     src/blocks/fft/model.rs

`default_nettype none

module {= module =} (
    input  wire clk,
    input  wire [{= phase_msb =}:0] phase,
    input  wire signed [{= msb =}:0] x,
    input  wire signed [{= msb =}:0] y,
    output wire signed [{= turned_msb =}:0] out_data,
    output wire out_up
);

    reg signed [{= factor_msb =}:0] fx;
    reg signed [{= factor_msb =}:0] fy;

    reg [{= phase_msb =}:0] phase_q;
    always @(posedge clk) phase_q <= phase;

    // x c - y s, then x s + y c; x, then y in group 0
    always @* begin
        case (phase_q)
{%- for f in factors %}
            {= f.phase =}: {fx, fy} = {{= f.x =}, {= f.y =}};
{%- endfor %}
            {= other =}: {fx, fy} = {{= factor_width =}'sd0, {= one =}};
            default: {fx, fy} = {{= one =}, {= factor_width =}'sd0};
        endcase
    end

    turn_pair #(
        .IW    ({= width =}),
        .TW    ({= factor_width =}),
        .SHIFT ({= twiddle =}),
        .OW    ({= turned =}),
        .MODE  ({= mode =})
    ) products (
        .clk      (clk),
        .fx       (fx),
        .fy       (fy),
        .x        (x),
        .y        (y),
        .out_data (out_data),
        .out_up   (out_up)
    );

endmodule

`default_nettype wire
