/** Which graph does ONNX Runtime run? That of models/top-k.onnx, with the shape of the matrix filled in. */

import { readFile } from 'node:fs/promises';

/** The name of the external initializer; see models/top-k.mjs, which tells the graph. */
export const MATRIX = 'matrix';

/** What stands for one number of the matrix's shape: its field, and a varint of ten bytes. */
const PLACE = [0x08, ...Array<number>(9).fill(0x80), 0x00];

/** The graph for a matrix of this shape. */
export async function topKModel(rows: number, dimension: number): Promise<Uint8Array> {
  const model = Uint8Array.from(await readFile(new URL('../../models/top-k.onnx', import.meta.url)));
  const first = Buffer.from(model.buffer).indexOf(Uint8Array.from([...PLACE, ...PLACE]));
  for (const [i, size] of [rows, dimension].entries()) {
    let rest = size;
    for (let at = first + i * PLACE.length + 1; rest > 0; at++) {
      model[at] += rest % 128;
      rest = Math.floor(rest / 128);
    }
  }
  return model;
}
