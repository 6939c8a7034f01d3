// axis_in_props: what axis_in promises
//
//   proves    a beat is taken exactly when `s_axis_tvalid` meets `s_axis_tready`; each is claimed and pushed at once
//   proves    `reserve` only while there is room, so a beat comes only when claimed
//   proves    `s_axis_tready` does not depend on `s_axis_tvalid`, and does not fall before a beat is taken
//   proves    words keep their lanes; the bits above them are not read
//   proves    `frame_error` rises with the first `s_axis_tlast` that is not that of the FRAME-th beat, and stays
//   assumes   `room` while a beat is free, and these become fewer by what is claimed alone   proved in
//             stream_fifo_props; turn_fifo_props: what it claims besides is beyond a frame's last beat

`default_nettype none

module axis_in_props #(
    parameter LANES = 2,
    parameter WIDTH = 3,
    parameter BYTES = 1,
    parameter FRAME = 5
) (
    input wire                     clk,
    input wire                     rst,
    input wire [LANES*BYTES*8-1:0] s_axis_tdata,
    input wire                     s_axis_tvalid,
    input wire                     s_axis_tlast,
    input wire [2:0]               free  // beats neither stored nor claimed
);
    wire                   room = free != 0;
    wire                   s_axis_tready;
    wire                   reserve;
    wire                   valid;
    wire [LANES*WIDTH-1:0] data;
    wire                   frame_error;

    axis_in #(.LANES(LANES), .WIDTH(WIDTH), .BYTES(BYTES), .FRAME(FRAME)) dut (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast), .room(room), .reserve(reserve),
        .valid(valid), .data(data), .frame_error(frame_error)
    );

    // the same cell with other data and nothing valid: shows what does not depend on them
    wire [LANES*BYTES*8-1:0] others = {LANES{{(BYTES*8-WIDTH){1'b1}}, {WIDTH{1'b0}}}};
    wire                     ready_other;
    wire                     unused_reserve;
    wire                     unused_valid;
    wire [LANES*WIDTH-1:0]   data_other;
    wire                     unused_error;
    axis_in #(.LANES(LANES), .WIDTH(WIDTH), .BYTES(BYTES), .FRAME(FRAME)) other (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata ^ others), .s_axis_tvalid(1'b0),
        .s_axis_tready(ready_other), .s_axis_tlast(s_axis_tlast), .room(room), .reserve(unused_reserve),
        .valid(unused_valid), .data(data_other), .frame_error(unused_error)
    );

    (* hierconn *) wire [(FRAME > 1 ? $clog2(FRAME) : 1)-1:0] \dut.gen_beats.beat ;

    // ---- the specification ----

    wire      taken = s_axis_tvalid && s_axis_tready;
    reg [7:0] beat;
    reg       wrong;
    always @(posedge clk) begin
        if (taken) beat <= beat == FRAME - 1 ? 0 : beat + 1;
        if (taken && s_axis_tlast != (beat == FRAME - 1)) wrong <= 1'b1;
        if (rst) begin
            beat  <= 0;
            wrong <= 1'b0;
        end
    end

    // ---- assumptions ----

    reg       started = 1'b0;
    reg       counts;
    reg [2:0] least;
    reg       waited;  // ready, and nothing came
    always @(posedge clk) begin
        started <= 1'b1;
        counts  <= !rst;
        least   <= free - reserve;
        waited  <= s_axis_tready && !s_axis_tvalid && !rst;
    end
    always @* begin
        if (!started) assume (rst);
        if (counts && !rst) assume (free >= least);
    end

    // ---- promises ----

    integer lane;
    always @* if (started) begin
        assert (valid == taken && reserve == taken);
        assert (!reserve || room);
        assert (s_axis_tready == room && s_axis_tready == ready_other);
        if (waited && !rst) assert (s_axis_tready);
        assert (data == data_other && frame_error == wrong);
        for (lane = 0; lane < LANES; lane = lane + 1)
            assert (data[lane*WIDTH +: WIDTH] == s_axis_tdata[lane*BYTES*8 +: WIDTH]);
    end
`ifdef REACH
    always @* assert (!(started && taken && beat == FRAME - 1 && !wrong && s_axis_tlast && free == 1));
`endif

    // ---- what holds inside, for the induction ----

    always @* if (started) begin
        assert (beat < FRAME);
        if (FRAME > 1) assert (\dut.gen_beats.beat == beat);
        if (waited) assert (counts && least != 0);
    end
endmodule

`default_nettype wire
