//! Is the fast model the stepped one? Ports and idleness in every cycle, under random stalls and resets, and between quiet
//! times in which it plays what it knows. Clipped words are those of all that follows from what was taken.

#[allow(dead_code)]
mod files;
#[path = "common/random.rs"]
mod random;
#[path = "common/recipe.rs"]
mod recipe;

use circlet::diag::Diagnostics;
use circlet::emit::vectors;
use circlet::frontend::read_source;
use circlet::machine::fifo::Fifo;
use circlet::machine::flow::Flow;
use circlet::machine::text::{Build, Fields, read};
use circlet::machine::{Inputs, Machine, Outputs, Unit};
use circlet::pipeline::{Silent, compile};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use random::Limits;
use std::collections::BTreeMap;

/// How ports are driven: of 1000 cycles, those in which a beat is offered, one is taken, and the machine is reset.
type Stalls = (u32, u32, u32);

const STALLS: [Stalls; 6] =
    [(1000, 1000, 0), (1000, 1000, 1), (700, 1000, 0), (1000, 300, 1), (300, 900, 2), (600, 600, 8)];

/// Clipped words, by actor, of all that follows from some beats after a reset.
type Clipped<'a> = &'a dyn Fn(&[Vec<i64>]) -> Vec<u64>;

/// Drives both alike, and asks whether they are idle in every cycle, then in one of a hundred, then hardly ever: an answer
/// enters what the ports alone leave for later, and ends what is played. The first cycle in which they differ, if there is
/// one, and the frames that came out.
fn compare(
    stepped: impl Fn() -> Machine,
    fast: impl Fn() -> Machine,
    clipped: Clipped,
    cycles: usize,
    stalls: Stalls,
    seed: u64,
) -> Result<usize, String> {
    let compare = |of| compare_asking(of, [stepped(), fast()], clipped, cycles, stalls, seed);
    let always = compare(1)?;
    let seldom = compare(100)?;
    Ok(always.min(seldom).min(compare(10_000)?))
}

/// Clipped words of a machine that takes `words`, beat by beat, until nothing moves any more.
fn clipped_at_rest(mut machine: Machine, words: &[Vec<i64>]) -> Vec<u64> {
    let longest: usize = machine.actors.iter().map(|actor| actor.timing.latency + actor.timing.pause).sum();
    let (mut inputs, mut given, mut still) = (Inputs { ready: true, ..Inputs::default() }, 0, 0);
    while still < longest + 64 {
        inputs.valid = given < words.len();
        inputs.data.clear();
        inputs.data.extend(words.get(given).into_iter().flatten());
        let shown = machine.step(&inputs);
        given += (inputs.valid && shown.ready) as usize;
        still = if machine.probes.iter().any(|probe| probe.push || probe.pop) { 0 } else { still + 1 };
    }
    assert_eq!(given, words.len(), "no room for all words");
    machine.clipped().map(|(_, count)| count).collect()
}

fn compare_asking(
    of: u32,
    [mut stepped, fast]: [Machine; 2],
    clipped_of: Clipped,
    cycles: usize,
    stalls: Stalls,
    seed: u64,
) -> Result<usize, String> {
    let mut fast = Flow::of(fast);
    let (lanes, width) = (stepped.fifos[0].lanes, stepped.fifos[0].width);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut inputs, mut expected, mut outputs) = (Inputs::default(), Outputs::default(), Outputs::default());
    let (mut beat, mut frames) = (0, 0);
    // beats since the last reset, and the clipped words of those before it
    let (mut taken, mut clipped) = (Vec::new(), vec![0; stepped.actors.len()]);
    for cycle in 0..cycles {
        // seldom asked, three of four times in quiet
        let stalls = if of == 10_000 && cycle / 200 % 4 > 0 { (1000, 1000, 0) } else { stalls };
        // a wrong `tlast` now and then; long stalls, so that everything fills up and runs dry
        let stalled = cycle / 512 % 4;
        inputs.valid = random.random_ratio(stalls.0, 1000) && (stalls.0 == 1000 || stalled != 1);
        inputs.ready = random.random_ratio(stalls.1, 1000) && (stalls.1 == 1000 || stalled != 2);
        inputs.rst = random.random_ratio(stalls.2, 1000);
        inputs.last = ((beat + 1) % stepped.frame_in == 0) != random.random_ratio(stalls.2, 10_000);
        inputs.data.clear();
        inputs.data.extend((0..lanes).map(|_| random.random::<i64>() >> (64 - width)));
        stepped.step_into(&inputs, &mut expected);
        fast.step(&inputs, &mut outputs);
        if expected != outputs {
            return Err(format!("cycle {cycle}: {outputs:?}, expected {expected:?}"));
        }
        if random.random_ratio(1, of) && stepped.is_idle() != fast.is_idle() || stepped.cycle() != fast.cycle() {
            return Err(format!("cycle {cycle}: idle {}, expected {}", fast.is_idle(), stepped.is_idle()));
        }
        if inputs.valid && outputs.ready {
            taken.push(inputs.data.clone());
        }
        let counts = |epoch: &[Vec<i64>], before: &[u64]| -> Vec<u64> {
            clipped_of(epoch).iter().zip(before).map(|(now, before)| now + before).collect()
        };
        if inputs.rst {
            clipped = counts(&taken, &clipped);
            taken.clear();
        }
        beat = if inputs.rst { 0 } else { beat + (inputs.valid && outputs.ready) as usize };
        frames += (outputs.last && inputs.ready) as usize;
        if random.random_ratio(1, 500) || cycle + 1 == cycles {
            let found: Vec<u64> = fast.clipped().into_iter().map(|(_, count)| count).collect();
            let expected = counts(&taken, &clipped);
            let so_far: Vec<u64> = stepped.clipped().map(|(_, count)| count).collect();
            if found != expected || so_far.iter().zip(&found).any(|(so_far, found)| so_far > found) {
                return Err(format!("cycle {cycle}: clipped {found:?}, expected {expected:?}, stepped {so_far:?}"));
            }
        }
    }
    Ok(frames)
}

