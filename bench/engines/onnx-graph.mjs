/** How is an ONNX graph written without a library? The few protobuf messages that MatMul and TopK need. */

const FLOAT = 1;
const INT64 = 7;

/** @param {number} value */
function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A field: numbers as varints, all else as length and bytes. @param {number} tag @param {number | string | Buffer} value */
function field(tag, value) {
  if (typeof value === 'number') return Buffer.concat([varint(tag * 8), varint(value)]);
  const bytes = Buffer.from(/** @type {string} */ (value));
  return Buffer.concat([varint(tag * 8 + 2), varint(bytes.length), bytes]);
}

const message = (/** @type {Buffer[]} */ ...fields) => Buffer.concat(fields);

/** @param {string} operator @param {string[]} inputs @param {string[]} outputs @param {Record<string, number>} attributes */
function node(operator, inputs, outputs, attributes = {}) {
  return message(
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      field(5, message(field(1, name), field(3, value), field(20, 2))),
    ),
  );
}

/** A named input or output; a size that is text is known at run time. */
function value(name, type, sizes) {
  const shape = message(
    ...sizes.map((size) => field(1, typeof size === 'number' ? field(1, size) : field(2, size))),
  );
  return message(field(1, name), field(2, field(1, message(field(1, type), field(2, shape)))));
}

/** One int64 as a constant. */
function constant(name, number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(number));
  return message(field(1, 1), field(2, INT64), field(8, name), field(9, bytes));
}

/**
 * A model: inputs `queries` (count x dimension) and `base`, outputs `scores` and `ids` (count x k).
 *
 * `base` is rows x dimension and multiplied by a Gemm that transposes it, or dimension x rows, by a MatMul.
 * @param {number} dimension
 * @param {number} k
 * @param {'rows' | 'columns'} layout
 * @returns {Uint8Array}
 */
export function topKGraph(dimension, k, layout) {
  const inputs = ['queries', 'base'];
  const rows = layout === 'rows';
  const graph = message(
    field(1, rows ? node('Gemm', inputs, ['products'], { transB: 1 }) : node('MatMul', inputs, ['products'])),
    field(1, node('TopK', ['products', 'k'], ['scores', 'ids'], { axis: 1, largest: 1, sorted: 1 })),
    field(2, 'top-k'),
    field(5, constant('k', k)),
    field(11, value('base', FLOAT, rows ? ['rows', dimension] : [dimension, 'rows'])),
    field(11, value('queries', FLOAT, ['count', dimension])),
    field(12, value('scores', FLOAT, ['count', 'k'])),
    field(12, value('ids', INT64, ['count', 'k'])),
  );
  const opset = message(field(1, ''), field(2, 13));
  return message(field(1, 8), field(7, graph), field(8, opset));
}
