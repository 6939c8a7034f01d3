{#- Rows of spectral multiply-accumulate. Context: blocks::spectral_mac::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // packed spectra, {= beats =} beats each: (DC, Nyquist), then (re, im); {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // for each row its packed sum, {= beats =} beats; {= output =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- cycle 0: the beat of the spectrum, the spectrum of the sum, the word of the weights ----

    reg [{= beat.msb =}:0] beat_q;
    reg [{= column.msb =}:0] column_q;
    reg [{= word.msb =}:0] address_q;
    wire last_beat   = beat_q == {= beat.last =};
    wire last_column = column_q == {= column.last =};
    wire last_word   = address_q == {= word.last =};

    always @(posedge clk) begin
        if (rst) begin
            beat_q    <= {= beat.zero =};
            column_q  <= {= column.zero =};
            address_q <= {= word.zero =};
        end else if (in_valid) begin
            beat_q    <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
            address_q <= last_word ? {= word.zero =} : address_q + 1'b1;
            if (last_beat) column_q <= last_column ? {= column.zero =} : column_q + 1'b1;
        end
    end

    // ---- cycles 1 and 2: operands ----
    // beat 0 holds two real values: the imaginary part is cleared and Nyquist meets its own weight

    reg head_q1;
    reg signed [{= word_msb =}:0] re_q1;
    reg signed [{= word_msb =}:0] im_q1;
    reg signed [{= word_msb =}:0] re_q2;
    reg signed [{= word_msb =}:0] im_q2;
    reg signed [{= word_msb =}:0] cross_q2;

    always @(posedge clk) begin
        head_q1  <= beat_q == {= beat.zero =};
        re_q1    <= in_data[{= word_msb =}:0];
        im_q1    <= in_data[{= in_msb =}:{= width =}];
        re_q2    <= re_q1;
        im_q2    <= head_q1 ? {= zero =} : im_q1;
        cross_q2 <= head_q1 ? im_q1 : re_q1;
    end

    // ---- control, beside the data: bit c belongs to cycle c ----

    reg [4:1] valid_q;
    reg [4:1] first_q;  // the sums start
    reg [4:1] last_q;   // the sums are complete
    reg [7:5] sum_valid_q;

    always @(posedge clk) begin
        first_q <= {first_q[3:1], column_q == {= column.zero =}};
        last_q  <= {last_q[3:1], last_column};
        if (rst) begin
            valid_q     <= 4'd0;
            sum_valid_q <= 3'd0;
        end else begin
            valid_q     <= {valid_q[3:1], in_valid};
            sum_valid_q <= {sum_valid_q[6:5], valid_q[4] && last_q[4]};
        end
    end
    assign out_valid = sum_valid_q[7];

    // ---- cycle 5: the sums of one beat return when the next spectrum brings the same beat ----

    wire [{= sums_msb =}:0] sums_q5;
    wire [{= sums_msb =}:0] back;
{%- if single_beat %}

    assign back = sums_q5;
{%- else %}

    held_delay #(.WIDTH({= sums_width =}), .DEPTH({= delay =})) sums (
        .clk      (clk),
        .rst      (rst),
        .enable   (valid_q[4]),
        .in_data  (sums_q5),
        .out_data (back)
    );
{%- endif %}
{%- for row in rows %}

    // ---- row {= row.index =} of each group ----

    spectral_row #(
        .COMPLEX ({= complex =}),
        .XW      ({= width =}),
        .WW      ({= weight_width =}),
        .VW      ({= value_width =}),
        .SW      ({= sum_width =}),
        .SHIFT   ({= shift =}),
        .MODE    ({= mode =}),
        .OW      ({= output_width =}),
        .DEPTH   ({= depth =}),
        .ADDR_W  ({= word.width =}),
        .FILE    ("{= row.file =}")
    ) row{= row.index =} (
        .clk      (clk),
        .address  (address_q),
        .re_q2    (re_q2),
        .im_q2    (im_q2),
        .cross_q2 (cross_q2),
        .valid_q4 (valid_q[4]),
        .first_q4 (first_q[4]),
        .back     (back[{= row.sums =}]),
        .sums_q5  (sums_q5[{= row.sums =}]),
        .out_data (out_data[{= row.words =}])
    );
{%- endfor %}

endmodule

`default_nettype wire
