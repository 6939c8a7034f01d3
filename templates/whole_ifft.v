{#- A net of adders with a lane per word. Context: blocks::whole_ifft::WholeIfftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: (DC, Nyquist), then (re, im) of each position
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: word t of the lower half in lane 2t, of the upper half in lane 2t + 1
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the words ----
{% for w in words %}
    wire signed [{= word_msb =}:0] {= w.name =} = in_data[{= w.bits =}];
{%- endfor %}
{% include "_net.v" %}

    // ---- the block ----
{%- for g in given %}

    shift_fit #(.IW({= g.width =}), .SHIFT(0), .OW({= out_width =})) fit_{= loop.index0 =} (
        .in_data  ({= g.name =}),
        .out_data (out_data[{= g.bits =}])
    );
{%- endfor %}

    // ---- control ----

    packet_valid #(.BEATS(1), .DELAY({= latency =})) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  (in_valid),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
