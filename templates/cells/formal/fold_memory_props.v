// fold_memory_props: fold_memory against one word that is followed, for all addresses
//
//   proves    a word read, alone or in a pair, is the one last written there, alone, in parts or in a pair, before that cycle
//   assumes   a pair's words lie in different banks    proved in fold_walk_props

`default_nettype none

module fold_memory_props #(
    parameter BITS = 2,
    parameter W    = 1
) (
    input wire            clk,
    input wire            pair_read,
    input wire [BITS-2:0] read_0,
    input wire [BITS-2:0] read_1,
    input wire [BITS-1:0] read_address,
    input wire            pair_write,
    input wire [BITS-2:0] write_0,
    input wire [BITS-2:0] write_1,
    input wire [2*W-1:0]  pair_0,
    input wire [2*W-1:0]  pair_1,
    input wire [1:0]      load,
    input wire [BITS-1:0] load_address,
    input wire [2*W-1:0]  load_data,
    input wire [BITS-1:0] followed       // stays
);
    wire [2*W-1:0] word_0;
    wire [2*W-1:0] word_1;

    fold_memory #(.BITS(BITS), .W(W)) dut (
        .clk(clk), .pair_read(pair_read), .read_0(read_0), .read_1(read_1), .read_address(read_address),
        .word_0(word_0), .word_1(word_1), .pair_write(pair_write), .write_0(write_0), .write_1(write_1),
        .pair_0(pair_0), .pair_1(pair_1), .load(load), .load_address(load_address), .load_data(load_data)
    );

    wire            odd = ^followed;
    wire [BITS-2:0] row = followed[BITS-1:1];
    reg  [BITS-1:0] followed_q;
    reg             started = 1'b0;
    reg  [2*W-1:0]  known;      // the word
    reg  [1:0]      written = 2'd0;  // which of its parts has been written
    reg  [2*W-1:0]  seen;       // as it was when it was read
    reg  [1:0]      certain = 2'd0;
    wire            reads  = pair_read ? (odd ? read_1 : read_0) == row : read_address == followed;
    wire            writes = pair_write && (odd ? write_1 : write_0) == row;
    wire            loads  = !pair_write && load_address == followed;
    integer         n;

    always @(posedge clk) begin
        started    <= 1'b1;
        followed_q <= followed;
        seen       <= known;
        certain    <= reads ? written : 2'd0;
        for (n = 0; n < 2; n = n + 1) begin
            if (writes) known[n*W +: W] <= odd ? pair_1[n*W +: W] : pair_0[n*W +: W];
            else if (loads && load[n]) known[n*W +: W] <= load_data[n*W +: W];
            if (writes || (loads && load[n])) written[n] <= 1'b1;
        end
    end

    localparam WIDTH = W;
    wire [(1<<(BITS-1))*W-1:0] bank00;
    wire [(1<<(BITS-1))*W-1:0] bank01;
    wire [(1<<(BITS-1))*W-1:0] bank10;
    wire [(1<<(BITS-1))*W-1:0] bank11;
`include "see_mem.vh"

    always @* begin
        if (started) assume (followed == followed_q);
        for (n = 0; n < 2; n = n + 1)
            if (certain[n]) assert ((odd ? word_1[n*W +: W] : word_0[n*W +: W]) == seen[n*W +: W]);
        if (started && written[0]) assert ((odd ? bank01[row*W +: W] : bank00[row*W +: W]) == known[0 +: W]);
        if (started && written[1]) assert ((odd ? bank11[row*W +: W] : bank10[row*W +: W]) == known[W +: W]);
    end
`ifdef REACH
    always @* assert (!(certain == 2'd3 && seen != 0));
`endif
endmodule

`default_nettype wire
