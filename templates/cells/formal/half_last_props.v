// half_last_props: half_last against its integer specification, for all inputs
//
//   proves    the first two words a, b become a + b, a - b; others pass; 2 cycles later
//   assumes   the results fit OW bits: by construction, the caller's width
//   assumes   packets have two words or more      proved in half_order_props: packets are at least WORDS cycles apart

`default_nettype none

module half_last_props #(
    parameter W  = 4,
    parameter OW = 4
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire signed [W-1:0] in_data
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;

    half_last #(.W(W), .OW(OW)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_data(in_data), .out_data(out_data)
    );

    reg [2:0] pulses;
    reg signed [W-1:0] word_1;
    reg signed [W-1:0] word_2;
    reg signed [W-1:0] word_3;
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        if (age != 4) age <= age + 1;
        pulses <= rst ? 3'd0 : {pulses[1:0], in_first};
        word_1 <= in_data;
        word_2 <= word_1;
        word_3 <= word_2;
    end
    // the word of two cycles ago, changed if it is one of the first two
    wire signed [31:0] result = pulses[1] ? word_2 + word_1 : pulses[2] ? word_3 - word_2 : word_2;
    always @* begin
        if (age == 0) assume (rst);
        if (in_first) assume (!pulses[0]);
        if (age == 4) assume (fits(result, OW));
        if (age == 4 && !rst_q) assert (out_data == result);
    end
    reg rst_q;
    always @(posedge clk) rst_q <= rst;
endmodule

`default_nettype wire