#[test]
fn random_networks_show_the_same_ports() {
    let (mut compared, mut frames) = (0, 0);
    for seed in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        let path = random::network(seed, Limits::default()).write(folder.path());
        let source = read_source(&path).unwrap();
        let Ok(compiled) = compile(&source, &mut Silent, &mut Diagnostics::default()) else { continue };
        let context = compiled.context();
        for (at, &stalls) in STALLS.iter().enumerate() {
            let machine = || vectors::machine_of(&context);
            let given = compare(machine, machine, &|words| clipped_at_rest(machine(), words), 4000, stalls, seed);
            frames += given.unwrap_or_else(|problem| panic!("seed {seed}, stalls {at}: {problem}"));
            compared += 1;
        }
    }
    assert!(compared > 100 && frames > 1000, "{compared} runs, {frames} frames");
}

/// A unit of any timing: words of a hash over all it has taken, and a count of clipped words that depends on it.
struct Mixer {
    packet: usize,
    firings: (usize, usize, usize),
    given: usize,
    salt: i64,
    firing: usize,
    state: i64,
    clipped: u64,
}

impl Unit for Mixer {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for packet in input.chunks_exact(self.packet) {
            for word in packet {
                self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(word ^ 0x5851);
            }
            let (first, end, every) = self.firings;
            if (first..end).contains(&self.firing) {
                output.extend((0..self.given).map(|at| self.state.rotate_left(at as u32 * 7) >> 54));
            }
            self.clipped += (self.state >> 63 & 1) as u64;
            self.firing = (self.firing + 1) % every;
        }
    }

    fn reset(&mut self) {
        (self.firing, self.state) = (0, self.salt);
    }

    fn clipped(&self) -> u64 {
        self.clipped
    }
}

fn mixer(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    Ok(Box::new(Mixer::read(fields)?))
}

impl Mixer {
    fn read(fields: &Fields) -> Result<Mixer, String> {
        let (numbers, salt): (Vec<usize>, i64) = (fields.numbers("of")?, fields.number("salt")?);
        let &[packet, first, end, every, given] = &numbers[..] else { return Err("five numbers".into()) };
        Ok(Mixer { packet, firings: (first, end, every), given, salt, firing: 0, state: salt, clipped: 0 })
    }
}

/// Clipped words of a chain of mixers after some beats, without time: every FIFO is filled, then read beat by beat as long as
/// it shows one, also where its actor would wait for a whole packet or for room.
fn clipped_in_turn(text: &str, machine: Machine, beats: &[Vec<i64>]) -> Vec<u64> {
    let none = BTreeMap::new();
    let mixers = text.lines().filter_map(|line| line.strip_prefix("unit mixer "));
    let mixers = mixers.map(|fields| Mixer::read(&Fields::read(fields, &none).unwrap()).unwrap());
    let mut words = beats.concat();
    let counts = machine.fifos.iter().zip(mixers).map(|(fifo, mut mixer)| {
        // a turn's frame of one beat takes a window of eight
        let depth = 8 * words.len() + 8;
        let mut filled = Fifo::new(fifo.name.clone(), fifo.lanes, fifo.width, depth, fifo.access);
        for beat in words.chunks_exact(fifo.lanes) {
            filled.reserve(1);
            filled.push(beat);
            filled.clock();
        }
        let mut read = Vec::new();
        while filled.level() > 0 {
            filled.pop(&mut read);
            filled.clock();
        }
        words.clear();
        mixer.run(&read, &mut words);
        mixer.clipped
    });
    counts.collect()
}

