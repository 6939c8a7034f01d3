//! Files of weights and samples for the tests, good and bad, made on the spot: what a test reads is written here.

#[allow(dead_code, reason = "not every test that makes files makes models")]
pub mod onnx;

use std::io::Write;
use std::path::Path;

/// Every file: its name and its bytes.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    let matrix = npy("<f4", "False", "(8, 8)", &floats(64));
    let vectors = npy("<f4", "False", "(2, 2, 4)", &floats(16));
    let bias = npy("<f4", "False", "(8,)", &floats(8));
    let digits = safetensors(&[
        ("fc1.weight", &[8, 4, 16], &floats(512)),
        ("fc1.bias", &[128], &floats(128)),
        ("fc2.weight", &[10, 128], &floats(1280)),
    ]);
    let ten = npy("<f4", "False", "(10,)", &floats(10));
    let stored = safetensors(&[
        ("w", &[8, 8], &floats(64)),
        ("v", &[2, 2, 4], &floats(16)),
        ("u", &[2, 1, 4], &floats(8)),
        ("b", &[8], &floats(8)),
    ]);
    let damaged = |at: usize, byte: u8| {
        let mut bytes = stored.clone();
        bytes[at] = byte;
        bytes
    };
    vec![
        ("matrix.npy", matrix.clone()),
        ("vectors.npy", vectors.clone()),
        ("bias.npy", bias.clone()),
        ("samples.npy", npy("|u1", "False", "(3, 4)", &[7; 12])),
        ("good.npz", npz(&[("w", &matrix), ("v", &vectors), ("b", &bias)])),
        ("good.safetensors", stored.clone()),
        ("one.npz", npz(&[("only", &matrix)])),
        ("images.idx", [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2], &[9; 8][..]].concat()),
        ("labels.idx", vec![0, 0, 8, 1, 0, 0, 0, 3, 4, 5, 6]),
        ("eight.csv", b"0,1,2,3,4,5,6,7\n-7,5,-3,1,0,0,0,0\n".to_vec()),
        ("table.csv", b"a,b\n1,2\n3.5,-4e2\n".to_vec()),
        // those of grammar.md
        ("calibration.npy", npy("|u1", "False", "(2, 64)", &[5; 128])),
        ("digits.safetensors", digits),
        ("fc.npz", npz(&[("w", &npy("<f4", "False", "(10, 64)", &floats(640)))])),
        ("square.npy", npy("<f4", "False", "(64, 64)", &floats(4096))),
        ("fc2.npy", npy(">f8", "True", "(10, 64)", &0.25f64.to_be_bytes().repeat(640))),
        ("norm.npz", npz(&[("scale", &ten), ("shift", &ten)])),
        ("model.toml", include_bytes!("../fixtures/mapping/model.toml").to_vec()),
        (
            "grid.toml",
            b"[grid]\nwidth = [8, 16]\nprune = [0, 0.25]\n\n[train]\nepochs = 3\nloss = \"mean-square\"\n".to_vec(),
        ),
        ("series.ts", b"# days\n@classLabel true a b\n@data\n1,-2.5,3e1:0,0,0:b\n4,5,6:7,8,9:a\n".to_vec()),
        ("sound.wav", wav(1, &[0, 1000, -1000, 32767, -32768])),
        (
            "adapter_config.json",
            b"{\"peft_type\": \"C3A\", \"block_size\": 8, \"block_size_pattern\": {\"a\": 4}}".to_vec(),
        ),
        (
            "levels.npz",
            npz(&[
                (
                    "t",
                    &npy(
                        "<f4",
                        "False",
                        "(8, 2)",
                        &[&(-0.5f32).to_le_bytes()[..], &0.5f32.to_le_bytes()].concat().repeat(8),
                    ),
                ),
                ("all", &npy("<i1", "False", "(1, 3)", &[0, 1, 3])),
                ("falling", &npy("<i1", "False", "(2, 2)", &[0, 1, 3, 2])),
                ("three", &npy("<i1", "False", "(3, 1)", &[0, 1, 3])),
            ]),
        ),
        // bad ones
        ("cut.npy", matrix[..matrix.len() - 5].to_vec()),
        ("long.npy", [&matrix[..], &[0]].concat()),
        ("cut.safetensors", stored[..stored.len() - 5].to_vec()),
        ("cut_header.safetensors", stored[..40].to_vec()),
        ("huge_header.safetensors", damaged(7, 0x7f)),
        ("not_json.safetensors", damaged(8, b'[')),
        ("cut.npz", npz(&[("w", &matrix)])[..100].to_vec()),
        ("hostile.npz", npz(&[("w", &npy("<f8", "False", "(8, 16)", &[0; 1 << 20]))])),
        ("overflow.npy", npy("<f8", "False", "(4294967296, 4294967296)", &[])),
        ("giant.npy", npy("<f8", "False", "(100000, 100000)", &[])),
        ("empty.npy", npy("<f8", "False", "(0, 8)", &[])),
        ("complex.npy", npy("<c8", "False", "(8,)", &floats(16))),
        ("objects.npy", npy("|O", "False", "(8,)", &[])),
        ("nested.npy", npy("<f8", "False", &"(".repeat(5000), &[])),
        ("not.npz", b"this is not an archive".to_vec()),
        ("not.npy", b"PK\x03\x04 this is not an array".to_vec()),
        ("nan.npy", npy("<f4", "False", "(8, 8)", &with_nan(64, 13))),
        ("nan.safetensors", safetensors(&[("w", &[8, 8], &with_nan(64, 13)), ("b", &[8], &with_nan(8, 2))])),
        ("infinite.npy", npy("<f8", "False", "(8,)", &f64::INFINITY.to_le_bytes().repeat(8))),
        ("bad.csv", b"1,2,3,4\n1,2,x,4\n".to_vec()),
        ("ragged.csv", b"1,2,3,4\n1,2,3\n".to_vec()),
    ]
}

