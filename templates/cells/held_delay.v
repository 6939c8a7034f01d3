// held_delay: a delay of DEPTH enabled cycles that stands still in between
//
//   memory    none below 16 deep (shift registers); (DEPTH - 1) x WIDTH bits from there on, read
//             synchronously
//
// SPDX-License-Identifier: MIT
`default_nettype none

module held_delay #(
    parameter WIDTH = 8,
    parameter DEPTH = 4
) (
    input  wire             clk,
    input  wire             rst,     // restarts the position; what is stored stays
    input  wire             enable,
    input  wire [WIDTH-1:0] in_data,
    output wire [WIDTH-1:0] out_data
);
    generate
        if (DEPTH < 1) begin : gen_check
            held_delay_DEPTH_must_be_at_least_1 stop ();
        end
        if (DEPTH < 2) begin : gen_one
            reg [WIDTH-1:0] data_q;
            always @(posedge clk) if (enable) data_q <= in_data;
            assign out_data = data_q;
            wire unused_rst = rst;
        end else if (DEPTH < 16) begin : gen_shift
            reg [WIDTH*DEPTH-1:0] data_q;
            always @(posedge clk) if (enable) data_q <= {data_q[WIDTH*(DEPTH-1)-1:0], in_data};
            assign out_data = data_q[WIDTH*DEPTH-1 -: WIDTH];
            wire unused_rst = rst;
        end else begin : gen_ram
            // the word read is about to be overwritten: DEPTH - 1 enabled cycles old; data_q adds one
            localparam LAST = DEPTH - 2;
            localparam ADDR_W = $clog2(DEPTH - 1);
            reg [WIDTH-1:0] words [0:LAST];
            reg [ADDR_W-1:0] address_q;
            reg [WIDTH-1:0] data_q;

            always @(posedge clk) begin
                if (rst) address_q <= {ADDR_W{1'b0}};
                else if (enable)
                    address_q <= address_q == LAST[ADDR_W-1:0] ? {ADDR_W{1'b0}} : address_q + 1'b1;
            end

            always @(posedge clk) begin
                if (enable) begin
                    words[address_q] <= in_data;
                    data_q <= words[address_q];
                end
            end
            assign out_data = data_q;
        end
    endgenerate
endmodule

`default_nettype wire
