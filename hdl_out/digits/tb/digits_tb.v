// digits_tb: the golden vectors against digits, on any Verilog simulator
//
// Run in the output folder: reads vectors/cycles.hex, compares every port in every cycle, ends with a verdict and, where
// something differs, with an exit code other than 0.
`default_nettype none

module digits_tb;
    localparam CYCLES = 602;

    reg [31:0] vectors [0:CYCLES-1];
    reg clk;
    reg rst;
    reg [16-1:0] s_axis_tdata;
    reg s_axis_tvalid;
    reg s_axis_tlast;
    reg m_axis_tready;
    wire s_axis_tready;
    wire [8-1:0] m_axis_tdata;
    wire m_axis_tvalid;
    wire m_axis_tlast;
    wire frame_error;

    reg [3:0] state;
    reg [8-1:0] answer;
    integer cycle;
    integer mismatches;

    digits dut (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .s_axis_tlast  (s_axis_tlast),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready),
        .m_axis_tlast  (m_axis_tlast),
        .frame_error   (frame_error)
    );

    // the ports' state is unknown until the first clock edge under reset
    wire [3:0] shown = {frame_error, s_axis_tready, m_axis_tvalid, m_axis_tlast};
    wire wrong = cycle > 0 && (shown !== state || (m_axis_tvalid && m_axis_tdata !== answer));

    initial begin
        $readmemh("vectors/cycles.hex", vectors);
        clk = 1'b0;
        mismatches = 0;
        for (cycle = 0; cycle < CYCLES; cycle = cycle + 1) begin
            {rst, s_axis_tvalid, s_axis_tlast, m_axis_tready, s_axis_tdata, state, answer} = vectors[cycle];
            #4;
            if (wrong) begin
                if (mismatches == 0) begin
                    $display("first mismatch in cycle %0d: state %b, expected %b; m_axis_tdata %h, expected %h",
                             cycle, shown, state, m_axis_tdata, answer);
                end
                mismatches = mismatches + 1;
            end
            #1 clk = 1'b1;
            #5 clk = 1'b0;
        end
        if (mismatches == 0) begin
            $display("PASS: %0d cycles", CYCLES);
            $finish;
        end else begin
            $display("FAIL: %0d of %0d cycles differ", mismatches, CYCLES);
            // Verilog-2005 has no way to end with an exit code, every simulator has its own
`ifdef __ICARUS__
            $finish_and_return(1);
`else
            $fatal;
`endif
        end
    end
endmodule

`default_nettype wire
