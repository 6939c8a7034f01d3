// half_level: butterflies of a level, one word per cycle
//
// Words lo_re, hi_re, lo_im, hi_im become lo_re + h_re, lo_re - h_re, lo_im + h_im, lo_im - h_im,
// where h = t hi: the four products pass one multiplier, re: x c, then - y s, im: x s, then y c, in
// the order x c, x s, - y s, y c. `position` is that in the four words, `factor` stands beside the
// word: c with lo_re, then s, - s, c. MODE 0: h is rounded half up, 1: half to even, 2: floor; not
// rounded where the level halves. Latency 9.

`default_nettype none

module half_level #(
    parameter W     = 18,
    parameter TW    = 18,
    parameter SHIFT = 16,
    parameter HW    = 18,   // bits of h
    parameter OW    = 19,
    parameter HALVE = 0,
    parameter MODE  = 0
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 in_first,
    input  wire [1:0]           position,
    input  wire signed [TW-1:0] factor,
    input  wire signed [W-1:0]  in_data,
    output wire                 out_first,
    output wire signed [OW-1:0] out_data
);

    localparam PW = HW + SHIFT;

    // ---- control ----

    reg  [8:0] first_q;
    reg  [8:1] odd_q;
    reg  [4:1] high_q;

    always @(posedge clk) begin
        first_q <= rst ? 9'd0 : {first_q[7:0], in_first};
        odd_q   <= {odd_q[7:1], position[0]};
        high_q  <= {high_q[3:1], position[1]};
    end

    assign out_first = first_q[8];

    // ---- products: sums of every other one ----

    reg signed [W-1:0]  hi_q2;
    reg signed [TW-1:0] factor_q1;
    reg signed [TW-1:0] factor_q2;
    reg signed [PW-1:0] product_q3;
    reg signed [PW-1:0] sum_q4;
    reg signed [PW-1:0] sum_q5;

    always @(posedge clk) begin
        if (position[0]) hi_q2 <= in_data;
        factor_q1  <= factor;
        factor_q2  <= factor_q1;
        product_q3 <= hi_q2 * factor_q2;
        sum_q4     <= product_q3 + sum_q5;
        if (position[1]) sum_q5 <= {PW{1'b0}};
        else sum_q5 <= sum_q4;
    end

    wire up;
    generate
        if (MODE == 2) begin : gen_floor
            assign up = 1'b0;
            wire unused_bits = &{1'b0, sum_q4[SHIFT-1:0]};
        end else if (MODE == 0) begin : gen_half
            assign up = sum_q4[SHIFT-1];
            wire unused_bits = &{1'b0, sum_q4[SHIFT-2:0]};
        end else begin : gen_even
            assign up = sum_q4[SHIFT-1] & (sum_q4[SHIFT] | (|sum_q4[SHIFT-2:0]));
        end
    endgenerate

    // ---- what they are added to, held for two cycles ----

    reg signed [HW:0]  turned_q7;   // h_re for a cycle, then h_im
    reg signed [HW:0]  turned_q8;
    reg signed [W-1:0] lo_q1;
    reg signed [W-1:0] lo_q2;
    reg signed [W-1:0] lo_q4;
    reg signed [W-1:0] lo_q5;
    reg signed [W-1:0] lo_q7;
    reg signed [W-1:0] lo_q8;

    always @(posedge clk) begin
        if (high_q[4]) turned_q7 <= {sum_q4[PW-1:SHIFT], up};
        if (odd_q[6]) turned_q8 <= turned_q7;
        lo_q1 <= in_data;
        if (position[0]) lo_q2 <= lo_q1;
        if (odd_q[2]) lo_q4 <= lo_q2;
        lo_q5 <= lo_q4;
        if (odd_q[5]) lo_q7 <= lo_q5;
        lo_q8 <= lo_q7;
    end

    // ---- butterflies ----

    fft_join #(.W(W), .HW(HW), .OW(OW), .HALVE(HALVE)) join_words (
        .clk      (clk),
        .subtract (odd_q[8]),
        .in_low   (lo_q8),
        .in_high  (turned_q8[HW:1]),
        .up       (turned_q8[0]),
        .out_data (out_data)
    );

endmodule

`default_nettype wire
