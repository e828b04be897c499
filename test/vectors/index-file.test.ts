import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Calibration } from '../../src/vectors/calibration.ts';
import { Index } from '../../src/vectors/index.ts';
import type { IndexState } from '../../src/vectors/index-core.ts';
import { openIndexFile } from '../../src/vectors/open-index.ts';
import { saveIndex } from '../../src/vectors/save-index.ts';
import { numbers } from '../contract/data.ts';
import { refused } from '../contract/setup.ts';
import { FullDisk } from '../full-disk.ts';
import { directoryWith } from '../offline/temporary.ts';
import { contentOf, headerOf, resummed, sealed, sectionOf, withHeader } from './index-bytes.ts';

vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof fsPromises>()) }));
afterEach(() => {
  vi.restoreAllMocks();
});

const data = numbers('ordinary', 70 * 5, 1);

/** The bytes of a file of 70 rows of 5, rows 3 and 69 removed, calibrated. */
async function saved(): Promise<Buffer> {
  const path = join(directoryWith(), 'index');
  using index = await Index.create({ dimension: 5, data }, { backend: 'reference' });
  index.remove([3, 69]);
  await index.calibrate({ queries: numbers('ordinary', 16 * 5, 2) });
  await index.save(path);
  return readFileSync(path);
}

const openBytes = (bytes: Uint8Array) =>
  Index.open(join(directoryWith({ index: bytes }), 'index'), { backend: 'reference' });

describe('an index file', () => {
  test('is laid out as described', async () => {
    const file = await saved();
    expect(file.subarray(0, 12)).toEqual(Buffer.from('SLUICEIX\x01\0\0\0', 'latin1'));
    const header = headerOf(file);
    expect(header).toMatchObject({ dimension: 5, rows: 70, removed: 2 });
    expect(header.sections.map(({ name, byteOffset, byteLength }) => [name, byteOffset, byteLength])).toEqual(
      [
        ['rows', 4096, 70 * 5 * 4],
        ['alive', 5504, 12],
      ],
    );
    const content = contentOf(file);
    expect(content.data).toEqual(data);
    expect(Array.from({ length: 96 }, (_, row) => row).filter((row) => !content.has(row))).toEqual([
      3,
      ...Array.from({ length: 27 }, (_, i) => 69 + i),
    ]);
    // Made to fit, the checksums of the test's own reading are those that were written.
    expect(sealed(Buffer.from(file)).equals(file)).toBe(true);
    expect(resummed(Buffer.from(file)).equals(file)).toBe(true);
  });

  test('gives a calibration only to the backend that it was measured on', async () => {
    const file = await saved();
    using same = await openBytes(file);
    expect(same.calibration).toMatchObject({ backend: 'reference', fittedQueries: 8, heldOutQueries: 8 });
    const path = join(directoryWith({ index: file }), 'index');
    using other = await Index.open(path, { backend: 'wasm' });
    expect(other.calibration).toBeUndefined();
    expect(other.size).toBe(70);
  });

  test('can be calibrated as it is opened', async () => {
    const path = join(directoryWith({ index: await saved() }), 'index');
    const queries = numbers('ordinary', 20 * 5, 3);
    using index = await Index.open(path, { backend: 'reference', calibration: { queries } });
    expect(index.calibration).toMatchObject({ fittedQueries: 10, heldOutQueries: 10 });
  });

  test('holds what a backend adds, where it finds it again', async () => {
    const path = join(directoryWith(), 'index');
    const codes = numbers('ordinary', 1000, 4);
    let taken = false;
    const state: IndexState = {
      ...{ dimension: 5, rows: 70, alive: undefined, calibration: undefined },
      read: (first, count) => data.slice(first * 5, (first + count) * 5),
      sections: [
        { name: 'codes', pieces: pieces() },
        { name: 'nothing', pieces: [] },
      ],
    };
    function* pieces() {
      taken = true;
      const bytes = new Uint8Array(codes.buffer);
      yield bytes.subarray(0, 999);
      yield bytes.subarray(999);
    }
    await saveIndex(path, state);
    expect(taken).toBe(true);
    const { source, sections } = await openIndexFile(path);
    expect(source).toEqual({ dimension: 5, rows: 70, path, byteOffset: 4096 });
    expect([...sections.keys()]).toEqual(['codes', 'nothing']);
    const { byteOffset, byteLength } = sections.get('codes')!;
    expect(byteOffset % 64).toBe(0);
    const bytes = readFileSync(path).subarray(byteOffset, byteOffset + byteLength);
    expect(bytes.equals(Buffer.from(codes.buffer))).toBe(true);
    // Who does not know a section leaves it alone; its bytes are checked all the same.
    using index = await Index.open(path, { backend: 'reference' });
    expect(index.size).toBe(70);
    const altered = readFileSync(path);
    altered[byteOffset]! ^= 1;
    const error = await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(altered));
    expect(error.message).toContain('"codes"');
  });
});

