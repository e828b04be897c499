//! What is this addon and what can this machine do?

use napi_derive::napi;

use crate::{errors, pool};

/// Facts about the addon and the machine, for `sluice doctor` and for the version check at loading.
#[napi(object)]
pub struct Info {
    /// The version of the crate; equals the package's.
    pub version: String,
    /// Threads of the pool.
    pub threads: u32,
    /// Every error code that the addon can raise.
    pub error_codes: Vec<String>,
}

#[napi(catch_unwind)]
pub fn info() -> Info {
    Info {
        version: env!("CARGO_PKG_VERSION").into(),
        threads: pool::configured_threads() as u32,
        error_codes: errors::CODES.iter().map(|&code| code.into()).collect(),
    }
}
