import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/errors.ts';
import { parseSafetensors, safetensorsParts, type Tensor } from '../../src/offline/safetensors.ts';

const joined = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

function fileOf(header: unknown, data = 0): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(json)));
  return joined([length, Buffer.from(json), new Uint8Array(data)]);
}

const tensors: Record<string, Tensor> = {
  bytes: { data: Uint8Array.of(1, 2, 3), shape: [3] },
  floats: { data: Float32Array.of(1.5, Number.NaN, -0, 4), shape: [2, 2] },
  doubles: { data: Float64Array.of(Math.PI), shape: [1, 1, 1] },
  counts: { data: Uint32Array.of(0, 0xffffffff), shape: [2] },
  signed: { data: Int32Array.of(-5), shape: [1] },
  none: { data: new Float32Array(0), shape: [0, 7] },
  scalar: { data: Uint8Array.of(9), shape: [] },
};

describe('safetensors', () => {
  it('gives back every array with its shape, as aligned views of the file', () => {
    const file = joined(safetensorsParts(tensors, { note: 'é' }));
    const read = parseSafetensors(file, 'file');
    expect(read.metadata).toEqual({ note: 'é' });
    expect([...read.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { data, shape }] of read.tensors) {
      expect(data).toEqual(tensors[name].data);
      expect(shape).toEqual(tensors[name].shape);
      expect(data.buffer).toBe(file.buffer);
    }
  });

  it('writes the layout that the format prescribes', () => {
    const file = Buffer.from(joined(safetensorsParts({ a: { data: Float32Array.of(1), shape: [1] } })));
    const length = Number(file.readBigUInt64LE(0));
    expect((8 + length) % 8).toBe(0);
    expect(JSON.parse(file.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: {},
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    expect(file.readFloatLE(8 + length)).toBe(1);
    expect(file).toHaveLength(8 + length + 4);
    expect(parseSafetensors(file, 'file').tensors.get('a')?.byteOffset).toBe(8 + length);
  });

  it('reads a file whose arrays are not aligned, by a copy', () => {
    const header = {
      x: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
      y: { dtype: 'F32', shape: [1], data_offsets: [1, 5] },
    };
    const file = fileOf(header, 5);
    new DataView(file.buffer).setFloat32(file.length - 4, 2.5, true);
    expect(parseSafetensors(file, 'file').tensors.get('y')?.data).toEqual(Float32Array.of(2.5));
    const shifted = joined([Uint8Array.of(0), file]).subarray(1);
    expect(parseSafetensors(shifted, 'file').tensors.get('y')?.data).toEqual(Float32Array.of(2.5));
  });

  it('refuses to write a shape that does not fit', () => {
    expect(() => safetensorsParts({ a: { data: new Float32Array(5), shape: [2, 3] } })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  const of = (fields: object) => ({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /0 bytes/],
    ['a header beyond the end', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123), /claims 255 bytes of 9/],
    ['a header of 2^64 - 1 bytes', new Uint8Array(16).fill(255), /claims 18446744073709551615/],
    ['a header that is no JSON', fileOf('{"x'), /not JSON/],
    ['a header that is not UTF-8', joined([Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255)]), /not JSON/],
    ['a header that is a list', fileOf([]), /not a JSON object/],
    ['an array without description', fileOf({ x: 4 }), /x is not described/],
    ['an unknown element type', fileOf(of({ dtype: 'BF16' }), 8), /"BF16"/],
    ['an inherited name as element type', fileOf(of({ dtype: 'toString' }), 8), /"toString"/],
    ['a shape of text', fileOf(of({ shape: ['2'] }), 8), /shape/],
    ['a negative shape', fileOf(of({ shape: [-2] }), 8), /shape/],
    ['a shape that does not fit', fileOf(of({ shape: [3] }), 8), /shape 3 has 8 bytes/],
    ['a shape beyond all bounds', fileOf(of({ shape: [2 ** 52, 2 ** 52] }), 8), /shape/],
    ['a range of one end', fileOf(of({ data_offsets: [0] }), 8), /range/],
    ['a range beyond the end', fileOf(of({ data_offsets: [0, 8] }), 4), /outside the file/],
    ['a range that ends before it begins', fileOf(of({ data_offsets: [8, 0] }), 8), /outside the file/],
    ['overlapping ranges', fileOf({ ...of({}), y: of({ data_offsets: [4, 12] }).x }, 12), /overlaps/],
    ['a gap', fileOf({ ...of({}), y: of({ data_offsets: [9, 17] }).x }, 17), /gap/],
    ['bytes after the last array', fileOf(of({}), 9), /belong to no array/],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /metadata a/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseSafetensors(file, 'some.file')).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_SNAPSHOT_DAMAGED',
        message: expect.stringMatching(new RegExp(`some\\.file.*${message.source}`)),
      }),
    );
  });

  it('answers any damage with arrays inside the file or a refusal, never a crash', () => {
    const whole = joined(safetensorsParts(tensors, { note: 'x' }));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    const damage = fc.record({
      changes: fc.array(change, { maxLength: 4 }),
      length: fc.nat(whole.length + 8),
    });
    let refused = 0;
    fc.assert(
      fc.property(damage, ({ changes, length }) => {
        const file = new Uint8Array(changes.length === 0 ? length : whole.length);
        file.set(whole.subarray(0, file.length));
        for (const [at, value] of changes) file[at] = value;
        try {
          for (const { data, byteOffset, shape } of parseSafetensors(file, 'file').tensors.values()) {
            expect(byteOffset + data.byteLength).toBeLessThanOrEqual(file.length);
            expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
          }
        } catch (error) {
          expect(SluiceError.is(error, 'ERR_SLUICE_SNAPSHOT_DAMAGED'), String(error)).toBe(true);
          refused++;
        }
      }),
      { numRuns: 1500, seed: 3 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
