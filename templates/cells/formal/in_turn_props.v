// in_turn_props: what in_turn promises, against the number of the pop in a round
//
//   proves    each round pops FIRST beats of FIFO 0, SECOND of FIFO 1 and THIRD of FIFO 2, in this order
//   proves    `filled` is that of the FIFO whose turn it is, so a packet is only popped from a FIFO that has one
//   proves    `data` is that of the FIFO popped in the cycle before

`default_nettype none

module in_turn_props #(
    parameter DATA_W = 2,
    parameter FIRST  = 3,
    parameter SECOND = 1,
    parameter THIRD  = 2
) (
    input wire                clk,
    input wire                rst,
    input wire [2:0]          filleds,
    input wire                pop,
    input wire [3*DATA_W-1:0] datas
);
    localparam BEAT_W = 3;
    localparam ROUND  = FIRST + SECOND + THIRD;

    wire              filled;
    wire [2:0]        pops;
    wire [DATA_W-1:0] data;

    in_turn #(
        .COUNT(3), .DATA_W(DATA_W), .BEAT_W(BEAT_W),
        .BEATS({THIRD[31:0], SECOND[31:0], FIRST[31:0]})
    ) dut (
        .clk(clk), .rst(rst), .filleds(filleds), .filled(filled), .pop(pop), .pops(pops), .datas(datas), .data(data)
    );

    (* hierconn *) wire [2:0]        \dut.turn ;
    (* hierconn *) wire [BEAT_W-1:0] \dut.beat ;

    reg [7:0] number;  // of the next pop in its round
    reg started = 1'b0;
    reg popped;
    reg [1:0] before;  // FIFO popped in the cycle before
    wire [1:0] fifo = number < FIRST ? 0 : number < FIRST + SECOND ? 1 : 2;
    always @(posedge clk) begin
        started <= 1'b1;
        popped  <= pop && !rst;
        before  <= fifo;
        if (pop) number <= number == ROUND - 1 ? 0 : number + 1;
        if (rst) number <= 0;
    end
    always @* if (!started) assume (rst);

    always @* if (started) begin
        assert (filled == filleds[fifo]);
        assert (pops == (pop ? 3'd1 << fifo : 3'd0));
        if (popped) assert (data == datas[before*DATA_W +: DATA_W]);
    end
`ifdef REACH
    always @* assert (!(started && pop && number == ROUND - 1));
`endif

    always @* if (started) begin
        assert (number < ROUND && \dut.turn == 3'd1 << fifo);
        assert (\dut.beat == (fifo == 0 ? number : fifo == 1 ? number - FIRST : number - FIRST - SECOND));
    end
endmodule

`default_nettype wire
