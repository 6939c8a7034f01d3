{#- Rows of spectral multiply-accumulate. Context: blocks::spectral_mac::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // packed spectra, {= beats =} beats each: (DC, Nyquist), then (re, im){% if paths.len() > 1 %}, of the even and of the odd bins{% endif %}; {= input =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // for each row its packed sum, {= beats =} beats{% if paths.len() > 1 %}, of the even and of the odd bins{% endif %}; {= output =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    reg [{= value_cycle =}:1] valid_q;  // control, beside the data: bit c belongs to cycle c

    // ---- cycle 0: the beat of the spectrum{% if column.is_some() %}, the spectrum of the sum{% endif %} ----

    reg [{= beat.msb =}:0] beat_q;
    wire last_beat = beat_q == {= beat.last =};

    always @(posedge clk) begin
        if (rst) beat_q <= {= beat.zero =};
        else if (in_valid) beat_q <= last_beat ? {= beat.zero =} : beat_q + 1'b1;
    end
{%- if let Some(group) = group %}

    reg [{= group.msb =}:0] group_q;
    wire last_group = group_q == {= group.last =};

    always @(posedge clk) begin
        if (rst) group_q <= {= group.zero =};
        else if (in_valid && last_beat) group_q <= last_group ? {= group.zero =} : group_q + 1'b1;
    end
{%- endif %}
{%- if let Some(column) = column %}

    reg [{= column.msb =}:0] column_q;
    wire last_column = column_q == {= column.last =};
    wire last_sum    = last_beat{% if group.is_some() %} && last_group{% endif %};

    always @(posedge clk) begin
        if (rst) column_q <= {= column.zero =};
        else if (in_valid && last_sum) column_q <= last_column ? {= column.zero =} : column_q + 1'b1;
    end
{%- endif %}

    // ---- cycle {= weight_cycle =}: the weights of the beat are taken, those of the next one fetched ----

    wire fetch;
    wire [{= word.msb =}:0] address_d;

    read_ahead #(.DEPTH({= depth =}), .ADDR_W({= word.width =})) weights (
        .clk       (clk),
        .rst       (rst),
        .next      ({% if steps > 1 %}valid_q[{= weight_cycle =}]{% else %}in_valid{% endif %}),
        .fetch     (fetch),
        .address_d (address_d)
    );

    // ---- cycle 1, then operands in cycle {= operand_cycle =} ----

    reg head_q1;
{%- for path in paths %}
    reg signed [{= word_msb =}:0] {= path.prefix =}re_q1;
    reg signed [{= word_msb =}:0] {= path.prefix =}im_q1;
    wire signed [{= prepared_msb =}:0] {= path.prefix =}a;
    wire signed [{= prepared_msb =}:0] {= path.prefix =}b;
    wire signed [{= prepared_msb =}:0] {= path.prefix =}c;
{%- endfor %}

    always @(posedge clk) begin
{%- if steps > 1 %}
        // all steps take the same words
        if (in_valid) begin
            head_q1{= head_align =} <= beat_q == {= beat.zero =};
{%- for path in paths %}
            {= path.prefix =}re_q1{= path.align =} <= in_data[{= path.re =}];
            {= path.prefix =}im_q1{= path.align =} <= in_data[{= path.im =}];
{%- endfor %}
        end
{%- else %}
        head_q1{= head_align =} <= beat_q == {= beat.zero =};
{%- for path in paths %}
        {= path.prefix =}re_q1{= path.align =} <= in_data[{= path.re =}];
        {= path.prefix =}im_q1{= path.align =} <= in_data[{= path.im =}];
{%- endfor %}
{%- endif %}
    end
{%- for path in paths %}

    spectral_operands #(.PRODUCTS({= prepared =}), .XW({= width =}), .AW({= prepared_width =})) {= path.prefix =}operands (
        .clk  (clk),
        .head ({% if path.head %}head_q1{% else %}1'b0{% endif %}),
        .re   ({= path.prefix =}re_q1),
        .im   ({= path.prefix =}im_q1),
        .a    ({= path.prefix =}a),
        .b    ({= path.prefix =}b),
        .c    ({= path.prefix =}c)
    );
{%- endfor %}
{%- if steps == 3 %}

    // ---- cycles 4, 5 and 6: the operand of each step ----

    reg signed [{= operand_msb =}:0] step;

    always @(posedge clk) step <= valid_q[3] ? a : valid_q[4] ? c : b;
{%- else if steps == 2 %}

    // ---- cycles 3 and 4: the first step and the second one ----

    reg signed [{= operand_msb =}:0] step_a;
    reg signed [{= operand_msb =}:0] step_c;
    wire signed [{= operand_msb =}:0] wide_b = {b[{= prepared_msb =}], b};

    always @(posedge clk) begin
        step_a <= valid_q[3] ? wide_b : {a[{= prepared_msb =}], a};
        step_c <= valid_q[3] ? -wide_b : {c[{= prepared_msb =}], c};
    end
{%- endif %}

    // ---- control ----

    reg [3:1] sum_valid_q;              // cycles after {= value_cycle =}
{%- if steps == 3 %}
    wire first       = valid_q[{= first_cycle =}];
    wire second      = valid_q[{= value_cycle_before =}];
    wire third       = valid_q[{= value_cycle =}];
{%- else if steps == 2 %}
    wire second      = valid_q[{= value_cycle =}];
    wire first       = valid_q[{= value_cycle_before =}];
    wire value_valid = first || second;
{%- else %}
    wire value_valid = valid_q[{= value_cycle =}];
{%- endif %}
{%- if let Some(column) = column %}
    reg [{= value_cycle =}:1] ends_q;   // the sums are complete
    reg [{= fresh_cycle =}:1] fresh_q;  // the next beat starts its sums
    wire next_is_first = {% if single_beat %}last_column{% else %}last_sum ? last_column : column_q == {= column.zero =}{% endif %};
    wire sum_valid     = {% if steps > 1 %}{= last_step =}{% else %}value_valid{% endif %} && ends_q[{= value_cycle =}];

    always @(posedge clk) begin
        ends_q  <= {ends_q[{= value_cycle_before =}:1], last_column};
        fresh_q <= {fresh_q[{= fresh_cycle_before =}:1], next_is_first};
    end
{%- else %}
    wire sum_valid   = {% if steps > 1 %}{= last_step =}{% else %}value_valid{% endif %};     // one spectrum is a whole sum
{%- endif %}

    always @(posedge clk) begin
        if (rst) begin
            valid_q     <= {= value_cycle =}'d0;
            sum_valid_q <= 3'd0;
        end else begin
            valid_q     <= {valid_q[{= value_cycle_before =}:1], in_valid};
            sum_valid_q <= {sum_valid_q[2:1], sum_valid};
        end
    end
    assign out_valid = sum_valid_q[3];

    wire [{= sums_msb =}:0] sums;
{%- if column.is_none() %}
    wire [{= sums_msb =}:0] back = {= zero_sums =};
    wire unused = &{1'b0, sums};
{%- else %}

    // ---- the sums of a beat return when the next spectrum brings the same beat ----
{% if single_beat %}
    reg start_q;
    wire [{= sums_msb =}:0] back = start_q ? {= zero_sums =} : sums;

    always @(posedge clk) begin
        if (rst) start_q <= 1'b1;
        else if (value_valid) start_q <= fresh_q[{= value_cycle =}];
    end
{%- else %}
    wire [{= sums_msb =}:0] back;

    held_delay #(.WIDTH({= sums_width =}), .DEPTH({= delay =})) delay (
        .clk      (clk),
        .rst      (rst),
        .enable   ({% if steps > 1 %}first{% else %}value_valid{% endif %}),
        .clear    (valid_q[{= fresh_cycle =}] && fresh_q[{= fresh_cycle =}]),
        .in_data  (sums),
        .out_data (back)
    );
{%- endif %}
{%- endif %}
{%- for row in rows %}

    // ---- {= row.title =} ----

    wire [{= row_weights - 1 =}:0] {= row.name =}_weights;

    rom_ahead #(
        .WIDTH  ({= row_weights =}),
        .DEPTH  ({= depth =}),
        .ADDR_W ({= word.width =}),
        .FILE   ("{= row.file =}")
    ) {= row.name =}_rom (
        .clk       (clk),
        .fetch     (fetch),
        .address_d (address_d),
        .data_q1   ({= row.name =}_weights)
    );
{%- if steps == 2 %}

    // each step adds to the other part
    wire [{= row_msb =}:0] {= row.name =}_from = second ? sums[{= row.sums =}] : back[{= row.sums =}];
    wire [{= row_out_msb =}:0] {= row.name =}_out;
    assign out_data[{= row.words =}] = {{= row.name =}_out[{= out_low =}], {= row.name =}_out[{= out_high =}]};
{%- endif %}
{%- if steps == 3 %}

    spectral_step_row #(
        .AW       ({= operand_width =}),
        .WW       ({= weight_width =}),
        .SW       ({= sum_width =}),
        .SHIFT    ({= shift =}),
        .MODE     ({= mode =}),
        .OW       ({= output_width =})
    ) {= row.name =} (
        .clk        (clk),
        .weight_q3  ({= row.name =}_weights),
        .weight_now (valid_q[4:3]),
        .operand    (step),
        .sums_now   ({third, second, first}),
        .back       (back[{= row.sums =}]),
        .sums       (sums[{= row.sums =}]),
        .out_data   (out_data[{= row.words =}])
    );
{%- else %}

    spectral_row #(
        .PRODUCTS ({= products =}),
        .AW       ({= operand_width =}),
        .WW       ({= weight_width =}),
        .VW       ({= value_width =}),
        .SW       ({= sum_width =}),
        .SHIFT    ({= shift =}),
        .MODE     ({= mode =}),
        .OW       ({= output_width =})
    ) {= row.name =} (
        .clk         (clk),
        .weight_q1   ({= row.name =}_weights),
{%- if steps == 2 %}
        .a           (step_a),
        .b           ({= operand_width =}'d0),
        .c           (step_c),
        .value_valid (value_valid),
        .back        ({{= row.name =}_from[{= sum_low =}], {= row.name =}_from[{= sum_high =}]}),
        .sums        (sums[{= row.sums =}]),
        .out_data    ({= row.name =}_out)
{%- else %}
        .a           ({= row.prefix =}a),
        .b           ({= row.prefix =}b),
        .c           ({= row.prefix =}c),
        .value_valid (value_valid),
        .back        (back[{= row.sums =}]),
        .sums        (sums[{= row.sums =}]),
        .out_data    (out_data[{= row.words =}])
{%- endif %}
    );
{%- endif %}
{%- endfor %}

endmodule

`default_nettype wire
