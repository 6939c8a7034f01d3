{#- Complex butterflies in place, real ones as words leave. Context: blocks::folded_ifft::FoldedIfftRtl -#}
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

    localparam UNITS  = {= units =};
    localparam CLOCKS = {= clocks =};   // of a complex product
    localparam BITS   = {= bits =};   // of a position in half a block
    localparam W      = {= width =};  // bits of a part
    localparam FW     = {= factor_bits =};  // bits of a factor

    // ---- cycle 1: position t into its half ----

    reg             in_first;
    reg  [2*W-1:0]  in_word;
    wire            in_run;
    wire [BITS:0]   in_position;
    wire [UNITS-1:0] in_unit;
    wire            in_buffer;

    always @(posedge clk) begin
        in_first <= in_valid & ~rst;
        in_word  <= { in_data[{= in_msb =}], in_data[{= in_msb =}:{= in_width =}], in_data[{= in_low_msb =}], in_data[{= in_low_msb =}:0]};
    end

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) in_packet (
        .clk      (clk),
        .rst      (rst),
        .first    (in_first),
        .run      (in_run),
        .position (in_position),
        .unit     (in_unit),
        .buffer   (in_buffer)
    );

    // ---- from cycle {= walk_cycle =}: {= butterflies =} complex butterflies in place ----

    wire                  start = &in_position;
    wire [UNITS-1:0]      turns;
    wire [UNITS-1:0]      ends;
    wire [UNITS*BITS-1:0] groups;
    wire [UNITS*FW-1:0]   factors;
    wire                  low_buffer;
    wire [BITS-1:0]       low_position;
    wire                  high_buffer;
    wire [BITS:0]         high_word;
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
                .INVERSE (1),
                .CLOCKS  (CLOCKS),
                .BITS    (BITS),
                .W       (W),
                .TW      ({= factor_width =}),
                .SHIFT   ({= shift =}),
                .MODE    ({= mode =})
            ) fold (
                .clk          (clk),
                .rst          (rst),
                .start        (start & in_unit[n]),
                .start_buffer (in_buffer),
                .turns        (turns[n]),
                .ends         (ends[n]),
                .group        (groups[n*BITS +: BITS]),
                .factor       (factors[n*FW +: FW]),
                .load         ({4{in_run & in_unit[n]}} & { {2{in_position[BITS]}}, {2{~in_position[BITS]}} }),
                .load_buffer  ({2{in_buffer}}),
                .load_address ({2{in_position[BITS-1:0]}}),
                .load_data    ({2{in_word}}),
                .read_buffer  ({high_buffer, low_buffer}),
                .read_address ({high_word[BITS-1:0], low_position}),
                .read_data    (words[n*4*W +: 4*W])
            );
        end
    endgenerate

    wire unused_ends = &{1'b0, ends};

    // ---- from cycle {= low_cycle =}: the words of the lower half, real ones, one by one; three cycles later they are there ----

    reg              low_first;
    wire             low_run;
    wire [BITS:0]    low_word;
    wire [UNITS-1:0] low_unit;
    wire             low_part;
    reg  [2:0]       low_first_q;
    reg  [UNITS-1:0] low_unit_q1;
    reg  [UNITS-1:0] low_unit_q2;
    reg              low_part_q1;
    reg              low_part_q2;
    reg  [W-1:0]     low_d3;
    reg  signed [W-1:0] low_q3;
    integer i;

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) low_packet (
        .clk      (clk),
        .rst      (rst),
        .first    (low_first),
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

    always @* begin
        low_d3 = 0;
        for (i = 0; i < UNITS; i = i + 1)
            low_d3 = low_d3 | ((low_part_q2 ? words[(4*i+1)*W +: W] : words[4*i*W +: W]) & {W{low_unit_q2[i]}});
    end

    always @(posedge clk) begin
        low_first   <= (|turns) & ~rst;
        low_first_q <= rst ? 3'd0 : {low_first_q[1:0], low_first};
        low_unit_q1 <= low_unit;
        low_unit_q2 <= low_unit_q1;
        low_part_q1 <= low_part;
        low_part_q2 <= low_part_q1;
        low_q3      <= low_d3;
    end

    wire unused_low = &{1'b0, low_run};

    // ---- from cycle {= stage_cycle =}: their butterflies, 1 word apart, then twice as many; each is halved ----
{%- for s in stages %}

    wire {= s.name =}_first;
    wire signed [W:0] {= s.name =}_double;
    wire signed [W-1:0] {= s.name =};
    reg {= s.name =}_first_q;

    real_stage #(
        .BEATS  ({= beats =}),
        .SPAN   ({= s.span =}),
        .DOUBLE (1),
        .W      (W)
    ) make_{= s.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= s.from_first =}),
        .in_data   ({= s.from =}),
        .out_first ({= s.name =}_first),
        .out_data  ({= s.name =}_double)
    );

    halve #(.W(W), .MODE({= mode =})) {= s.name =}_halve (
        .clk      (clk),
        .in_data  ({= s.name =}_double),
        .out_data ({= s.name =})
    );

    always @(posedge clk) {= s.name =}_first_q <= {= s.name =}_first & ~rst;
{%- endfor %}

    // ---- from cycle {= high_cycle =}: the upper half, imaginary parts {= quarter =} cycles after real ones ----

    wire             high_run;
    wire [UNITS-1:0] high_unit;
    reg  [UNITS-1:0] high_unit_q1;
    reg  [UNITS-1:0] high_unit_q2;
    reg  [2:1]       high_im_q;
    reg              high_im_q3;
    reg  [2*W-1:0]   high_d3;
    reg  [2*W-1:0]   high_q3;
    wire [W-1:0]     high_im;

    fold_packet #(.BEATS({= beats =}), .UNITS(UNITS)) high_packet (
        .clk      (clk),
        .rst      (rst),
        .first    ({= end =}_first_q),
        .run      (high_run),
        .position (high_word),
        .unit     (high_unit),
        .buffer   (high_buffer)
    );

    always @* begin
        high_d3 = 0;
        for (i = 0; i < UNITS; i = i + 1)
            high_d3 = high_d3 | (words[(4*i+2)*W +: 2*W] & {(2*W){high_unit_q2[i]}});
    end

    always @(posedge clk) begin
        high_unit_q1 <= high_unit;
        high_unit_q2 <= high_unit_q1;
        high_im_q    <= {high_im_q[1], high_word[BITS]};
        high_im_q3   <= high_im_q[2];
        high_q3      <= high_d3;
    end

    delay_line #(.W(W), .DEPTH({= quarter =})) high_delay (
        .clk      (clk),
        .rst      (rst),
        .in_data  (high_q3[W +: W]),
        .out_data (high_im)
    );

    wire unused_high = &{1'b0, high_run};

    // ---- last two cycles: the two halves of the block ----

    wire [W-1:0] sum;

    delay_line #(.W(W), .DEPTH(3)) sum_delay (
        .clk      (clk),
        .rst      (rst),
        .in_data  ({= end =}),
        .out_data (sum)
    );

    ifft_back #(.W(W), .MODE({= mode =})) back (
        .clk           (clk),
        .in_sum        (sum),
        .in_difference (high_im_q3 ? high_im : high_q3[0 +: W]),
        .out_low       (out_data[{= out_low_msb =}:0]),
        .out_high      (out_data[{= out_msb =}:{= width =}])
    );

    packet_valid #(.BEATS({= beats =}), .DELAY(5)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  ({= end =}_first_q),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
