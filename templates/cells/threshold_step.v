// threshold_step: one step of a bisection among sorted thresholds
//
//   path_q2 = {path, value >= thresholds[path]}
//
//   cycle 1  threshold read   cycle 2  compared

`default_nettype none

module threshold_step #(
    parameter WIDTH  = 16,  // bits of a value; a threshold has one more
    parameter PATH_W = 4,   // bits of the path so far: beat, and the bits of the count that are known
    parameter ADDR_W = 4,   // bits of it that tell thresholds apart, the lower ones
    parameter DEPTH  = 16,  // thresholds
    parameter FILE   = ""
) (
    input  wire                    clk,
    input  wire [PATH_W-1:0]       path,
    input  wire signed [WIDTH-1:0] value,
    output reg  [PATH_W:0]         path_q2,
    output reg  signed [WIDTH-1:0] value_q2
);
    wire signed [WIDTH:0] threshold_q1;

    rom #(
        .WIDTH  (WIDTH + 1),
        .DEPTH  (DEPTH),
        .ADDR_W (ADDR_W),
        .FILE   (FILE)
    ) thresholds (
        .clk     (clk),
        .enable  (1'b1),
        .address (path[ADDR_W-1:0]),
        .data_q1 (threshold_q1)
    );

    reg [PATH_W-1:0]       path_q1;
    reg signed [WIDTH-1:0] value_q1;

    wire is_reached = $signed({value_q1[WIDTH-1], value_q1}) >= threshold_q1;

    always @(posedge clk) begin
        path_q1  <= path;
        value_q1 <= value;
        path_q2  <= {path_q1, is_reached};
        value_q2 <= value_q1;
    end
endmodule

`default_nettype wire
