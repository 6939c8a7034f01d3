// turn_pair: x * fx + y * fy, the floor of the sum / 2^SHIFT, and whether rounding adds one
//
// One part of a complex product per cycle by two multipliers. The factors come one cycle before
// (x, y). MODE 0: half up, 1: half to even, 2: floor. The result must fit OW bits by construction.
// Latency 2 from (x, y).

`default_nettype none

module turn_pair #(
    parameter IW    = 18,
    parameter TW    = 18,
    parameter SHIFT = 16,
    parameter OW    = 18,
    parameter MODE  = 0
) (
    input  wire                 clk,
    input  wire signed [TW-1:0] fx,
    input  wire signed [TW-1:0] fy,
    input  wire signed [IW-1:0] x,
    input  wire signed [IW-1:0] y,
    output wire signed [OW-1:0] out_data,
    output wire                 out_up
);

    localparam PW = OW + SHIFT;

    reg signed [TW-1:0] fx_q0;
    reg signed [TW-1:0] fy_q0;
    reg signed [PW-1:0] x_q1;
    reg signed [PW-1:0] y_q1;
    reg signed [PW-1:0] sum_q2;

    always @(posedge clk) begin
        fx_q0  <= fx;
        fy_q0  <= fy;
        x_q1   <= x * fx_q0;
        y_q1   <= y * fy_q0;
        sum_q2 <= x_q1 + y_q1;
    end

    assign out_data = sum_q2[PW-1:SHIFT];

    generate
        if (MODE == 2) begin : gen_floor
            assign out_up = 1'b0;
            wire unused_bits = &{1'b0, sum_q2[SHIFT-1:0]};
        end else if (MODE == 0) begin : gen_half
            assign out_up = sum_q2[SHIFT-1];
            wire unused_bits = &{1'b0, sum_q2[SHIFT-2:0]};
        end else begin : gen_even
            assign out_up = sum_q2[SHIFT-1] & (sum_q2[SHIFT] | (|sum_q2[SHIFT-2:0]));
        end
    endgenerate

endmodule

`default_nettype wire
