{#- The whole network between its two streams. Context: emit::rtl::TopRtl -#}
{%- include "_header.v" %}

module {= h.module =} (
    input  wire clk,
    input  wire rst,  // synchronous, active high; clears control only

    // {= input.about =}
    input  wire [{= input.msb =}:0] s_axis_tdata,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,
    input  wire s_axis_tlast,

    // {= output.about =}
    output wire [{= output.msb =}:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,
    output wire m_axis_tlast,

    // a tlast has disagreed with the frame length since reset
    output wire frame_error
);
{%- for s in streams %}

    // {= s.about =}
    wire {= s.name =}_valid;
    wire [{= s.msb =}:0] {= s.name =}_data;
    wire {= s.name =}_reserve;
    wire {= s.name =}_room;
{%- match s.fork %}
{%- when Some(fork) %}
{%- for room in fork %}
    wire {= room =};
{%- endfor %}

    // every FIFO that takes it needs room
    assign {= s.name =}_room = {= fork.join(" && ") =};
{%- when None %}
{%- endmatch %}
{%- endfor %}

    axis_in #(
        {= input.parameters =}
    ) axis_in (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .s_axis_tlast  (s_axis_tlast),
        .room          ({= input.stream =}_room),
        .reserve       ({= input.stream =}_reserve),
        .valid         ({= input.stream =}_valid),
        .data          ({= input.stream =}_data),
        .frame_error   (frame_error)
    );
{%- for l in layers %}

    // {= l.origin =}
    {= l.module =} {= l.name =} (
        .clk         (clk),
        .rst         (rst),
{%- for i in l.inputs %}
        .{= i.port =}_valid    ({= i.stream =}_valid),
        .{= i.port =}_data     ({= i.stream =}_data),
        .{= i.port =}_reserve  ({= i.stream =}_reserve),
        .{= i.port =}_room     ({= i.room =}),
{%- endfor %}
        .out_valid   ({= l.output =}_valid),
        .out_data    ({= l.output =}_data),
        .out_reserve ({= l.output =}_reserve),
        .out_room    ({= l.output =}_room)
    );
{%- endfor %}

    // ---- {= fifo.name =}: {= fifo.about =} ----

    wire {= fifo.name =}_push = {= output.stream =}_valid;
    wire [{= fifo.push_msb =}:0] {= fifo.name =}_push_data = {= output.stream =}_data;
    wire {= fifo.name =}_pop;
    wire {= fifo.name =}_filled;
    wire [{= fifo.pop_msb =}:0] {= fifo.name =}_pop_data;

    {= fifo.cell =} #(
        {= fifo.parameters =}
    ) {= fifo.name =}_fifo (
        .clk      (clk),
        .rst      (rst),
        .in_valid ({= fifo.name =}_push),
        .in_data  ({= fifo.name =}_push_data),
        .reserve  ({= output.stream =}_reserve),
        .room     ({= output.stream =}_room),
        .pop      ({= fifo.name =}_pop),
        .filled   ({= fifo.name =}_filled),
        .out_data ({= fifo.name =}_pop_data)
    );

    axis_out #(
        {= output.parameters =}
    ) axis_out (
        .clk           (clk),
        .rst           (rst),
        .filled        ({= fifo.name =}_filled),
        .pop           ({= fifo.name =}_pop),
        .data          ({= fifo.name =}_pop_data),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready),
        .m_axis_tlast  (m_axis_tlast)
    );
endmodule

`default_nettype wire
