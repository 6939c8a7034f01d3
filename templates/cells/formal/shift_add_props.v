// shift_add_props: shift_add, and shift_fit inside it, against the integer specification, for all inputs
//
//   proves    out = a 2^AS + b 2^BS, or the difference, modulo 2^OW; 1 cycle later

`default_nettype none

module shift_add_props #(
    parameter AW  = 5,
    parameter AS  = 0,
    parameter BW  = 4,
    parameter BS  = 2,
    parameter SUB = 0,
    parameter OW  = 8
) (
    input wire                 clk,
    input wire signed [AW-1:0] in_a,
    input wire signed [BW-1:0] in_b
);
    wire signed [OW-1:0] out_data;

    shift_add #(.AW(AW), .AS(AS), .BW(BW), .BS(BS), .SUB(SUB), .OW(OW)) dut (
        .clk(clk), .in_a(in_a), .in_b(in_b), .out_data(out_data)
    );

    wire signed [31:0] a = in_a * (1 << AS);
    wire signed [31:0] b = in_b * (1 << BS);
    reg signed [31:0] value;
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        value   <= SUB != 0 ? a - b : a + b;
    end
    always @* if (started) assert ($unsigned(out_data) == value[OW-1:0]);
endmodule

`default_nettype wire
