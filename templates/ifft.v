{#- A chain of delay-feedback stages and a cross-lane butterfly. Context: blocks::ifft::IfftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: lane 0 real parts, lane 1 imaginary parts
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: lane 0 the lower half of a block, lane 1 the upper half
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: one bit of room for the length of complex values ----

    wire in_first = in_valid;
    wire signed [{= msb =}:0] in_0 = {in_data[{= in_low_msb =}], in_data[{= in_low_msb =}:0]};
    wire signed [{= msb =}:0] in_1 = {in_data[{= in_msb =}], in_data[{= in_msb =}:{= in_width =}]};
{%- for s in stages %}

{= s =}
{%- endfor %}

    // ---- last two cycles: the two halves of the block ----

    ifft_back #(.W({= width =}), .MODE({= mode =})) back (
        .clk           (clk),
        .in_sum        ({= end =}_0),
        .in_difference ({= end =}_1),
        .out_low       (out_data[{= msb =}:0]),
        .out_high      (out_data[{= out_msb =}:{= width =}])
    );

    packet_valid #(.BEATS({= beats =}), .DELAY(2)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= end =}_first),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
