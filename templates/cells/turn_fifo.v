// turn_fifo: a stream of words turned from one order into another, window by window
//
// A stream of two lanes in the order of pair bit a carries in beat s the two words whose indices differ in bit a
// and whose other bits, read as a number, are s; with a second bit c it has four lanes, whose number has bit a of the
// index as bit 0 and bit c as bit 1. Words come in the order of PAIR_IN and SECOND_IN (or one by one) and leave in the
// order of PAIR_OUT and SECOND_OUT.
//
// Beside each out-bit of an index stands an in-bit: itself, where it is one. Each bit of a bank's number is the xor of
// two such bits of the words in it, or the bit that is both: the words of a written beat, and those of a read beat, are
// all in different banks. A word's address is the number of the beat that will read it; so all banks are read at one
// address, and the lanes change places on the way in and on the way out.
//
//   windows   WORDS words; readable when complete, freed by the pop of the last beat
//   frames    FRAME_IN beats in, FRAME_OUT beats out; the rest of the last window is claimed with the last
//             `reserve` of a frame, never written and never read
//   producer  `reserve` only while `room`: it claims RESERVE beats, and a claimed beat comes with `in_valid`
//   consumer  begins to pop PACKET beats only while `filled`; the beat popped in cycle t stands on `out_data` in
//             cycle t + 1
//   memory    DEPTH x LANES_IN x WIDTH bits in a bank for each lane read, read synchronously
//   model     src/machine/fifo.rs

