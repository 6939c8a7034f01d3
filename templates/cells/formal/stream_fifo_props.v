// stream_fifo_props: what stream_fifo promises, against a queue that is shifted
//
//   proves    order, no loss, no duplication: the beat popped is the one the queue says, one cycle later
//   proves    readings: windows come again as often as promised and are freed by their last reading
//   proves    `filled` and `room` are exact in every cycle; beats stored and claimed never exceed DEPTH
//   proves    `out_data` stands still while nothing is popped
//   assumes   `pop` only while a beat may be popped      proved in gate_props and axis_out_props
//   assumes   `reserve` only while `room`                proved in gate_props and axis_in_props
//   assumes   a beat comes only when claimed             axis_in_props; of pipelines: gate_props and packet_valid_props

`default_nettype none

module stream_fifo_props #(
    parameter WIDTH       = 1,
    parameter DEPTH       = 4,
    parameter WINDOW      = 1,
    parameter REPEAT      = 1,
    parameter GROUPS      = 1,
    parameter LAST_REPEAT = 1,
    parameter RESERVE     = 1,
    parameter PACKET      = 1
) (
    input wire             clk,
    input wire             rst,
    input wire             in_valid,
    input wire [WIDTH-1:0] in_data,
    input wire             reserve,
    input wire             pop
);
    localparam FREE_W     = $clog2(DEPTH - RESERVE + 1 > RESERVE ? DEPTH - RESERVE + 1 : RESERVE) + 1;
    localparam LEVEL_W    = $clog2(DEPTH - PACKET + 1 > PACKET ? DEPTH - PACKET + 1 : PACKET) + 1;
    localparam ADDRESS_W  = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam MOST       = REPEAT > LAST_REPEAT ? REPEAT : LAST_REPEAT;
    localparam POSITION_W = WINDOW > 1 ? $clog2(WINDOW) : 1;
    localparam PASS_W     = MOST > 1 ? $clog2(MOST) : 1;
    localparam GROUP_W    = GROUPS > 1 ? $clog2(GROUPS) : 1;

    wire             room;
    wire             filled;
    wire [WIDTH-1:0] out_data;

    stream_fifo #(
        .WIDTH(WIDTH), .DEPTH(DEPTH), .WINDOW(WINDOW), .REPEAT(REPEAT), .GROUPS(GROUPS),
        .LAST_REPEAT(LAST_REPEAT), .RESERVE(RESERVE), .PACKET(PACKET)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_data(in_data), .reserve(reserve), .room(room),
        .pop(pop), .filled(filled), .out_data(out_data)
    );

    wire [DEPTH*WIDTH-1:0] mem;
`include "see_mem.vh"
    (* hierconn *) wire [FREE_W-1:0] \dut.free ;
    (* hierconn *) wire [LEVEL_W-1:0] \dut.level ;
    (* hierconn *) wire [ADDRESS_W-1:0] \dut.write_address ;
    (* hierconn *) wire [ADDRESS_W-1:0] \dut.read_address ;
    (* hierconn *) wire [POSITION_W-1:0] \dut.gen_replay.position ;
    (* hierconn *) wire [PASS_W-1:0] \dut.gen_replay.pass ;
    (* hierconn *) wire [GROUP_W-1:0] \dut.gen_replay.group ;
    (* hierconn *) wire [ADDRESS_W-1:0] \dut.gen_replay.base ;

    // ---- the specification ----

    reg [DEPTH*WIDTH-1:0] queue;     // beats stored and not freed, the oldest in the low bits
    reg [7:0]             stored;    // how many
    reg [7:0]             claimed;   // beats claimed and not yet here
    reg [7:0]             position;  // in the window being read
    reg [7:0]             pass;
    reg [7:0]             group;

    wire                   last_group    = group == GROUPS - 1;
    wire                   last_pass     = pass == (last_group ? LAST_REPEAT - 1 : REPEAT - 1);
    wire                   last_position = position == WINDOW - 1;
    wire [7:0]             offset        = last_pass ? 8'd0 : position;  // of the beat read next, in the queue
    wire                   freed         = pop && last_pass;
    wire [7:0]             kept          = stored - freed;
    wire [DEPTH*WIDTH-1:0] moved         = freed ? queue >> WIDTH : queue;

    integer n;
    always @(posedge clk) begin
        for (n = 0; n < DEPTH; n = n + 1)
            queue[n*WIDTH +: WIDTH] <= in_valid && kept == n ? in_data : moved[n*WIDTH +: WIDTH];
        stored  <= kept + in_valid;
        claimed <= claimed + (reserve ? RESERVE : 0) - in_valid;
        if (pop) begin
            position <= last_position ? 0 : position + 1;
            if (last_position) pass <= last_pass ? 0 : pass + 1;
            if (last_position && last_pass) group <= last_group ? 0 : group + 1;
        end
        if (rst) begin
            stored   <= 0;
            claimed  <= 0;
            position <= 0;
            pass     <= 0;
            group    <= 0;
        end
    end

    // ---- assumptions ----

    reg started = 1'b0;
    always @(posedge clk) started <= 1'b1;
    always @* begin
        if (!started) assume (rst);
        if (!rst) begin
            assume (!pop || stored != offset);
            assume (!reserve || room);
            assume (!in_valid || reserve || claimed != 0);
        end
    end

    // ---- promises ----

    reg             popped;
    reg             was_full;
    reg [WIDTH-1:0] expected;
    reg [WIDTH-1:0] shown;
    always @(posedge clk) begin
        popped   <= pop && !rst;
        expected <= queue[offset*WIDTH +: WIDTH];
        shown    <= out_data;
        was_full <= !rst && (was_full || stored == DEPTH);
    end

    reg moves;  // something was popped in the cycle before
    always @(posedge clk) moves <= pop;

    always @* if (started) begin
        assert (filled == (stored >= offset + PACKET));
        assert (stored + claimed <= DEPTH);
        assert (room == (stored + claimed + RESERVE <= DEPTH));
        if (popped) assert (out_data == expected);
        if (!moves) assert (out_data == shown);
    end

