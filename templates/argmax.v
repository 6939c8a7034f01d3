{#- Index of the largest word of a frame. Context: blocks::argmax::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= beats =} beats per frame; {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // one index per frame; {= output =}
    output reg  out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the beat of the frame, the indices of its words ----

    reg [{= beat.msb =}:0] beat_q;
    wire last_beat = beat_q == {= beat.last =};

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end
{%- for lane in lanes %}

    wire signed [{= word_msb =}:0] lane{= lane.number =}_word = in_data[{= lane.word =}];
    wire [{= position_msb =}:0] lane{= lane.number =}_index = {= lane.index =};
    wire lane{= lane.number =}_counts = {= lane.counts =};
{%- endfor %}
{%- if pairs %}
    wire lane1_wins = lane1_counts && lane1_word > lane0_word;
{%- endif %}

    // ---- cycle 1: the better word of the beat; the first one of equals ----

    reg valid_q1;
    reg last_q1;
    reg first_q1;
    reg signed [{= word_msb =}:0] word_q1;
    reg [{= position_msb =}:0] index_q1;

    always @(posedge clk) begin
        valid_q1 <= in_valid && lane0_counts;
        first_q1 <= beat_q == {= beat.zero =};
{%- if pairs %}
        word_q1  <= lane1_wins ? lane1_word : lane0_word;
        index_q1 <= lane1_wins ? lane1_index : lane0_index;
{%- else %}
        word_q1  <= lane0_word;
        index_q1 <= lane0_index;
{%- endif %}
        if (rst) last_q1 <= 1'b0;
        else last_q1 <= in_valid && last_beat;
    end

    // ---- cycle 2: the best word so far ----

    reg signed [{= word_msb =}:0] best_q2;
    reg [{= position_msb =}:0] best_index_q2;
{%- if rising %}
    // indices rise from beat to beat: the first of equals is there already
    wire better = word_q1 > best_q2;
{%- else %}
    // among equals the smaller index counts as the larger number
    wire better = $signed({word_q1, ~index_q1}) > $signed({best_q2, ~best_index_q2});
{%- endif %}

    always @(posedge clk) begin
        if (valid_q1 && (first_q1 || better)) begin
            best_q2       <= word_q1;
            best_index_q2 <= index_q1;
        end
        if (rst) out_valid <= 1'b0;
        else out_valid <= last_q1;
    end

    assign out_data = {= result =};
{%- if spare %}
    wire unused_index = &{1'b0, best_index_q2[{= position_msb =}:{= out_msb =}]};
{%- endif %}

endmodule

`default_nettype wire