/// The text of a chain of actors with any numbers that are legal; some of them stand still sooner or later.
fn chain(random: &mut ChaCha8Rng) -> String {
    let mut pick = |from: usize, to: usize| random.random_range(from..=to);
    let frame = pick(1, 12);
    let mut text = format!("machine any frame_in={frame} frame_out={}\n", pick(1, 5));
    let (mut actors, count) = (String::new(), pick(1, 4));
    let (mut lanes, mut out) = ([1, 2, 4][pick(0, 2)], 1);
    for at in 0..=count {
        let packet = if at == count { 1 } else { pick(1, 4) };
        let turned = at == 0 && pick(0, 1) == 0;
        let (access, read, room) = match turned {
            true => {
                let (words, pair, second) = [(8, "-", ""), (8, "0", ""), (16, "0", ":1:3")][lanes / 2];
                let windows = frame.div_ceil(words / lanes);
                let reads = (windows - 1) * 4 + pick(1, 4);
                (format!("turn={words}:{pair}:{}:{frame}:{reads}{second}", pick(1, 2)), words / 4, 8 * windows)
            }
            false => {
                let (window, repeat, groups) = (pick(1, 6), pick(1, 3), pick(1, 3));
                (format!("replay={window}:{repeat}:{groups}:{}", pick(1, 3)), lanes, window + packet)
            }
        };
        let depth = (room + out).max(pick(1, 24)).next_multiple_of(8);
        text += &format!("fifo f{at} lanes={lanes} width=10 depth={depth} {access}\n");
        if at < count {
            let every = pick(1, 6);
            let burst = pick(1, every);
            let rest = pick(0, every - burst);
            out = pick(1, 4);
            lanes = pick(1, 3);
            let pause = if pick(0, 2) == 0 { pick(1, 5) } else { 0 };
            actors += &format!(
                "actor a{at} in=f{at} out=f{} packet={packet} pause={pause} every={every} burst={burst} rest={rest} \
                 beats={out} latency={}\n",
                at + 1,
                pick(1, 20)
            );
            let (first, end) = (every - burst - rest, every - rest);
            actors += &format!("unit mixer of={}:{first}:{end}:{every}:{} salt={at}\n", packet * read, out * lanes);
        }
    }
    text + &actors
}

#[test]
fn any_machine_shows_the_same_ports() {
    const UNITS: &[(&str, Build)] = &[("mixer", mixer)];
    let mut frames = 0;
    for seed in 0..600 {
        let text = chain(&mut ChaCha8Rng::seed_from_u64(seed));
        let machine = || read(&text, UNITS, &mut |_| Err("none".into())).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let stalls = STALLS[seed as usize % STALLS.len()];
        let given = compare(machine, machine, &|words| clipped_in_turn(&text, machine(), words), 1500, stalls, seed);
        frames += given.unwrap_or_else(|problem| panic!("seed {seed}: {problem}\n{text}"));
    }
    assert!(frames > 20_000, "{frames} frames");
}

/// The comparison sees a model whose time is off by one cycle, and one whose words are.
#[test]
fn a_difference_is_seen() {
    const UNITS: &[(&str, Build)] = &[("mixer", mixer)];
    let text = "machine any frame_in=4 frame_out=4\nfifo f0 lanes=1 width=10 depth=8 replay=1:1:1:1\n\
         fifo f1 lanes=1 width=10 depth=8 replay=1:1:1:1\n\
         actor a in=f0 out=f1 packet=1 every=1 burst=1 beats=1 latency=5\nunit mixer of=1:0:1:1:1 salt=1\n";
    let machine = |text: &str| read(text, UNITS, &mut |_| Err("none".into())).unwrap();
    let with = |from: &str, to: &str| {
        assert!(text.contains(from));
        let other = text.replacen(from, to, 1);
        compare(
            || machine(text),
            || machine(&other),
            &|words| clipped_in_turn(text, machine(text), words),
            200,
            STALLS[0],
            1,
        )
    };
    assert!(with("latency=5", "latency=5").is_ok_and(|frames| frames > 40));
    assert!(with("latency=5", "latency=6").is_err());
    assert!(with("depth=8", "depth=1").is_err());
    assert!(with("salt=1", "salt=2").is_err());
    assert!(with("frame_out=4", "frame_out=5").is_err());
}
