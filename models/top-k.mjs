// Makes top-k.onnx, the graph that the `onnx` backend runs: `node models/top-k.mjs`.
//
//   scores = queries x matrix^T + penalty    Gemm, which takes the matrix as it lies in memory
//   values, rows = TopK(scores, k)
//
// queries is f32 [count, dimension], penalty f32 [1] or [rows], k int64 [1]; values f32 and rows int64 are [count, k],
// in no order. `matrix` is an external initializer named "matrix", f32 [rows, dimension]: only its shape is in the
// file, each number as a varint of ten bytes, the widest there are, so that a loader fills them in place.
//
// ONNX is protobuf; these few messages of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto are all it takes.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FLOAT = 1;
const INT64 = 7;
const INT_ATTRIBUTE = 2;
const EXTERNAL = 1;

/** A number in groups of seven bits, lowest first; padded to `width` bytes. */
function varint(value, width = 1) {
  const bytes = [];
  for (let rest = value; rest > 0 || bytes.length < width; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 128);
  }
  bytes[bytes.length - 1] -= 128;
  return bytes;
}

const number = (field, value, width) => [...varint(field * 8), ...varint(value, width)];
const bytes = (field, content) => [...varint(field * 8 + 2), ...varint(content.length), ...content];
const text = (field, value) => bytes(field, Buffer.from(value));

/** NodeProto. */
const node = (operator, inputs, outputs, attributes) => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) =>
    bytes(5, [...text(1, name), ...number(3, value), ...number(20, INT_ATTRIBUTE)]),
  ),
];

/** ValueInfoProto: an input or output; sizes are named where they are known at run time. */
function value(name, type, sizes) {
  const dimensions = sizes.flatMap((size) =>
    bytes(1, typeof size === 'string' ? text(2, size) : number(1, size)),
  );
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, type), ...bytes(2, dimensions)]))];
}

/** TensorProto whose numbers lie elsewhere, of a shape to be filled in. */
const external = (name, rank) => [
  ...Array.from({ length: rank }, () => number(1, 0, 10)).flat(),
  ...number(2, FLOAT),
  ...text(8, name),
  ...bytes(13, [...text(1, 'location'), ...text(2, name)]),
  ...number(14, EXTERNAL),
];

/** ModelProto. */
export function topKModel() {
  const graph = [
    ...bytes(1, node('Gemm', ['queries', 'matrix', 'penalty'], ['scores'], { transB: 1 })),
    ...bytes(1, node('TopK', ['scores', 'k'], ['values', 'rows'], { axis: 1, largest: 1, sorted: 0 })),
    ...text(2, 'top-k'),
    ...bytes(5, external('matrix', 2)),
    ...bytes(11, value('queries', FLOAT, ['count', 'dimension'])),
    ...bytes(11, value('penalty', FLOAT, ['rows or 1'])),
    ...bytes(11, value('k', INT64, [1])),
    ...bytes(12, value('values', FLOAT, ['count', 'k'])),
    ...bytes(12, value('rows', INT64, ['count', 'k'])),
  ];
  // Version 8 of the format, 17 of the operators: ONNX Runtime 1.12 and later.
  return Uint8Array.from([
    ...number(1, 8),
    ...text(2, 'sluice'),
    ...bytes(7, graph),
    ...bytes(8, number(2, 17)),
  ]);
}

const path = fileURLToPath(import.meta.url);
if (process.argv[1] === path) writeFileSync(path.replace(/mjs$/, 'onnx'), topKModel());
