{#- Bias, activation, requantisation. Context: blocks::activate::Rtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= product =}
    input  wire in_valid,
    input  wire [{= in_msb =}:0] in_data,

    // {= output =}
    output wire out_valid,
    output wire [{= out_msb =}:0] out_data
);

    // ---- control, beside the data: bit c belongs to cycle c ----

    reg [{= latency =}:1] valid_q;

    always @(posedge clk) begin
        if (rst) valid_q <= {= latency =}'d0;
        else valid_q <= {valid_q[{= latency_before =}:1], in_valid};
    end
    assign out_valid = valid_q[{= latency =}];

    // ---- bias ----

    wire [{= bias_msb =}:0] bias_q1;
{%- if biased %}
    wire fetch;
    wire [{= beat.msb =}:0] address_d;

    read_ahead #(.DEPTH({= beats =}), .ADDR_W({= beat.width =})) biases (
        .clk       (clk),
        .rst       (rst),
        .next      (in_valid),
        .fetch     (fetch),
        .address_d (address_d)
    );

    rom_ahead #(
        .WIDTH  ({= bias_bits =}),
        .DEPTH  ({= beats =}),
        .ADDR_W ({= beat.width =}),
        .FILE   ("{= bias_file =}")
    ) bias (
        .clk       (clk),
        .fetch     (fetch),
        .address_d (address_d),
        .data_q1   (bias_q1)
    );
{%- else %}
    assign bias_q1 = {= no_bias =};
{%- endif %}

    // ---- sum, {= function =}, narrowing to {= narrowed =} ----

    wire [{= narrowed_msb =}:0] narrowed;
{%- for lane in lanes %}

    activate_lane #(
        .BIASED   ({= bias_flag =}),
        .FUNCTION ({= function_code =}),
        .FACTOR   ({= leak.factor =}),
        .FRAC     ({= leak.frac =}),
        .LOW      ({= low =}),
        .HIGH     ({= high =}),
        .IW       ({= product_width =}),
        .BW       ({= bias_width =}),
        .SW       ({= sum_width =}),
        .SHIFT    ({= shift =}),
        .MODE     ({= mode =}),
        .OW       ({= narrowed_width =})
    ) lane{= lane.index =} (
        .clk      (clk),
        .product  (in_data[{= lane.product =}]),
        .bias_q1  (bias_q1[{= lane.bias =}]),
        .narrowed (narrowed[{= lane.narrowed =}])
    );
{%- endfor %}
{%- if tabled %}

    // ---- cycle {= latency =}: {= function =}, one table for every lane ----

    rom #(
        .WIDTH  ({= output_width =}),
        .DEPTH  ({= table_size =}),
        .ADDR_W ({= narrowed_width =}),
        .PORTS  ({= lanes.len() =}),
        .FILE   ("{= table_file =}")
    ) table_rom (
        .clk     (clk),
        .enable  (1'b1),
        .address (narrowed),
        .data_q1 (out_data)
    );
{%- else %}

    assign out_data = narrowed;
{%- endif %}

endmodule

`default_nettype wire
