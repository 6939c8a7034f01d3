{#- Products with constants, one register per sum. Context: blocks::adder_graph::AdderGraphRtl -#}
// {= module =}: products with constants, as shifted sums
//
//   format    {= width =} bits in, {= product =} bits out, modulo their range
//   latency   {= depth =} cycles; xN_qC is N times the input of C cycles before
//   cost      {= adders =} adders, no multipliers
//   model     src/blocks/adder_graph.rs

`default_nettype none

module {= module =} (
    input  wire clk,
{%- for p in products %}
    output wire signed [{= product_msb =}:0] {= p.name =},
{%- endfor %}
    input  wire signed [{= msb =}:0] x1_q0
);
{%- for s in sums %}
    wire signed [{= s.msb =}:0] {= s.name =};
{%- endfor %}
{%- for d in delays %}

    reg signed [{= d.msb =}:0] {= d.name =};
    always @(posedge clk) {= d.name =} <= {= d.from =};
{%- endfor %}
{%- for s in sums %}

    shift_add #(
        .AW  ({= s.left.width =}),
        .AS  ({= s.left.shift =}),
        .BW  ({= s.right.width =}),
        .BS  ({= s.right.shift =}),
        .SUB ({= s.subtract =}),
        .OW  ({= s.width =})
    ) make_{= s.name =} (
        .clk      (clk),
        .in_a     ({= s.left.name =}),
        .in_b     ({= s.right.name =}),
        .out_data ({= s.name =})
    );
{%- endfor %}
{%- for p in products %}

    shift_fit #(.IW({= p.from.width =}), .SHIFT({= p.from.shift =}), .OW({= product =})) fit_{= p.name =} (
        .in_data  ({= p.from.name =}),
        .out_data ({= p.name =})
    );
{%- endfor %}

endmodule

`default_nettype wire