`ifdef REACH
    always @* assert (!(started && was_full && stored == 0));  // full, and empty again
`endif

    // ---- what holds inside, for the induction ----

    wire [7:0] head;  // where the oldest beat lies
    integer i;
    reg [7:0] at;
    always @* if (started) begin
        assert (head < DEPTH && \dut.read_address < DEPTH && \dut.write_address < DEPTH);
        assert (offset <= stored);
        assert ($signed(\dut.level ) == $signed(stored - offset - PACKET));
        assert ($signed(\dut.free ) == $signed(DEPTH - stored - claimed - RESERVE));
        assert (\dut.write_address == (head + stored >= DEPTH ? head + stored - DEPTH : head + stored));
        for (i = 0; i < DEPTH; i = i + 1) begin
            at = head + i >= DEPTH ? head + i - DEPTH : head + i;
            if (i < stored) assert (mem[at*WIDTH +: WIDTH] == queue[i*WIDTH +: WIDTH]);
        end
    end

    generate
        if (REPEAT == 1 && LAST_REPEAT == 1) begin : gen_once
            assign head = \dut.read_address ;
            always @* if (started) assert (pass == 0 && group < GROUPS && position < WINDOW);
        end else begin : gen_replay
            // a last reading frees beat by beat
            wire [7:0] behind = \dut.gen_replay.base + position;
            assign head = last_pass ? \dut.read_address : \dut.gen_replay.base ;
            always @* if (started) begin
                assert (\dut.gen_replay.position == position && position < WINDOW);
                assert (\dut.gen_replay.pass == pass && pass < (last_group ? LAST_REPEAT : REPEAT));
                assert (\dut.gen_replay.group == group && group < GROUPS);
                assert (\dut.gen_replay.base < DEPTH);
                assert (\dut.read_address == (behind >= DEPTH ? behind - DEPTH : behind));
            end
        end
    endgenerate
endmodule

`default_nettype wire
