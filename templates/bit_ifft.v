{#- A net of adders of one bit. Context: blocks::bit_ifft::BitIfftRtl -#}
{% include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,            // synchronous, active high; clears control only

    // {= input =}: lane 0 real parts, lane 1 imaginary parts
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}: lane 0 the lower half of a block, lane 1 the upper half
    output wire out_valid,
    output reg  [{= out_msb =}:0] out_data
);

    // ---- control: tick[c] is cycle c of a packet ----

    reg [{= position.msb =}:0] position_q;
    wire first = in_valid && position_q == {= position.zero =};
    reg [{= ticks =}:1] tick;

    always @(posedge clk) begin
        if (rst) begin
            position_q <= {= position.zero =};
            tick       <= {= ticks =}'d0;
        end else begin
            if (in_valid) position_q <= position_q + 1'b1;
            tick <= {tick[{= ticks =}-1:1], first};
        end
    end

    // ---- words become bits, the lowest first, the sign repeated ----
{%- for w in words %}

    reg [{= word_msb =}:0] {= w.name =}_word;
    wire {= w.name =} = {= w.name =}_word[0];
    always @(posedge clk) begin
        if ({= w.load =}) {= w.name =}_word <= in_data[{= w.bits =}];
        else {= w.name =}_word <= { {= w.name =}_word[{= word_msb =}], {= w.name =}_word[{= word_msb =}:1]};
    end
{%- if w.late == 1 %}
    reg [1:1] {= w.name =}_late;
    always @(posedge clk) {= w.name =}_late <= {= w.name =};
{%- else if w.late > 1 %}
    reg [{= w.late =}:1] {= w.name =}_late;
    always @(posedge clk)
        {= w.name =}_late <= { {= w.name =}_late[{= w.late =}-1:1], {= w.name =}};
{%- endif %}
{%- endfor %}

    // ---- zero_T_N: N cycles from cycle T on, while a word shifted by N has not begun ----
{%- for z in zeros %}

    reg {= z.name =};
    always @(posedge clk) {= z.name =} <= {= z.set =} | ({= z.name =} & ~{= z.clear =});
{%- endfor %}

    // ---- adders ----
{%- for a in adders %}

    wire {= a.name =};
{%- if a.rounds %}
    bit_round #(
        .MODE     ({= a.mode =}),
        .NEGATIVE ({= a.negative =}),
        .SINGLE   ({= a.single =}),
        .ALONE    ({= a.alone =})
    ) make_{= a.name =} (
        .clk     (clk),
        .begins  (tick[{= a.begin =}]),
        .first   (tick[{= a.first =}]),
        .in_a    ({= a.left =}),
        .in_b    ({= a.right =}),
        .out_bit ({= a.name =})
    );
{%- else %}
    bit_add #(.CARRY({= a.carry =})) make_{= a.name =} (
        .clk     (clk),
        .first   (tick[{= a.first =}]),
        .in_a    ({= a.left =}),
        .in_b    ({= a.right =}),
        .out_bit ({= a.name =})
    );
{%- endif %}
{%- if a.late == 1 %}
    reg [1:1] {= a.name =}_late;
    always @(posedge clk) {= a.name =}_late <= {= a.name =};
{%- else if a.late > 1 %}
    reg [{= a.late =}:1] {= a.name =}_late;
    always @(posedge clk)
        {= a.name =}_late <= { {= a.name =}_late[{= a.late =}-1:1], {= a.name =}};
{%- endif %}
{%- endfor %}

    // ---- bits become words, whole from cycle {= whole =} on, a pair per cycle ----
{%- for g in given %}

    reg [{= given_msb =}:0] {= g.name =};
    always @(posedge clk) {= g.name =} <= { {= g.bit =}, {= g.name =}[{= given_msb =}:1]};
{%- endfor %}

    reg [{= position.msb =}:0] pair_q;
    wire [{= out_msb =}:0] pair;

    word_mux #(.COUNT({= beats =}), .WIDTH({= out_msb + 1 =})) mux (
        .number (pair_q),
        .words  ({
{%- for p in pairs %}
            {= p.high =}, {= p.low =}{% if !loop.last %},{% endif %}
{%- endfor %}
        }),
        .word   (pair)
    );

    always @(posedge clk) begin
        if (rst) pair_q <= {= position.zero =};
        else if (tick[{= whole =}] || pair_q != {= position.zero =}) pair_q <= pair_q + 1'b1;
        out_data <= pair;
    end

    packet_valid #(.BEATS({= beats =}), .DELAY(1)) valid (
        .clk       (clk),
        .rst       (rst),
        .in_first  (tick[{= whole =}]),
        .out_valid (out_valid)
    );

endmodule

`default_nettype wire
