//! Where do rows and planes lie? In pages of their own, huge ones where the system has them.
//!
//! Rows are read here and there, and each new small page costs a walk of the page table that even a prefetch waits for.

use std::fs::File;
use std::ops::Deref;

use memmap2::{Mmap, MmapMut, MmapOptions};

use crate::errors::{Error, Result};

/// Bytes that are written once, block by block, and then only read.
pub struct Memory {
    pages: Pages,
    length: usize,
}

enum Pages {
    Own(MmapMut),
    Mapped(Mmap),
}

/// An empty vector with room for `count` things. @throws `OutOfMemory`
pub fn reserved<T>(count: usize) -> Result<Vec<T>> {
    let mut things = Vec::new();
    let refuse = |_| Error::OutOfMemory(format!("Expected memory for {count} entries of a table to be free"));
    things.try_reserve_exact(count).map_err(refuse)?;
    Ok(things)
}

impl Memory {
    /// @throws `OutOfMemory`
    pub fn zeroed(length: usize) -> Result<Self> {
        let refuse = |_| Error::OutOfMemory(format!("Expected {length} bytes of memory to be free"));
        let pages = MmapOptions::new().len(length.max(1)).map_anon().map_err(refuse)?;
        #[cfg(target_os = "linux")]
        // Refused where the kernel has no huge pages; small ones serve then.
        let _ = pages.advise(memmap2::Advice::HugePage);
        Ok(Memory { pages: Pages::Own(pages), length })
    }

    /// A copy of rows that lie in several parts. @throws `OutOfMemory`
    pub fn of(parts: &[&[f32]]) -> Result<Self> {
        let mut memory = Self::zeroed(4 * parts.iter().map(|part| part.len()).sum::<usize>())?;
        let Pages::Own(pages) = &mut memory.pages else { unreachable!("just made") };
        let mut at = 0;
        for part in parts {
            for (out, x) in pages[at..].chunks_exact_mut(4).zip(*part) {
                out.copy_from_slice(&x.to_ne_bytes());
            }
            at += 4 * part.len();
        }
        Ok(memory)
    }

    /// A region of a file, which must not change or shrink while it is mapped; `what` names it in messages.
    /// @throws `DataNotFound`, `DataInvalid`
    pub fn map(path: &str, offset: u64, length: usize, what: &str) -> Result<Self> {
        let file = File::open(path)
            .map_err(|e| Error::DataNotFound(format!("Expected a readable file at {path}: {e}")))?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        if offset.checked_add(length as u64).is_none_or(|end| end > size) {
            return Err(Error::DataInvalid(format!(
                "Expected {what} from byte {offset} of {path} but its size is {size}"
            )));
        }
        if length == 0 {
            return Self::zeroed(0);
        }
        // SAFETY: the map is read-only and of a region that exists; that the file is not truncated while it is open is
        // the documented duty of the caller.
        let map = unsafe { MmapOptions::new().offset(offset).len(length).map(&file) }
            .map_err(|e| Error::DataInvalid(format!("Expected {path} to be mappable: {e}")))?;
        Ok(Memory { pages: Pages::Mapped(map), length })
    }

    /// Bytes that count as held outside the JavaScript heap; a mapped file belongs to the page cache.
    pub fn owned_bytes(&self) -> usize {
        if self.is_owned() { self.length } else { 0 }
    }

    pub fn is_owned(&self) -> bool {
        matches!(self.pages, Pages::Own(_))
    }

    /// The whole as f32.
    pub fn floats(&self) -> &[f32] {
        // SAFETY: every bit pattern is an f32. Nothing is cut off at the start: pages begin at a multiple of four, and
        // so do mapped regions.
        unsafe { self.align_to::<f32>() }.1
    }

    /// # Safety
    /// Nobody else reads or writes the range while the result lives, and it is not of a mapped file.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn slice_mut(&self, start: usize, length: usize) -> &mut [u8] {
        let Pages::Own(pages) = &self.pages else { unreachable!("planes of a file are not written") };
        assert!(start + length <= self.length);
        // SAFETY: within the pages; not shared, as promised by the caller.
        unsafe { std::slice::from_raw_parts_mut(pages.as_ptr().cast_mut().add(start), length) }
    }
}

/// Numbers as the bytes they are.
pub fn bytes_of<T: Copy>(numbers: &[T]) -> &[u8] {
    // SAFETY: for plain numbers without padding, of which every byte may be read.
    unsafe { std::slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.pages {
            Pages::Own(pages) => &pages[..self.length],
            Pages::Mapped(map) => map,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, reserved};

    #[test]
    fn a_table_that_no_memory_holds_is_refused() {
        assert!(matches!(reserved::<u64>(usize::MAX / 64), Err(Error::OutOfMemory(_))));
        assert!(reserved::<u64>(1000).expect("memory").capacity() >= 1000);
    }
}
