// threshold_step_props: threshold_step against its specification, for the thresholds of a file and all values
//
//   proves    path_q2 is the path followed by whether the value reaches the threshold that the path names; value_q2 is
//             the value; both 2 cycles later

`default_nettype none

module threshold_step_props #(
    parameter WIDTH  = 4,
    parameter PATH_W = 3,
    parameter ADDR_W = 2,
    parameter DEPTH  = 3
) (
    input wire                    clk,
    input wire [PATH_W-1:0]       path,
    input wire signed [WIDTH-1:0] value
);
    localparam WORD_W = WIDTH + 1;

    wire [PATH_W:0]         path_q2;
    wire signed [WIDTH-1:0] value_q2;

    threshold_step #(.WIDTH(WIDTH), .PATH_W(PATH_W), .ADDR_W(ADDR_W), .DEPTH(DEPTH), .FILE("words.hex")) dut (
        .clk(clk), .path(path), .value(value), .path_q2(path_q2), .value_q2(value_q2)
    );

    function [WORD_W-1:0] word(input [ADDR_W-1:0] index);
        case (index)
`include "words.vh"
            default: word = {WORD_W{1'b0}};
        endcase
    endfunction

    wire signed [WORD_W-1:0] threshold = word(path[ADDR_W-1:0]);
    wire reached = value >= threshold;
    reg [PATH_W:0]         path_late [1:2];
    reg signed [WIDTH-1:0] value_late [1:2];
    reg                    known [1:2];  // the path names a threshold of the file
    reg [1:0] age = 2'd0;
    always @(posedge clk) begin
        path_late[1]  <= {path, reached};
        path_late[2]  <= path_late[1];
        value_late[1] <= value;
        value_late[2] <= value_late[1];
        known[1]      <= path[ADDR_W-1:0] < DEPTH;
        known[2]      <= known[1];
        if (age != 2) age <= age + 1;
    end
    always @* if (age == 2) begin
        assert (value_q2 == value_late[2]);
        assert (path_q2[PATH_W:1] == path_late[2][PATH_W:1]);
        if (known[2]) assert (path_q2[0] == path_late[2][0]);
    end
endmodule

`default_nettype wire
