{#- Cross-lane butterfly and a chain of delay-feedback stages. Context: blocks::fft::FftRtl -#}
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

    // ---- cycle 0: x[t] + x[t + {= beats =}], x[t] - x[t + {= beats =}] ----

    wire {= front =}_first = in_valid;
    wire signed [{= front_msb =}:0] {= front =}_0;
    wire signed [{= front_msb =}:0] {= front =}_1;

    fft_front #(
        .W      ({= width =}),
        .GUARD  ({= guard =}),
        .BEATS  ({= beats =}),
        .BLOCKS ({= blocks =}),
        .LAST   ({= last =})
    ) front (
        .clk            (clk),
        .rst            (rst),
        .in_valid       (in_valid),
        .in_low         (in_data[{= low_msb =}:0]),
        .in_high        (in_data[{= in_msb =}:{= width =}]),
        .out_sum        ({= front =}_0),
        .out_difference ({= front =}_1)
    );
{%- for s in stages %}

    // ---- from cycle {= s.start =}: beats {= s.span =} apart, {= s.width =} bits ----

    wire [{= s.phase_msb =}:0] {= s.name =}_phase;
    wire signed [{= s.msb =}:0] {= s.name =}_turned_0;
    wire signed [{= s.msb =}:0] {= s.name =}_turned_1;
    wire {= s.name =}_first;
    wire signed [{= s.width =}:0] {= s.name =}_0;
    wire signed [{= s.width =}:0] {= s.name =}_1;
{%- if s.rotates %}

    {= s.rotator =} {= s.name =}_rotator (
        .clk    (clk),
        .phase  ({= s.name =}_phase),
        .in_re  ({= s.from =}_0),
        .in_im  ({= s.from =}_1),
        .out_re ({= s.name =}_turned_0),
        .out_im ({= s.name =}_turned_1)
    );
{%- else %}

    // one group only: nothing to turn
    assign {= s.name =}_turned_0 = {= s.from =}_0;
    assign {= s.name =}_turned_1 = {= s.from =}_1;
    wire unused_{= s.name =} = &{1'b0, {= s.name =}_phase};
{%- endif %}

    fft_stage #(
        .BEATS ({= beats =}),
        .SPAN  ({= s.span =}),
        .WAIT  ({= s.wait =}),
        .W     ({= s.width =})
    ) {= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.from =}_first),
        .phase     ({= s.name =}_phase),
        .in_0      ({= s.name =}_turned_0),
        .in_1      ({= s.name =}_turned_1),
        .out_first ({= s.name =}_first),
        .out_0     ({= s.name =}_0),
        .out_1     ({= s.name =}_1)
    );
{%- endfor %}

    // ---- last two cycles: {= narrowing =} ----

    narrow #(
        .IW    ({= full_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_0 (
        .clk      (clk),
        .in_data  ({= end =}_0),
        .out_data (out_data[{= out_low_msb =}:0])
    );

    narrow #(
        .IW    ({= full_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_1 (
        .clk      (clk),
        .in_data  ({= end =}_1),
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
