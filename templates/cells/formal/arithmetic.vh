// The integer arithmetic that cells are held against: written as one would on paper, with room to spare.

// value / 2^shift, rounded: mode 0 half up, 1 half to even, 2 floor; shifts below 0 multiply
function signed [31:0] rounded(input signed [31:0] value, input integer shift, input integer mode);
    reg signed [31:0] down;
    reg signed [31:0] rest;
    begin
        if (shift <= 0) begin
            rounded = value * (1 << -shift);
        end else begin
            down    = value >>> shift;
            rest    = value - down * (1 << shift);
            rounded = down;
            if (mode == 0 && 2 * rest >= (1 << shift)) rounded = down + 1;
            if (mode == 1 && 2 * rest > (1 << shift)) rounded = down + 1;
            if (mode == 1 && 2 * rest == (1 << shift)) rounded = down + (down[0] ? 1 : 0);
        end
    end
endfunction

// the nearest number of `bits` bits
function signed [31:0] clamped(input signed [31:0] value, input integer bits);
    begin
        clamped = value;
        if (value > (1 << (bits - 1)) - 1) clamped = (1 << (bits - 1)) - 1;
        if (value < -(1 << (bits - 1))) clamped = -(1 << (bits - 1));
    end
endfunction

function fits(input signed [31:0] value, input integer bits);
    fits = clamped(value, bits) == value;
endfunction
