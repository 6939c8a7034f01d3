{# A level of butterflies behind its memory. Context: blocks::fft::Stage #}    // ---- from cycle {= start =}: {= what =} ----

    wire {= name =}_in_first;
    wire [{= phase_msb =}:0] {= name =}_phase;
    wire signed [{= msb =}:0] {= name =}_in_0;
    wire signed [{= msb =}:0] {= name =}_in_1;
    wire {= name =}_first;
    wire signed [{= out_msb =}:0] {= name =}_0;
    wire signed [{= out_msb =}:0] {= name =}_1;

    fft_order #(
        .BEATS  ({= beats =}),
        .WINDOW ({= window =}),
        .INPUT  ({= input =}),
        .W      ({= beat =})
    ) {= name =}_order (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= from =}_first),
        .in_data   ({{= from =}_1, {= from =}_0}),
        .out_first ({= name =}_in_first),
        .phase     ({= name =}_phase),
        .out_data  ({{= name =}_in_1, {= name =}_in_0})
    );
{%- if is_first %}

    fft_first #(.W({= width =}), .GUARD({= guard =}){% if halve != 0 %}, .HALVE(1){% endif %}) {= name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= name =}_in_first),
        .second    ({= name =}_phase[0]),
        .in_0      ({= name =}_in_0),
        .in_1      ({= name =}_in_1),
        .out_first ({= name =}_first),
        .out_0     ({= name =}_0),
        .out_1     ({= name =}_1)
    );
{%- else %}

    wire signed [{= msb =}:0] {= name =}_x;
    wire signed [{= msb =}:0] {= name =}_y;
    wire signed [{= turned_msb =}:0] {= name =}_re;
{%- if shifts %}
    wire signed [{= turned_msb =}:0] {= name =}_im_early;
    reg  signed [{= turned_msb =}:0] {= name =}_im;
    wire {= name =}_up = 1'b0;

    always @(posedge clk) {= name =}_im <= {= name =}_im_early;

    {= turn =} {= name =}_turn (
        .clk    (clk),
        .phase  ({= turn_phase =}),
        .in_re  ({= x =}),
        .in_im  ({= y =}),
        .out_re ({= name =}_re),
        .out_im ({= name =}_im_early)
    );
{%- else %}
    wire signed [{= turned_msb =}:0] {= name =}_im = {= name =}_re;
    wire {= name =}_up;

    {= turn =} {= name =}_turn (
        .clk      (clk),
        .phase    ({= turn_phase =}),
        .x        ({= name =}_x),
        .y        ({= name =}_y),
        .out_data ({= name =}_re),
        .out_up   ({= name =}_up)
    );
{%- endif %}

    fft_level #(
        .W     ({= width =}),
        .HW    ({= turned =}),
        .OW    ({= out =}),
        .HALVE ({= halve =}),
        .LATE  ({= late =})
    ) {= name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= name =}_in_first),
        .second    ({= name =}_phase[0]),
        .is_real   ({= is_real =}),
        .in_0      ({= name =}_in_0),
        .in_1      ({= name =}_in_1),
        .x         ({= name =}_x),
        .y         ({= name =}_y),
        .re        ({= name =}_re),
        .re_up     ({= name =}_up),
        .im        ({= name =}_im),
        .im_up     ({= name =}_up),
        .out_first ({= name =}_first),
        .out_0     ({= name =}_0),
        .out_1     ({= name =}_1)
    );
{%- endif %}

    wire unused_{= name =} = &{1'b0, {= name =}_phase};