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

    // ---- from cycle {= s.start =}: {= s.what =} ----

    wire {= s.name =}_in_first;
    wire [{= s.phase_msb =}:0] {= s.name =}_phase;
    wire signed [{= s.msb =}:0] {= s.name =}_in_0;
    wire signed [{= s.msb =}:0] {= s.name =}_in_1;
    wire {= s.name =}_first;
    wire signed [{= s.out_msb =}:0] {= s.name =}_0;
    wire signed [{= s.out_msb =}:0] {= s.name =}_1;

    fft_order #(
        .BEATS  ({= beats =}),
        .WINDOW ({= s.window =}),
        .INPUT  ({= s.input =}),
        .W      ({= s.beat =})
    ) {= s.name =}_order (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.from =}_first),
        .in_data   ({{= s.from =}_1, {= s.from =}_0}),
        .out_first ({= s.name =}_in_first),
        .phase     ({= s.name =}_phase),
        .out_data  ({{= s.name =}_in_1, {= s.name =}_in_0})
    );
{%- if s.is_first %}

    fft_first #(.W({= s.width =}), .GUARD({= guard =})) {= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.name =}_in_first),
        .second    ({= s.name =}_phase[0]),
        .in_0      ({= s.name =}_in_0),
        .in_1      ({= s.name =}_in_1),
        .out_first ({= s.name =}_first),
        .out_0     ({= s.name =}_0),
        .out_1     ({= s.name =}_1)
    );
{%- else %}

    wire signed [{= s.msb =}:0] {= s.name =}_x;
    wire signed [{= s.msb =}:0] {= s.name =}_y;
    wire signed [{= s.turned_msb =}:0] {= s.name =}_re;
{%- if s.shifts %}
    wire signed [{= s.turned_msb =}:0] {= s.name =}_im_early;
    reg  signed [{= s.turned_msb =}:0] {= s.name =}_im;
    wire {= s.name =}_up = 1'b0;

    always @(posedge clk) {= s.name =}_im <= {= s.name =}_im_early;

    {= s.turn =} {= s.name =}_turn (
        .clk    (clk),
        .phase  ({= s.turn_phase =}),
        .in_re  ({= s.x =}),
        .in_im  ({= s.y =}),
        .out_re ({= s.name =}_re),
        .out_im ({= s.name =}_im_early)
    );
{%- else %}
    wire signed [{= s.turned_msb =}:0] {= s.name =}_im = {= s.name =}_re;
    wire {= s.name =}_up;

    {= s.turn =} {= s.name =}_turn (
        .clk      (clk),
        .phase    ({= s.turn_phase =}),
        .x        ({= s.name =}_x),
        .y        ({= s.name =}_y),
        .out_data ({= s.name =}_re),
        .out_up   ({= s.name =}_up)
    );
{%- endif %}

    fft_level #(
        .W     ({= s.width =}),
        .HW    ({= s.turned =}),
        .OW    ({= s.out =}),
        .HALVE ({= s.halve =}),
        .LATE  ({= s.late =})
    ) {= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.name =}_in_first),
        .second    ({= s.name =}_phase[0]),
        .is_real   (~(|{= s.group =})),
        .in_0      ({= s.name =}_in_0),
        .in_1      ({= s.name =}_in_1),
        .x         ({= s.name =}_x),
        .y         ({= s.name =}_y),
        .re        ({= s.name =}_re),
        .re_up     ({= s.name =}_up),
        .im        ({= s.name =}_im),
        .im_up     ({= s.name =}_up),
        .out_first ({= s.name =}_first),
        .out_0     ({= s.name =}_0),
        .out_1     ({= s.name =}_1)
    );
{%- endif %}

    wire unused_{= s.name =} = &{1'b0, {= s.name =}_phase};
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
