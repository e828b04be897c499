// Makes top-k.onnx, the graph that the `onnx` backend runs: `node models/top-k.mjs`.
//
//   scores = queries x matrix^T + penalty    Gemm, which takes the matrix as it lies in memory
//   values, rows = TopK(scores, k)
//
// queries is f32 [count, dimension], penalty f32 [1] or [rows], k int64 [1]; values f32 and rows int64 are [count, k],
// in no order. `matrix` is an external initializer named "matrix", f32 [rows, dimension]: only its shape is in the
// file, each number as a varint of ten bytes, the widest there are, so that a loader fills them in place.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bytes, FLOAT, INT64, model, node, number, text, value } from './onnx.mjs';

const EXTERNAL = 1;

/** TensorProto whose numbers lie elsewhere, of a shape to be filled in. */
const external = (name, rank) => [
  ...Array.from({ length: rank }, () => number(1, 0, 10)).flat(),
  ...number(2, FLOAT),
  ...text(8, name),
  ...bytes(13, [...text(1, 'location'), ...text(2, name)]),
  ...number(14, EXTERNAL),
];

/** ModelProto. */
export const topKModel = () =>
  model([
    ...bytes(1, node('Gemm', ['queries', 'matrix', 'penalty'], ['scores'], { transB: 1 })),
    ...bytes(1, node('TopK', ['scores', 'k'], ['values', 'rows'], { axis: 1, largest: 1, sorted: 0 })),
    ...text(2, 'top-k'),
    ...bytes(5, external('matrix', 2)),
    ...bytes(11, value('queries', FLOAT, ['count', 'dimension'])),
    ...bytes(11, value('penalty', FLOAT, ['rows or 1'])),
    ...bytes(11, value('k', INT64, [1])),
    ...bytes(12, value('values', FLOAT, ['count', 'k'])),
    ...bytes(12, value('rows', INT64, ['count', 'k'])),
  ]);

const path = fileURLToPath(import.meta.url);
if (process.argv[1] === path) writeFileSync(path.replace(/mjs$/, 'onnx'), topKModel());
