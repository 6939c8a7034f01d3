{#- Real butterflies as words come, complex ones in place. Context: blocks::folded_fft::FoldedFftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: lane 0 the lower half of a block, lane 1 the upper half
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: lane 0 real parts, lane 1 imaginary parts
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    localparam UNITS  = {= units =};
    localparam CLOCKS = {= clocks =};   // of a complex product
    localparam BITS   = {= bits =};   // of a position in half a block
    localparam W      = {= width =};  // bits of a part
    localparam FW     = {= factor_bits =};  // bits of a factor

    // ---- cycle 0: x[t] + x[t + {= beats =}], x[t] - x[t + {= beats =}] ----

    wire signed [{= front_msb =}:0] front_sum;
    wire signed [{= front_msb =}:0] front_difference;
    reg                   front_first;

    fft_front #(
        .W      ({= in_width =}),
        .GUARD  ({= guard =}),
        .BEATS  ({= beats =}),
        .BLOCKS ({= blocks =}),
        .LAST   ({= last =})
    ) front (
        .clk            (clk),
        .rst            (rst),
        .in_valid       (in_valid),
        .in_low         (in_data[{= low_msb =}:0]),
        .in_high        (in_data[{= in_msb =}:{= in_width =}]),
        .out_sum        (front_sum),
        .out_difference (front_difference)
    );

    always @(posedge clk) front_first <= in_valid & ~rst;

    // ---- from cycle 1: the sums' butterflies, {= first_span =} words apart, then half as many ----
{%- for s in stages %}

    wire {= s.name =}_first;
    wire signed [{= s.width =}:0] {= s.name =};

    real_stage #(
        .BEATS  ({= beats =}),
        .SPAN   ({= s.span =}),
        .DOUBLE (0),
        .W      ({= s.width =})
    ) make_{= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.from_first =}),
        .in_data   ({= s.from =}),
        .out_first ({= s.name =}_first),
        .out_data  ({= s.name =})
    );
{%- endfor %}

    // ---- cycle {= low_cycle =}: their words, one by one, into the lower half ----

    wire             low_run;
    wire [BITS:0]    low_word;
    wire [UNITS-1:0] low_unit;
    wire             low_buffer;
    wire [BITS-1:0]  low_position;
    wire             low_part;

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) low_packet (
        .clk      (clk),
        .rst      (rst),
        .first    ({= end =}_first),
        .run      (low_run),
        .position (low_word),
        .unit     (low_unit),
        .buffer   (low_buffer)
    );

    fold_place #(.BITS(BITS)) low_place (
        .word     (low_word),
        .position (low_position),
        .part     (low_part)
    );

    // ---- cycle {= high_cycle =}: the first butterfly's differences, {= quarter =} apart, into the upper half ----

    wire             high_run;
    wire [BITS:0]    high_word;
    wire [UNITS-1:0] high_unit;
    wire             high_buffer;
    wire signed [{= front_msb =}:0] high_re;

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) high_packet (
        .clk      (clk),
        .rst      (rst),
        .first    (front_first),
        .run      (high_run),
        .position (high_word),
        .unit     (high_unit),
        .buffer   (high_buffer)
    );

    delay_line #(.W({= front_width =}), .DEPTH({= quarter =})) high_delay (
        .clk      (clk),
        .rst      (rst),
        .in_data  (front_difference),
        .out_data (high_re)
    );

    // ---- from cycle {= walk_cycle =}: {= butterflies =} complex butterflies in place ----

    wire                  start = low_run && low_word == {= start =};
    wire [UNITS-1:0]      turns;
    wire [UNITS-1:0]      ends;
    wire [UNITS*BITS-1:0] groups;
    wire [UNITS*FW-1:0]   factors;
    wire                  out_buffer;
    wire [BITS:0]         out_word;
    wire [UNITS*4*W-1:0]  words;
    genvar n;

    rom #(.WIDTH(FW), .DEPTH({= quarter =}), .ADDR_W(BITS), .PORTS(UNITS), .FILE("{= file =}")) factor_rom (
        .clk     (clk),
        .enable  (1'b1),
        .address (groups),
        .data_q1 (factors)
    );

    generate
        for (n = 0; n < UNITS; n = n + 1) begin : gen_unit
            fold_unit #(
                .INVERSE (0),
                .CLOCKS  (CLOCKS),
                .BITS    (BITS),
                .W       (W),
                .TW      ({= factor_width =}),
                .SHIFT   ({= shift =}),
                .MODE    ({= mode =})
            ) fold (
                .clk          (clk),
                .rst          (rst),
                .start        (start & low_unit[n]),
                .start_buffer (low_buffer),
                .turns        (turns[n]),
                .ends         (ends[n]),
                .group        (groups[n*BITS +: BITS]),
                .factor       (factors[n*FW +: FW]),
                .load         ({ {2{high_run & high_word[BITS] & high_unit[n]}},
                                {2{low_run & low_unit[n]}} & {low_part, ~low_part}}),
                .load_buffer  ({high_buffer, low_buffer}),
                .load_address ({high_word[BITS-1:0], low_position}),
                .load_data    ({ { {(W-{= front_width =}){front_difference[{= front_msb =}]}}, front_difference},
                                { {(W-{= front_width =}){high_re[{= front_msb =}]}}, high_re}, {2{ {= end =} }} }),
                .read_buffer  ({2{out_buffer}}),
                .read_address ({2{out_word[BITS-1:0]}}),
                .read_data    (words[n*4*W +: 4*W])
            );
        end
    endgenerate

    wire unused_turns = &{1'b0, turns};

    // ---- from cycle {= out_cycle =}: positions one by one; the word in cycle {= narrow_cycle =}, then {= narrowing =} ----

    reg              out_first;
    wire             out_run;
    wire [UNITS-1:0] out_unit;
    reg  [UNITS-1:0] out_unit_q1;
    reg  [UNITS-1:0] out_unit_q2;
    reg              out_high_q1;
    reg              out_high_q2;
    reg  [2*W-1:0]   word_d3;
    reg  [2*W-1:0]   word_q3;
    integer i;

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) out_packet (
        .clk      (clk),
        .rst      (rst),
        .first    (out_first),
        .run      (out_run),
        .position (out_word),
        .unit     (out_unit),
        .buffer   (out_buffer)
    );

    always @* begin
        word_d3 = 0;
        for (i = 0; i < UNITS; i = i + 1)
            word_d3 = word_d3 | ((out_high_q2 ? words[(4*i+2)*W +: 2*W] : words[4*i*W +: 2*W]) & {(2*W){out_unit_q2[i]}});
    end

    always @(posedge clk) begin
        out_first   <= (|ends) & ~rst;
        out_unit_q1 <= out_unit;
        out_unit_q2 <= out_unit_q1;
        out_high_q1 <= out_word[BITS];
        out_high_q2 <= out_high_q1;
        word_q3     <= word_d3;
    end

    wire unused_run = &{1'b0, out_run};

    narrow #(
        .IW    (W),
        .SHIFT ({= drop =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_0 (
        .clk      (clk),
        .in_data  (word_q3[0 +: W]),
        .out_data (out_data[{= out_low_msb =}:0])
    );

    narrow #(
        .IW    (W),
        .SHIFT ({= drop =}),
        .MODE  ({= mode =}),
        .OW    ({= out_width =})
    ) narrow_1 (
        .clk      (clk),
        .in_data  (word_q3[W +: W]),
        .out_data (out_data[{= out_msb =}:{= out_width =}])
    );

    packet_valid #(.BEATS({= beats =}), .DELAY(5)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  (out_first),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
