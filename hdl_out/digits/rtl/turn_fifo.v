// turn_fifo: a stream of words turned from one order into another, window by window
//
// A stream of two lanes in the order of pair bit a carries in beat s the two words whose indices differ in bit a
// and whose other bits, read as a number, are s. Words come in the order of PAIR_IN (or one by one) and leave in
// the order of PAIR_OUT. Word i of a window lies in the bank (bit PAIR_IN of i) xor (bit PAIR_OUT of i): the two
// words of a written beat, and the two of a read beat, are never in the same bank. Its address is the number of
// the beat that will read it; so both banks are read at one address and the lanes change places on the way out.
//
//   windows   WORDS words; readable when complete, freed by the pop of the last beat
//   frames    FRAME_IN beats in, FRAME_OUT beats out; the rest of the last window is claimed with the last
//             `reserve` of a frame, never written and never read
//   producer  `reserve` only while `room`: it claims RESERVE beats, and a claimed beat comes with `in_valid`
//   consumer  begins to pop PACKET beats only while `filled`; the beat popped in cycle t stands on `out_data` in
//             cycle t + 1
//   memory    DEPTH x LANES_IN x WIDTH bits in two banks, read synchronously
//   model     src/machine/fifo.rs

`default_nettype none

module turn_fifo #(
    parameter WIDTH     = 8,  // bits of one word
    parameter LANES_IN  = 2,  // words of a written beat: 1 or 2
    parameter DEPTH     = 4,  // written beats, a whole number of windows
    parameter WORDS     = 8,  // words of one window, a power of two
    parameter PAIR_IN   = 0,  // not used when LANES_IN is 1
    parameter PAIR_OUT  = 2,
    parameter FRAME_IN  = 4,  // beats
    parameter FRAME_OUT = 4,  // beats
    parameter RESERVE   = 1,  // beats claimed by one `reserve`; divides FRAME_IN
    parameter PACKET    = 1   // beats popped together
) (
    input  wire                      clk,
    input  wire                      rst,       // synchronous, active high; clears control only
    input  wire                      in_valid,
    input  wire [LANES_IN*WIDTH-1:0] in_data,
    input  wire                      reserve,
    output wire                      room,      // RESERVE written beats or more are neither stored nor claimed
    input  wire                      pop,
    output wire                      filled,    // PACKET read beats or more may be popped
    output wire [2*WIDTH-1:0]        out_data
);
    localparam BEATS_IN   = WORDS / LANES_IN;                      // per window
    localparam BEATS_OUT  = WORDS / 2;                             // per window
    localparam SLOTS      = DEPTH / BEATS_IN;                      // windows stored
    localparam WINDOWS    = (FRAME_IN + BEATS_IN - 1) / BEATS_IN;  // per frame
    localparam PADDING    = WINDOWS * BEATS_IN - FRAME_IN;         // beats claimed and never written
    localparam LAST_OUT   = FRAME_OUT - (WINDOWS - 1) * BEATS_OUT; // beats read of a frame's last window
    localparam CLAIMS     = FRAME_IN / RESERVE;                    // per frame
    localparam LAST_CLAIM = RESERVE + PADDING;

    localparam INDEX_W   = $clog2(WORDS);
    localparam LOCAL_W   = INDEX_W - 1;
    localparam ADDRESS_W = SLOTS * BEATS_OUT > 1 ? $clog2(SLOTS * BEATS_OUT) : 1;

    if (LANES_IN != 1 && LANES_IN != 2) begin : gen_check_lanes
        turn_fifo_LANES_IN_must_be_1_or_2 stop ();
    end
    if (WORDS < 2 || WORDS != 1 << INDEX_W) begin : gen_check_words
        turn_fifo_WORDS_must_be_a_power_of_two stop ();
    end
    if (PAIR_OUT >= INDEX_W || (LANES_IN == 2 && (PAIR_IN >= INDEX_W || PAIR_IN == PAIR_OUT))) begin : gen_check_pair
        turn_fifo_pair_bits_must_differ_and_lie_in_WORDS stop ();
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

    // ---- writing: bit BIT of a word's index is a bit of the beat's number or, at PAIR_IN, the lane ----

    localparam BEAT_IN_W  = $clog2(BEATS_IN) > 0 ? $clog2(BEATS_IN) : 1;
    localparam BEAT_OUT_W = $clog2(BEATS_OUT) > 0 ? $clog2(BEATS_OUT) : 1;
    localparam SLOT_W     = SLOTS > 1 ? $clog2(SLOTS) : 1;
    localparam CROSS_IN   = LANES_IN == 2 && PAIR_OUT > PAIR_IN ? PAIR_OUT - 1 : PAIR_OUT;
    localparam CROSS_OUT  = PAIR_IN > PAIR_OUT ? PAIR_IN - 1 : PAIR_IN;

    wire [BEAT_IN_W-1:0] beat_in;
    wire [SLOT_W-1:0]    slot_in;
    wire                 window_end_in;
    wire                 last_window_in;

    window_walk #(
        .WINDOW(BEATS_IN), .WINDOWS(WINDOWS), .LAST(BEATS_IN - PADDING), .SLOTS(SLOTS)
    ) walk_in (
        .clk(clk), .rst(rst), .step(in_valid),
        .beat(beat_in), .slot(slot_in), .window_end(window_end_in), .last_window(last_window_in)
    );

    wire cross_in = beat_in[CROSS_IN];  // bit PAIR_OUT of the words' indices
    wire [ADDRESS_W-1:0] write_address0;
    wire [ADDRESS_W-1:0] write_address1;
    wire [ADDRESS_W-1:0] read_address;

    genvar j;
    for (j = 0; j < ADDRESS_W; j = j + 1) begin : gen_write_address
        localparam BIT = j < PAIR_OUT ? j : j + 1;
        if (j >= LOCAL_W) begin : gen_slot
            assign write_address0[j] = slot_in[j-LOCAL_W];
            assign write_address1[j] = slot_in[j-LOCAL_W];
        end else if (LANES_IN == 2 && BIT == PAIR_IN) begin : gen_lane
            assign write_address0[j] = cross_in;
            assign write_address1[j] = !cross_in;
        end else begin : gen_beat
            localparam FROM = LANES_IN == 2 && BIT > PAIR_IN ? BIT - 1 : BIT;
            assign write_address0[j] = beat_in[FROM];
            assign write_address1[j] = beat_in[FROM];
        end
    end

    // ---- reading ----

    wire [BEAT_OUT_W-1:0] beat_out;
    wire [SLOT_W-1:0]     slot_out;
    wire                  window_end_out;
    wire                  unused_last_window;

    window_walk #(
        .WINDOW(BEATS_OUT), .WINDOWS(WINDOWS), .LAST(LAST_OUT), .SLOTS(SLOTS)
    ) walk_out (
        .clk(clk), .rst(rst), .step(pop),
        .beat(beat_out), .slot(slot_out), .window_end(window_end_out), .last_window(unused_last_window)
    );

    wire unused = &{1'b0, slot_in, slot_out, beat_out};  // one window needs no slot, two words no beat

    for (j = 0; j < ADDRESS_W; j = j + 1) begin : gen_read_address
        if (j >= LOCAL_W) begin : gen_slot
            assign read_address[j] = slot_out[j-LOCAL_W];
        end else begin : gen_beat
            assign read_address[j] = beat_out[j];
        end
    end

    // ---- memory ----

    reg [WIDTH-1:0] bank0 [0:SLOTS*BEATS_OUT-1];
    reg [WIDTH-1:0] bank1 [0:SLOTS*BEATS_OUT-1];
    reg [WIDTH-1:0] out0;
    reg [WIDTH-1:0] out1;

    wire write0;
    wire write1;

    if (LANES_IN == 1) begin : gen_write_word
        assign write0 = in_valid && !cross_in;
        assign write1 = in_valid && cross_in;

        always @(posedge clk) begin
            if (write0) bank0[write_address0] <= in_data;
            if (write1) bank1[write_address1] <= in_data;
        end

        assign out_data = {out1, out0};
    end else begin : gen_write_pair
        assign write0 = in_valid;
        assign write1 = in_valid;

        always @(posedge clk) begin
            if (write0) bank0[write_address0] <= cross_in ? in_data[WIDTH+:WIDTH] : in_data[0+:WIDTH];
            if (write1) bank1[write_address1] <= cross_in ? in_data[0+:WIDTH] : in_data[WIDTH+:WIDTH];
        end

        reg cross_out_q1;  // bit PAIR_IN of the read words' indices
        always @(posedge clk) if (pop) cross_out_q1 <= beat_out[CROSS_OUT];
        assign out_data = cross_out_q1 ? {out0, out1} : {out1, out0};
    end

    always @(posedge clk) begin
        // a word is never popped while it is written: what a memory does then need not be imitated
        if (pop) out0 <= write0 && read_address == write_address0 ? {WIDTH{1'bx}} : bank0[read_address];
        if (pop) out1 <= write1 && read_address == write_address1 ? {WIDTH{1'bx}} : bank1[read_address];
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