describe('an index file is refused', () => {
  test('where there is none, or what is no file, or another kind of file', async () => {
    const folder = directoryWith({ text: 'id,title\n1,Heat\n', empty: '', short: 'SLUICE' });
    mkdirSync(join(folder, 'directory'));
    await refused('ERR_SLUICE_DATA_NOT_FOUND', () => Index.open(join(folder, 'none')));
    await refused('ERR_SLUICE_DATA_NOT_FOUND', () => Index.open(join(folder, 'text', 'below')));
    for (const name of ['text', 'empty', 'short', 'directory']) {
      const error = await refused('ERR_SLUICE_DATA_INVALID', () => Index.open(join(folder, name)));
      expect(error.remedy).toContain('index.save');
    }
  });

  test.skipIf(process.platform === 'win32')('where it is a pipe, at once', async () => {
    const path = join(directoryWith(), 'pipe');
    execFileSync('mkfifo', [path]);
    await refused('ERR_SLUICE_DATA_INVALID', () => Index.open(path));
  });

  test('when it is of a later format', async () => {
    const file = await saved();
    file.writeUInt32LE(2, 8);
    const error = await refused('ERR_SLUICE_INDEX_TOO_NEW', () => openBytes(sealed(file)));
    expect(error.details).toMatchObject({ format: 2, newest: 1 });
  });

  test('when it is cut off anywhere, or goes on', async () => {
    const file = await saved();
    for (let length = 8; length < file.length; length += 97) {
      await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(file.subarray(0, length)));
    }
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(file.subarray(0, -1)));
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(Buffer.concat([file, Buffer.alloc(1)])));
  });

  test('when a byte of the preamble, the header or a section is another', async () => {
    const file = await saved();
    const header = Number(file.readBigUInt64LE(16));
    const places = [8, 12, 16, 24, 40, 60, 4096, 4096 + 1399, 5504, 5515, header, file.length - 1];
    for (const at of places) {
      const altered = Buffer.from(file);
      altered[at]! ^= 0x10;
      const error = await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(altered));
      expect(error.message).toMatch(/checksum|first 64 bytes/);
    }
  });

  test.each<[string, RegExp, (header: ReturnType<typeof headerOf>) => unknown]>([
    ['no dimension', /dimension/, (h) => ({ ...h, dimension: 0 })],
    ['another dimension', /70 x 6/, (h) => ({ ...h, dimension: 6 })],
    ['half a row', /number of rows/, (h) => ({ ...h, rows: 69.5 })],
    ['fewer rows', /69 x 5/, (h) => ({ ...h, rows: 69 })],
    ['too many rows', /number of rows/, (h) => ({ ...h, rows: 2 ** 32 })],
    ['more removed rows than rows', /number of removed/, (h) => ({ ...h, removed: 71 })],
    ['no removed row', /which rows were removed/, (h) => ({ ...h, removed: 0 })],
    ['another number of removed rows', /of 3 rows/, (h) => ({ ...h, removed: 3 })],
    ['no list of sections', /list of sections/, (h) => ({ ...h, sections: {} })],
    ['no sections', /70 x 5/, (h) => ({ ...h, sections: [] })],
    ['a section that is none', /list of sections/, (h) => ({ ...h, sections: [...h.sections, null] })],
    ['a section twice', /from byte 4096/, (h) => ({ ...h, sections: [...h.sections, h.sections[0]] })],
    ['a calibration that is none', /calibration/, (h) => ({ ...h, calibration: { backend: 'wasm' } })],
    ['a list', /not an object/, (h) => [h]],
    ['null', /not an object/, () => null],
  ])('when its header says: %s', async (_, reason, change) => {
    const file = await saved();
    const altered = withHeader(file, JSON.stringify(change(headerOf(file))));
    expect((await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(altered))).message).toMatch(reason);
  });

  test.each<[string, Partial<ReturnType<typeof headerOf>['sections'][0]>]>([
    ['beyond the end', { byteOffset: 64 * 1000 }],
    ['in the preamble', { byteOffset: 0 }],
    ['over another section', { byteOffset: 4096 + 1344 }],
    ['where no line of the cache begins', { byteOffset: 5505 }],
    ['before the file', { byteOffset: -64 }],
    ['at no place', { byteOffset: undefined }],
    ['with a length beyond all bounds', { byteLength: Number.MAX_SAFE_INTEGER }],
    ['with a length of less than nothing', { byteLength: -12 }],
    ['under the name of another', { name: 'rows' }],
    ['with a checksum that is none', { crc32: -1 }],
  ])('when a section lies %s', async (_, change) => {
    const file = await saved();
    const header = headerOf(file);
    Object.assign(header.sections[1]!, change);
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(withHeader(file, JSON.stringify(header))));
  });

  test.each([
    ['a backend by number', { backend: 7 }],
    ['a kind that is none', { kind: 'tree' }],
    ['no rows', { calibratedRows: -1 }],
    ['part of a query', { heldOutQueries: 0.5 }],
    ['no settings', { settings: undefined }],
    ['a setting that is none', { settings: [7] }],
    ['a k of 0', { settings: [{ k: 0 }] }],
    ['fewer candidates than k', { settings: [{ candidates: 9 }] }],
    ['a setting twice', { settings: [{}, {}] }],
    ['a recall above 1', { settings: [{ recall: 1.5 }] }],
    ['no interval', { settings: [{ interval: null }] }],
    ['an interval of words', { settings: [{ interval: { mean: 'good', low: 0, high: 1 } }] }],
  ])('when its calibration has %s', async (_, change) => {
    const file = await saved();
    const header = headerOf(file);
    const interval = { mean: 0.8, low: 0.7, high: 0.9 };
    const setting = { k: 10, recallTarget: 0.8, candidates: 20, recall: 0.8, interval };
    const whole = { ...(header.calibration as Calibration), settings: [setting] };
    const withCalibration = (calibration: object) =>
      openBytes(withHeader(file, JSON.stringify({ ...header, calibration })));
    using index = await withCalibration(whole);
    expect(index.calibration).toMatchObject(whole);
    const { settings } = change as { settings?: unknown[] };
    const merged = settings?.map((each) => (typeof each === 'object' ? { ...setting, ...each } : each));
    await refused('ERR_SLUICE_INDEX_DAMAGED', () =>
      withCalibration({ ...whole, ...change, ...(settings && { settings: merged }) }),
    );
  });

  test('when its header is no JSON, no text, or longer than any', async () => {
    const file = await saved();
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(withHeader(file, '{"dimension":')));
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(withHeader(file, '')));
    const path = join(directoryWith(), 'index');
    const sparse = Buffer.from(file.subarray(0, 64));
    sparse.writeBigUInt64LE(64n, 16);
    sparse.writeBigUInt64LE(BigInt(2 ** 30), 24);
    writeFileSync(path, sealed(sparse));
    await fsPromises.truncate(path, 64 + 2 ** 30);
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => Index.open(path));
  });

  test('when a row is not finite or the bits of removed rows do not fit, though all checksums do', async () => {
    const file = await saved();
    sectionOf(file, 'rows')!.writeFloatLE(Number.NaN, 4 * (5 * 41 + 2));
    const error = await refused('ERR_SLUICE_NON_FINITE', () => openBytes(resummed(file)));
    expect(error.message).toContain('row 41, component 2');
    const beyond = await saved();
    sectionOf(beyond, 'alive')![8]! |= 0x80;
    await refused('ERR_SLUICE_INDEX_DAMAGED', () => openBytes(resummed(beyond)));
  });
});