/// Writes every file whose name ends so into a folder.
pub fn write(folder: &Path, ending: &str) {
    for (name, bytes) in all().into_iter().chain(onnx::seeds()).filter(|(name, _)| name.ends_with(ending)) {
        std::fs::write(folder.join(name), bytes).expect("the folder is writable");
    }
}

/// `count` numbers of four bytes.
fn floats(count: usize) -> Vec<u8> {
    (0..count).flat_map(|i| ((i as f32 * 0.37).sin() / 4.0).to_le_bytes()).collect()
}

fn with_nan(count: usize, at: usize) -> Vec<u8> {
    let mut bytes = floats(count);
    bytes[4 * at..4 * at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    bytes
}

/// A .npy file.
pub fn npy(kind: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

/// A .npz archive, packed.
pub fn npz(arrays: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, array) in arrays {
        let name = format!("{name}.npy");
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(array).expect("memory is writable");
        let packed = packer.finish().expect("memory is writable");
        let mut crc = flate2::Crc::new();
        crc.update(array);
        let mut facts = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
        facts.extend([crc.sum(), packed.len() as u32, array.len() as u32].iter().flat_map(|n| n.to_le_bytes()));
        facts.extend([name.len() as u16, 0].iter().flat_map(|n| n.to_le_bytes()));
        directory.extend(
            [b"PK\x01\x02\x14\x00", &facts[..], &[0; 10], &(body.len() as u32).to_le_bytes(), name.as_bytes()].concat(),
        );
        body.extend([b"PK\x03\x04", &facts[..], name.as_bytes(), &packed].concat());
    }
    let count = (arrays.len() as u16).to_le_bytes();
    let (size, start) = ((directory.len() as u32).to_le_bytes(), (body.len() as u32).to_le_bytes());
    [&body[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat()
}

/// A safetensors file of numbers of four bytes.
pub fn safetensors(tensors: &[(&str, &[usize], &[u8])]) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (name, shape, bytes) in tensors {
        let offsets = [data.len(), data.len() + bytes.len()];
        entries.push(format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":{offsets:?}}}"));
        data.extend_from_slice(bytes);
    }
    let header = format!("{{{}}}", entries.join(","));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// A WAV file of 16-bit words.
pub fn wav(channels: u16, words: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let length = |more: usize| (data.len() as u32 + more as u32).to_le_bytes();
    let format =
        [&16u32.to_le_bytes()[..], &1u16.to_le_bytes(), &channels.to_le_bytes(), &8000u32.to_le_bytes()].concat();
    let rest =
        [&(16000 * channels as u32).to_le_bytes()[..], &(2 * channels).to_le_bytes(), &16u16.to_le_bytes()].concat();
    [b"RIFF", &length(36)[..], b"WAVEfmt ", &format, &rest, b"data", &length(0), &data].concat()
}
