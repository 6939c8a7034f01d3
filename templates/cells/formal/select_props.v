// select_props: what an emitted select promises
//
//   proves    packet c of a frame of TOTAL packets passes row c mod ROWS, the last group may be shorter; 1 cycle later
//   proves    `out_valid` is `in_valid` one cycle later; beats that are not valid do not count

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
    reg valid;
    reg [LANES*WIDTH-1:0] expected;
    wire [7:0] packet = beat / PACKET;
    wire [7:0] row    = packet % ROWS;
    always @(posedge clk) begin
        started  <= 1'b1;
        valid    <= in_valid && !rst;
        expected <= in_data[row*LANES*WIDTH +: LANES*WIDTH];
        if (in_valid) beat <= beat == TOTAL * PACKET - 1 ? 0 : beat + 1;
        if (rst) beat <= 0;
    end
    always @* if (!started) assume (rst);

    always @* if (started) begin
        assert (out_valid == valid);
        if (valid) assert (out_data == expected);
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
