// axis_in: AXI4-Stream into the first FIFO
//
//   lanes     LANES words of WIDTH bits, each in BYTES bytes of `s_axis_tdata`; the bits above a word are not read
//   ready     while the FIFO has room; from a register, not from `s_axis_tvalid`
//   frames    FRAME beats; `frame_error` stays set once `s_axis_tlast` disagreed with that count
//   latency   none: an accepted beat is pushed in the same cycle
//   model     src/machine/mod.rs

`default_nettype none

module axis_in #(
    parameter LANES = 2,
    parameter WIDTH = 8,   // bits of one word
    parameter BYTES = 1,   // of one word in tdata
    parameter FRAME = 16   // beats
) (
    input  wire                     clk,
    input  wire                     rst,          // synchronous, active high
    input  wire [LANES*BYTES*8-1:0] s_axis_tdata,
    input  wire                     s_axis_tvalid,
    output wire                     s_axis_tready,
    input  wire                     s_axis_tlast,
    input  wire                     room,         // the FIFO has room for a beat
    output wire                     reserve,
    output wire                     valid,
    output wire [LANES*WIDTH-1:0]   data,
    output reg                      frame_error
);
    if (WIDTH < 1 || WIDTH > BYTES * 8) begin : gen_check_width
        axis_in_WIDTH_must_fit_BYTES stop ();
    end
    if (LANES < 1 || FRAME < 1) begin : gen_check_frame
        axis_in_LANES_and_FRAME_must_be_at_least_1 stop ();
    end

    wire last;  // the present beat ends a frame

    assign s_axis_tready = room;
    assign valid         = s_axis_tvalid && s_axis_tready;
    assign reserve       = valid;

    genvar lane;
    for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
        assign data[lane*WIDTH+:WIDTH] = s_axis_tdata[lane*BYTES*8+:WIDTH];
    end

    wire unused = &{1'b0, s_axis_tdata};  // the bits above each word

    always @(posedge clk) begin
        if (rst) frame_error <= 1'b0;
        else if (valid && s_axis_tlast != last) frame_error <= 1'b1;
    end

    if (FRAME == 1) begin : gen_one_beat
        assign last = 1'b1;
    end else begin : gen_beats
        localparam BEAT_W   = $clog2(FRAME);
        localparam BEAT_END = FRAME - 1;
        reg [BEAT_W-1:0] beat;

        assign last = beat == BEAT_END[BEAT_W-1:0];

        always @(posedge clk) begin
            if (rst) beat <= {BEAT_W{1'b0}};
            else if (valid) beat <= last ? {BEAT_W{1'b0}} : beat + 1'b1;
        end
    end
endmodule

`default_nettype wire
