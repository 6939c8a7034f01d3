// dense_row: one output row of a dense multiply-accumulate, LANES multipliers
//
//   sum over the beats of   sum over the lanes of   word * weight      exact
//
//   cycle 1  weights          cycle 3            products
//   cycle 2  operands         then log2 LANES    adder tree
//                             one more           sum

`default_nettype none

module dense_row #(
    parameter LANES  = 2,   // products per beat, a power of two
    parameter XW     = 12,  // bits of an input word
    parameter WW     = 12,  // bits of a weight
    parameter VW     = 25,  // bits of a beat's sum of products, at least XW + WW
    parameter SW     = 28,  // bits of a sum, at least VW
    parameter OW     = 28   // bits of an output word; holds every sum
) (
    input  wire                clk,
    input  wire [LANES*WW-1:0] weights_q1,
    input  wire [LANES*XW-1:0] words_q2,
    input  wire                value_valid,  // the adder tree shows the sum of a beat
    input  wire                value_first,  // it is the first of a sum
    output wire [OW-1:0]       out_data
);
    localparam PW = XW + WW;

    generate
        if (LANES < 1 || LANES != (1 << $clog2(LANES))) begin : gen_check
            dense_row_LANES_must_be_a_power_of_two stop ();
        end
    endgenerate

    reg [LANES*WW-1:0] weights_q2;

    always @(posedge clk) weights_q2 <= weights_q1;

    // ---- cycle 3: products ----
    // a heap: node n adds nodes 2n and 2n + 1, the products are the leaves

    wire [2*LANES*VW-1:VW] node;

    genvar n;
    generate
        for (n = 0; n < LANES; n = n + 1) begin : gen_product
            wire signed [XW-1:0] word = words_q2[n*XW +: XW];
            wire signed [WW-1:0] weight = weights_q2[n*WW +: WW];
            reg signed [PW-1:0] product_q3;
            always @(posedge clk) product_q3 <= word * weight;
            assign node[(LANES+n)*VW +: VW] = {{(VW-PW){product_q3[PW-1]}}, product_q3};
        end
        for (n = 1; n < LANES; n = n + 1) begin : gen_add
            reg [VW-1:0] value_q;
            always @(posedge clk) value_q <= node[2*n*VW +: VW] + node[(2*n+1)*VW +: VW];
            assign node[n*VW +: VW] = value_q;
        end
    endgenerate

    // ---- the sum ----

    wire signed [SW-1:0] value = {{(SW-VW){node[2*VW-1]}}, node[VW +: VW]};
    reg  signed [SW-1:0] sum_q;

    always @(posedge clk) begin
        if (value_valid) sum_q <= (value_first ? {SW{1'b0}} : sum_q) + value;
    end

    generate
        if (OW < SW) begin : gen_cut
            // the bits beyond repeat the sign: no sum needs them
            assign out_data = sum_q[OW-1:0];
            wire unused_sign = &{1'b0, sum_q[SW-1:OW]};
        end else begin : gen_extend
            assign out_data = {{(OW-SW){sum_q[SW-1]}}, sum_q};
        end
    endgenerate
endmodule

`default_nettype wire
