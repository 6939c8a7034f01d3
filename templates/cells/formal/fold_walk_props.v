// fold_walk_props: fold_walk against the list of butterflies of a block
//
//   proves    butterfly after butterfly, in CLOCKS cycles each: spans from the widest to 1 and positions up, or backwards;
//             the first one two cycles after `start`, no more after the last one
//   proves    rows, half and group of positions a and a + span, each in the bank of its parity, as they stand in the list;
//             they stay for CLOCKS cycles
//   assumes   a start comes no sooner than the last butterfly ends    the spacing of blocks

`default_nettype none

module fold_walk_props #(
    parameter BITS   = 2,
    parameter CLOCKS = 1,
    parameter DOWN   = 0
) (
    input wire clk,
    input wire rst,
    input wire start
);
    localparam N = 1 << BITS;

    wire            valid;
    wire            high;
    wire            swap;
    wire [BITS-2:0] row_0;
    wire [BITS-2:0] row_1;
    wire [BITS-1:0] group;
    wire            turns;
    wire            ends;

    fold_walk #(.BITS(BITS), .CLOCKS(CLOCKS), .DOWN(DOWN)) dut (
        .clk(clk), .rst(rst), .start(start), .valid(valid), .high(high), .swap(swap), .row_0(row_0), .row_1(row_1),
        .group(group), .turns(turns), .ends(ends)
    );

    // the walk one cycle ahead: stage b, position a of its first word, cycles of the butterfly that have passed
    reg        busy;
    reg [3:0]  b;
    reg [7:0]  a;
    reg [2:0]  passed;
    reg        started = 1'b0;
    wire [7:0] span   = 1 << b;
    wire [7:0] first_a = DOWN != 0 ? 2 * N - 1 - span : 2 * span;
    // the next position whose bit b is 0
    wire [7:0] up     = ((a + 1) & span) != 0 ? a + 1 + span : a + 1;
    wire [7:0] down   = ((a - 1) & span) != 0 ? a - 1 - span : a - 1;
    wire       stage_ends = DOWN != 0 ? a == 2 * span : a == 2 * N - 1 - span;
    wire       stage_last = DOWN != 0 ? b == BITS - 1 : b == 0;
    wire [3:0] b_next = DOWN != 0 ? b + 1 : b - 1;
    wire [7:0] span_next = 1 << b_next;
    always @(posedge clk) begin
        started <= 1'b1;
        if (rst) begin
            busy <= 1'b0;
        end else if (start) begin
            busy   <= 1'b1;
            b      <= DOWN != 0 ? 0 : BITS - 1;
            a      <= DOWN != 0 ? 2 * N - 2 : N;
            passed <= 0;
        end else if (busy && passed + 1 == CLOCKS) begin
            passed <= 0;
            busy   <= !(stage_ends && stage_last);
            b      <= stage_ends ? b_next : b;
            a      <= stage_ends ? (DOWN != 0 ? 2 * N - 1 - span_next : 2 * span_next) : DOWN != 0 ? down : up;
        end else begin
            passed <= passed + 1;
        end
    end

    always @* begin
        if (!started) assume (rst);
        if (start) assume (!busy || (stage_ends && stage_last && passed + 1 == CLOCKS));
    end

    // as they must stand at the outputs
    reg            now;
    reg            fresh;
    reg [7:0]      lo;
    reg [7:0]      hi;
    reg [7:0]      own;
    reg            first_of_last;
    reg            last_of_all;
    wire           lo_odd = ^lo[BITS-1:0];
    always @(posedge clk) begin
        now           <= started && busy && !rst;
        fresh         <= started && busy && passed == 0 && !rst;
        lo            <= a;
        hi            <= a + span;
        own           <= a >> (b + 1);
        first_of_last <= stage_last && a == first_a;
        last_of_all   <= stage_last && stage_ends;
    end

    always @* if (started) begin
        assert (valid == fresh);
        if (now) begin
            assert (high == lo[BITS] && high == hi[BITS]);
            assert (swap == lo_odd && (^hi[BITS-1:0]) != lo_odd);
            assert ((swap ? row_1 : row_0) == lo[BITS-1:1] && (swap ? row_0 : row_1) == hi[BITS-1:1]);
            assert (group == own);
            assert (turns == first_of_last && ends == last_of_all);
        end
        // the state of the walk is that of the list
        assert (dut_busy == busy);
        if (busy) begin
            assert (b < BITS && passed < CLOCKS && a >= 2 * span && a < 2 * N && (a & span) == 0);
            assert (dut_span == span && dut_count == ((a >> (b + 1)) << b | (a & (span - 1))));
            assert (dut_fresh == (passed == 0));
            assert (dut_step == (passed + 1 == CLOCKS));
        end else begin
            assert (!dut_fresh);
        end
        if (now) assert (lo >= 2 && lo < 2 * N && hi < 2 * N);
    end
    (* hierconn *) wire            \dut.busy ;
    (* hierconn *) wire            \dut.fresh ;
    (* hierconn *) wire            \dut.step ;
    (* hierconn *) wire [BITS-1:0] \dut.span ;
    (* hierconn *) wire [BITS-1:0] \dut.count ;
    wire            dut_busy  = \dut.busy ;
    wire            dut_fresh = \dut.fresh ;
    wire            dut_step  = \dut.step ;
    wire [BITS-1:0] dut_span  = \dut.span ;
    wire [BITS-1:0] dut_count = \dut.count ;
`ifdef REACH
    always @* assert (!(started && valid && ends));
`endif
endmodule

`default_nettype wire
