// axis_out: the last FIFO onto AXI4-Stream
//
//   lanes     LANES words of WIDTH bits, each sign-extended to BYTES bytes of `m_axis_tdata`
//   stall     three entries hold what the FIFO's read latency has under way: nothing leads from `m_axis_tready`
//             to the FIFO, and one beat leaves per cycle
//   frames    `m_axis_tlast` ends each FRAME beats
//   latency   a beat popped in cycle t is valid in cycle t + 2
//   model     src/machine/mod.rs

`default_nettype none

module axis_out #(
    parameter LANES = 1,
    parameter WIDTH = 8,   // bits of one word
    parameter BYTES = 1,   // of one word in tdata
    parameter FRAME = 16   // beats
) (
    input  wire                     clk,
    input  wire                     rst,           // synchronous, active high; clears control only
    input  wire                     filled,        // the FIFO has a beat
    output wire                     pop,
    input  wire [LANES*WIDTH-1:0]   data,          // the beat popped in the cycle before
    output wire [LANES*BYTES*8-1:0] m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready,
    output wire                     m_axis_tlast
);
    if (WIDTH < 1 || WIDTH > BYTES * 8) begin : gen_check_width
        axis_out_WIDTH_must_fit_BYTES stop ();
    end
    if (LANES < 1 || FRAME < 1) begin : gen_check_frame
        axis_out_LANES_and_FRAME_must_be_at_least_1 stop ();
    end

    // ---- entries: the first one is shown, the others move up ----

    reg [2:0] held;      // entries, the first ones
    reg       arriving;  // `data` is to be stored
    reg [LANES*WIDTH-1:0] entry0;
    reg [LANES*WIDTH-1:0] entry1;
    reg [LANES*WIDTH-1:0] entry2;

    wire       take = m_axis_tvalid && m_axis_tready;
    wire [2:0] kept = take ? {1'b0, held[2:1]} : held;

    assign pop           = filled && !held[2] && !(held[1] && arriving);
    assign m_axis_tvalid = held[0];

    always @(posedge clk) begin
        if (rst) begin
            held     <= 3'b000;
            arriving <= 1'b0;
        end else begin
            held     <= arriving ? {kept[1:0], 1'b1} : kept;
            arriving <= pop;
        end
    end

    // what stands in an entry that is not held does not matter
    always @(posedge clk) begin
        if (take || !held[0]) entry0 <= held[1] ? entry1 : data;
        if (take || !held[1]) entry1 <= held[2] ? entry2 : data;
        if (!held[2]) entry2 <= data;
    end

    genvar lane;
    for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
        wire [WIDTH-1:0] word = entry0[lane*WIDTH+:WIDTH];
        assign m_axis_tdata[lane*BYTES*8+:WIDTH] = word;
        if (WIDTH < BYTES * 8) begin : gen_extend
            assign m_axis_tdata[lane*BYTES*8+WIDTH+:BYTES*8-WIDTH] = {(BYTES*8-WIDTH){word[WIDTH-1]}};
        end
    end

    // ---- frames ----

    if (FRAME == 1) begin : gen_one_beat
        assign m_axis_tlast = m_axis_tvalid;
    end else begin : gen_beats
        localparam BEAT_W   = $clog2(FRAME);
        localparam BEAT_END = FRAME - 1;
        reg [BEAT_W-1:0] beat;

        assign m_axis_tlast = m_axis_tvalid && beat == BEAT_END[BEAT_W-1:0];

        always @(posedge clk) begin
            if (rst) beat <= {BEAT_W{1'b0}};
            else if (take) beat <= m_axis_tlast ? {BEAT_W{1'b0}} : beat + 1'b1;
        end
    end
endmodule

`default_nettype wire
