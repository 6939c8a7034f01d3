{#- The sum of several parts, word by word. Context: blocks::add::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // the words of each part, part after part
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // their sums
    output reg  out_valid,
    (* keep *) output reg  [{= out_msb =}:0] out_data  // Yosys 0.23: its adders are not for DSP cells
);
{%- if odd %}

    // ---- the last beat of a frame has one word ----

    reg [{= beat.msb =}:0] beat_q;
    wire last_beat = beat_q == {= beat.last =};

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end
{%- endif %}
{%- for lane in lanes %}

    // ---- lane {= lane.index =} ----
{% for term in lane.terms %}
    wire signed [{= sum_msb =}:0] {= term.name =} = {= term.aligned =};  // {= term.format =}
{%- endfor %}
    wire signed [{= sum_msb =}:0] sum{= lane.index =} = {% for term in lane.terms %}{% if !loop.first %} + {% endif %}{= term.name =}{% endfor %};
{%- endfor %}

    // ---- cycle 1 ----

    always @(posedge clk) begin
        if (rst) out_valid <= 1'b0;
        else out_valid <= in_valid;
    end

    always @(posedge clk) begin
{%- for lane in lanes %}
{%- if lane.masked %}
        out_data[{= lane.sum =}] <= last_beat ? {{= sum_msb + 1 =}{1'b0}} : sum{= lane.index =};
{%- else %}
        out_data[{= lane.sum =}] <= sum{= lane.index =};
{%- endif %}
{%- endfor %}
    end

endmodule

`default_nettype wire
