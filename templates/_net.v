{#- Adders cycle by cycle; x_qC is x in cycle C. Context: `cycles`, blocks::net::CycleRtl -#}
{%- for c in cycles %}

    // ---- end of cycle {= c.before =} ----
{% for r in c.registers %}
    reg signed [{= r.msb =}:0] {= r.name =};
{%- endfor %}
{%- for r in c.roundings %}
    wire signed [{= r.msb =}:0] {= r.name =};
{%- endfor %}
{%- if c.adds %}

    always @(posedge clk) begin
{%- for r in c.registers %}
        {= r.name =} <= {= r.value =};
{%- endfor %}
    end
{%- endif %}
{%- for r in c.roundings %}

    round_add #(
        .AW({= r.left_width =}), .BW({= r.right_width =}), .SHIFT({= r.drop =}), .MODE({= r.mode =}), .NEGATIVE({= r.negative =}), .SUB({= r.subtract =}), .OW({= r.width =})
    ) make_{= r.name =} (
        .clk      (clk),
        .in_a     ({= r.left =}),
        .in_b     ({= r.right =}),
        .out_data ({= r.name =})
    );
{%- endfor %}
{%- endfor %}
