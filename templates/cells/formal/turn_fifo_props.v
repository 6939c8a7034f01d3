// turn_fifo_props: what turn_fifo promises, against windows kept word by word in the order of their indices
//
//   proves    each word leaves in the beat and lane of its index in the order that is read; none lost, none twice
//   proves    a window is read when complete, frames of FRAME_OUT beats; what is beyond a frame's end is not read
//   proves    `filled` and `room` are exact in every cycle; no window is written before it is read to its end
//   proves    the last `reserve` of a frame finds the room for the rest of its window as well
//   proves    `out_data` stands still while nothing is popped
//   assumes   `pop` only while a beat may be popped      proved in gate_props and axis_out_props
//   assumes   `reserve` only while `room`                proved in gate_props and axis_in_props
//   assumes   a beat comes only when claimed             axis_in_props; of pipelines: gate_props and packet_valid_props

`default_nettype none

module turn_fifo_props #(
    parameter WIDTH      = 1,
    parameter LANES_IN   = 2,
    parameter DEPTH      = 8,
    parameter WORDS      = 8,
    parameter PAIR_IN    = 0,
    parameter PAIR_OUT   = 2,
    parameter SECOND_IN  = 1,
    parameter SECOND_OUT = 1,
    parameter FRAME_IN   = 4,
    parameter FRAME_OUT  = 4,
    parameter RESERVE    = 1,
    parameter PACKET     = 1
) (
    input wire                      clk,
    input wire                      rst,
    input wire                      in_valid,
    input wire [LANES_IN*WIDTH-1:0] in_data,
    input wire                      reserve,
    input wire                      pop
);
    localparam SIDES    = LANES_IN == 4 ? 4 : 2;         // lanes read
    localparam IN       = WORDS / LANES_IN;              // beats written of a window
    localparam OUT      = WORDS / SIDES;                 // beats read of a window
    localparam SLOTS    = DEPTH / IN;
    localparam WINDOWS  = (FRAME_IN + IN - 1) / IN;      // of a frame
    localparam PADDING  = WINDOWS * IN - FRAME_IN;       // beats of the last one that do not come
    localparam LAST_OUT = FRAME_OUT - (WINDOWS - 1) * OUT;

    localparam ALL_OUT  = SLOTS * OUT;
    localparam FREE_W   = $clog2(DEPTH - RESERVE + 1 > RESERVE ? DEPTH - RESERVE + 1 : RESERVE) + 1;
    localparam LEVEL_W  = $clog2(ALL_OUT - PACKET + 1 > PACKET ? ALL_OUT - PACKET + 1 : PACKET) + 1;

    wire                   room;
    wire                   filled;
    wire [SIDES*WIDTH-1:0] out_data;

    turn_fifo #(
        .WIDTH(WIDTH), .LANES_IN(LANES_IN), .DEPTH(DEPTH), .WORDS(WORDS), .PAIR_IN(PAIR_IN), .PAIR_OUT(PAIR_OUT),
        .SECOND_IN(SECOND_IN), .SECOND_OUT(SECOND_OUT), .FRAME_IN(FRAME_IN), .FRAME_OUT(FRAME_OUT), .RESERVE(RESERVE),
        .PACKET(PACKET)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_data(in_data), .reserve(reserve), .room(room),
        .pop(pop), .filled(filled), .out_data(out_data)
    );

    wire [SLOTS*OUT*WIDTH-1:0] bank0;
    wire [SLOTS*OUT*WIDTH-1:0] bank1;
    wire [SLOTS*OUT*WIDTH-1:0] bank2;
    wire [SLOTS*OUT*WIDTH-1:0] bank3;
`include "see_mem.vh"
    (* hierconn *) wire [FREE_W-1:0]                                   \dut.free ;
    (* hierconn *) wire [LEVEL_W-1:0]                                  \dut.level ;
    (* hierconn *) wire [($clog2(IN) > 0 ? $clog2(IN) : 1)-1:0]        \dut.beat_in ;
    (* hierconn *) wire [($clog2(OUT) > 0 ? $clog2(OUT) : 1)-1:0]      \dut.beat_out ;
    (* hierconn *) wire [(SLOTS > 1 ? $clog2(SLOTS) : 1)-1:0]          \dut.slot_in ;
    (* hierconn *) wire [(SLOTS > 1 ? $clog2(SLOTS) : 1)-1:0]          \dut.slot_out ;
    (* hierconn *) wire [(WINDOWS > 1 ? $clog2(WINDOWS) : 1)-1:0]      \dut.walk_in.gen_windows.window ;
    (* hierconn *) wire [(WINDOWS > 1 ? $clog2(WINDOWS) : 1)-1:0]      \dut.walk_out.gen_windows.window ;
    (* hierconn *) wire [(FRAME_IN > RESERVE ? $clog2(FRAME_IN / RESERVE) : 1)-1:0] \dut.gen_claims.claim ;

    // a number with a zero put in as bit `at`, and with that bit taken out
    function [7:0] widened(input [7:0] number, input integer at);
        widened = ((number >> at) << (at + 1)) | (number & ((1 << at) - 1));
    endfunction
    function [7:0] narrowed(input [7:0] number, input integer at);
        narrowed = ((number >> (at + 1)) << at) | (number & ((1 << at) - 1));
    endfunction

    // the index of the word in lane `lane` of beat `beat` in the order of pair bit `pair`, with four lanes `second` too
    function [7:0] index(input [7:0] beat, input [1:0] lane, input integer pair, input integer second);
        index = LANES_IN != 4 ? widened(beat, pair) | (lane[0] << pair)
              : widened(widened(beat, pair < second ? pair : second), pair < second ? second : pair)
                | (lane[0] << pair) | (lane[1] << second);
    endfunction

    // the beat of the word of an index in that order
    function [7:0] beat_of(input [7:0] word, input integer pair, input integer second);
        beat_of = LANES_IN != 4 ? narrowed(word, pair)
                : narrowed(narrowed(word, pair < second ? second : pair), pair < second ? pair : second);
    endfunction

    // the beat that writes the word of an index
    function [7:0] written(input [7:0] word);
        written = LANES_IN == 1 ? word : beat_of(word, PAIR_IN, SECOND_IN);
    endfunction

    // ---- the specification ----

    reg [SLOTS*WORDS*WIDTH-1:0] words;    // by slot and index
    reg [7:0] to_beat;                    // written next: beat of the window, window of the frame, slot
    reg [7:0] to_window;
    reg [7:0] to_slot;
    reg [7:0] from_beat;                  // read next
    reg [7:0] from_window;
    reg [7:0] from_slot;
    reg [7:0] complete;                   // windows complete and not yet read to their end
    reg [7:0] claims;                     // of the present frame
    reg [7:0] ahead;                      // frames that are claimed to their end and not yet written to it
    reg [7:0] claimed;                    // beats claimed and not yet here

    wire to_last    = to_window == WINDOWS - 1;
    wire to_ends    = in_valid && to_beat == (to_last ? IN - PADDING : IN) - 1;
    wire from_last  = from_window == WINDOWS - 1;
    wire from_ends  = pop && from_beat == (from_last ? LAST_OUT : OUT) - 1;
    wire claim_last = claims == FRAME_IN / RESERVE - 1;

    integer lane;
    integer at;
    always @(posedge clk) begin
        if (in_valid) begin
            for (lane = 0; lane < LANES_IN; lane = lane + 1)
                for (at = 0; at < SLOTS * WORDS; at = at + 1)
                    if (at == to_slot * WORDS + (LANES_IN == 1 ? to_beat : index(to_beat, lane, PAIR_IN, SECOND_IN)))
                        words[at*WIDTH +: WIDTH] <= in_data[lane*WIDTH +: WIDTH];
            to_beat <= to_ends ? 0 : to_beat + 1;
        end
        if (to_ends) begin
            to_window <= to_last ? 0 : to_window + 1;
            to_slot   <= to_slot == SLOTS - 1 ? 0 : to_slot + 1;
        end
        if (pop) from_beat <= from_ends ? 0 : from_beat + 1;
        if (from_ends) begin
            from_window <= from_last ? 0 : from_window + 1;
            from_slot   <= from_slot == SLOTS - 1 ? 0 : from_slot + 1;
        end
        complete <= complete + to_ends - from_ends;
        if (reserve) claims <= claim_last ? 0 : claims + 1;
        claimed <= claimed + (reserve ? RESERVE : 0) - in_valid;
        ahead   <= ahead + (reserve && claim_last) - (to_ends && to_last);
        if (rst) begin
            to_beat     <= 0;
            to_window   <= 0;
            to_slot     <= 0;
            from_beat   <= 0;
            from_window <= 0;
            from_slot   <= 0;
            complete    <= 0;
            claims      <= 0;
            ahead       <= 0;
            claimed     <= 0;
        end
    end

    // beats that may be read: of the windows that are complete, those not yet read
    reg [15:0] readable;
    integer n;
    always @* begin
        readable = 0;
        for (n = 0; n < SLOTS; n = n + 1)
            if (n < complete)
                readable = readable + ((from_window + n) % WINDOWS == WINDOWS - 1 ? LAST_OUT : OUT);
        readable = readable - from_beat;
    end
    wire [15:0] used = claimed + PADDING * ahead + to_beat + IN * complete;

    // ---- assumptions ----

    reg started = 1'b0;
    always @(posedge clk) started <= 1'b1;
    always @* begin
        if (!started) assume (rst);
        if (!rst) begin
            assume (!pop || readable != 0);
            assume (!reserve || room);
            assume (!in_valid || reserve || claimed != 0);
        end
    end

    // ---- promises ----

    reg                   popped;
    reg                   moves;
    reg [SIDES*WIDTH-1:0] expected;
    reg [SIDES*WIDTH-1:0] shown;
    reg [SIDES-1:0]       known;  // the word was written: it is not beyond the frame
    integer side;
    always @(posedge clk) begin
        popped <= pop && !rst;
        moves  <= pop;
        shown  <= out_data;
        for (side = 0; side < SIDES; side = side + 1) begin
            expected[side*WIDTH +: WIDTH] <=
                words[(from_slot * WORDS + index(from_beat, side, PAIR_OUT, SECOND_OUT)) * WIDTH +: WIDTH];
            known[side] <= written(index(from_beat, side, PAIR_OUT, SECOND_OUT)) < (from_last ? IN - PADDING : IN);
        end
    end

    always @* if (started) begin
        assert (filled == (readable >= PACKET));
        assert (used <= DEPTH && room == (used + RESERVE <= DEPTH));
        if (reserve && !rst) assert (used + RESERVE + (claim_last ? PADDING : 0) <= DEPTH);
        for (side = 0; side < SIDES; side = side + 1)
            if (popped && known[side]) assert (out_data[side*WIDTH +: WIDTH] == expected[side*WIDTH +: WIDTH]);
        if (!moves) assert (out_data == shown);
    end
