//! How do planes get into a file and back? As the bytes they are, under a name each.

use std::sync::Arc;

use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use crate::chunk::Chunk;
use crate::errors::{Error, Result};
use crate::memory::Memory;

/// Bytes of planes to be written to a file. They stay as they are while rows are appended.
#[napi]
pub struct PlaneSection {
    chunk: Arc<Chunk>,
    at: usize,
}

#[napi]
impl PlaneSection {
    pub fn new(chunk: Arc<Chunk>, at: usize) -> Self {
        PlaneSection { chunk, at }
    }

    fn bytes(&self) -> Result<(&'static str, &[u8])> {
        let sections = self.chunk.planes().map(|planes| planes.sections());
        let section = sections.and_then(|sections| sections.into_iter().nth(self.at));
        section.ok_or_else(|| Error::Internal("Expected the section of a chunk with planes".into()))
    }

    #[napi(getter, catch_unwind)]
    pub fn name(&self) -> napi::Result<&'static str> {
        Ok(self.bytes()?.0)
    }

    #[napi(getter, catch_unwind)]
    pub fn byte_length(&self) -> napi::Result<f64> {
        Ok(self.bytes()?.1.len() as f64)
    }

    /// Copies the bytes from `offset` on into `target`.
    #[napi(catch_unwind)]
    pub fn read(&self, offset: f64, mut target: Uint8ArraySlice) -> napi::Result<()> {
        // SAFETY: JavaScript made it for this call and waits for it.
        let target = unsafe { target.as_mut() };
        let bytes = self.bytes()?.1.get(offset as usize..).and_then(|bytes| bytes.get(..target.len()));
        let bytes = bytes.ok_or_else(|| Error::InvalidArgument("Expected bytes of the section".into()))?;
        target.copy_from_slice(bytes);
        Ok(())
    }
}

/// Where bytes of planes lie in a file.
#[napi(object)]
pub struct PlaneRegion {
    pub name: String,
    pub path: String,
    pub byte_offset: f64,
    pub byte_length: f64,
}

/// Maps the region of a name, if there is one of that length.
pub fn map_region(regions: &[PlaneRegion], name: &str, length: usize) -> Result<Option<Memory>> {
    let fits = |region: &&PlaneRegion| region.name == name && region.byte_length == length as f64;
    let Some(region) = regions.iter().find(fits) else { return Ok(None) };
    let what = format!("{length} bytes of {name}");
    Memory::map(&region.path, region.byte_offset as u64, length, &what).map(Some)
}
