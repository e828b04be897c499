//! Which errors can the addon raise, and how do they cross into JavaScript?
//!
//! An error crosses as an ordinary napi error whose reason is `CODE: message`; `src/vectors/addon.ts` splits it and
//! raises a `SluiceError`. A test holds the codes to be a subset of the table in `src/errors.ts`.

use std::fmt;

/// What went wrong, with a message in the house form: expected X for Y but received Z.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    InvalidArgument(String),
    DimensionMismatch(String),
    NonFinite(String),
    Closed(String),
    OutOfMemory(String),
    DataNotFound(String),
    DataInvalid(String),
    IndexDamaged(String),
    IndexTooNew(String),
    Internal(String),
}

pub type Result<T> = std::result::Result<T, Error>;

/// Every code that [`Error::code`] can return.
pub const CODES: [&str; 10] = [
    "ERR_SLUICE_INVALID_ARGUMENT",
    "ERR_SLUICE_DIMENSION_MISMATCH",
    "ERR_SLUICE_NON_FINITE",
    "ERR_SLUICE_CLOSED",
    "ERR_SLUICE_OUT_OF_MEMORY",
    "ERR_SLUICE_DATA_NOT_FOUND",
    "ERR_SLUICE_DATA_INVALID",
    "ERR_SLUICE_INDEX_DAMAGED",
    "ERR_SLUICE_INDEX_TOO_NEW",
    "ERR_SLUICE_INTERNAL",
];

impl Error {
    /// The code under which callers match; the same as in `src/errors.ts`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::InvalidArgument(_) => CODES[0],
            Error::DimensionMismatch(_) => CODES[1],
            Error::NonFinite(_) => CODES[2],
            Error::Closed(_) => CODES[3],
            Error::OutOfMemory(_) => CODES[4],
            Error::DataNotFound(_) => CODES[5],
            Error::DataInvalid(_) => CODES[6],
            Error::IndexDamaged(_) => CODES[7],
            Error::IndexTooNew(_) => CODES[8],
            Error::Internal(_) => CODES[9],
        }
    }

    fn message(&self) -> &str {
        match self {
            Error::InvalidArgument(m)
            | Error::DimensionMismatch(m)
            | Error::NonFinite(m)
            | Error::Closed(m)
            | Error::OutOfMemory(m)
            | Error::DataNotFound(m)
            | Error::DataInvalid(m)
            | Error::IndexDamaged(m)
            | Error::IndexTooNew(m)
            | Error::Internal(m) => m,
        }
    }

    /// The error for a caught panic.
    pub fn from_panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        Error::Internal(format!("The native code panicked: {message}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for Error {}

impl From<Error> for napi::Error {
    fn from(error: Error) -> Self {
        napi::Error::from_reason(error.to_string())
    }
}
