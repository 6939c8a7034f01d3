// packet_valid: `out_valid` for the BEATS cycles of a packet, DELAY cycles after `in_first`
//
// BEATS is a power of two. Pulses of `in_first` are at least BEATS cycles apart; further ones
// inside a packet change nothing.

`default_nettype none

module packet_valid #(
    parameter BEATS = 8,
    parameter DELAY = 1
) (
    input  wire clk,
    input  wire rst,
    input  wire in_first,
    output reg  out_valid
);

    generate
        wire first;
        if (DELAY == 1) begin : gen_now
            assign first = in_first;
        end else if (DELAY == 2) begin : gen_next
            reg first_q;
            always @(posedge clk) first_q <= in_first & ~rst;
            assign first = first_q;
        end else begin : gen_later
            reg [DELAY-2:0] first_q;
            always @(posedge clk) begin
                first_q <= rst ? {(DELAY-1){1'b0}} : {first_q[DELAY-3:0], in_first};
            end
            assign first = first_q[DELAY-2];
        end
        if (BEATS == 1) begin : gen_single
            always @(posedge clk) out_valid <= first & ~rst;
        end else begin : gen_packet
            // beat of the packet; 0 also between packets
            reg [$clog2(BEATS)-1:0] t_q;
            wire run = first | (|t_q);
            always @(posedge clk) begin
                out_valid <= run & ~rst;
                if (rst) t_q <= 0;
                else if (run) t_q <= t_q + 1'b1;
            end
        end
    endgenerate

endmodule

`default_nettype wire
