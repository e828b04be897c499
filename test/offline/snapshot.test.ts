import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogBuilder } from '../../src/catalog/catalog-builder.ts';
import { SluiceError } from '../../src/errors.ts';
import { safetensorsParts } from '../../src/offline/safetensors.ts';
import { openSnapshot } from '../../src/offline/snapshot.ts';
import { type SnapshotContents, writeSnapshot } from '../../src/offline/snapshot-writer.ts';
import { FullDisk } from '../full-disk.ts';
import { contents, damagedBy, reseal } from './snapshot-contents.ts';
import { directoryWith } from './temporary.ts';

vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof fsPromises>()) }));
afterEach(() => {
  vi.restoreAllMocks();
});

const files = [
  'catalog.safetensors',
  'items.safetensors',
  'users.safetensors',
  'text.index',
  'manifest.json',
];

async function written(): Promise<string> {
  return (await writeSnapshot(join(directoryWith(), 'snapshot'), contents())).path;
}

describe('a snapshot', () => {
  it('gives back what was written', async () => {
    const given = contents();
    const { path, hash } = await writeSnapshot(join(directoryWith(), 'deep', 'snapshot'), given);
    const snapshot = await openSnapshot(path);
    expect(snapshot.hash).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect([...snapshot.catalog.ids]).toEqual(['tt1', 'tt2', 'tt3']);
    expect(snapshot.catalog.rowOf('tt2')).toBe(1);
    for (const [name, column] of given.catalog.columns) expect(snapshot.catalog.column(name)).toEqual(column);
    const { factorsRegion, ...items } = snapshot.items;
    expect(items).toEqual(given.items);
    expect(snapshot.users).toEqual(given.users);
    expect(snapshot.manifest).toMatchObject({
      format: 1,
      createdAt: '2023-11-14T22:13:20.000Z',
      data: given.data,
      model: given.model,
      metrics: given.metrics,
    });
    const region = readFileSync(factorsRegion.path).subarray(factorsRegion.byteOffset).subarray(0, 24);
    expect(new Float32Array(new Uint8Array(region).buffer)).toEqual(given.items.factors);
    expect(factorsRegion.byteOffset % 4).toBe(0);
  });

  it('gives back any catalogue', async () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 5 });
    const record = fc.record({
      t: anyText,
      n: fc.double({ noNaN: true }),
      c: fc.uniqueArray(anyText, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (records) => {
        const builder = new CatalogBuilder();
        records.forEach((values, i) => {
          builder.add(`i${i}`, values);
        });
        const catalog = builder.build();
        const parent = directoryWith();
        const { path } = await writeSnapshot(join(parent, 's'), {
          ...contents(),
          catalog,
          items: {
            dimension: 1,
            factors: new Float32Array(catalog.size),
            gram: new Float64Array(1),
            popularity: new Uint32Array(catalog.size),
          },
          users: {
            numbers: new Uint32Array(0),
            factors: new Float32Array(0),
            history: { offsets: new Uint32Array(1), rows: new Uint32Array(0) },
          },
        });
        const read = (await openSnapshot(path)).catalog;
        expect(read.ids).toEqual(catalog.ids);
        expect([...read.columns]).toEqual([...catalog.columns]);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it('finds the row of a user number', async () => {
    const { userRow } = await openSnapshot(await written());
    expect([5, 900, 4_000_000_000].map(userRow)).toEqual([0, 1, 2]);
    expect([0, 6, 4_294_967_295].map(userRow)).toEqual([undefined, undefined, undefined]);
  });

  it('has one hash for one content, and another for any change', async () => {
    const hashOf = async (changes: Partial<SnapshotContents>) =>
      (await writeSnapshot(join(directoryWith(), 's'), contents(changes))).hash;
    const first = await hashOf({});
    expect(await hashOf({})).toBe(first);
    expect(await hashOf({ model: { name: 'ials', dimension: 3 } })).not.toBe(first);
    const { items } = contents();
    expect(await hashOf({ items: { ...items, popularity: Uint32Array.of(7, 0, 4) } })).not.toBe(first);
  });

  it('keeps a metric that is not finite as null and still fits its hash', async () => {
    const path = join(directoryWith(), 's');
    await writeSnapshot(path, contents({ metrics: { 'ndcg@10': Number.NaN } }));
    expect((await openSnapshot(path)).manifest.metrics).toEqual({ 'ndcg@10': null });
  });
});

describe('openSnapshot', () => {
  it.each(files)('refuses a changed byte anywhere in %s', async (name) => {
    const path = await written();
    const file = join(path, name);
    const whole = readFileSync(file);
    for (const at of [0, 8, whole.length >> 1, whole.length - 2]) {
      const changed = Buffer.from(whole);
      changed[at] ^= 1;
      writeFileSync(file, changed);
      await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(new RegExp(name)));
    }
    writeFileSync(file, whole);
    await expect(openSnapshot(path)).resolves.toBeDefined();
  });

  it.each(files)('refuses %s when it is cut short or empty', async (name) => {
    const path = await written();
    const { length } = readFileSync(join(path, name));
    for (const kept of [length - 2, 0]) {
      truncateSync(join(path, name), kept);
      await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(new RegExp(name)));
    }
  });

  it('says how a file differs: size, content, absence', async () => {
    const path = await written();
    const file = join(path, 'items.safetensors');
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]));
    await expect(openSnapshot(path)).rejects.toMatchObject({
      ...damagedBy(/items\.safetensors/, new RegExp(`${whole.length + 1} bytes instead of ${whole.length}`)),
      details: { file: 'items.safetensors' },
    });
    whole[whole.length - 1] ^= 1;
    writeFileSync(file, whole);
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(/items\.safetensors/, /sha256/));
    rmSync(file);
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(/items\.safetensors/, /ENOENT/));
    mkdirSync(file);
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(/items\.safetensors/));
  });

  it('tells where there is none', async () => {
    const empty = directoryWith({ file: '' });
    for (const path of [empty, join(empty, 'nowhere'), join(empty, 'file')]) {
      await expect(openSnapshot(path)).rejects.toMatchObject({ code: 'ERR_SLUICE_SNAPSHOT_NOT_FOUND' });
    }
  });

  it('refuses a newer format before anything else of it is read', async () => {
    const path = await written();
    writeFileSync(join(path, 'manifest.json'), '{"format": 2, "hash": {"algorithm": "other"}}');
    await expect(openSnapshot(path)).rejects.toMatchObject({
      code: 'ERR_SLUICE_SNAPSHOT_TOO_NEW',
      details: { format: 2, newest: 1 },
      remedy: expect.stringMatching(/Upgrade/),
    });
  });

  it.each([
    ['', /not JSON/],
    ['{', /not JSON/],
    ['null', /not a JSON object/],
    ['[]', /not a JSON object/],
    ['{}', /no format number/],
    ['{"format": "1"}', /no format number/],
    ['{"format": 0}', /no format number/],
    ['{"format": 1}', /hash/],
    ['{"format": 1, "hash": "00"}', /hash/],
  ])('refuses the manifest %j', async (text, reason) => {
    const path = await written();
    writeFileSync(join(path, 'manifest.json'), text);
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(/manifest/, reason));
  });

  it.each<[string, (manifest: Record<string, unknown>) => unknown, RegExp]>([
    ['no files', (manifest) => Object.assign(manifest, { files: undefined }), /lacks its files/],
    [
      'a file outside',
      (manifest) => Object.assign(manifest, { files: { '../x': { bytes: 1, sha256: '' } } }),
      /"\.\.\/x"/,
    ],
    [
      'a file without size',
      (manifest) => Object.assign(manifest, { files: { x: { sha256: '' } } }),
      /no size of x/,
    ],
    [
      'a file too few',
      (manifest) => Object.assign(manifest, { files: {} }),
      /catalog\.safetensors.*does not list/,
    ],
  ])('refuses a manifest that fits its hash and has %s', async (_, change, reason) => {
    const path = await written();
    reseal(path, change);
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(reason));
  });

  it.each<[string, string, Record<string, Float32Array | Float64Array | Uint32Array>, RegExp]>([
    [
      'items without a Gram matrix',
      'items.safetensors',
      { factors: new Float32Array(6), popularity: new Uint32Array(3) },
      /gram/,
    ],
    [
      'items of another shape',
      'items.safetensors',
      { factors: new Float32Array(6), gram: new Float64Array(4), popularity: new Uint32Array(3) },
      /3 rows/,
    ],
    [
      'a history beyond the catalogue',
      'users.safetensors',
      {
        numbers: new Uint32Array(1),
        factors: new Float32Array(2),
        'history.offsets': Uint32Array.of(0, 1),
        'history.rows': Uint32Array.of(3),
      },
      /entries below 3/,
    ],
    ['a catalogue without columns', 'catalog.safetensors', {}, /description of the columns/],
  ])('refuses %s, though every hash fits', async (_, name, arrays, reason) => {
    const path = await written();
    const described = Object.entries(arrays).map(([key, data]) => [key, { data, shape: [data.length] }]);
    const bytes = Buffer.concat(safetensorsParts(Object.fromEntries(described)));
    writeFileSync(join(path, name), bytes);
    reseal(path, (manifest) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      (manifest['files'] as Record<string, unknown>)[name] = { bytes: bytes.length, sha256 };
    });
    await expect(openSnapshot(path)).rejects.toMatchObject(damagedBy(new RegExp(name), reason));
  });
});

