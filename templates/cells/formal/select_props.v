// select_props: what an emitted select promises
//
//   proves    packet c of a frame of TOTAL packets passes row c mod ROWS, the last group may be shorter;
//             1 cycle later, 2 of more than eight rows
//   proves    `out_valid` is `in_valid` so much later; beats that are not valid do not count

`default_nettype none

module select_props #(
    parameter LANES  = 1,
    parameter WIDTH  = 2,
    parameter ROWS   = 3,
    parameter TOTAL  = 7,
    parameter PACKET = 4
) (
    input wire                        clk,
    input wire                        rst,
    input wire                        in_valid,
    input wire [ROWS*LANES*WIDTH-1:0] in_data
);
    wire                   out_valid;
    wire [LANES*WIDTH-1:0] out_data;

    `DUT dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_data(in_data), .out_valid(out_valid), .out_data(out_data)
    );

    (* hierconn *) wire [(PACKET > 1 ? $clog2(PACKET) : 1)-1:0] \dut.beat_q ;
    (* hierconn *) wire [$clog2(ROWS)-1:0]                      \dut.row_q ;
    (* hierconn *) wire [(TOTAL > 1 ? $clog2(TOTAL) : 1)-1:0]   \dut.packet_q ;

    reg [7:0] beat;  // of the frame
    reg started = 1'b0;
    localparam LATE = ROWS > 8;
    reg                   valid,    valid_q;
    reg [LANES*WIDTH-1:0] expected, expected_q;
    wire [7:0] packet = beat / PACKET;
    wire [7:0] row    = packet % ROWS;
    always @(posedge clk) begin
        started  <= 1'b1;
        valid      <= in_valid && !rst;
        valid_q    <= valid && !rst;
        expected   <= in_data[row*LANES*WIDTH +: LANES*WIDTH];
        expected_q <= expected;
        if (in_valid) beat <= beat == TOTAL * PACKET - 1 ? 0 : beat + 1;
        if (rst) beat <= 0;
    end
    always @* if (!started) assume (rst);

    always @* if (started) begin
        assert (out_valid == (LATE ? valid_q : valid));
        if (out_valid) assert (out_data == (LATE ? expected_q : expected));
    end
`ifdef REACH
    always @* assert (!(started && valid && beat == 0));
`endif

    always @* if (started) begin
        assert (beat < TOTAL * PACKET);
        assert (\dut.row_q == row);
        // counters that a select has only where it needs them
        assert (PACKET == 1 || \dut.beat_q == beat % PACKET);
        assert (TOTAL % ROWS == 0 || \dut.packet_q == packet);
    end
endmodule

`default_nettype wire
