{#- The beats of a block become one beat. Context: blocks::pack::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // the next words of a block
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // all of them
    output reg  out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 1: the newest beat stands highest ----

    reg [{= out_msb =}:0] words_q1;
{%- if let Some(kept) = kept %}
    reg [{= beat.msb =}:0] beat_q;  // of the block

    always @(posedge clk) begin
        if (in_valid) words_q1 <= {in_data, words_q1[{= kept =}]};
        if (rst) begin
            beat_q    <= {= beat.zero =};
            out_valid <= 1'b0;
        end else begin
            if (in_valid) beat_q <= beat_q + 1'b1;
            out_valid <= in_valid && beat_q == {= beat.last =};
        end
    end
{%- else %}

    always @(posedge clk) begin
        words_q1  <= in_data;
        out_valid <= in_valid && !rst;
    end
{%- endif %}

    // ---- each word in its place ----
{% for word in words %}
    assign out_data[{= word.to =}] = words_q1[{= word.from =}];
{%- endfor %}

endmodule

`default_nettype wire
