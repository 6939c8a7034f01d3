// half_mask: words that do not exist become zero, one word per beat
//
// A frame has BLOCKS packets of 2 * BEATS words in halves order, x[t] and x[t + BEATS] alternately;
// of the last packet the first LAST words exist. Combinational.

`default_nettype none

module half_mask #(
    parameter W      = 12,
    parameter BEATS  = 8,
    parameter BLOCKS = 1,
    parameter LAST   = 16
) (
    input  wire         clk,
    input  wire         rst,
    input  wire         in_valid,
    input  wire [W-1:0] in_data,
    output wire [W-1:0] out_data
);

    generate
        if (LAST == 2 * BEATS) begin : gen_all
            assign out_data = in_data;
            wire unused_control = &{1'b0, clk, rst, in_valid};
        end else begin : gen_mask
            reg          upper_q;
            wire [W-1:0] low;
            wire [W-1:0] high;

            always @(posedge clk) begin
                if (rst) upper_q <= 1'b0;
                else if (in_valid) upper_q <= ~upper_q;
            end

            fft_mask #(.W(W), .BEATS(BEATS), .BLOCKS(BLOCKS), .LAST(LAST)) pairs (
                .clk      (clk),
                .rst      (rst),
                .in_valid (in_valid & upper_q),
                .in_low   (in_data),
                .in_high  (in_data),
                .out_low  (low),
                .out_high (high)
            );

            assign out_data = upper_q ? high : low;
        end
    endgenerate

endmodule

`default_nettype wire
