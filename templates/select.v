{#- One row of a group per packet. Context: blocks::select::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= rows =} rows
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // one of them
    output reg  out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- the row, the same for all beats of a packet ----

    reg [{= row.msb =}:0] row_q;
{%- if let Some(beat) = beat %}
    reg [{= beat.msb =}:0] beat_q;  // of the packet
    wire last_beat = beat_q == {= beat.last =};
    wire next      = in_valid && last_beat;
{%- else %}
    wire next      = in_valid;
{%- endif %}
{%- if let Some(packet) = packet %}
    reg [{= packet.msb =}:0] packet_q;  // of the frame, whose last group has fewer rows
    wire last_packet = packet_q == {= packet.last =};
    wire last_row  = row_q == {= row.last =} || last_packet;
{%- else %}
    wire last_row  = row_q == {= row.last =};
{%- endif %}

    always @(posedge clk) begin
        if (rst) row_q <= {= row.zero =};
        else if (next) row_q <= last_row ? {= row.zero =} : row_q + 1'b1;
    end
{%- if let Some(beat) = beat %}

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end
{%- endif %}
{%- if let Some(packet) = packet %}

    always @(posedge clk) begin
        if (rst) packet_q <= {= packet.zero =};
        else if (next) packet_q <= last_packet ? {= packet.zero =} : packet_q + 1'b1;
    end
{%- endif %}

    row_mux #(.ROWS({= rows =}), .WIDTH({= out_msb + 1 =})) mux (
        .clk    (clk),
        .number (row_q),
        .rows   (in_data),
        .row    (out_data)
    );
{%- if is_late %}

    reg valid_q1;

    always @(posedge clk) begin
        valid_q1  <= in_valid && !rst;
        out_valid <= valid_q1 && !rst;
    end
{%- else %}

    always @(posedge clk) out_valid <= in_valid && !rst;
{%- endif %}

endmodule

`default_nettype wire
