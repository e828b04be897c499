// Where are the vectors of the actions? Padded with zeros to a multiple of sixteen numbers, with their norms.

import { f32At, f64At } from './memory';

@unmanaged
export class Actions {
  dimension: u32 = 0;
  width: u32 = 0;
  size: u32 = 0;
  /** Rows that there is room for. */
  room: u32 = 0;
  rows: usize = 0;
  /** Of each row at least its norm. */
  norms: usize = 0;
}

export function newActions(dimension: u32): Actions {
  const actions = new Actions();
  actions.dimension = dimension;
  actions.width = (dimension + 15) & ~15;
  return actions;
}

/** Makes room for `size` rows, which are zeros until they are written. Traps, with nothing changed, for want of memory. */
export function reserveActions(actions: Actions, size: u32): void {
  if (size <= actions.room) return;
  const room = max<u32>(size, actions.size + (actions.size >>> 1));
  const stride = f32At(0, actions.width);
  const norms = heap.alloc(f64At(0, room));
  const rows = heap.alloc(<usize>room * stride);
  memory.copy(norms, actions.norms, f64At(0, actions.size));
  memory.copy(rows, actions.rows, <usize>actions.size * stride);
  if (actions.room > 0) {
    heap.free(actions.rows);
    heap.free(actions.norms);
  }
  actions.rows = rows;
  actions.norms = norms;
  actions.room = room;
}

/** Writes `count` packed vectors as rows from `row` on, where there is room for them. */
export function writeActions(actions: Actions, row: u32, vectors: usize, count: u32): void {
  const bytes = f32At(0, actions.dimension);
  const stride = f32At(0, actions.width);
  for (let i: u32 = 0; i < count; i++) {
    const to = actions.rows + <usize>(row + i) * stride;
    memory.copy(to, vectors, bytes);
    memory.fill(to + bytes, 0, stride - bytes);
    let square: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const x = <f64>load<f32>(vectors + at);
      square += x * x;
    }
    store<f64>(f64At(actions.norms, row + i), Math.sqrt(square) * (1 + 1e-9));
    vectors += bytes;
  }
  actions.size = max<u32>(actions.size, row + count);
}

export function freeActions(actions: Actions): void {
  if (actions.room > 0) {
    heap.free(actions.rows);
    heap.free(actions.norms);
  }
  heap.free(changetype<usize>(actions));
}
