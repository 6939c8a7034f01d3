// fft_first_props: fft_first against the butterflies of pairs of beats, for all inputs
//
//   proves    (p, q), (r, s) become (p + q, r + s), (p - q, r - s), times 2^GUARD; 3 cycles later, and `out_first` with them
//   proves    HALVE: half of the sums rounded half up, of the differences half down
//   assumes   second beats do not follow each other    proved in fft_order_props: `phase` counts

`default_nettype none

module fft_first_props #(
    parameter W     = 3,
    parameter GUARD = 1,
    parameter HALVE = 0
) (
    input wire                clk,
    input wire                rst,
    input wire                in_first,
    input wire                second,
    input wire signed [W-1:0] in_0,
    input wire signed [W-1:0] in_1
);
    wire out_first;
    wire signed [W+GUARD-HALVE:0] out_0;
    wire signed [W+GUARD-HALVE:0] out_1;

    fft_first #(.W(W), .GUARD(GUARD), .HALVE(HALVE)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .second(second), .in_0(in_0), .in_1(in_1),
        .out_first(out_first), .out_0(out_0), .out_1(out_1)
    );

    reg [2:0]     pulses;
    reg [3:0]     seconds;   // bit n: n + 1 cycles ago
    reg [5*W-1:0] words_0;   // of the last cycles, the youngest in the low bits
    reg [5*W-1:0] words_1;
    reg [2:0] age = 3'd0;
    always @(posedge clk) begin
        if (age != 5) age <= age + 1;
        pulses  <= rst ? 3'd0 : {pulses[1:0], in_first};
        seconds <= {seconds, second};
        words_0 <= {words_0, in_0};
        words_1 <= {words_1, in_1};
    end

    // what becomes of a sum, or, without `up`, of a difference
    function signed [31:0] given(input signed [31:0] exact, input up);
        given = (HALVE != 0 ? (exact + $signed({1'b0, up})) >>> 1 : exact) * (1 << GUARD);
    endfunction

    // the pair of the sum: its first beat came 3 cycles ago; that of the difference: 4
    wire signed [31:0] p = $signed(words_0[2*W +: W]);
    wire signed [31:0] q = $signed(words_1[2*W +: W]);
    wire signed [31:0] r = $signed(words_0[W +: W]);
    wire signed [31:0] s = $signed(words_1[W +: W]);
    wire signed [31:0] p_before = $signed(words_0[3*W +: W]);
    wire signed [31:0] q_before = $signed(words_1[3*W +: W]);
    always @* begin
        if (age == 0) assume (rst);
        if (age != 0 && second) assume (!seconds[0]);
        if (age == 5) begin
            assert (out_first == pulses[2]);
            if (seconds[1]) assert (out_0 == given(p + q, 1) && out_1 == given(r + s, 1));
            if (seconds[2]) assert (out_0 == given(p_before - q_before, 0) && out_1 == given(p - q, 0));
        end
    end
endmodule

`default_nettype wire
