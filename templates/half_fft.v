{#- Levels of butterflies at one word per clock, a memory before each. Context: blocks::half_fft::HalfFftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only
{%- if paired %}

    // {= input =}: lane 0 the lower half of a block, lane 1 the upper half
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: lane 0 real parts, lane 1 imaginary parts
{%- else %}

    // {= input =}: words of the lower and the upper half of a block alternately
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: real and imaginary parts alternately
{%- endif %}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: words that exist ----

    wire words_first = in_valid;
    wire [{= in_msb =}:0] words_data;
{%- if paired %}

    fft_mask #(
        .W      ({= width =}),
        .BEATS  ({= beats =}),
        .BLOCKS ({= blocks =}),
        .LAST   ({= last =})
    ) mask (
        .clk      (clk),
        .rst      (rst),
        .in_valid (in_valid),
        .in_low   (in_data[{= msb =}:0]),
        .in_high  (in_data[{= in_msb =}:{= width =}]),
        .out_low  (words_data[{= msb =}:0]),
        .out_high (words_data[{= in_msb =}:{= width =}])
    );
{%- else %}

    half_mask #(
        .W      ({= width =}),
        .BEATS  ({= beats =}),
        .BLOCKS ({= blocks =}),
        .LAST   ({= last =})
    ) mask (
        .clk      (clk),
        .rst      (rst),
        .in_valid (in_valid),
        .in_data  (in_data),
        .out_data (words_data)
    );
{%- endif %}
{%- for s in levels %}

    // ---- from cycle {= s.start =}: {= s.what =} ----

    wire {= s.name =}_in_first;
    wire [{= phase_msb =}:0] {= s.name =}_phase;
    wire signed [{= s.msb =}:0] {= s.name =}_in_data;
    wire {= s.name =}_first;
    wire signed [{= s.out_msb =}:0] {= s.name =}_data;
{%- if s.is_paired %}

    half_take #(
        .WORDS ({= words =}),
        .W     ({= s.width =})
    ) {= s.name =}_order (
{%- else %}

    half_order #(
        .WORDS  ({= words =}),
        .WINDOW ({= s.window =}),
        .KIND   ({= s.kind =}),
        .W      ({= s.width =})
    ) {= s.name =}_order (
{%- endif %}
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.from =}_first),
        .in_data   ({= s.from =}_data),
        .out_first ({= s.name =}_in_first),
        .phase     ({= s.name =}_phase),
        .out_data  ({= s.name =}_in_data)
    );
{%- if s.is_first %}

    half_first #(.W({= s.width =}), .GUARD({= guard =})) {= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.name =}_in_first),
        .odd       ({= s.name =}_phase[0]),
        .in_data   ({= s.name =}_in_data),
        .out_first ({= s.name =}_first),
        .out_data  ({= s.name =}_data)
    );
{%- else %}

    // c, s, - s, c
    reg signed [{= factor_msb =}:0] {= s.name =}_factor;
    always @* begin
        case ({{= s.group =}, {= s.name =}_phase[1:0]})
{%- for f in s.factors %}
            {= f.phase =}: {= s.name =}_factor = {= f.value =};
{%- endfor %}
            default: {= s.name =}_factor =
                (^{= s.name =}_phase[1:0]) ? {= factor_width =}'sd0 : {= one =};
        endcase
    end

    half_level #(
        .W     ({= s.width =}),
        .TW    ({= factor_width =}),
        .SHIFT ({= twiddle =}),
        .HW    ({= s.turned =}),
        .OW    ({= s.out =}),
        .HALVE ({= s.halve =}),
        .MODE  ({= s.mode =})
    ) {= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.name =}_in_first),
        .position  ({= s.name =}_phase[1:0]),
        .factor    ({= s.name =}_factor),
        .in_data   ({= s.name =}_in_data),
        .out_first ({= s.name =}_first),
        .out_data  ({= s.name =}_data)
    );
{%- endif %}

    wire unused_{= s.name =} = &{1'b0, {= s.name =}_phase};
{%- endfor %}

    // ---- {= ending =}: parts of a value, DC and Nyquist; {= narrowing =} ----

    wire parts_first;
    wire [{= phase_msb =}:0] parts_phase;
    wire signed [{= end_msb =}:0] parts_data;
    wire signed [{= full_msb =}:0] last_data;
{%- if paired %}
    wire give_first;
    wire signed [{= word_msb =}:0] give_data;
{%- endif %}

    half_order #(.WORDS({= words =}), .WINDOW(4), .KIND(2), .W({= end_width =})) parts_order (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= end =}_first),
        .in_data   ({= end =}_data),
        .out_first (parts_first),
        .phase     (parts_phase),
        .out_data  (parts_data)
    );

    wire unused_parts = &{1'b0, parts_phase};

    half_last #(.W({= end_width =}), .OW({= full_width =})) last (
        .clk      (clk),
        .rst      (rst),
        .in_first (parts_first),
        .in_data  (parts_data),
        .out_data (last_data)
    );

    narrow #(
        .IW    ({= full_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_words (
        .clk      (clk),
        .in_data  (last_data),
{%- if paired %}
        .out_data (give_data)
    );

    packet_valid #(.BEATS(1), .DELAY(4)) narrowed_first (
        .clk       (clk),
        .rst       (rst),
        .in_first  (parts_first),
        .out_valid (give_first)
    );

    // ---- from cycle {= give =}: pairs ----

    half_give #(.WORDS({= words =}), .W({= out_width =})) give (
        .clk       (clk),
        .rst       (rst),
        .in_first  (give_first),
        .in_data   (give_data),
        .out_valid (out_valid),
        .out_data  (out_data)
    );
{%- else %}
        .out_data (out_data)
    );

    packet_valid #(.BEATS({= words =}), .DELAY(4)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  (parts_first),
        .out_valid (out_valid)
    );
{%- endif %}

endmodule

`default_nettype wire
