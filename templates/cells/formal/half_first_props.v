// half_first_props: half_first against the butterflies of pairs of words, for all inputs
//
//   proves    p, q become p + q, p - q, times 2^GUARD; 3 cycles later, and `out_first` with them
//   assumes   odd words do not follow each other    proved in half_order_props: `phase` counts

`default_nettype none

module half_first_props #(
    parameter W     = 3,
    parameter GUARD = 1
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire                odd,
    input wire signed [W-1:0] in_data
);
    wire out_first;
    wire signed [W+GUARD:0] out_data;

    half_first #(.W(W), .GUARD(GUARD)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .odd(odd), .in_data(in_data), .out_first(out_first), .out_data(out_data)
    );

    reg [2:0]     pulses;
    reg [3:0]     odds;    // bit n: n + 1 cycles ago
    reg [5*W-1:0] words;   // of the last cycles, the youngest in the low bits
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        if (age != 5) age <= age + 1;
        pulses <= rst ? 3'd0 : {pulses[1:0], in_first};
        odds   <= {odds, odd};
        words  <= {words, in_data};
    end

    wire signed [31:0] one_ago   = $signed(words[W +: W]);
    wire signed [31:0] two_ago   = $signed(words[2*W +: W]);
    wire signed [31:0] three_ago = $signed(words[3*W +: W]);
    always @* begin
        if (age == 0) assume (rst);
        if (age != 0 && odd) assume (!odds[0]);
        if (age == 5) begin
            assert (out_first == pulses[2]);
            if (odds[1]) assert (out_data == (two_ago + one_ago) * (1 << GUARD));
            if (odds[2]) assert (out_data == (three_ago - two_ago) * (1 << GUARD));
        end
    end
endmodule

`default_nettype wire
