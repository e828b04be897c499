// Where is room for scratch numbers? In blocks that grow and are kept.

/** A block that is as large as was ever asked for. */
@unmanaged
export class Room {
  at: usize = 0;
  bytes: usize = 0;

  /** The address of at least `bytes`; what was there before may be gone. */
  fit(bytes: usize): usize {
    if (bytes > this.bytes) {
      if (this.at != 0) heap.free(this.at);
      // Nothing is held if the memory cannot grow, which traps.
      this.at = 0;
      this.bytes = 0;
      this.at = heap.alloc(bytes + (bytes >> 1));
      this.bytes = bytes + (bytes >> 1);
    }
    return this.at;
  }
}

/** A new block of zeros. */
export function zeros(bytes: usize): usize {
  const at = heap.alloc(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/** The place of number `i` of f64. */
// @ts-ignore: decorator
@inline
export function f64At(base: usize, i: u32): usize {
  return base + ((<usize>i) << 3);
}

/** The place of number `i` of f32 or u32. */
// @ts-ignore: decorator
@inline
export function f32At(base: usize, i: u32): usize {
  return base + ((<usize>i) << 2);
}