`default_nettype none

module turn_fifo #(
    parameter WIDTH      = 8,  // bits of one word
    parameter LANES_IN   = 2,  // words of a written beat: 1, 2 or 4; a read one has two, or four of four
    parameter DEPTH      = 4,  // written beats, a whole number of windows
    parameter WORDS      = 8,  // words of one window, a power of two
    parameter PAIR_IN    = 0,  // not used when LANES_IN is 1
    parameter PAIR_OUT   = 2,
    parameter SECOND_IN  = 1,  // used when LANES_IN is 4
    parameter SECOND_OUT = 1,  // used when LANES_IN is 4
    parameter FRAME_IN   = 4,  // beats
    parameter FRAME_OUT  = 4,  // beats
    parameter RESERVE    = 1,  // beats claimed by one `reserve`; divides FRAME_IN
    parameter PACKET     = 1   // beats popped together
) (
    input  wire                      clk,
    input  wire                      rst,       // synchronous, active high; clears control only
    input  wire                      in_valid,
    input  wire [LANES_IN*WIDTH-1:0] in_data,
    input  wire                      reserve,
    output wire                      room,      // RESERVE written beats or more are neither stored nor claimed
    input  wire                      pop,
    output wire                      filled,    // PACKET read beats or more may be popped
    output wire [(LANES_IN == 4 ? 4 : 2)*WIDTH-1:0] out_data
);
    localparam LANES_OUT  = LANES_IN == 4 ? 4 : 2;                 // words of a read beat, and banks
    localparam BEATS_IN   = WORDS / LANES_IN;                      // per window
    localparam BEATS_OUT  = WORDS / LANES_OUT;                     // per window
    localparam SLOTS      = DEPTH / BEATS_IN;                      // windows stored
    localparam WINDOWS    = (FRAME_IN + BEATS_IN - 1) / BEATS_IN;  // per frame
    localparam PADDING    = WINDOWS * BEATS_IN - FRAME_IN;         // beats claimed and never written
    localparam LAST_OUT   = FRAME_OUT - (WINDOWS - 1) * BEATS_OUT; // beats read of a frame's last window
    localparam CLAIMS     = FRAME_IN / RESERVE;                    // per frame
    localparam LAST_CLAIM = RESERVE + PADDING;

    localparam INDEX_W   = $clog2(WORDS);
    localparam BANK_W    = LANES_OUT / 2;
    localparam LOCAL_W   = INDEX_W - BANK_W;
    localparam ADDRESS_W = SLOTS * BEATS_OUT > 1 ? $clog2(SLOTS * BEATS_OUT) : 1;

    if (LANES_IN != 1 && LANES_IN != 2 && LANES_IN != 4) begin : gen_check_lanes
        turn_fifo_LANES_IN_must_be_1_or_2_or_4 stop ();
    end
    if (WORDS < LANES_OUT || WORDS != 1 << INDEX_W) begin : gen_check_words
        turn_fifo_WORDS_must_be_a_power_of_two_and_hold_a_beat stop ();
    end
    if (PAIR_OUT >= INDEX_W || (LANES_IN == 2 && (PAIR_IN >= INDEX_W || PAIR_IN == PAIR_OUT))) begin : gen_check_pair
        turn_fifo_pair_bits_must_differ_and_lie_in_WORDS stop ();
    end
    if (LANES_IN == 4 && (PAIR_IN >= INDEX_W || SECOND_IN >= INDEX_W || SECOND_OUT >= INDEX_W)) begin : gen_check_bits
        turn_fifo_pair_and_second_bits_must_lie_in_WORDS stop ();
    end
    if (LANES_IN == 4 && (PAIR_IN == SECOND_IN || PAIR_OUT == SECOND_OUT)) begin : gen_check_second
        turn_fifo_pair_and_second_bits_must_differ stop ();
    end
    if (LANES_IN == 4 && PAIR_IN == PAIR_OUT && SECOND_IN == SECOND_OUT) begin : gen_check_turn
        turn_fifo_something_must_turn stop ();
    end
    if (SLOTS < 1 || SLOTS * BEATS_IN != DEPTH) begin : gen_check_depth
        turn_fifo_DEPTH_must_be_whole_windows stop ();
    end
    if (LAST_OUT < 1 || LAST_OUT > BEATS_OUT) begin : gen_check_frame
        turn_fifo_FRAME_OUT_must_end_in_the_last_window_of_FRAME_IN stop ();
    end
    if (RESERVE < 1 || RESERVE > DEPTH || CLAIMS * RESERVE != FRAME_IN) begin : gen_check_reserve
        turn_fifo_RESERVE_must_divide_FRAME_IN stop ();
    end
    if (PACKET < 1 || PACKET > SLOTS * BEATS_OUT) begin : gen_check_packet
        turn_fifo_PACKET_must_fit_its_windows stop ();
    end

    // ---- where the two ends stand ----

    localparam BEAT_IN_W  = $clog2(BEATS_IN) > 0 ? $clog2(BEATS_IN) : 1;
    localparam BEAT_OUT_W = $clog2(BEATS_OUT) > 0 ? $clog2(BEATS_OUT) : 1;
    localparam SLOT_W     = SLOTS > 1 ? $clog2(SLOTS) : 1;

    wire [BEAT_IN_W-1:0]  beat_in;
    wire [SLOT_W-1:0]     slot_in;
    wire                  window_end_in;
    wire                  last_window_in;
    wire [BEAT_OUT_W-1:0] beat_out;
    wire [SLOT_W-1:0]     slot_out;
    wire                  window_end_out;
    wire                  unused_last_window;

    window_walk #(
        .WINDOW(BEATS_IN), .WINDOWS(WINDOWS), .LAST(BEATS_IN - PADDING), .SLOTS(SLOTS)
    ) walk_in (
        .clk(clk), .rst(rst), .step(in_valid),
        .beat(beat_in), .slot(slot_in), .window_end(window_end_in), .last_window(last_window_in)
    );

    window_walk #(
        .WINDOW(BEATS_OUT), .WINDOWS(WINDOWS), .LAST(LAST_OUT), .SLOTS(SLOTS)
    ) walk_out (
        .clk(clk), .rst(rst), .step(pop),
        .beat(beat_out), .slot(slot_out), .window_end(window_end_out), .last_window(unused_last_window)
    );

    // ---- addresses: bit i of an index is a bit of a beat's number or, of the lane's, an in-bit or an out-bit ----

    // SECOND_IN stands beside PAIR_OUT, and PAIR_IN beside SECOND_OUT: lanes 1 and 2 come in each other's place
    localparam CROSSED = LANES_IN == 4 && (SECOND_IN == PAIR_OUT || PAIR_IN == SECOND_OUT);
    localparam BESIDE  = CROSSED ? SECOND_IN : PAIR_IN;  // the in-bit beside PAIR_OUT

    wire [BANK_W-1:0]              cross_in;       // lane n is written to bank n xor `cross_in`
    wire [BANK_W-1:0]              cross_out;      // lane n is read from bank n xor `cross_out`
    wire [LANES_OUT*ADDRESS_W-1:0] write_address;  // of each bank
    wire [ADDRESS_W-1:0]           read_address;

    genvar i;
    genvar k;
    for (i = 0; i < INDEX_W; i = i + 1) begin : gen_index
        localparam IS_IN  = (LANES_IN > 1 && i == PAIR_IN) || (LANES_IN == 4 && i == SECOND_IN);
        localparam IS_OUT = i == PAIR_OUT || (LANES_IN == 4 && i == SECOND_OUT);
        localparam AT_IN  = i - (LANES_IN > 1 && i > PAIR_IN ? 1 : 0) - (LANES_IN == 4 && i > SECOND_IN ? 1 : 0);
        localparam AT_OUT = i - (i > PAIR_OUT ? 1 : 0) - (LANES_IN == 4 && i > SECOND_OUT ? 1 : 0);
        localparam BIT    = i == PAIR_OUT || i == BESIDE ? 0 : 1;  // of a bank's number

        if (IS_IN && IS_OUT) begin : gen_kept
            assign cross_in[BIT]  = 1'b0;
            assign cross_out[BIT] = 1'b0;
        end else if (IS_OUT) begin : gen_out
            assign cross_in[BIT] = beat_in[AT_IN];
        end else if (IS_IN) begin : gen_in
            assign cross_out[BIT] = beat_out[AT_OUT];
            for (k = 0; k < LANES_OUT; k = k + 1) begin : gen_bank
                assign write_address[k*ADDRESS_W+AT_OUT] = cross_in[BIT] ^ (((k >> BIT) & 1) != 0);
            end
        end else begin : gen_beat
            for (k = 0; k < LANES_OUT; k = k + 1) begin : gen_bank
                assign write_address[k*ADDRESS_W+AT_OUT] = beat_in[AT_IN];
            end
        end
    end
    if (LANES_IN == 1) begin : gen_uncrossed
        assign cross_out = 1'b0;
    end
    if (LOCAL_W > 0) begin : gen_read_beat
        assign read_address[LOCAL_W-1:0] = beat_out;
    end
    if (ADDRESS_W > LOCAL_W) begin : gen_slot
        assign read_address[ADDRESS_W-1:LOCAL_W] = slot_out;
        for (k = 0; k < LANES_OUT; k = k + 1) begin : gen_bank
            assign write_address[k*ADDRESS_W+LOCAL_W +: SLOT_W] = slot_in;
        end
    end

    // one window needs no slot, the words of one beat no beat, words one by one no crossing back
    wire unused = &{1'b0, slot_in, slot_out, beat_in, beat_out, cross_out};

    // ---- lanes ----

    wire [LANES_OUT-1:0]       write;      // by bank
    wire [LANES_OUT*WIDTH-1:0] to_bank;
    wire [LANES_OUT*WIDTH-1:0] from_bank;

    if (LANES_IN == 1) begin : gen_one
        assign write[0] = in_valid && !cross_in;
        assign write[1] = in_valid && cross_in;
        assign to_bank  = {in_data, in_data};
        assign out_data = from_bank;
    end else if (LANES_IN == 2) begin : gen_two
        reg cross_out_q1;
        always @(posedge clk) if (pop) cross_out_q1 <= cross_out;

        assign write    = {2{in_valid}};
        assign to_bank  = cross_in ? {in_data[0+:WIDTH], in_data[WIDTH+:WIDTH]} : in_data;
        assign out_data = cross_out_q1 ? {from_bank[0+:WIDTH], from_bank[WIDTH+:WIDTH]} : from_bank;
    end else begin : gen_four
        localparam W = WIDTH;
        reg [1:0] cross_out_q1;
        always @(posedge clk) if (pop) cross_out_q1 <= cross_out;

        // pairs of lanes change places, then the lanes of a pair
        wire [4*W-1:0] lanes     = CROSSED ? {in_data[3*W+:W], in_data[W+:W], in_data[2*W+:W], in_data[0+:W]} : in_data;
        wire [4*W-1:0] pairs_in  = cross_in[1] ? {lanes[0+:2*W], lanes[2*W+:2*W]} : lanes;
        wire [4*W-1:0] pairs_out = cross_out_q1[1] ? {from_bank[0+:2*W], from_bank[2*W+:2*W]} : from_bank;

        assign write    = {4{in_valid}};
        assign to_bank  = cross_in[0]
                        ? {pairs_in[2*W+:W], pairs_in[3*W+:W], pairs_in[0+:W], pairs_in[W+:W]} : pairs_in;
        assign out_data = cross_out_q1[0]
                        ? {pairs_out[2*W+:W], pairs_out[3*W+:W], pairs_out[0+:W], pairs_out[W+:W]} : pairs_out;
    end

    // ---- memory ----

    for (k = 0; k < LANES_OUT; k = k + 1) begin : gen_memory
        reg [WIDTH-1:0] bank [0:SLOTS*BEATS_OUT-1];
        reg [WIDTH-1:0] out;
        wire [ADDRESS_W-1:0] address = write_address[k*ADDRESS_W+:ADDRESS_W];

        always @(posedge clk) begin
            if (write[k]) bank[address] <= to_bank[k*WIDTH+:WIDTH];
            // a word is never popped while it is written: what a memory does then need not be imitated
            if (pop) out <= write[k] && read_address == address ? {WIDTH{1'bx}} : bank[read_address];
        end

        assign from_bank[k*WIDTH+:WIDTH] = out;
    end

    // ---- counts: what is there beyond what is needed; the sign bit says that it is less ----

    localparam READABLE   = SLOTS * BEATS_OUT;
    localparam FREE_W     = $clog2(DEPTH - RESERVE + 1 > RESERVE ? DEPTH - RESERVE + 1 : RESERVE) + 1;
    localparam LEVEL_W    = $clog2(READABLE - PACKET + 1 > PACKET ? READABLE - PACKET + 1 : PACKET) + 1;
    localparam FREE_ALL   = DEPTH - RESERVE;
    localparam NO_LEVEL   = -PACKET;
    localparam FREED      = BEATS_IN;
    localparam CLAIM      = -RESERVE;
    localparam CLAIM_LAST = -LAST_CLAIM;
    localparam BOTH       = BEATS_IN - RESERVE;
    localparam BOTH_LAST  = BEATS_IN - LAST_CLAIM;

    reg [FREE_W-1:0]  free;   // written beats neither stored nor claimed, less RESERVE
    reg [LEVEL_W-1:0] level;  // read beats that may be popped, less PACKET

    assign room   = !free[FREE_W-1];
    assign filled = !level[LEVEL_W-1];

    wire last_claim;  // this `reserve` is the last of its frame and claims the padding as well
    wire freed = pop && window_end_out;
    wire [FREE_W-1:0] claim_step = last_claim ? (freed ? BOTH_LAST[FREE_W-1:0] : CLAIM_LAST[FREE_W-1:0])
                                              : (freed ? BOTH[FREE_W-1:0] : CLAIM[FREE_W-1:0]);
    wire [FREE_W-1:0] free_step  = reserve ? claim_step : freed ? FREED[FREE_W-1:0] : {FREE_W{1'b0}};

    if (CLAIMS == 1) begin : gen_one_claim
        assign last_claim = 1'b1;
    end else begin : gen_claims
        localparam CLAIM_W   = $clog2(CLAIMS);
        localparam CLAIM_END = CLAIMS - 1;
        reg [CLAIM_W-1:0] claim;

        assign last_claim = claim == CLAIM_END[CLAIM_W-1:0];

        always @(posedge clk) begin
            if (rst) claim <= {CLAIM_W{1'b0}};
            else if (reserve) claim <= last_claim ? {CLAIM_W{1'b0}} : claim + 1'b1;
        end
    end

    wire [LEVEL_W-1:0] completed = last_window_in ? LAST_OUT[LEVEL_W-1:0] : BEATS_OUT[LEVEL_W-1:0];
    wire [LEVEL_W-1:0] level_in  = in_valid && window_end_in ? completed : {LEVEL_W{1'b0}};

    always @(posedge clk) begin
        if (rst) begin
            free  <= FREE_ALL[FREE_W-1:0];
            level <= NO_LEVEL[LEVEL_W-1:0];
        end else begin
            free  <= free + free_step;
            level <= (level + level_in) + {LEVEL_W{pop}};
        end
    end

`ifdef CIRCLET_DEBUG
    always @(posedge clk) begin
        if (!rst && pop && level == NO_LEVEL[LEVEL_W-1:0]) $display("%m: popped while empty");
        if (!rst && reserve && $signed(free) < (last_claim ? PADDING : 0)) $display("%m: claimed more than is free");
    end
`endif
endmodule

`default_nettype wire
