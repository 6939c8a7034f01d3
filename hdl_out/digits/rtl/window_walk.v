// window_walk: where in its frames a stream stands that comes in windows
//
//   frame     WINDOWS windows of WINDOW beats, the last one of LAST beats
//   slot      the window's place in a ring of SLOTS windows
//   model     src/machine/fifo.rs

`default_nettype none

module window_walk #(
    parameter WINDOW  = 4,  // beats
    parameter WINDOWS = 1,  // windows of a frame
    parameter LAST    = 4,  // beats of the last window of a frame
    parameter SLOTS   = 2
) (
    input  wire                                       clk,
    input  wire                                       rst,         // synchronous, active high
    input  wire                                       step,        // the present beat is used
    output reg  [(WINDOW > 1 ? $clog2(WINDOW) : 1)-1:0] beat,        // of the window
    output reg  [(SLOTS > 1 ? $clog2(SLOTS) : 1)-1:0]   slot,
    output wire                                       window_end,  // the beat is the last of its window
    output wire                                       last_window  // the window is the last of its frame
);
    localparam BEAT_W     = WINDOW > 1 ? $clog2(WINDOW) : 1;
    localparam SLOT_W     = SLOTS > 1 ? $clog2(SLOTS) : 1;
    localparam BEAT_END   = WINDOW - 1;
    localparam BEAT_LAST  = LAST - 1;
    localparam SLOT_END   = SLOTS - 1;
    localparam WINDOW_END = WINDOWS - 1;

    if (LAST < 1 || LAST > WINDOW) begin : gen_check_last
        window_walk_LAST_must_be_1_to_WINDOW stop ();
    end
    if (WINDOWS < 1 || SLOTS < 1) begin : gen_check_counts
        window_walk_WINDOWS_and_SLOTS_must_be_at_least_1 stop ();
    end

    assign window_end = beat == (last_window ? BEAT_LAST[BEAT_W-1:0] : BEAT_END[BEAT_W-1:0]);

    always @(posedge clk) begin
        if (rst) begin
            beat <= {BEAT_W{1'b0}};
            slot <= {SLOT_W{1'b0}};
        end else if (step) begin
            beat <= window_end ? {BEAT_W{1'b0}} : beat + 1'b1;
            if (window_end) slot <= slot == SLOT_END[SLOT_W-1:0] ? {SLOT_W{1'b0}} : slot + 1'b1;
        end
    end

    if (WINDOWS == 1) begin : gen_one_window
        assign last_window = 1'b1;
    end else begin : gen_windows
        localparam WINDOW_W = $clog2(WINDOWS);
        reg [WINDOW_W-1:0] window;

        assign last_window = window == WINDOW_END[WINDOW_W-1:0];

        always @(posedge clk) begin
            if (rst) window <= {WINDOW_W{1'b0}};
            else if (step && window_end) window <= last_window ? {WINDOW_W{1'b0}} : window + 1'b1;
        end
    end
endmodule

`default_nettype wire
