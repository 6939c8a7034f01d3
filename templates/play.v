{#- Plays any stimulus and records every port and probe. Context: emit::vectors::Play -#}
// {= network =}_play: a stimulus file played on {= network =}, every port and probe recorded, on any Verilog simulator
//
// Run in the output folder. One line of the stimulus per clock cycle, two hexadecimal fields with a blank between them:
// rst, s_axis_tvalid, s_axis_tlast, m_axis_tready as one digit; s_axis_tdata. The recording is a VCD file; `circlet diff`
// compares it with any other.
//
//   +stimulus=FILE  what is played, stimulus.txt if not given
//   +record=FILE    what is written, record.vcd if not given
`default_nettype none

module {= network =}_play;
    reg [8*1024-1:0] stimulus;
    reg [8*1024-1:0] record;
    reg clk;
    reg rst;
    reg [{= data_in_bits =}-1:0] s_axis_tdata;
    reg s_axis_tvalid;
    reg s_axis_tlast;
    reg m_axis_tready;
    wire s_axis_tready;
    wire [{= data_out_bits =}-1:0] m_axis_tdata;
    wire m_axis_tvalid;
    wire m_axis_tlast;
    wire frame_error;

    reg [3:0] control;
    reg [{= data_in_bits =}-1:0] data;
    integer file;
    integer fields;

    {= network =} dut (
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

    initial begin
        if (!$value$plusargs("stimulus=%s", stimulus)) stimulus = "stimulus.txt";
        if (!$value$plusargs("record=%s", record)) record = "record.vcd";
        $dumpfile(record);
        $dumpvars(0, dut.clk);
{%- for path in paths %}
        $dumpvars(0, dut.{= path =});
{%- endfor %}
        clk = 1'b0;
        file = $fopen(stimulus, "r");
        fields = (file == 0) ? 0 : $fscanf(file, "%h %h\n", control, data);
        while (fields == 2) begin
            {rst, s_axis_tvalid, s_axis_tlast, m_axis_tready, s_axis_tdata} = {control, data};
            #5 clk = 1'b1;
            #5 clk = 1'b0;
            fields = $fscanf(file, "%h %h\n", control, data);
        end
        #1 $finish;
    end
endmodule

`default_nettype wire
