/// Drives a model: so many frames of words from a fixed sequence, no bubbles; the cycles, and a sum over what came out.
fn drive(
    (frame_in, frame_out, lanes, width): (usize, usize, usize, u32),
    frames: usize,
    step: &mut dyn FnMut(&Inputs, &mut Outputs),
) -> (u64, u64) {
    let (mut inputs, mut outputs) = (Inputs { ready: true, ..Inputs::default() }, Outputs::default());
    let (mut state, mut beat, mut given, mut cycles, mut sum) = (88172645463325252u64, 0, 0, 0u64, 0u64);
    let mut left = frames * frame_out;
    while left > 0 {
        inputs.valid = given < frames;
        inputs.last = beat + 1 == frame_in;
        inputs.data.clear();
        for lane in 0..lanes {
            inputs.data.push((state >> (20 * lane) << (64 - width)) as i64 >> (64 - width));
        }
        step(&inputs, &mut outputs);
        if inputs.valid && outputs.ready {
            (given, beat) = if inputs.last { (given + 1, 0) } else { (given, beat + 1) };
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        if outputs.valid {
            left -= 1;
            sum = sum.wrapping_mul(31).wrapping_add(outputs.data[0] as u64);
        }
        cycles += 1;
    }
    (cycles, sum)
}

/// Processor seconds of this thread, where the system tells: what else runs does not count.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = text.split(' ').next().and_then(|number| number.parse().ok());
    nanoseconds.map_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(0.0, |wall| wall.as_secs_f64()), |n| n / 1e9)
}

/// Steps a model whole (false) or at its ports alone; prints cycles, seconds and the sum.
fn measure(machine: Machine, frames: usize, at_ports: bool) -> String {
    let shape = (machine.frame_in, machine.frame_out, machine.fifos[0].lanes, machine.fifos[0].width);
    let clock = processor_seconds();
    let (cycles, sum) = if at_ports {
        let mut flow = Flow::of(machine);
        drive(shape, frames, &mut |inputs, outputs| flow.step(inputs, outputs))
    } else {
        let mut machine = machine;
        drive(shape, frames, &mut |inputs, outputs| machine.step_into(inputs, outputs))
    };
    format!("{cycles} {} {sum}", processor_seconds() - clock)
}
