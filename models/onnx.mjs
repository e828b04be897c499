// What is an ONNX file? Protobuf: these few messages of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto are all
// that the graphs of this folder take.

export const FLOAT = 1;
export const INT64 = 7;
const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;

/** A number in groups of seven bits, lowest first; padded to `width` bytes. */
function varint(value, width = 1) {
  const bytes = [];
  for (let rest = value; rest > 0 || bytes.length < width; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 128);
  }
  bytes[bytes.length - 1] -= 128;
  return bytes;
}

export const number = (field, value, width) => [...varint(field * 8), ...varint(value, width)];
export const bytes = (field, content) => [...varint(field * 8 + 2), ...varint(content.length), ...content];
export const text = (field, value) => bytes(field, Buffer.from(value));

/** AttributeProto: a number, or a list of them. */
const attribute = (name, value) =>
  Array.isArray(value)
    ? [...text(1, name), ...value.flatMap((one) => number(8, one)), ...number(20, INTS_ATTRIBUTE)]
    : [...text(1, name), ...number(3, value), ...number(20, INT_ATTRIBUTE)];

/** NodeProto. */
export const node = (operator, inputs, outputs, attributes = {}) => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
];

/** ValueInfoProto: an input or output; sizes are named where they are known at run time. */
export function value(name, type, sizes) {
  const dimensions = sizes.flatMap((size) =>
    bytes(1, typeof size === 'string' ? text(2, size) : number(1, size)),
  );
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, type), ...bytes(2, dimensions)]))];
}

/** TensorProto: an initializer of the numbers of a Float32Array or BigInt64Array. */
export const tensor = (name, sizes, data) => [
  ...sizes.flatMap((size) => number(1, size)),
  ...number(2, data instanceof Float32Array ? FLOAT : INT64),
  ...text(8, name),
  ...bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
];

/** ModelProto of a GraphProto. Version 8 of the format, 17 of the operators: ONNX Runtime 1.12 and later. */
export const model = (graph) =>
  Uint8Array.from([...number(1, 8), ...text(2, 'sluice'), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
