//! What is this addon and what can this machine do?

use napi_derive::napi;

use crate::{errors, kernels, pool};

/// Facts about the addon and the machine, for `sluice doctor` and for the version check at loading.
#[napi(object)]
pub struct Info {
    /// The version of the crate; equals the package's.
    pub version: String,
    /// The instruction set in use: `avx512`, `avx2`, `sse2` or `scalar`.
    pub isa: String,
    /// What the processor offers, of what matters to the kernels of today and tomorrow.
    pub cpu_features: Vec<String>,
    /// Threads of the pool.
    pub threads: u32,
    /// Every error code that the addon can raise.
    pub error_codes: Vec<String>,
}

#[napi(catch_unwind)]
pub fn info() -> Info {
    Info {
        version: env!("CARGO_PKG_VERSION").into(),
        isa: kernels::best().isa.into(),
        cpu_features: cpu_features(),
        threads: pool::configured_threads() as u32,
        error_codes: errors::CODES.iter().map(|&code| code.into()).collect(),
    }
}

#[cfg(target_arch = "x86_64")]
fn cpu_features() -> Vec<String> {
    let features = [
        ("sse4.2", is_x86_feature_detected!("sse4.2")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("f16c", is_x86_feature_detected!("f16c")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512bw", is_x86_feature_detected!("avx512bw")),
        ("avx512vnni", is_x86_feature_detected!("avx512vnni")),
        ("avx512vbmi", is_x86_feature_detected!("avx512vbmi")),
    ];
    let present = features.iter().filter(|feature| feature.1);
    present.map(|feature| feature.0.into()).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn cpu_features() -> Vec<String> {
    Vec::new()
}
