{#- Some consecutive beats of each frame. Context: blocks::slice::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // every beat of a frame
    input  wire in_valid,
    input  wire [{= msb =}:0] in_data,

    // those that pass
    output reg  out_valid,
    output reg  [{= msb =}:0] out_data
);

    // ---- the beat of the frame ----

    reg [{= beat.msb =}:0] beat_q;

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= beat_q == {= beat.last =} ? {= beat.zero =} : beat_q + 1'b1;
    end

    // ---- cycle 1 ----

    always @(posedge clk) begin
        if (rst) out_valid <= 1'b0;
        else out_valid <= {= passes =};
    end

    always @(posedge clk) out_data <= in_data;

endmodule

`default_nettype wire
