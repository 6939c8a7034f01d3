{# A delay-feedback stage. Context: blocks::ifft::Stage #}    // ---- from cycle {= start =}: beats {= span =} apart ----

    wire [{= phase_msb =}:0] {= name =}_phase;
    wire signed [{= width =}:0] {= name =}_double_0;
    wire signed [{= width =}:0] {= name =}_double_1;
    wire {= name =}_first;
    wire signed [{= msb =}:0] {= name =}_0;
    wire signed [{= msb =}:0] {= name =}_1;

    ifft_stage #(
        .BEATS ({= beats =}),
        .SPAN  ({= span =}),
{%- if real == 0 %}
        .REAL  (0),
{%- endif %}
        .WAIT  ({= wait =}),
        .W     ({= width =})
    ) {= name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= from =}_first),
        .in_0      ({= from =}_0),
        .in_1      ({= from =}_1),
        .phase     ({= name =}_phase),
        .out_first ({= name =}_first),
        .out_0     ({= name =}_double_0),
        .out_1     ({= name =}_double_1)
    );
{%- if rotates %}

    {= rotator =} {= name =}_rotator (
        .clk    (clk),
        .phase  ({= phase =}),
        .in_re  ({= name =}_double_0),
        .in_im  ({= name =}_double_1),
        .out_re ({= name =}_0),
        .out_im ({= name =}_1)
    );
{%- else %}

    // one group only: nothing to turn
    halve #(.W({= width =}), .MODE({= mode =})) {= name =}_halve_0 (
        .clk      (clk),
        .in_data  ({= name =}_double_0),
        .out_data ({= name =}_0)
    );

    halve #(.W({= width =}), .MODE({= mode =})) {= name =}_halve_1 (
        .clk      (clk),
        .in_data  ({= name =}_double_1),
        .out_data ({= name =}_1)
    );

    wire unused_{= name =} = &{1'b0, {= name =}_phase};
{%- endif %}