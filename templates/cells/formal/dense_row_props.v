// dense_row_props: dense_row against sums of products in integers, for all weights and words
//
//   proves    out_data = sum over the beats since the first of the sum over the lanes of word * weight, modulo 2^SW,
//             whatever gaps lie between the beats
//   proves    a beat's products are in the sum 4 + log2 LANES cycles after it

`default_nettype none

module dense_row_props #(
    parameter LANES  = 2,
    parameter XW     = 3,
    parameter WW     = 3,
    parameter VW     = 7,
    parameter SW     = 8,
    parameter OW     = 8
) (
    input wire                clk,
    input wire                valid,    // a beat: its weights and its words
    input wire                first,    // it begins a sum
    input wire [LANES*WW-1:0] weights,
    input wire [LANES*XW-1:0] words
);
    localparam VALUE = 3 + $clog2(LANES);  // cycle in which the tree shows the beat

    wire signed [OW-1:0] out_data;
    reg [LANES*WW-1:0] weights_q1;
    reg [LANES*XW-1:0] words_q1;
    reg [LANES*XW-1:0] words_q2;
    reg [VALUE:1] valid_q;
    reg [VALUE:1] first_q;

    dense_row #(.LANES(LANES), .XW(XW), .WW(WW), .VW(VW), .SW(SW), .OW(OW)) dut (
        .clk(clk), .weights_q1(weights_q1), .words_q2(words_q2), .value_valid(valid_q[VALUE]),
        .value_first(first_q[VALUE]), .out_data(out_data)
    );

    // the products of the beat, as it comes
    reg signed [SW-1:0] products;
    reg signed [XW-1:0] one;
    reg signed [WW-1:0] weight;
    integer lane;
    always @* begin
        products = 0;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            one      = words[lane*XW +: XW];
            weight   = weights[lane*WW +: WW];
            products = products + one * weight;
        end
    end

    reg signed [SW-1:0] value [1:VALUE];
    reg signed [SW-1:0] sum;
    wire signed [OW-1:0] expected = sum;  // where OW is less than SW, modulo 2^OW
    reg begun = 1'b0;  // a sum has begun
    reg [3:0] age = 4'd0;
    integer n;
    always @(posedge clk) begin
        weights_q1 <= weights;
        words_q1 <= words;
        words_q2 <= words_q1;
        valid_q  <= {valid_q[VALUE-1:1], valid && age == VALUE};
        first_q  <= {first_q[VALUE-1:1], first};
        value[1] <= products;
        for (n = 1; n < VALUE; n = n + 1) value[n+1] <= value[n];
        if (valid_q[VALUE] && age == VALUE) begin
            sum <= (first_q[VALUE] ? 0 : sum) + value[VALUE];
            if (first_q[VALUE]) begun <= 1'b1;
        end
        if (age != VALUE) age <= age + 1;
    end
    always @* begin
        if (begun) assert (out_data == expected);
    end
`ifdef REACH
    always @* assert (!(begun && valid_q[VALUE] && !first_q[VALUE] && sum != 0));
`endif
endmodule

`default_nettype wire
