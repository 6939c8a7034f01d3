// stream_fifo: first in, first out, between a producer that reserves and a consumer that may read windows again
//
//   order     beats leave as they came; each window of WINDOW beats is read REPEAT times before it is freed,
//             the last of every GROUPS windows LAST_REPEAT times
//   producer  `reserve` only while `room`: it claims RESERVE beats, and a claimed beat comes with `in_valid`
//   consumer  begins to pop PACKET beats only while `filled`; the beat popped in cycle t stands on `out_data` in
//             cycle t + 1
//   memory    DEPTH x WIDTH bits, read synchronously
//   model     src/machine/fifo.rs

`default_nettype none

module stream_fifo #(
    parameter WIDTH       = 8,  // bits of one beat
    parameter DEPTH       = 4,  // beats
    parameter WINDOW      = 1,  // beats read again together
    parameter REPEAT      = 1,  // readings of a window
    parameter GROUPS      = 1,  // windows of one group
    parameter LAST_REPEAT = 1,  // readings of the last window of a group
    parameter RESERVE     = 1,  // beats claimed by one `reserve`
    parameter PACKET      = 1   // beats popped together
) (
    input  wire             clk,
    input  wire             rst,       // synchronous, active high; clears control only
    input  wire             in_valid,
    input  wire [WIDTH-1:0] in_data,
    input  wire             reserve,
    output wire             room,      // RESERVE beats or more are neither stored nor claimed
    input  wire             pop,
    output wire             filled,    // PACKET beats or more may be popped, those to be read again counted
    output reg  [WIDTH-1:0] out_data
);
    localparam ADDRESS_W = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam LAST      = DEPTH - 1;

    if (DEPTH < 1) begin : gen_check_depth
        stream_fifo_DEPTH_must_be_at_least_1 stop ();
    end
    if (RESERVE < 1 || RESERVE > DEPTH) begin : gen_check_reserve
        stream_fifo_RESERVE_must_be_1_to_DEPTH stop ();
    end
    if (PACKET < 1 || PACKET > DEPTH) begin : gen_check_packet
        stream_fifo_PACKET_must_be_1_to_DEPTH stop ();
    end
    if (WINDOW < 1 || REPEAT < 1 || GROUPS < 1 || LAST_REPEAT < 1) begin : gen_check_replay
        stream_fifo_replay_numbers_must_be_at_least_1 stop ();
    end
    if ((REPEAT > 1 || LAST_REPEAT > 1) && WINDOW > DEPTH) begin : gen_check_window
        stream_fifo_DEPTH_must_hold_one_WINDOW stop ();
    end

    // ---- memory ----

    reg [WIDTH-1:0] mem [0:DEPTH-1];
    reg [ADDRESS_W-1:0] write_address;
    reg [ADDRESS_W-1:0] read_address;

    wire [ADDRESS_W-1:0] write_address_d =
        write_address == LAST[ADDRESS_W-1:0] ? {ADDRESS_W{1'b0}} : write_address + 1'b1;
    wire [ADDRESS_W-1:0] read_address_d =
        read_address == LAST[ADDRESS_W-1:0] ? {ADDRESS_W{1'b0}} : read_address + 1'b1;

    always @(posedge clk) begin
        if (in_valid) mem[write_address] <= in_data;
        // a beat is never popped while it is written: what a memory does then need not be imitated
        if (pop) out_data <= in_valid && read_address == write_address ? {WIDTH{1'bx}} : mem[read_address];
    end

    always @(posedge clk) begin
        if (rst) write_address <= {ADDRESS_W{1'b0}};
        else if (in_valid) write_address <= write_address_d;
    end

    // ---- counts: what is there beyond what is needed; the sign bit says that it is less ----

    localparam FREE_W    = $clog2(DEPTH - RESERVE + 1 > RESERVE ? DEPTH - RESERVE + 1 : RESERVE) + 1;
    localparam LEVEL_W   = $clog2(DEPTH - PACKET + 1 > PACKET ? DEPTH - PACKET + 1 : PACKET) + 1;
    localparam FREE_ALL  = DEPTH - RESERVE;
    localparam FREE_LESS = -RESERVE;
    localparam FREE_BOTH = 1 - RESERVE;
    localparam ONE       = 1;
    localparam NO_LEVEL  = -PACKET;
    localparam AGAIN     = WINDOW - 1;

    reg [FREE_W-1:0]  free;   // beats neither stored nor claimed, less RESERVE
    reg [LEVEL_W-1:0] level;  // beats that may be popped, less PACKET

    wire again;  // a pop now ends a reading that is not the last: the window may be popped again
    wire last;   // a pop now is of a last reading
    wire freed = pop && last;

    wire [FREE_W-1:0]  free_step  = reserve ? (freed ? FREE_BOTH[FREE_W-1:0] : FREE_LESS[FREE_W-1:0])
                                            : (freed ? ONE[FREE_W-1:0] : {FREE_W{1'b0}});
    wire [LEVEL_W-1:0] level_step = {LEVEL_W{pop}} & (again ? AGAIN[LEVEL_W-1:0] : {LEVEL_W{1'b1}});
    wire [LEVEL_W-1:0] level_in   = in_valid ? ONE[LEVEL_W-1:0] : {LEVEL_W{1'b0}};

    assign room   = !free[FREE_W-1];
    assign filled = !level[LEVEL_W-1];

    always @(posedge clk) begin
        if (rst) begin
            free  <= FREE_ALL[FREE_W-1:0];
            level <= NO_LEVEL[LEVEL_W-1:0];
        end else begin
            free  <= free + free_step;
            level <= (level + level_in) + level_step;
        end
    end

    // ---- readings ----

    if (REPEAT == 1 && LAST_REPEAT == 1) begin : gen_once
        assign again = 1'b0;
        assign last  = 1'b1;

        always @(posedge clk) begin
            if (rst) read_address <= {ADDRESS_W{1'b0}};
            else if (pop) read_address <= read_address_d;
        end
    end else begin : gen_replay
        localparam MOST         = REPEAT > LAST_REPEAT ? REPEAT : LAST_REPEAT;
        localparam POSITION_W   = WINDOW > 1 ? $clog2(WINDOW) : 1;
        localparam PASS_W       = $clog2(MOST);
        localparam GROUP_W      = GROUPS > 1 ? $clog2(GROUPS) : 1;
        localparam POSITION_END = WINDOW - 1;
        localparam PASS_END     = REPEAT - 1;
        localparam PASS_LAST    = LAST_REPEAT - 1;
        localparam GROUP_END    = GROUPS - 1;

        reg [POSITION_W-1:0] position;     // beat of the window
        reg [PASS_W-1:0]     pass;         // reading of the window
        reg [GROUP_W-1:0]    group;        // window of the group
        reg [ADDRESS_W-1:0]  base;         // where the window starts

        wire last_position = position == POSITION_END[POSITION_W-1:0];
        wire last_group    = group == GROUP_END[GROUP_W-1:0];
        wire last_pass     = pass == (last_group ? PASS_LAST[PASS_W-1:0] : PASS_END[PASS_W-1:0]);

        assign again = last_position && !last_pass;
        assign last  = last_pass;

        always @(posedge clk) begin
            if (rst) begin
                position     <= {POSITION_W{1'b0}};
                pass         <= {PASS_W{1'b0}};
                group        <= {GROUP_W{1'b0}};
                base         <= {ADDRESS_W{1'b0}};
                read_address <= {ADDRESS_W{1'b0}};
            end else if (pop) begin
                position     <= last_position ? {POSITION_W{1'b0}} : position + 1'b1;
                read_address <= again ? base : read_address_d;
                if (again) pass <= pass + 1'b1;
                if (last_position && last_pass) begin
                    pass  <= {PASS_W{1'b0}};
                    group <= last_group ? {GROUP_W{1'b0}} : group + 1'b1;
                    base  <= read_address_d;
                end
            end
        end
    end

`ifdef CIRCLET_DEBUG
    integer claimed;  // beats claimed and not yet pushed
    always @(posedge clk) begin
        if (rst) begin
            claimed <= 0;
        end else begin
            claimed <= claimed + (reserve ? RESERVE : 0) - (in_valid ? 1 : 0);
            if (pop && level == NO_LEVEL[LEVEL_W-1:0]) $display("%m: popped while empty");
            if (reserve && !room) $display("%m: claimed more than is free");
            if (in_valid && !reserve && claimed == 0) $display("%m: pushed a beat that was not claimed");
        end
    end
`endif
endmodule

`default_nettype wire
