// turn_in_props: turn_in against its integer specification, for all inputs
//
//   proves    turn 0, 2: in; 1: in (1 + j); 3: in j; with -j for j if INVERSE; 1 cycle later

`default_nettype none

module turn_in_props #(
    parameter W       = 5,
    parameter INVERSE = 0
) (
    input wire                clk,
    input wire [1:0]          turn,
    input wire signed [W-1:0] in_re,
    input wire signed [W-1:0] in_im
);
    wire signed [W:0] out_re;
    wire signed [W:0] out_im;

    turn_in #(.W(W), .INVERSE(INVERSE)) dut (
        .clk(clk), .turn(turn), .in_re(in_re), .in_im(in_im), .out_re(out_re), .out_im(out_im)
    );

    // times j, or -j
    wire signed [31:0] j_re = INVERSE != 0 ? in_im : -in_im;
    wire signed [31:0] j_im = INVERSE != 0 ? -in_re : in_re;
    reg signed [31:0] re;
    reg signed [31:0] im;
    reg started = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        re <= turn == 3 ? j_re : turn == 1 ? in_re + j_re : in_re;
        im <= turn == 3 ? j_im : turn == 1 ? in_im + j_im : in_im;
    end
    always @* if (started) assert (out_re == re && out_im == im);
endmodule

`default_nettype wire
