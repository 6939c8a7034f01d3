{#- All positions of packed spectra at once. Context: blocks::spectral_array::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // packed spectra: (DC, Nyquist), then (re, im) of each position; {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // packed sums, the positions of a beat row by row; {= output =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the spectrum of the sum, and its weights, those of the next one fetched ----

    reg [{= column.msb =}:0] column_q;
    wire last_column = column_q == {= column.last =};

    always @(posedge clk) begin
        if (rst) column_q <= {= column.zero =};
        else if (in_valid) column_q <= last_column ? {= column.zero =} : column_q + 1'b1;
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

    // ---- cycle 1: beside the weights ----

    reg [{= in_msb =}:0] words_q1;
    always @(posedge clk) words_q1 <= in_data;

    // ---- control, beside the data: bit c belongs to cycle c ----

    reg [3:1] valid_q;
    reg [2:1] load_q;  // the product starts a sum
    reg [3:1] ends_q;  // the product ends a sum
    reg done_q4;

    always @(posedge clk) begin
        load_q <= {load_q[1], column_q == {= column.zero =}};
        ends_q <= {ends_q[2:1], last_column};
        if (rst) begin
            valid_q <= 3'd0;
            done_q4 <= 1'b0;
        end else begin
            valid_q <= {valid_q[2:1], in_valid};
            done_q4 <= valid_q[3] && ends_q[3];
        end
    end
{%- match beat %}
{%- when None %}

    wire ready = done_q4;
{%- when Some(beat) %}

    // ---- cycle 5: which beat of the sums ----

    reg start_q5;
    reg [{= beat.msb =}:0] beat_q5;
    wire run = start_q5 || beat_q5 != {= beat.zero =};
    wire [{= beat.msb =}:0] beat_d5 = rst ? {= beat.zero =} : run ? beat_q5 + 1'b1 : beat_q5;
    reg ready;  // cycle 6
    reg head;

    always @(posedge clk) begin
        head     <= beat_q5 == {= beat.zero =};
        start_q5 <= !rst && done_q4;
        beat_q5  <= beat_d5;
        ready    <= !rst && run;
    end
{%- endmatch %}

    // ---- parts joined, rounding, saturation ----

    reg [3:1] ready_q;
    always @(posedge clk) ready_q <= rst ? 3'd0 : {ready_q[2:1], ready};
    assign out_valid = ready_q[3];
{%- for row in rows %}

    // ---- row {= row.index =} of each group: weights, sums{% if beat.is_some() %}, those of a beat{% endif %} ----

    wire [{= weights_msb =}:0] row{= row.index =}_weights;
    wire [{= sums_msb =}:0] row{= row.index =}_sums;

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
{%- for b in bins %}

    spectral_bin #(
        .PRODUCTS ({= products =}),
        .HEAD     ({= b.head =}),
        .XW       ({= width =}),
        .WW       ({= weight_width =}),
        .PARTS    ({= parts =}),
        .SHARED   ({= shared =}),
        .SW       ({= sum_width =})
    ) row{= row.index =}_bin{= b.index =} (
        .clk    (clk),
        .re     (words_q1[{= b.re =}]),
        .im     (words_q1[{= b.im =}]),
        .w_0    (row{= row.index =}_weights[{= b.w_0 =}]),
        .w_1    (row{= row.index =}_weights[{= b.w_1 =}]),
        .enable (valid_q[2]),
        .load   (load_q[2]),
        .sums   (row{= row.index =}_sums[{= b.sums =}])
    );
{%- endfor %}
{%- if beat.is_none() %}

    wire [{= chosen_msb =}:0] row{= row.index =}_chosen = row{= row.index =}_sums;
{%- else %}

    reg [{= sums_msb =}:0] row{= row.index =}_held;
    reg [{= chosen_msb =}:0] row{= row.index =}_chosen;
    wire [{= chosen_msb =}:0] row{= row.index =}_beat;

    part_mux #(.COUNT({= beats =}), .PARTS({= chosen_parts =}), .WIDTH({= sum_width =})) row{= row.index =}_mux (
        .clk      (clk),
        .number_d (beat_d5),
        .words    (row{= row.index =}_held),
        .word     (row{= row.index =}_beat)
    );

    always @(posedge clk) begin
        if (done_q4) row{= row.index =}_held <= row{= row.index =}_sums;
        row{= row.index =}_chosen <= row{= row.index =}_beat;
    end
{%- endif %}
{%- endfor %}
{%- for j in joins %}

    spectral_join #(
        .PRODUCTS ({= products =}),
        .SW       ({= sum_width =}),
        .SHIFT    ({= shift =}),
        .MODE     ({= mode =}),
        .OW       ({= output_width =})
    ) {= j.name =} (
        .clk      (clk),
{%- if !j.may_head %}
        .head     (1'b0),
{%- else if beat.is_none() %}
        .head     (1'b1),
{%- else %}
        .head     (head),
{%- endif %}
        .sums     (row{= j.row =}_chosen[{= j.sums =}]),
        .out_data (out_data[{= j.words =}])
    );
{%- endfor %}

endmodule

`default_nettype wire
