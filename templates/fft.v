{#- Levels of butterflies, a memory before each. Context: blocks::fft::FftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: lane 0 the lower half of a block, lane 1 the upper half
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: lane 0 real parts, lane 1 imaginary parts
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: words that exist ----

    wire words_first = in_valid;
    wire [{= low_msb =}:0] exist_0;
    wire [{= low_msb =}:0] exist_1;

    fft_mask #(
        .W      ({= width =}),
        .BEATS  ({= beats =}),
        .BLOCKS ({= blocks =}),
        .LAST   ({= last =})
    ) mask (
        .clk      (clk),
        .rst      (rst),
        .in_valid (in_valid),
        .in_low   (in_data[{= low_msb =}:0]),
        .in_high  (in_data[{= in_msb =}:{= width =}]),
        .out_low  (exist_0),
        .out_high (exist_1)
    );
{%- if levels.is_empty() && has_guard %}

    wire signed [{= end_msb =}:0] words_0 = {exist_0, {= guard =}'d0};
    wire signed [{= end_msb =}:0] words_1 = {exist_1, {= guard =}'d0};
{%- else %}

    wire signed [{= low_msb =}:0] words_0 = exist_0;
    wire signed [{= low_msb =}:0] words_1 = exist_1;
{%- endif %}
{%- for s in levels %}

{= s =}
{%- endfor %}

    // ---- last three cycles: DC and Nyquist; {= narrowing =} ----

    wire signed [{= full_msb =}:0] last_0;
    wire signed [{= full_msb =}:0] last_1;

    fft_last #(.W({= end_width =}), .OW({= full_width =})) last (
        .clk      (clk),
        .in_first ({= end =}_first),
        .in_0     ({= end =}_0),
        .in_1     ({= end =}_1),
        .out_0    (last_0),
        .out_1    (last_1)
    );

    narrow #(
        .IW    ({= full_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_0 (
        .clk      (clk),
        .in_data  (last_0),
        .out_data (out_data[{= out_low_msb =}:0])
    );

    narrow #(
        .IW    ({= full_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_1 (
        .clk      (clk),
        .in_data  (last_1),
        .out_data (out_data[{= out_msb =}:{= out_width =}])
    );

    packet_valid #(.BEATS({= beats =}), .DELAY(3)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= end =}_first),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
