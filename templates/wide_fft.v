{#- Two pipelines of levels of butterflies behind the first level. Context: blocks::wide_fft::WideFftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: words n, n + {= half =}, n + {= quarter =}, n + {= three_quarters =} of a block
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: (re, im) of positions t and t + {= quarter =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: words that exist; their sums and differences ----

    wire [{= msb =}:0] exist_0;
    wire [{= msb =}:0] exist_1;
    wire [{= msb =}:0] exist_2;
    wire [{= msb =}:0] exist_3;

    fft_mask #(
        .W       ({= width =}),
        .BEATS   ({= beats =}),
        .BLOCKS  ({= blocks =}),
        .LAST    ({= last =}),
        .LOW_AT  (0),
        .HIGH_AT ({= half =})
    ) mask_0 (
        .clk      (clk),
        .rst      (rst),
        .in_valid (in_valid),
        .in_low   (in_data[{= taken[0] =}]),
        .in_high  (in_data[{= taken[1] =}]),
        .out_low  (exist_0),
        .out_high (exist_1)
    );

    fft_mask #(
        .W       ({= width =}),
        .BEATS   ({= beats =}),
        .BLOCKS  ({= blocks =}),
        .LAST    ({= last =}),
        .LOW_AT  ({= quarter =}),
        .HIGH_AT ({= three_quarters =})
    ) mask_1 (
        .clk      (clk),
        .rst      (rst),
        .in_valid (in_valid),
        .in_low   (in_data[{= taken[2] =}]),
        .in_high  (in_data[{= taken[3] =}]),
        .out_low  (exist_2),
        .out_high (exist_3)
    );

    wire odd_in_first;
    wire signed [{= split_msb =}:0] sum_0;
    wire signed [{= split_msb =}:0] sum_1;
    wire signed [{= split_msb =}:0] odd_in_0;
    wire signed [{= split_msb =}:0] odd_in_1;

    fft_split #(.W({= width =}), .GUARD({= guard =})) split (
        .clk          (clk),
        .rst          (rst),
        .in_first     (in_valid),
        .in_0         (exist_0),
        .in_1         (exist_1),
        .in_2         (exist_2),
        .in_3         (exist_3),
        .out_first    (odd_in_first),
        .sum_0        (sum_0),
        .sum_1        (sum_1),
        .difference_0 (odd_in_0),
        .difference_1 (odd_in_1)
    );

    // ---- sums wait: their pipeline is the shorter one ----

    reg [{= wait_msb =}:0] sum_first_q;
    always @(posedge clk) sum_first_q <= rst ? {= wait =}'d0 : {sum_first_q[{= wait - 2 =}:0], odd_in_first};

    wire even_in_first = sum_first_q[{= wait_msb =}];
    wire signed [{= split_msb =}:0] even_in_0;
    wire signed [{= split_msb =}:0] even_in_1;

    delay_line #(.W(2 * {= split_width =}), .DEPTH({= wait =})) sum_delay (
        .clk      (clk),
        .rst      (1'b0),
        .in_data  ({sum_1, sum_0}),
        .out_data ({even_in_1, even_in_0})
    );

    // ======== even bins: the sums ========
{%- for s in even %}

{= s =}
{%- endfor %}

    // ======== odd bins: the differences ========
{%- for s in odd %}

{= s =}
{%- endfor %}

    // ---- last three cycles: DC and Nyquist; {= narrowing =} ----

    wire signed [{= end_msb =}:0] even_last_0;
    wire signed [{= end_msb =}:0] even_last_1;
    reg  signed [{= end_msb =}:0] odd_last_0;
    reg  signed [{= end_msb =}:0] odd_last_1;

    fft_last #(.W({= end_width =}), .OW({= end_width =})) last (
        .clk      (clk),
        .in_first ({= even_end =}_first),
        .in_0     ({= even_end =}_0),
        .in_1     ({= even_end =}_1),
        .out_0    (even_last_0),
        .out_1    (even_last_1)
    );

    always @(posedge clk) begin
        odd_last_0 <= {= odd_end =}_0;
        odd_last_1 <= {= odd_end =}_1;
    end
{%- for l in lanes %}

    narrow #(
        .IW    ({= end_width =}),
        .SHIFT ({= shift =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_{= l.index =} (
        .clk      (clk),
        .in_data  ({= l.from =}),
        .out_data (out_data[{= l.bits =}])
    );
{%- endfor %}

    packet_valid #(.BEATS({= beats =}), .DELAY(3)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= odd_end =}_first),
        .out_valid (out_valid)
    );

    wire unused_first = {= even_end =}_first;  // the same as that of the odd bins

endmodule

`default_nettype wire
