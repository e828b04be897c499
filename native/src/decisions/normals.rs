//! Which standard normals belong to a key? As in `src/decisions/kernels/reference/normals.ts`: Threefry-2x32-20, and
//! the inverse of the normal distribution function by algorithm AS 241 (Wichura 1988).

use super::elementary::{log, polynomial};
use super::simd::Simd;

const CENTRE: [[f64; 8]; 2] = [
    [
        2509.0809287301227,
        33430.57558358813,
        67265.7709270087,
        45921.95393154987,
        13731.69376550946,
        1971.5909503065513,
        133.14166789178438,
        3.3871328727963665,
    ],
    [
        5226.495278852854,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
    ],
    [
        1.0507500716444169e-9,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0,
    ],
];
const FAR: [[f64; 8]; 2] = [
    [
        2.0103343992922881e-7,
        2.7115555687434876e-5,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103,
    ],
    [
        2.0442631033899397e-15,
        1.421511758316446e-7,
        1.8463183175100548e-5,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0,
    ],
];

const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];

/// Threefry of sixteen counter blocks, `counter` and those after it.
#[inline(always)]
fn blocks(key0: u32, key1: u32, counter: u32) -> [[u32; 16]; 2] {
    let keys = [key0, key1, key0 ^ key1 ^ 0x1bd1_1bda];
    let mut x: [u32; 16] = std::array::from_fn(|lane| (counter + lane as u32).wrapping_add(key0));
    let mut y = [key1; 16];
    for group in 1..=5 {
        for rotation in ROTATIONS[(group - 1) % 2] {
            for lane in 0..16 {
                x[lane] = x[lane].wrapping_add(y[lane]);
                y[lane] = y[lane].rotate_left(rotation) ^ x[lane];
            }
        }
        let (a, b) = (keys[group % 3], keys[(group + 1) % 3].wrapping_add(group as u32));
        for lane in 0..16 {
            x[lane] = x[lane].wrapping_add(a);
            y[lane] = y[lane].wrapping_add(b);
        }
    }
    [x, y]
}

/// The first block of a counter alone.
pub fn block(key0: u32, key1: u32, counter: u32) -> [u32; 2] {
    blocks(key0, key1, counter).map(|words| words[0])
}

/// Fills `out`, a multiple of sixteen, with the normals of a key.
#[inline(always)]
pub unsafe fn normals<S: Simd>(key0: u32, key1: u32, out: &mut [f64]) {
    for (i, out) in out.chunks_exact_mut(16).enumerate() {
        let [high, low] = blocks(key0, key1, 16 * i as u32);
        let mut q = [0.0; 16];
        for lane in 0..16 {
            // With the exponent of 1, 52 random bits are a number of [1, 2).
            let bits = u64::from(high[lane]) << 20 | u64::from(low[lane] >> 12);
            q[lane] = f64::from_bits(bits | 0x3ff0_0000_0000_0000) - 1.5 + f64::EPSILON / 2.0;
        }
        for (q, out) in q.chunks_exact(8).zip(out.chunks_exact_mut(8)) {
            // SAFETY: the machine is promised by the caller; eight places are eight lanes.
            unsafe {
                let x = S::load(q.as_ptr());
                let r = S::sub(S::splat(0.180625), S::mul(x, x));
                let [above, below] = &CENTRE;
                let above = S::mul(x, polynomial::<S, 8>(above, r));
                S::store(S::div(above, polynomial::<S, 8>(below, r)), out.as_mut_ptr());
            }
        }
        for lane in 0..16 {
            if q[lane].abs() > 0.425 {
                out[lane] = tail(q[lane]);
            }
        }
    }
}

/// The normal quantile at q + 1/2, for |q| above 0.425.
fn tail(q: f64) -> f64 {
    let r = (-log(0.5 - q.abs())).sqrt();
    let ([above, below], t) = if r <= 5.0 { (&TAIL, r - 1.6) } else { (&FAR, r - 5.0) };
    let horner = |c: &[f64; 8]| c[1..].iter().fold(c[0], |sum, c| sum * t + c);
    let value = horner(above) / horner(below);
    if q < 0.0 { -value } else { value }
}
