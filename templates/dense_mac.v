{#- Rows of real multiply-accumulate. Context: blocks::dense_mac::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= beats =} beats per frame; {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // one sum per row; {= product =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the beat of the frame, and its weights, those of the next one fetched ----

    reg [{= beat.msb =}:0] beat_q;
    wire last_beat = beat_q == {= beat.last =};

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end

    wire fetch;
    wire [{= word.msb =}:0] address_d;

    read_ahead #(.DEPTH({= depth =}), .ADDR_W({= word.width =})) weights (
        .clk       (clk),
        .rst       (rst),
        .next      (in_valid),
        .fetch     (fetch),
        .address_d (address_d)
    );

    // ---- cycles 1 and 2: operands ----

    reg [{= in_msb =}:0] words_q1;
    reg [{= in_msb =}:0] words_q2;

    always @(posedge clk) begin
        words_q1 <= in_data;
        words_q2 <= words_q1;
    end

    // ---- control, beside the data: bit c belongs to cycle c ----

    reg [{= value_cycle =}:1] valid_q;
    reg [{= value_cycle =}:1] first_q;  // the sum starts
    reg [{= value_cycle =}:1] last_q;   // the sum is complete
    reg sum_valid_q;

    always @(posedge clk) begin
        first_q <= {first_q[{= value_cycle_before =}:1], beat_q == {= beat.zero =}};
        last_q  <= {last_q[{= value_cycle_before =}:1], last_beat};
        if (rst) begin
            valid_q     <= {= value_cycle =}'d0;
            sum_valid_q <= 1'b0;
        end else begin
            valid_q     <= {valid_q[{= value_cycle_before =}:1], in_valid};
            sum_valid_q <= valid_q[{= value_cycle =}] && last_q[{= value_cycle =}];
        end
    end
    assign out_valid = sum_valid_q;
{%- for row in rows %}

    // ---- row {= row.index =} of each group ----

    wire [{= row_weights - 1 =}:0] row{= row.index =}_weights;

    rom_ahead #(
        .WIDTH  ({= row_weights =}),
        .DEPTH  ({= depth =}),
        .ADDR_W ({= word.width =}),
        .FILE   ("{= row.file =}")
    ) row{= row.index =}_rom (
        .clk       (clk),
        .fetch     (fetch),
        .address_d (address_d),
        .data_q1   (row{= row.index =}_weights)
    );

    dense_row #(
        .LANES  ({= lanes =}),
        .XW     ({= width =}),
        .WW     ({= weight_width =}),
        .VW     ({= value_width =}),
        .SW     ({= sum_width =}),
        .OW     ({= output_width =})
    ) row{= row.index =} (
        .clk         (clk),
        .weights_q1  (row{= row.index =}_weights),
        .words_q2    (words_q2),
        .value_valid (valid_q[{= value_cycle =}]),
        .value_first (first_q[{= value_cycle =}]),
        .out_data    (out_data[{= row.word =}])
    );
{%- endfor %}

endmodule

`default_nettype wire