describe('a save that fails', () => {
  test('leaves the old file and nothing else, at whichever write, flush or rename the disk is full', async () => {
    const disk = new FullDisk();
    const folder = directoryWith();
    const path = join(folder, 'index');
    using index = await Index.create({ dimension: 5, data }, { backend: 'reference' });
    await index.save(path);
    const { steps } = disk;
    const before = readFileSync(path);
    index.remove([1]);
    expect(steps).toBe(6);
    // The last step flushes the directory, when the whole file already has its name.
    for (disk.failAt = 1; disk.failAt < steps; disk.failAt++) {
      disk.steps = 0;
      const error = await refused('ERR_SLUICE_STORE_FAILED', () => index.save(path));
      expect(error.details).toEqual({ path, code: 'ENOSPC' });
      expect(readdirSync(folder)).toEqual(['index']);
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  test('leaves the old file when the process dies, and the new one under another name', async () => {
    const folder = directoryWith({ index: await saved() });
    const path = join(folder, 'index');
    vi.spyOn(fsPromises, 'rename').mockImplementation(() => new Promise(() => {}));
    const index = await Index.open(path, { backend: 'reference' });
    index.remove([10]);
    void index.save(path);
    await vi.waitFor(() => expect(fsPromises.rename).toHaveBeenCalled());
    expect(readdirSync(folder).sort()).toEqual([expect.stringMatching(/^\.index\..*\.partial$/), 'index']);
    using old = await Index.open(path, { backend: 'reference' });
    expect([...old.searchSync(Float32Array.of(1, 0, 0, 0, 0), { k: 70 }).ids]).toContain(10);
  });

  test('below a file says so, and makes the directories where it can', async () => {
    const folder = directoryWith({ file: '' });
    using index = await Index.create({ dimension: 5, data }, { backend: 'reference' });
    const error = await refused('ERR_SLUICE_STORE_FAILED', () => index.save(join(folder, 'file', 'index')));
    expect(error.message).toContain('Expected to write an index to');
    await index.save(join(folder, 'a', 'b', 'index'));
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['index']);
  });
});
