// narrow: round_shift, register, saturate, register
//
// Mirrors `narrow` of src/fixed.rs, for any input. Latency 2.

`default_nettype none

module narrow #(
    parameter IW    = 20,
    parameter SHIFT = 4,
    parameter MODE  = 0,
    parameter OW    = 12
) (
    input  wire                 clk,
    input  wire signed [IW-1:0] in_data,
    output reg  signed [OW-1:0] out_data
);

    // one bit of room for rounding up, and never fewer than two bits left
    localparam EW = (IW > SHIFT) ? IW + 1 : SHIFT + 2;
    localparam RW = EW - SHIFT;

    wire signed [EW-1:0] wide = {{(EW-IW){in_data[IW-1]}}, in_data};
    wire signed [RW-1:0] rounded;
    reg  signed [RW-1:0] rounded_q1;
    wire signed [OW-1:0] bounded;

    round_shift #(.IW(EW), .SHIFT(SHIFT), .MODE(MODE)) round (
        .in_data  (wide),
        .out_data (rounded)
    );

    saturate #(.IW(RW), .OW(OW)) clamp (
        .in_data  (rounded_q1),
        .out_data (bounded)
    );

    always @(posedge clk) begin
        rounded_q1 <= rounded;
        out_data   <= bounded;
    end

endmodule

`default_nettype wire
