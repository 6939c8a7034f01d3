// turn_in: prepares a beat for a rotation by an odd multiple of an eighth or a sixteenth of a turn
//
// `turn` 0: passes. 1: times (1 + j), the rest of the eighth is a real factor. 2: passes. 3: times
// j, the rest is the rotation of turn 2. INVERSE turns the other way. Latency 1.

`default_nettype none

module turn_in #(
    parameter W       = 16,
    parameter INVERSE = 0
) (
    input  wire                clk,
    input  wire [1:0]          turn,
    input  wire signed [W-1:0] in_re,
    input  wire signed [W-1:0] in_im,
    output reg  signed [W:0]   out_re,
    output reg  signed [W:0]   out_im
);

    wire own   = (turn != 2'd3);
    wire other = turn[0];

    wire signed [W:0] own_re   = {in_re[W-1], in_re} & {(W+1){own}};
    wire signed [W:0] own_im   = {in_im[W-1], in_im} & {(W+1){own}};
    wire signed [W:0] other_re = {in_re[W-1], in_re} & {(W+1){other}};
    wire signed [W:0] other_im = {in_im[W-1], in_im} & {(W+1){other}};

    generate
        if (INVERSE != 0) begin : gen_inverse
            always @(posedge clk) begin
                out_re <= own_re + other_im;
                out_im <= own_im - other_re;
            end
        end else begin : gen_forward
            always @(posedge clk) begin
                out_re <= own_re - other_im;
                out_im <= own_im + other_re;
            end
        end
    endgenerate

endmodule

`default_nettype wire
