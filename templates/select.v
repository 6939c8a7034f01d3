{#- One row of a group per packet. Context: blocks::select::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= rows.len() =} rows
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // one of them
    output reg  out_valid,
    output reg  [{= out_msb =}:0] out_data
);

    // ---- the beat of the packet, its row, the packet of the frame ----

    reg [{= beat.msb =}:0] beat_q;
    reg [{= row.msb =}:0] row_q;
    reg [{= packet.msb =}:0] packet_q;
    wire last_beat   = beat_q == {= beat.last =};
    wire last_row    = row_q == {= row.last =};
    wire last_packet = packet_q == {= packet.last =};

    always @(posedge clk) begin
        if (rst) begin
            beat_q   <= {= beat.zero =};
            row_q    <= {= row.zero =};
            packet_q <= {= packet.zero =};
        end else if (in_valid) begin
            beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
            if (last_beat) begin
                row_q    <= last_row || last_packet ? {= row.zero =} : row_q + 1'b1;
                packet_q <= last_packet ? {= packet.zero =} : packet_q + 1'b1;
            end
        end
    end

    // ---- cycle 1 ----

    always @(posedge clk) begin
        if (rst) out_valid <= 1'b0;
        else out_valid <= in_valid;
    end

    always @(posedge clk) begin
        case (row_q)
{%- for row in rows %}
            {= row.label =}: out_data <= in_data[{= row.words =}];
{%- endfor %}
        endcase
    end

endmodule

`default_nettype wire
