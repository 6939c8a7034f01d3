// fft_order: brings the beats of a packet that a level joins next to each other
//
// Beats come and go in windows of WINDOW beats, a packet has BEATS. INPUT: beats m and m + WINDOW /
// 2 become neighbours. Otherwise a window is that of one group of the level before, its beats u0,
// v0, u1, v1, ...; all u leave before all v, and of each kind beats m and m + WINDOW / 4 become
// neighbours.
//
// `in_first` marks the first beat of a packet, `out_first` the first one that leaves; `phase` is the
// position of the leaving beat, 0 also between packets. Latency WINDOW / 2 + 1.
// Memory: WINDOW x W bits.

`default_nettype none

module fft_order #(
    parameter BEATS  = 8,
    parameter WINDOW = 8,
    parameter INPUT  = 1,
    parameter W      = 32
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     in_first,
    input  wire [W-1:0]             in_data,
    output reg                      out_first,
    output reg  [$clog2(BEATS)-1:0] phase,
    output reg  [W-1:0]             out_data
);

    localparam TW   = $clog2(BEATS);
    localparam AW   = $clog2(WINDOW);
    localparam HALF = WINDOW / 2;

    reg  [W-1:0]  mem [0:WINDOW-1];
    reg  [TW-1:0] write_q;
    reg  [TW-1:0] read_q;
    wire          read_first = (write_q == HALF[TW-1:0]);
    wire [AW-1:0] address;

    generate
        if (AW == 1) begin : gen_same
            assign address = read_q[0];
        end else if (INPUT != 0) begin : gen_input
            assign address = {read_q[0], read_q[AW-1:1]};
        end else if (AW == 2) begin : gen_four
            assign address = {read_q[0], read_q[1]};
        end else begin : gen_group
            assign address = {read_q[0], read_q[AW-2:1], read_q[AW-1]};
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) write_q <= 0;
        else if (in_first | (|write_q)) write_q <= write_q + 1'b1;
        if (rst) read_q <= 0;
        else if (read_first | (|read_q)) read_q <= read_q + 1'b1;
        out_first <= read_first & ~rst;
        phase     <= read_q;
        out_data  <= mem[address];
        mem[write_q[AW-1:0]] <= in_data;
    end

endmodule

`default_nettype wire
