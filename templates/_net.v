{#- Adders cycle by cycle; x_qC is x in cycle C, x_dC what becomes it. Context: `cycles`, blocks::net::CycleRtl -#}
{%- for c in cycles %}

    // ---- cycle {= c.cycle =} ----
{% for r in c.roundings %}
    wire signed [{= r.msb =}:0] {= r.name =};
{%- endfor %}
{%- for s in c.sums %}
    wire signed [{= s.msb =}:0] {= s.name =} = {= s.value =};
{%- endfor %}
{%- for r in c.registers %}
    reg  signed [{= r.msb =}:0] {= r.name =};
{%- endfor %}

    always @(posedge clk) begin
{%- for r in c.registers %}
        {= r.name =} <= {= r.value =};
{%- endfor %}
    end
{%- for r in c.roundings %}

    round_add #(
        .AW       ({= r.left_width =}),
        .BW       ({= r.right_width =}),
        .SHIFT    ({= r.drop =}),
        .MODE     ({= r.mode =}),
        .NEGATIVE ({= r.negative =}),
        .SUB      ({= r.subtract =}),
        .OW       ({= r.width =})
    ) make_{= r.name =} (
        .in_a     ({= r.left =}),
        .in_b     ({= r.right =}),
        .out_data ({= r.name =})
    );
{%- endfor %}
{%- endfor %}
