{#- Count of thresholds by bisection. Context: blocks::threshold::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- control, beside the data: bit c belongs to cycle c ----

    reg [{= latency =}:1] valid_q;

    always @(posedge clk) begin
        if (rst) valid_q <= {= latency =}'d0;
        else valid_q <= {valid_q[{= latency_before =}:1], in_valid};
    end
    assign out_valid = valid_q[{= latency =}];

    wire [{= beat.msb =}:0] beat;
{%- if shared %}
    assign beat = {= beat.zero =};  // all words share their thresholds
{%- else %}
    reg [{= beat.msb =}:0] beat_q;

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= beat_q == {= beat.last =} ? {= beat.zero =} : beat_q + 1'b1;
    end
    assign beat = beat_q;
{%- endif %}

    // ---- one bit of the count per step, the most significant one first ----
{%- for step in steps %}

    wire [{= step.path_msb =}:0] {= step.path_next =};
    wire signed [{= width_msb =}:0] {= step.value_next =};

    threshold_step #(
        .WIDTH  ({= width =}),
        .PATH_W ({= step.path_width =}),
        .ADDR_W ({= step.address_width =}),
        .DEPTH  ({= step.depth =}),
        .FILE   ("{= step.file =}")
    ) {= step.name =} (
        .clk      (clk),
        .path     ({= step.path =}),
        .value    ({= step.value =}),
        .path_q2  ({= step.path_next =}),
        .value_q2 ({= step.value_next =})
    );
{%- endfor %}

    // ---- cycle {= latency =}: the count above the least output ----

    reg [{= out_msb =}:0] out_data_q;
{%- for lane in lanes %}

    always @(posedge clk) out_data_q[{= lane.word =}] <= {= lane.count =} + {= low =};
    wire unused_{= loop.index0 =} = &{1'b0, {= lane.rest =}};
{%- endfor %}

    assign out_data = out_data_q;

endmodule

`default_nettype wire
