/** Can any file, however damaged, crash a backend or make it answer wrongly? */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SluiceError } from '../../src/errors.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import type { BackendName } from '../../src/vectors/backend.ts';
import { Index } from '../../src/vectors/index.ts';
import { numbers } from '../contract/data.ts';
import { bits, trueTopK } from '../contract/truth.ts';
import { contentOf, headerOf, resummed, sealed, withHeader } from './index-bytes.ts';

const MUTATIONS = 10_000;

/** Where the rows begin; what lies between them and the preamble says nothing. */
const ROWS = 4096;

/** The codes by which a file may be refused; NaN among rows is the one kind of damage that a checksum may fit. */
const REFUSALS = new Set([
  'ERR_SLUICE_DATA_INVALID',
  'ERR_SLUICE_INDEX_DAMAGED',
  'ERR_SLUICE_INDEX_TOO_NEW',
  'ERR_SLUICE_NON_FINITE',
]);

type Mutate = (file: Buffer, random: RandomStream) => Buffer;

/** Ways to damage a file. Those that make checksums fit again reach the checks behind them. */
const MUTATE: Record<string, Mutate> = {
  'flips bits': (file, random) => {
    for (let i = random.below(4); i >= 0; i--) {
      const at = random.below(file.length - ROWS + 64);
      file[at < 64 ? at : at + ROWS - 64]! ^= 1 << random.below(8);
    }
    return file;
  },
  'cuts off': (file, random) => file.subarray(0, random.below(file.length)),
  'goes on': (file, random) => Buffer.concat([file, Buffer.alloc(1 + random.below(100), random.below(256))]),
  'moves a range': (file, random) => {
    const from = random.below(file.length);
    file.copyWithin(random.below(file.length), from, from + random.below(200));
    return file;
  },
  'takes a range out': (file, random) => {
    const from = random.below(file.length);
    return Buffer.concat([file.subarray(0, from), file.subarray(from + 1 + random.below(100))]);
  },
  'alters the preamble, which fits': (file, random) => {
    file[8 + random.below(52)] = random.below(256);
    return sealed(file);
  },
  'alters the header as text, which fits': (file, random) => {
    const text = [...JSON.stringify(headerOf(file))];
    const characters = [...'0123456789-.e{}[]",:nulltruex\u0000é'];
    for (let i = random.below(3); i >= 0; i--) {
      text.splice(random.below(text.length), random.below(3), characters[random.below(characters.length)]!);
    }
    return withHeader(file, text.join(''));
  },
  'alters a field of the header, which fits': (file, random) => {
    const header = headerOf(file);
    const fields = holders(header);
    const [holder, key] = fields[random.below(fields.length)]!;
    holder[key] = strange(random, holder[key]);
    return withHeader(file, JSON.stringify(header));
  },
  'alters rows and bits of removed rows, which fit': (file, random) => {
    const end = Number(file.readBigUInt64LE(16));
    const bytes = [0, 0x7f, 0x80, 0xff, random.below(256)];
    for (let i = random.below(9); i >= 0; i--)
      file[ROWS + random.below(end - ROWS)] = bytes[random.below(5)]!;
    return resummed(file);
  },
};

/** Every place of a JSON value, at any depth. */
function holders(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    [holder, key] as [typeof holder, string],
    ...holders(holder[key]),
  ]);
}

/** Something that is not, or hardly, what stood there. */
function strange(random: RandomStream, value: unknown): unknown {
  const near =
    typeof value === 'number' ? [value + 1, value - 1, value * 2, -value, value + 64, value / 2] : [];
  const far = [0, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, null, '', 'rows', [], {}, true, undefined];
  const choices = [...near, ...far];
  return choices[random.below(choices.length)];
}

/** Runs the mutations over one backend; each leaves a file that is refused, or whose own rows are searched rightly. */
export function fuzzIndexFile(backend: BackendName): void {
  describe(`${backend}: an index file`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-fuzz-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'index');
    const query = numbers('ordinary', 7, 3);

    const whole = async (): Promise<Buffer> => {
      const data = numbers('ordinary', 45 * 7, 1);
      using index = await Index.create({ dimension: 7, data }, { backend });
      index.remove([0, 31, 32, 44]);
      await index.calibrate({ queries: numbers('ordinary', 16 * 7, 2), k: [5] });
      await index.save(path);
      return readFileSync(path);
    };

    test(`damaged in ${MUTATIONS} ways is refused by a code, or answers as its rows do`, async () => {
      const original = await whole();
      const random = new RandomStream(20, 'damage');
      const ways = Object.keys(MUTATE);
      const codes = new Set<string>();
      for (let i = 0; i < MUTATIONS; i++) {
        const way = ways[i % ways.length]!;
        const file = MUTATE[way]!(Buffer.from(original), random);
        writeFileSync(path, file);
        const outcome = await Index.open(path, { backend }).catch((error: unknown) => error);
        if (outcome instanceof Index) {
          using index = outcome;
          const { data, has } = contentOf(file);
          expect(bits(index.searchSync(query, { k: 45 })), `${i}: ${way}`).toEqual(
            bits(trueTopK(data, query, 45, has)),
          );
        } else expect(outcome, `${i}: ${way}`).toBeInstanceOf(SluiceError);
        codes.add(outcome instanceof SluiceError ? outcome.code : 'none');
      }
      // Every check was reached, and some damage is none: bytes between sections, fields that nobody reads.
      expect([...codes.keys()].sort()).toEqual(['none', ...REFUSALS].sort());
    }, 120_000);
  });
}
