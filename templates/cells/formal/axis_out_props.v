// axis_out_props: what axis_out promises, against a queue of what was popped
//
//   proves    beats leave in the order in which they were popped, none lost, none twice
//   proves    `m_axis_tvalid` and `m_axis_tdata`, `m_axis_tlast` stand still while `m_axis_tready` is low
//   proves    `pop` only while `filled`, whenever there is room for what is under way; `m_axis_tready` plays no part
//   proves    a beat popped in cycle t is valid in cycle t + 2 if none is before it
//   proves    words keep their lanes, their signs fill the bytes; `m_axis_tlast` ends each FRAME beats
//   assumes   the beat popped stands on `data` one cycle later   proved in stream_fifo_props and turn_fifo_props

`default_nettype none

module axis_out_props #(
    parameter LANES = 2,
    parameter WIDTH = 2,
    parameter BYTES = 1,
    parameter FRAME = 5
) (
    input wire                   clk,
    input wire                   rst,
    input wire                   filled,
    input wire [LANES*WIDTH-1:0] data,
    input wire                   m_axis_tready
);
    localparam W = LANES * WIDTH;

    wire                     pop;
    wire [LANES*BYTES*8-1:0] m_axis_tdata;
    wire                     m_axis_tvalid;
    wire                     m_axis_tlast;

    axis_out #(.LANES(LANES), .WIDTH(WIDTH), .BYTES(BYTES), .FRAME(FRAME)) dut (
        .clk(clk), .rst(rst), .filled(filled), .pop(pop), .data(data), .m_axis_tdata(m_axis_tdata),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast)
    );

    (* hierconn *) wire [2:0]   \dut.held ;
    (* hierconn *) wire         \dut.arriving ;
    (* hierconn *) wire [W-1:0] \dut.entry0 ;
    (* hierconn *) wire [W-1:0] \dut.entry1 ;
    (* hierconn *) wire [W-1:0] \dut.entry2 ;
    (* hierconn *) wire [(FRAME > 1 ? $clog2(FRAME) : 1)-1:0] \dut.gen_beats.beat ;

    // ---- the specification ----

    reg [3*W-1:0] queue;  // beats here, the oldest in the low bits
    reg [2:0]     here;   // how many
    reg           comes;  // one was popped in the cycle before
    reg [7:0]     beat;
    wire          leaves = here != 0 && m_axis_tready;
    wire [2:0]    kept   = here - leaves;
    wire [3*W-1:0] moved = leaves ? queue >> W : queue;

    integer n;
    always @(posedge clk) begin
        for (n = 0; n < 3; n = n + 1)
            queue[n*W +: W] <= comes && kept == n ? data : moved[n*W +: W];
        here  <= kept + comes;
        comes <= pop;
        if (leaves) beat <= beat == FRAME - 1 ? 0 : beat + 1;
        if (rst) begin
            here  <= 0;
            comes <= 1'b0;
            beat  <= 0;
        end
    end

    // ---- assumptions ----

    reg started = 1'b0;
    always @(posedge clk) started <= 1'b1;
    always @* if (!started) assume (rst);

    // ---- promises ----

    reg                     stalled;
    reg [LANES*BYTES*8-1:0] before;
    reg                     last_before;
    reg                     first;   // popped two cycles ago, nothing else here
    reg                     single;
    always @(posedge clk) begin
        stalled     <= m_axis_tvalid && !m_axis_tready && !rst;
        before      <= m_axis_tdata;
        last_before <= m_axis_tlast;
        single      <= pop && !rst;
        first       <= single && !rst;
    end

    integer lane;
    integer i;
    always @* if (started) begin
        assert (m_axis_tvalid == (here != 0));
        assert (here + comes <= 3);
        assert (pop == (here + comes != 3 && filled));
        if (stalled) assert (m_axis_tvalid && m_axis_tdata == before && m_axis_tlast == last_before);
        if (first) assert (m_axis_tvalid);
        assert (m_axis_tlast == (here != 0 && beat == FRAME - 1));
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            if (here != 0) assert (m_axis_tdata[lane*BYTES*8 +: WIDTH] == queue[lane*WIDTH +: WIDTH]);
            for (i = WIDTH; i < BYTES * 8; i = i + 1)
                assert (m_axis_tdata[lane*BYTES*8 + i] == m_axis_tdata[lane*BYTES*8 + WIDTH - 1]);
        end
    end
`ifdef REACH
    always @* assert (!(started && here == 3 && leaves && beat == FRAME - 1));
`endif

    // ---- what holds inside, for the induction ----

    always @* if (started) begin
        assert (\dut.held == (1 << here) - 1 && \dut.arriving == comes && single == comes);
        if (here > 0) assert (\dut.entry0 == queue[0 +: W]);
        if (here > 1) assert (\dut.entry1 == queue[W +: W]);
        if (here > 2) assert (\dut.entry2 == queue[2*W +: W]);
        assert (beat < FRAME);
        if (FRAME > 1) assert (\dut.gen_beats.beat == beat);
        if (stalled || first) assert (here != 0);
    end
endmodule

`default_nettype wire
