{#- Two chains of delay-feedback stages and what joins them. Context: blocks::wide_ifft::WideIfftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: (re, im) of positions t and t + {= quarter =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: words n, n + {= half =}, n + {= quarter =}, n + {= three_quarters =} of a block
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: one bit of room for the length of complex values ----

    wire even_in_first = in_valid;
    wire odd_in_first  = in_valid;
    wire signed [{= in_width - 1 =}:0] in_0 = in_data[{= taken[0] =}];
    wire signed [{= in_width - 1 =}:0] in_1 = in_data[{= taken[1] =}];
    wire signed [{= in_width - 1 =}:0] in_2 = in_data[{= taken[2] =}];
    wire signed [{= in_width - 1 =}:0] in_3 = in_data[{= taken[3] =}];
    wire signed [{= msb =}:0] even_in_0 = {in_0[{= in_width - 1 =}], in_0};
    wire signed [{= msb =}:0] even_in_1 = {in_1[{= in_width - 1 =}], in_1};
    wire signed [{= msb =}:0] odd_in_0  = {in_2[{= in_width - 1 =}], in_2};
    wire signed [{= msb =}:0] odd_in_1  = {in_3[{= in_width - 1 =}], in_3};

    // ======== even bins: the sums ========
{%- for s in even %}

{= s =}
{%- endfor %}

    wire signed [{= msb =}:0] sum_0;
    wire signed [{= msb =}:0] sum_1;

    ifft_back #(.W({= width =}), .MODE({= mode =})) even_back (
        .clk           (clk),
        .in_sum        ({= even_end =}_0),
        .in_difference ({= even_end =}_1),
        .out_low       (sum_0),
        .out_high      (sum_1)
    );

    // ======== odd bins: the differences ========
{%- for s in odd %}

{= s =}
{%- endfor %}

    // ---- last two cycles: the halves of the block ----

    ifft_back #(.W({= width =}), .MODE({= mode =})) back_0 (
        .clk           (clk),
        .in_sum        (sum_0),
        .in_difference ({= odd_end =}_0),
        .out_low       (out_data[{= given[0] =}]),
        .out_high      (out_data[{= given[1] =}])
    );

    ifft_back #(.W({= width =}), .MODE({= mode =})) back_1 (
        .clk           (clk),
        .in_sum        (sum_1),
        .in_difference ({= odd_end =}_1),
        .out_low       (out_data[{= given[2] =}]),
        .out_high      (out_data[{= given[3] =}])
    );

    packet_valid #(.BEATS({= beats =}), .DELAY(2)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= odd_end =}_first),
        .out_valid (out_valid)
    );

    wire unused_first = {= even_end =}_first;  // two cycles before that of the odd bins

endmodule

`default_nettype wire
