{#- One layer: its FIFOs, gates and pipelines. Context: emit::rtl::LayerRtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // beats from the layer before, which reserves room first: {= input.about =}
    input  wire in_valid,
    input  wire [{= input.msb =}:0] in_data,
    input  wire in_reserve,
    output wire [{= input.free_msb =}:0] in_free,

    // beats to the layer after: {= output.about =}
    output wire out_valid,
    output wire [{= output.msb =}:0] out_data,
    output wire out_reserve,
    input  wire [{= output.free_msb =}:0] out_free
);
{%- for f in fifos %}

    // ---- {= f.name =}: {= f.about =} ----

    wire {= f.name =}_push;
    wire [{= f.push_msb =}:0] {= f.name =}_push_data;
    wire {= f.name =}_reserve;
    wire [{= f.free_msb =}:0] {= f.name =}_free;
    wire {= f.name =}_pop;
    wire [{= f.level_msb =}:0] {= f.name =}_level;
    wire [{= f.pop_msb =}:0] {= f.name =}_data;

    {= f.cell =} #(
        {= f.parameters =}
    ) {= f.name =} (
        .clk      (clk),
        .rst      (rst),
        .in_valid ({= f.name =}_push),
        .in_data  ({= f.name =}_push_data),
        .reserve  ({= f.name =}_reserve),
        .free     ({= f.name =}_free),
        .pop      ({= f.name =}_pop),
        .level    ({= f.name =}_level),
        .out_data ({= f.name =}_data)
    );
{%- endfor %}

    assign {= input.fifo =}_push      = in_valid;
    assign {= input.fifo =}_push_data = in_data;
    assign {= input.fifo =}_reserve   = in_reserve;
    assign in_free = {= input.fifo =}_free;
{%- for a in actors %}

    // ---- {= a.name =}: {= a.about =} ----

    wire {= a.name =}_valid;

    gate #(
        {= a.parameters =}
    ) {= a.name =}_gate (
        .clk     (clk),
        .rst     (rst),
        .level   ({= a.input =}_level),
        .free    ({= a.free =}),
        .pop     ({= a.input =}_pop),
        .reserve ({= a.reserve =}),
        .valid   ({= a.name =}_valid)
    );
{%- for b in a.chain %}

    wire {= b.name =}_out_valid;
    wire [{= b.msb =}:0] {= b.name =}_out_data;

    {= b.module =} {= b.name =} (
        .clk       (clk),
        .rst       (rst),
        .in_valid  ({= b.from_valid =}),
        .in_data   ({= b.from_data =}),
        .out_valid ({= b.name =}_out_valid),
        .out_data  ({= b.name =}_out_data)
    );
{%- endfor %}

    assign {= a.push =} = {= a.last =}_out_valid;
    assign {= a.push_data =} = {= a.last =}_out_data;
{%- endfor %}
endmodule

`default_nettype wire
