{#- Several streams one after another, aligned. Context: blocks::concat::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // the words of the part whose turn it is
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // the same, aligned
    output reg  out_valid,
    output reg  [{= out_msb =}:0] out_data
);

    // ---- the beat of the frame ----

    reg [{= beat.msb =}:0] beat_q;
    wire last_beat = beat_q == {= beat.last =};

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end

    // ---- the words by the number of zeros appended ----
{% for by in lanes[0].aligned %}
    wire [{= out_msb =}:0] {= by.1 =};
{%- endfor %}
{%- for lane in lanes %}
{%- for by in lane.aligned %}

    shift_fit #(.IW({= input =}), .SHIFT({= by.0 =}), .OW({= output =})) lane{= lane.index =}_{= by.1 =} (
        .in_data  (in_data[{= lane.input =}]),
        .out_data ({= by.1 =}[{= by.2 =}])
    );
{%- endfor %}
{%- endfor %}

    // ---- cycle 1 ----

    wire [{= out_msb =}:0] aligned =
{%- for part in parts %}
        {% if !part.until.is_empty() %}{= part.until =} ? {= part.words =} :{% else %}{= part.words =};{% endif %}
{%- endfor %}

    always @(posedge clk) begin
        if (rst) out_valid <= 1'b0;
        else out_valid <= in_valid;
    end

    always @(posedge clk) begin
        out_data <= aligned;
{%- for lane in lanes %}
{%- if lane.masked %}
        if (last_beat) out_data[{= lane.aligned[0].2 =}] <= {{= output =}{1'b0}};  // not a word
{%- endif %}
{%- endfor %}
    end

endmodule

`default_nettype wire
