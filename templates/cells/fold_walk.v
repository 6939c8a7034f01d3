// fold_walk: the butterflies of a block of 2 * 2**BITS complex words, one in CLOCKS cycles
//
// Position t < 2 * 2**BITS holds a value of group t. A butterfly of span 2**b joins positions a and
// a + 2**b, bit b of a being 0, for all a >= 2 * 2**b; its factor is that of group a >> (b + 1).
// Counted without bit b they are c = 2**b .. 2**BITS - 1. DOWN 0: from the widest span on, c up;
// DOWN 1: all of it backwards.
//
// The upper half of the positions is one memory, the lower half another one, each of two banks: a
// position lies in the bank of its parity, so a butterfly meets each bank once. The first
// butterfly stands at the outputs two cycles after `start`.

`default_nettype none

module fold_walk #(
    parameter BITS   = 4,   // at least 2
    parameter CLOCKS = 1,
    parameter DOWN   = 0
) (
    input  wire            clk,
    input  wire            rst,
    input  wire            start,
    output reg             valid,   // the first of a butterfly's cycles
    output reg             high,    // the upper half of the positions
    output reg             swap,   // a lies in bank 1
    output reg  [BITS-2:0] row_0,   // of bank 0
    output reg  [BITS-2:0] row_1,
    output reg  [BITS-1:0] group,
    output reg             turns,   // with valid: the first butterfly of the last span
    output reg             ends     // with valid: the last butterfly
);

    localparam [BITS-1:0] NARROW = {{(BITS-1){1'b0}}, 1'b1};
    localparam [BITS-1:0] WIDE   = {1'b1, {(BITS-1){1'b0}}};
    localparam [BITS-1:0] ALL    = {BITS{1'b1}};

    // ---- one cycle ahead: span and count ----

    reg             busy;
    reg             fresh;   // the first of the cycles
    reg  [BITS-1:0] span;
    reg  [BITS-1:0] count;
    wire            step;
    wire            stage_ends = (DOWN != 0) ? count == span : count == ALL;
    wire            stage_last = (DOWN != 0) ? span == WIDE : span == NARROW;
    wire [BITS-1:0] span_next  = (DOWN != 0) ? {span[BITS-2:0], 1'b0} : {1'b0, span[BITS-1:1]};

    generate
        if (CLOCKS == 1) begin : gen_every
            assign step = busy;
        end else begin : gen_some
            reg  [CLOCKS-2:0] wait_q;   // cycles since the first one
            wire [CLOCKS-2:0] wait_d;
            assign step = wait_q[CLOCKS-2];
            always @(posedge clk) wait_q <= (rst | start) ? {(CLOCKS-1){1'b0}} : wait_d;
            if (CLOCKS == 2) begin : gen_two
                assign wait_d = busy & fresh;
            end else begin : gen_more
                assign wait_d = {wait_q[CLOCKS-3:0], busy & fresh};
            end
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) begin
            busy  <= 1'b0;
            fresh <= 1'b0;
        end else begin
            if (start) busy <= 1'b1;
            else if (step & stage_ends & stage_last) busy <= 1'b0;
            fresh <= start | (step & ~(stage_ends & stage_last));
        end
        if (start) begin
            span  <= (DOWN != 0) ? NARROW : WIDE;
            count <= (DOWN != 0) ? ALL : WIDE;
        end else if (step) begin
            if (stage_ends) span <= span_next;
            if (stage_ends) count <= (DOWN != 0) ? ALL : span_next;
            else count <= (DOWN != 0) ? count - 1'b1 : count + 1'b1;
        end
    end

    // ---- its positions within a half, and its group ----

    wire [BITS-1:0] below = span - 1'b1;
    wire [BITS:0]   above = {count & ~below, 1'b0};
    wire [BITS-1:0] low   = above[BITS-1:0] | (count & below);
    wire [BITS-2:0] other = low[BITS-1:1] | span[BITS-1:1];
    wire            odd   = ^low;
    reg  [BITS-1:0] shifted;
    integer b;

    always @* begin
        shifted = 0;
        for (b = 0; b < BITS; b = b + 1) if (span[b]) shifted = shifted | (count >> b);
    end

    always @(posedge clk) begin
        valid <= fresh & busy & ~rst;
        turns <= stage_last & count == ((DOWN != 0) ? ALL : span);
        ends  <= stage_last & stage_ends;
        high  <= above[BITS];
        swap <= odd;
        row_0 <= odd ? other : low[BITS-1:1];
        row_1 <= odd ? low[BITS-1:1] : other;
        group <= shifted;
    end

endmodule

`default_nettype wire
