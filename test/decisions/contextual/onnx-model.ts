/** A network of one hidden layer as an ONNX file: features = Relu(x W + b). */

const FLOAT = 1;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: ArrayLike<number>): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...Array.from(content),
];
const text = (field: number, value: string): number[] => bytes(field, Buffer.from(value));

const node = (operator: string, inputs: string[], output: string): number[] => [
  ...inputs.flatMap((name) => text(1, name)),
  ...text(2, output),
  ...text(4, operator),
];

const tensor = (name: string, dims: number[], data: Float32Array): number[] => [
  ...dims.flatMap((size) => number(1, size)),
  ...number(2, FLOAT),
  ...text(8, name),
  ...bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
];

const value = (name: string, size: number): number[] => {
  const dims = [...bytes(1, text(2, 'rows')), ...bytes(1, number(1, size))];
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, FLOAT), ...bytes(2, dims)]))];
};

/** @param weights row-major, inputs x outputs. */
export function onnxLayer(weights: Float32Array, bias: Float32Array): Uint8Array {
  const outputs = bias.length;
  const inputs = weights.length / outputs;
  const graph = [
    ...bytes(1, node('MatMul', ['x', 'weights'], 'products')),
    ...bytes(1, node('Add', ['products', 'bias'], 'sums')),
    ...bytes(1, node('Relu', ['sums'], 'features')),
    ...text(2, 'layer'),
    ...bytes(5, tensor('weights', [inputs, outputs], weights)),
    ...bytes(5, tensor('bias', [outputs], bias)),
    ...bytes(11, value('x', inputs)),
    ...bytes(12, value('features', outputs)),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
}
