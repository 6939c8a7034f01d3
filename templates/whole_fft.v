{#- A net of adders with a lane per word. Context: blocks::whole_fft::WholeFftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: word t of the lower half in lane 2t, of the upper half in lane 2t + 1
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: (DC, Nyquist), then (re, im) of each position
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the words ----
{%- if counts %}

    reg [{= block.msb =}:0] block_q;
    wire last_block = block_q == {= block.last =};
    wire exists     = ~last_block;  // what lies beyond the frame counts as zero

    always @(posedge clk) begin
        if (rst) block_q <= {= block.zero =};
        else if (in_valid) block_q <= last_block ? {= block.zero =} : block_q + 1'b1;
    end
{% endif %}
{%- for w in words %}
{%- if w.ends %}
    wire signed [{= word_msb =}:0] {= w.name =} = in_data[{= w.bits =}] & { {= width =}{exists}};
{%- else %}
    wire signed [{= word_msb =}:0] {= w.name =} = in_data[{= w.bits =}];
{%- endif %}
{%- endfor %}
{% include "_net.v" %}
{%- if narrows %}

    // ---- last two cycles: the format of the spectrum ----
{%- for g in given %}

    wire signed [{= g.width =}-1:0] word{= g.index =} = {= g.from =};
    narrow #(
        .IW    ({= g.width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow{= g.index =} (
        .clk      (clk),
        .in_data  (word{= g.index =}),
        .out_data (out_data[{= g.bits =}])
    );
{%- endfor %}
{%- else %}

    // ---- the format of the spectrum holds every word ----
{%- for g in given %}

    wire signed [{= g.width =}-1:0] word{= g.index =} = {= g.from =};
    shift_fit #(.IW({= g.width =}), .SHIFT({= more =}), .OW({= out_width =})) fit{= g.index =} (
        .in_data  (word{= g.index =}),
        .out_data (out_data[{= g.bits =}])
    );
{%- endfor %}
{%- endif %}

    // ---- control ----

    packet_valid #(.BEATS(1), .DELAY({= latency =})) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  (in_valid),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
