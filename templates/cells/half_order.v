// half_order: brings the words of a packet into the order in which the next level joins them
//
// Words come and go in windows of WINDOW words, a packet has WORDS. KIND 1, input: x[t] and x[t +
// WORDS / 2] alternately; then x[m], x[m + WORDS / 2], x[m + WORDS / 4], x[m + 3 WORDS / 4]. KIND 0:
// a window holds a group of the level before, u and v alternately, re of both before im; then all u,
// then all v, each as words lo_re, hi_re, lo_im, hi_im, or p, q, r, s where the group is real (the
// first u of a packet). KIND 2: u_re, v_re, u_im, v_im; then u_re, u_im, v_re, v_im.
//
// `in_first` marks the first word of a packet, `out_first` the first one that leaves; `phase` is the
// position of the leaving word, 0 also between packets. Latency WINDOW / 2 + 1.
// Memory: WINDOW x W bits.

`default_nettype none

module half_order #(
    parameter WORDS  = 16,
    parameter WINDOW = 16,
    parameter KIND   = 0,
    parameter W      = 16
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     in_first,
    input  wire [W-1:0]             in_data,
    output reg                      out_first,
    output reg  [$clog2(WORDS)-1:0] phase,
    output reg  [W-1:0]             out_data
);

    localparam TW   = $clog2(WORDS);
    localparam AW   = $clog2(WINDOW);
    localparam HALF = WINDOW / 2;

    reg  [W-1:0]  mem [0:WINDOW-1];
    reg  [TW-1:0] write_q;
    reg  [TW-1:0] read_q;
    wire          read_first = (write_q == HALF[TW-1:0]);
    wire [AW-1:0] address;

    generate
        if (KIND == 2) begin : gen_output
            assign address = {read_q[0], read_q[1]};
        end else if (KIND == 1) begin : gen_input
            if (AW == 2) begin : gen_four
                assign address = read_q;
            end else begin : gen_more
                assign address = {read_q[1], read_q[AW-1:2], read_q[0]};
            end
        end else begin : gen_group
            wire is_real = ~(|read_q[TW-1:AW-1]);
            wire upper   = is_real ? read_q[1] : read_q[0];
            wire part    = is_real ? read_q[0] : read_q[1];
            if (AW == 3) begin : gen_eight
                assign address = {upper, part, read_q[2]};
            end else begin : gen_more
                assign address = {upper, read_q[AW-2:2], part, read_q[AW-1]};
            end
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
