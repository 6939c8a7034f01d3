// fft_join_props: fft_join against the sum and the difference, for all inputs
//
//   proves    low + (high + up), low - (high + up), 1 cycle later
//   proves    HALVE: half of low + high + f rounded half up, of low - high - f half down, for every fraction f, 0 <= f < 1
//   assumes   the result fits OW bits: by construction, the caller's width

`default_nettype none

module fft_join_props #(
    parameter W     = 4,
    parameter HW    = 5,
    parameter OW    = 6,
    parameter HALVE = 0
) (
    input wire                 clk,
    input wire                 subtract,
    input wire signed [W-1:0]  in_low,
    input wire signed [HW-1:0] in_high,
    input wire                 up,
    input wire [3:0]           sixteenths
);
`include "arithmetic.vh"
    wire signed [OW-1:0] out_data;

    fft_join #(.W(W), .HW(HW), .OW(OW), .HALVE(HALVE)) dut (
        .clk(clk), .subtract(subtract), .in_low(in_low), .in_high(in_high), .up(up), .out_data(out_data)
    );

    wire signed [31:0] high  = in_high + (up ? 1 : 0);
    wire signed [31:0] whole = subtract ? in_low - high : in_low + high;
    // 32 times half of the exact sum
    wire signed [31:0] fine  = in_high * 16 + $signed({1'b0, sixteenths});
    wire signed [31:0] exact = subtract ? in_low * 16 - fine : in_low * 16 + fine;
    wire signed [31:0] half  = subtract ? -rounded(-exact, 5, 0) : rounded(exact, 5, 0);
    wire signed [31:0] result = HALVE != 0 ? half : whole;

    reg signed [31:0] result_q;
    reg started = 1'b0;
    always @(posedge clk) begin
        started  <= 1'b1;
        result_q <= result;
    end
    always @* assume (fits(result, OW));
    always @* if (started) assert (out_data == result_q);
endmodule

`default_nettype wire
