// half_take_props: half_take against the order it promises, for all inputs
//
//   proves    every word leaves in its place; `phase` and `out_first` with it; latency WORDS / 4, of four words 2
//   assumes   packets are at least WORDS cycles apart    proved in gate_props with PAUSE

`default_nettype none

module half_take_props #(
    parameter WORDS = 8,
    parameter W     = 1
) (
    input wire           clk,
    input wire           rst,
    input wire           in_first,
    input wire [2*W-1:0] in_data
);
    localparam BEATS   = WORDS / 2;
    localparam LATENCY = WORDS == 4 ? 2 : WORDS / 4;
    localparam H       = LATENCY + WORDS;
    localparam TW      = $clog2(WORDS);

    wire          out_first;
    wire [TW-1:0] phase;
    wire [W-1:0]  out_data;

    half_take #(.WORDS(WORDS), .W(W)) dut (
        .clk(clk), .rst(rst), .in_first(in_first), .in_data(in_data), .out_first(out_first), .phase(phase),
        .out_data(out_data)
    );

    // the beat of a packet in which the word came that leaves at place r
    function integer came(input integer r);
        came = r / 4 + r / 2 % 2 * (BEATS / 2);
    endfunction

    reg [H-1:0]     pulses;  // bit n: a packet began n + 1 cycles ago, and no reset since
    reg [2*W*H-1:0] beats;   // of the last cycles, the youngest in the low bits
    reg started = 1'b0;
    wire begins = in_first & ~(|pulses[BEATS-2:0]);
    always @(posedge clk) begin
        started <= 1'b1;
        pulses  <= rst ? {H{1'b0}} : {pulses[H-2:0], begins};
        beats   <= {beats, in_data};
    end
    always @* begin
        if (!started) assume (rst);
        if (in_first) assume (!(|pulses[WORDS-2:BEATS-1]));
    end

    (* hierconn *) wire [TW-2:0] \dut.write_q ;
    (* hierconn *) wire [TW-1:0] \dut.read_q ;
    integer t;
    always @* if (started) begin
        assert (out_first == pulses[LATENCY-1]);
        assert (|pulses[BEATS-2:0] || \dut.write_q == 0);
        assert (|pulses[LATENCY+WORDS-3:LATENCY-1] || \dut.read_q == 0);
        for (t = 0; t < WORDS; t = t + 1) begin
            if (pulses[LATENCY-1+t])
                assert (phase == t && out_data == beats[((LATENCY - 1 + t - came(t))*2 + t % 2)*W +: W]);
            if (t > 0 && t < BEATS && pulses[t-1]) assert (\dut.write_q == t);
            if (t > 0 && pulses[LATENCY-2+t]) assert (\dut.read_q == t);
        end
    end
`ifdef REACH
    always @* assert (!(started && pulses[LATENCY+WORDS-2] && pulses[LATENCY-2]));
`endif
endmodule

`default_nettype wire
