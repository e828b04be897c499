// How does a scored row become a number that sorts? A key is a u64 that sorts by score descending, then by row ascending:
// the row is its lower half.

/** Maps a score to an integer of the opposite order: the higher score has the lower one. */
// @ts-ignore: decorator
@inline
export function order(score: f32): u32 {
  const bits = reinterpret<u32>(score);
  return bits >>> 31 == 0 ? ~bits & 0x7fffffff : bits;
}
