{#- One layer: its FIFOs, gates and pipelines. Context: emit::rtl::LayerRtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only
{%- for input in inputs %}

    // beats from the layer before, which reserves room first: {= input.about =}
    input  wire {= input.port =}_valid,
    input  wire [{= input.msb =}:0] {= input.port =}_data,
    input  wire {= input.port =}_reserve,
    output wire {= input.port =}_room,
{%- endfor %}

    // beats to the layer after: {= output.about =}
    output wire out_valid,
    output wire [{= output.msb =}:0] out_data,
    output wire out_reserve,
    input  wire out_room
);
{%- for f in fifos %}

    // ---- {= f.name =}: {= f.about =} ----

    wire {= f.name =}_push;
    wire [{= f.push_msb =}:0] {= f.name =}_push_data;
    wire {= f.name =}_reserve;
    wire {= f.name =}_room;
    wire {= f.name =}_pop;
    wire {= f.name =}_filled;
    wire [{= f.pop_msb =}:0] {= f.name =}_data;

    {= f.cell =} #(
        {= f.parameters =}
    ) {= f.name =} (
        .clk      (clk),
        .rst      (rst),
        .in_valid ({= f.name =}_push),
        .in_data  ({= f.name =}_push_data),
        .reserve  ({= f.name =}_reserve),
        .room     ({= f.name =}_room),
        .pop      ({= f.name =}_pop),
        .filled   ({= f.name =}_filled),
        .out_data ({= f.name =}_data)
    );
{%- endfor %}
{%- for input in inputs %}

    assign {= input.name =}_push      = {= input.port =}_valid;
    assign {= input.name =}_push_data = {= input.port =}_data;
    assign {= input.name =}_reserve   = {= input.port =}_reserve;
    assign {= input.port =}_room = {= input.name =}_room;
{%- endfor %}
{%- for a in actors %}

    // ---- {= a.name =}: {= a.about =} ----

    wire {= a.name =}_valid;
{%- match a.join %}
{%- when Some(join) %}
    wire {= a.name =}_pop;
    wire {= a.name =}_filled;
    wire [{= join.data_msb =}:0] {= a.name =}_data;
{% if let Some(parameters) = join.in_turn %}
    in_turn #(
        {= parameters =}
    ) {= a.name =}_turn (
        .clk     (clk),
        .rst     (rst),
        .filleds ({= join.filleds =}),
        .filled  ({= a.name =}_filled),
        .pop     ({= a.name =}_pop),
        .pops    ({= join.pops =}),
        .datas   ({= join.datas =}),
        .data    ({= a.name =}_data)
    );
{%- else %}
    assign {= a.name =}_filled = &{= join.filleds =};
{%- for pop in join.each_pop %}
    assign {= pop =} = {= a.name =}_pop;
{%- endfor %}
    assign {= a.name =}_data = {= join.datas =};
{%- endif %}
{%- when None %}
{%- endmatch %}

    gate #(
        {= a.parameters =}
    ) {= a.name =}_gate (
        .clk     (clk),
        .rst     (rst),
        .filled  ({= a.filled =}),
        .room    ({= a.room =}),
        .pop     ({= a.pop =}),
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

    assign {= a.push =} = {= a.given.0 =};
    assign {= a.push_data =} = {= a.given.1 =};
{%- endfor %}
endmodule

`default_nettype wire