`ifdef REACH
    always @* assert (!(started && from_ends && from_last && complete == SLOTS));
`endif

    // ---- what holds inside, for the induction ----

    always @* if (started) begin
        assert ($signed(\dut.level ) == $signed(readable - PACKET));
        assert ($signed(\dut.free ) == $signed(DEPTH - used - RESERVE));
        assert (\dut.beat_in == to_beat && \dut.beat_out == from_beat);
        assert (\dut.slot_in == to_slot && \dut.slot_out == from_slot);
        assert (to_slot < SLOTS && from_slot < SLOTS && complete <= SLOTS);
        assert (to_window < WINDOWS && from_window < WINDOWS && claims < FRAME_IN / RESERVE);
        assert (to_beat < (to_last ? IN - PADDING : IN));
        assert (from_beat < (from_last ? LAST_OUT : OUT));
        assert (complete != 0 || from_beat == 0);
        if (WINDOWS > 1) begin
            assert (\dut.walk_in.gen_windows.window == to_window);
            assert (\dut.walk_out.gen_windows.window == from_window);
        end
        if (FRAME_IN > RESERVE) assert (\dut.gen_claims.claim == claims);
        assert (to_slot == (from_slot + complete) % SLOTS);
        assert (to_window == (from_window + complete) % WINDOWS);
        // what is claimed and what came are of the same frames
        assert (claimed + to_window * IN + to_beat == claims * RESERVE + FRAME_IN * ahead);
        assert (ahead <= DEPTH);
    end

    // a word lies in the bank that its pair and second bits say, at the address of the beat that reads it
    localparam CROSSED = LANES_IN == 4 && (PAIR_IN == SECOND_OUT || SECOND_IN == PAIR_OUT);
    localparam BESIDE0 = CROSSED ? SECOND_IN : PAIR_IN;  // the in-bit beside PAIR_OUT
    localparam BESIDE1 = CROSSED ? PAIR_IN : SECOND_IN;  // and beside SECOND_OUT
    genvar slot;
    genvar word;
    generate
        for (slot = 0; slot < SLOTS; slot = slot + 1) begin : gen_slot
            for (word = 0; word < WORDS; word = word + 1) begin : gen_word
                localparam OTHER0  = LANES_IN == 1 || BESIDE0 == PAIR_OUT ? 0 : word >> BESIDE0;
                localparam OTHER1  = BESIDE1 == SECOND_OUT ? 0 : word >> BESIDE1;
                localparam BIT0    = ((word >> PAIR_OUT) ^ OTHER0) & 1;
                localparam BIT1    = LANES_IN == 4 ? ((word >> SECOND_OUT) ^ OTHER1) & 1 : 0;
                localparam READ    = beat_of(word, PAIR_OUT, SECOND_OUT);
                localparam PLACE   = (slot * OUT + READ) * WIDTH;
                wire [7:0] turn = slot >= from_slot ? slot - from_slot : slot + SLOTS - from_slot;
                // the window of this slot, and whether its beat has come
                wire last  = (from_window + turn) % WINDOWS == WINDOWS - 1;
                wire there = turn < complete ? written(word) < (last ? IN - PADDING : IN)
                                             : slot == to_slot && written(word) < to_beat && complete < SLOTS;
                wire [WIDTH-1:0] stored = BIT1 ? (BIT0 ? bank3[PLACE +: WIDTH] : bank2[PLACE +: WIDTH])
                                               : (BIT0 ? bank1[PLACE +: WIDTH] : bank0[PLACE +: WIDTH]);
                always @* if (started && there) assert (stored == words[(slot*WORDS+word)*WIDTH +: WIDTH]);
            end
        end
    endgenerate
endmodule

`default_nettype wire