describe('writeSnapshot', () => {
  it('never overwrites: of several writers to one path one wins, and nothing is left of the others', async () => {
    const parent = directoryWith();
    const path = join(parent, 'snapshot');
    const writers = [1, 2, 3, 4].map((dimension) => writeSnapshot(path, contents({ model: { dimension } })));
    const results = await Promise.allSettled(writers);
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    }
    expect((await openSnapshot(path)).hash).toBe(won[0].value.hash);
    expect(readdirSync(parent)).toEqual(['snapshot']);
  });

  it('takes an empty directory and refuses a file at its path', async () => {
    const parent = directoryWith({ file: 'kept' });
    mkdirSync(join(parent, 'empty'));
    await writeSnapshot(join(parent, 'empty'), contents());
    await expect(writeSnapshot(join(parent, 'file'), contents())).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('kept');
    expect(readdirSync(parent).sort()).toEqual(['empty', 'file']);
  });

  it('leaves nothing visible when its parent cannot be written', async () => {
    const parent = directoryWith({ file: '' });
    await expect(writeSnapshot(join(parent, 'file', 'snapshot'), contents())).rejects.toMatchObject({
      code: 'ERR_SLUICE_STORE_FAILED',
      details: { code: expect.stringMatching(/ENOTDIR|EEXIST/) },
    });
    expect(readdirSync(parent)).toEqual(['file']);
  });

  it('leaves nothing visible when the disk is full at any write, flush or rename', async () => {
    const disk = new FullDisk();
    const parent = directoryWith();
    await writeSnapshot(join(parent, 'first'), contents());
    const { steps } = disk;
    expect(steps).toBeGreaterThan(15);
    // The last step flushes the parent, when the whole snapshot already has its name.
    for (disk.failAt = 1; disk.failAt < steps; disk.failAt++) {
      disk.steps = 0;
      await expect(writeSnapshot(join(parent, 'second'), contents())).rejects.toMatchObject({
        code: 'ERR_SLUICE_STORE_FAILED',
        details: { code: 'ENOSPC' },
      });
      expect(readdirSync(parent)).toEqual(['first']);
    }
  });

  it('leaves what it wrote under another name when the process dies, so that a reader finds none', async () => {
    const parent = directoryWith();
    const path = join(parent, 'snapshot');
    vi.spyOn(fsPromises, 'rename').mockImplementation(() => new Promise(() => {}));
    void writeSnapshot(path, contents());
    await vi.waitFor(() => expect(fsPromises.rename).toHaveBeenCalled());
    expect(readdirSync(parent)).toEqual([expect.stringMatching(/^\.snapshot\..*\.partial$/)]);
    await expect(openSnapshot(path)).rejects.toMatchObject({ code: 'ERR_SLUICE_SNAPSHOT_NOT_FOUND' });
  });

  it.each<[string, (given: SnapshotContents) => Partial<SnapshotContents>]>([
    ['factors that do not fit', ({ items }) => ({ items: { ...items, factors: new Float32Array(5) } })],
    ['a dimension of 0', ({ items }) => ({ items: { ...items, dimension: 0 } })],
    ['a Gram matrix that does not fit', ({ items }) => ({ items: { ...items, gram: new Float64Array(3) } })],
    ['user numbers out of order', ({ users }) => ({ users: { ...users, numbers: Uint32Array.of(5, 5, 9) } })],
    [
      'a history beyond the catalogue',
      ({ users }) => ({
        users: { ...users, history: { offsets: Uint32Array.of(0, 1, 1, 1), rows: Uint32Array.of(3) } },
      }),
    ],
    ['a catalogue of another size', () => ({ catalog: new Catalog(['a']) })],
  ])('refuses %s before it writes', async (_, change) => {
    const parent = directoryWith();
    const attempt = writeSnapshot(join(parent, 's'), contents(change(contents())));
    await expect(attempt).rejects.toSatisfy((error) => SluiceError.is(error, 'ERR_SLUICE_INVALID_ARGUMENT'));
    expect(readdirSync(parent)).toEqual([]);
  });
});
