{#- Memory, walk and rotator of a unit of the folded transforms; nothing varies. Context: blocks::fold::UnitRtl -#}
// {= module =}: the complex residues of blocks, in place, one butterfly in CLOCKS cycles
//
// A block lies in one of two buffers, as two halves of 2**BITS complex words. INVERSE 0: lo + w hi and
// lo - w hi, nothing but the product rounded; INVERSE 1: (u + v) / 2 and (u - v) / 2 w, each rounded
// once. The walk begins two cycles after `start`, with the buffer that stands there; the other one is
// loaded and read meanwhile, and so is a half that the walk has left for good.
//
//   load      words are there from the next cycle on
//   read      2 cycles from address to word
//   factor    1 cycle from group to factor (a rom)
//   butterfly CLOCKS + 6 cycles from its addresses to its words in the memory

`default_nettype none

module {= module =} #(
    parameter INVERSE = 0,
    parameter CLOCKS  = 1,
    parameter BITS    = 4,
    parameter W       = 16,   // bits of a part
    parameter TW      = 14,   // bits of a factor
    parameter SHIFT   = 12,   // its fraction bits; one more with INVERSE
    parameter MODE    = 0
) (
    input  wire                                clk,
    input  wire                                rst,
    input  wire                                start,
    input  wire                                start_buffer,
    output wire                                turns,        // the walk enters its last span
    output wire                                ends,         // and its last butterfly
    output wire [BITS-1:0]                     group,
    input  wire [(CLOCKS == 4 ? 2 : 3)*TW-1:0] factor,
    // {high half, low half}
    input  wire [3:0]                          load,         // {im, re} of each
    input  wire [1:0]                          load_buffer,
    input  wire [2*BITS-1:0]                   load_address,
    input  wire [4*W-1:0]                      load_data,    // {im, re} of each
    input  wire [1:0]                          read_buffer,
    input  wire [2*BITS-1:0]                   read_address,
    output wire [4*W-1:0]                      read_data
);

    // ---- addresses of a butterfly ----

    localparam TURN  = CLOCKS + 3;
    localparam WRITE = CLOCKS + 6;
    localparam AW    = 2 * (BITS - 1) + 3;

    wire            valid;
    wire            high;
    wire            swap;
    wire [BITS-2:0] row_0;
    wire [BITS-2:0] row_1;
    wire            turns_d;
    wire            ends_d;
    reg             started;   // the buffer of the start, and of the walk from its first butterfly on
    reg             buffer;

    fold_walk #(.BITS(BITS), .CLOCKS(CLOCKS), .DOWN(INVERSE)) walk (
        .clk   (clk),
        .rst   (rst),
        .start (start),
        .valid (valid),
        .high  (high),
        .swap (swap),
        .row_0 (row_0),
        .row_1 (row_1),
        .group (group),
        .turns (turns_d),
        .ends  (ends_d)
    );

    assign turns = valid & turns_d;
    assign ends  = valid & ends_d;

    always @(posedge clk) begin
        if (start) started <= start_buffer;
        buffer <= started;
    end

    // ---- and when it reads and writes ----

    reg  [WRITE:1]  valid_q;
    wire [AW-1:0]   address = {buffer, high, swap, row_1, row_0};
    wire [AW-1:0]   address_q;
    wire [BITS-2:0] write_0      = address_q[BITS-2:0];
    wire [BITS-2:0] write_1      = address_q[2*BITS-3:BITS-1];
    wire            write_swap  = address_q[AW-3];
    wire            write_high   = address_q[AW-2];
    wire            write_buffer = address_q[AW-1];

    always @(posedge clk) valid_q <= rst ? {WRITE{1'b0}} : {valid_q[WRITE-1:1], valid};

    delay_line #(.W(AW), .DEPTH(WRITE)) address_delay (
        .clk      (clk),
        .rst      (rst),
        .in_data  (address),
        .out_data (address_q)
    );

    // ---- memory {buffer, half} ----

    wire [2*W-1:0] pair_0;
    wire [2*W-1:0] pair_1;
    wire [8*W-1:0] words_0;
    wire [8*W-1:0] words_1;
    genvar n;

    generate
        for (n = 0; n < 4; n = n + 1) begin : gen_memory
            localparam H = n % 2;
            localparam [1:0] OWN = n[1:0];
            fold_memory #(.BITS(BITS), .W(W)) half (
                .clk          (clk),
                .pair_read    (valid && {buffer, high} == OWN),
                .read_0       (row_0),
                .read_1       (row_1),
                .read_address (read_address[H*BITS +: BITS]),
                .word_0       (words_0[n*2*W +: 2*W]),
                .word_1       (words_1[n*2*W +: 2*W]),
                .pair_write   (valid_q[WRITE] && {write_buffer, write_high} == OWN),
                .write_0      (write_0),
                .write_1      (write_1),
                .pair_0       (pair_0),
                .pair_1       (pair_1),
                .load         (load[H*2 +: 2] & {2{load_buffer[H] == OWN[1]}}),
                .load_address (load_address[H*BITS +: BITS]),
                .load_data    (load_data[H*2*W +: 2*W])
            );
        end
        for (n = 0; n < 2; n = n + 1) begin : gen_read
            reg              buffer_q1;
            reg              odd_q1;
            reg  [2*W-1:0]   word_q2;
            wire [2*W-1:0]   from_0 = buffer_q1 ? words_0[(n+2)*2*W +: 2*W] : words_0[n*2*W +: 2*W];
            wire [2*W-1:0]   from_1 = buffer_q1 ? words_1[(n+2)*2*W +: 2*W] : words_1[n*2*W +: 2*W];
            always @(posedge clk) begin
                buffer_q1 <= read_buffer[n];
                odd_q1    <= ^read_address[n*BITS +: BITS];
                word_q2   <= odd_q1 ? from_1 : from_0;
            end
            assign read_data[n*2*W +: 2*W] = word_q2;
        end
    endgenerate

    // ---- the words of a butterfly, for all of its cycles ----

    reg           buffer_q1;
    reg           high_q1;
    reg           swap_q1;
    reg [2*W-1:0] first_q2;
    reg [2*W-1:0] second_q2;
    wire [4*W-1:0] both_0 = buffer_q1 ? words_0[8*W-1:4*W] : words_0[4*W-1:0];
    wire [4*W-1:0] both_1 = buffer_q1 ? words_1[8*W-1:4*W] : words_1[4*W-1:0];
    wire [2*W-1:0] bank_0 = high_q1 ? both_0[4*W-1:2*W] : both_0[2*W-1:0];
    wire [2*W-1:0] bank_1 = high_q1 ? both_1[4*W-1:2*W] : both_1[2*W-1:0];

    always @(posedge clk) begin
        buffer_q1 <= buffer;
        high_q1   <= high;
        swap_q1  <= swap;
        if (valid_q[1]) begin
            first_q2  <= swap_q1 ? bank_1 : bank_0;
            second_q2 <= swap_q1 ? bank_0 : bank_1;
        end
    end

    wire signed [W-1:0] lo_re = first_q2[0 +: W];
    wire signed [W-1:0] lo_im = first_q2[W +: W];
    wire signed [W-1:0] hi_re = second_q2[0 +: W];
    wire signed [W-1:0] hi_im = second_q2[W +: W];

    // ---- the butterfly ----

    localparam FW = (CLOCKS == 4 ? 2 : 3) * TW;

    reg  [FW-1:0]  factor_q2;
    wire [2*W-1:0] done_0;    // of the words at a and a + span
    wire [2*W-1:0] done_1;
    wire [2*W-1:0] kept;

    always @(posedge clk) factor_q2 <= factor;

    generate
        if (INVERSE == 0) begin : gen_forward
            wire signed [W-1:0] turned_re;
            wire signed [W-1:0] turned_im;
            reg  signed [W-1:0] u_re;
            reg  signed [W-1:0] u_im;
            reg  signed [W-1:0] v_re;
            reg  signed [W-1:0] v_im;

            fold_turn #(.CLOCKS(CLOCKS), .IW(W), .TW(TW), .SHIFT(SHIFT), .OW(W), .MODE(MODE)) turn (
                .clk    (clk),
                .first  (valid_q[2]),
                .factor (factor_q2),
                .in_re  (hi_re),
                .in_im  (hi_im),
                .out_re (turned_re),
                .out_im (turned_im)
            );

            delay_line #(.W(2 * W), .DEPTH(TURN)) keep (
                .clk      (clk),
                .rst      (rst),
                .in_data  ({lo_im, lo_re}),
                .out_data (kept)
            );

            always @(posedge clk) begin
                u_re <= $signed(kept[0 +: W]) + turned_re;
                u_im <= $signed(kept[W +: W]) + turned_im;
                v_re <= $signed(kept[0 +: W]) - turned_re;
                v_im <= $signed(kept[W +: W]) - turned_im;
            end
            assign done_0 = {u_im, u_re};
            assign done_1 = {v_im, v_re};
        end else begin : gen_inverse
            reg  signed [W:0]   sum_re;
            reg  signed [W:0]   sum_im;
            reg  signed [W:0]   difference_re;
            reg  signed [W:0]   difference_im;
            reg  [FW-1:0]       factor_q3;
            wire signed [W-1:0] halved_re;
            wire signed [W-1:0] halved_im;

            always @(posedge clk) begin
                sum_re        <= lo_re + hi_re;
                sum_im        <= lo_im + hi_im;
                difference_re <= lo_re - hi_re;
                difference_im <= lo_im - hi_im;
                factor_q3     <= factor_q2;
            end

            fold_turn #(.CLOCKS(CLOCKS), .IW(W + 1), .TW(TW), .SHIFT(SHIFT), .OW(W), .MODE(MODE)) turn (
                .clk    (clk),
                .first  (valid_q[3]),
                .factor (factor_q3),
                .in_re  (difference_re),
                .in_im  (difference_im),
                .out_re (done_1[0 +: W]),
                .out_im (done_1[W +: W])
            );

            round_shift #(.IW(W + 1), .SHIFT(1), .MODE(MODE)) round_re (.in_data(sum_re), .out_data(halved_re));
            round_shift #(.IW(W + 1), .SHIFT(1), .MODE(MODE)) round_im (.in_data(sum_im), .out_data(halved_im));

            delay_line #(.W(2 * W), .DEPTH(TURN)) keep (
                .clk      (clk),
                .rst      (rst),
                .in_data  ({halved_im, halved_re}),
                .out_data (kept)
            );
            assign done_0 = kept;
        end
    endgenerate

    assign pair_0 = write_swap ? done_1 : done_0;
    assign pair_1 = write_swap ? done_0 : done_1;

endmodule

`default_nettype wire
