import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { TextColumn } from '../../src/catalog/text-column.ts';
import { openSnapshot } from '../../src/offline/snapshot.ts';
import { writeSnapshot } from '../../src/offline/snapshot-writer.ts';
import { probeAddon } from '../../src/vectors/addon.ts';
import { contents, damagedBy, reseal } from './snapshot-contents.ts';
import { directoryWith } from './temporary.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Writing and opening where no addon loads. */
async function withoutAddon() {
  vi.resetModules();
  vi.stubEnv('SLUICE_NATIVE_PATH', '/nowhere/sluice.node');
  const { writeSnapshot: write } = await import('../../src/offline/snapshot-writer.ts');
  const { openSnapshot: open } = await import('../../src/offline/snapshot.ts');
  return { write, open };
}

const place = () => join(directoryWith(), 'snapshot');

type Opened = { textIndex(): ReturnType<Awaited<ReturnType<typeof openSnapshot>>['textIndex']> };

async function found(snapshot: Opened, query: string): Promise<number[]> {
  using index = await snapshot.textIndex();
  return [...(await index.search(query, { k: 3 })).rows];
}

describe.skipIf(!probeAddon().ok)('the text index of a snapshot', () => {
  it('is written with it and opened from its file, one for all who ask', async () => {
    const { path } = await writeSnapshot(place(), contents());
    const snapshot = await openSnapshot(path);
    expect(Object.keys(snapshot.manifest.files)).toContain('text.index');
    const index = await snapshot.textIndex();
    expect(await snapshot.textIndex()).toBe(index);
    expect(index.engine).toBe('native');
    expect([...(await index.search('cafe', { k: 3 })).rows]).toEqual([1]);
    // The shorter list of genres counts more.
    expect([...(await index.search('drama', { k: 3 })).rows]).toEqual([2, 0]);
    expect(Buffer.from(index.toBytes())).toEqual(readFileSync(join(path, 'text.index')));
    index.close();
  });

  it('searches the columns that were named when it was written', async () => {
    const { path } = await writeSnapshot(place(), contents({ textFields: { genres: 2 } }));
    const snapshot = await openSnapshot(path);
    expect(snapshot.manifest.textFields).toEqual({ genres: 2 });
    using index = await snapshot.textIndex();
    expect((await index.search('cafe', { k: 3 })).rows).toHaveLength(0);
    expect([...(await index.search('crime', { k: 3 })).rows]).toEqual([0]);
    const wrong = writeSnapshot(place(), contents({ textFields: { plot: 1 } }));
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  });

  it('is built from the catalogue for a snapshot without one', async () => {
    const { path } = await writeSnapshot(place(), contents());
    reseal(path, (manifest) => Reflect.deleteProperty(manifest['files'] as object, 'text.index'));
    expect(await found(await openSnapshot(path), 'cafe')).toEqual([1]);
  });

  it('is not written for a catalogue without text', async () => {
    const catalog = new Catalog(['a', 'b', 'c']);
    const { path } = await writeSnapshot(place(), contents({ catalog }));
    expect(existsSync(join(path, 'text.index'))).toBe(false);
    expect(await found(await openSnapshot(path), 'a')).toEqual([]);
  });

  it('is refused when it is of another catalogue, or none', async () => {
    const { path } = await writeSnapshot(place(), contents());
    const catalog = new Catalog(['a'], { title: TextColumn.of(['Heat']) });
    const { items, users } = contents();
    const other = await writeSnapshot(place(), {
      ...contents({ catalog }),
      items: { ...items, factors: items.factors.slice(0, 2), popularity: items.popularity.slice(0, 1) },
      users: { ...users, history: { offsets: new Uint32Array(4), rows: new Uint32Array(0) } },
    });
    const put = async (bytes: Uint8Array) => {
      writeFileSync(join(path, 'text.index'), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      reseal(path, (manifest) =>
        Object.assign(manifest['files'] as object, { 'text.index': { bytes: bytes.length, sha256 } }),
      );
      return (await openSnapshot(path)).textIndex();
    };
    const bytes = readFileSync(join(other.path, 'text.index'));
    await expect(put(bytes)).rejects.toMatchObject(damagedBy(/text\.index/, /1 items instead of 3/));
    bytes[bytes.length - 1] ^= 1;
    await expect(put(bytes)).rejects.toMatchObject(damagedBy(/text\.index/, /checksum/));
    await expect(put(new Uint8Array(0))).rejects.toMatchObject(damagedBy(/text\.index/));
    bytes[8] = 9;
    await expect(put(bytes)).rejects.toMatchObject({ code: 'ERR_SLUICE_INDEX_TOO_NEW' });
  });
});

describe('where no addon loads', () => {
  it('a snapshot is written without text index, and minisearch finds its items', async () => {
    const { write, open } = await withoutAddon();
    const { path } = await write(place(), contents({ textFields: { title: 1 } }));
    const snapshot = await open(path);
    expect(Object.keys(snapshot.manifest.files)).not.toContain('text.index');
    using index = await snapshot.textIndex();
    expect(index.engine).toBe('minisearch');
    expect([...(await index.search('cafe', { k: 3 })).rows]).toEqual([1]);
    expect((await index.search('drama', { k: 3 })).rows).toHaveLength(0);
    expect(() => index.toBytes()).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_NATIVE_REQUIRED' }));
  });

  it.skipIf(!probeAddon().ok)('minisearch takes the place of the file that the addon wrote', async () => {
    const { path } = await writeSnapshot(place(), contents());
    const { open } = await withoutAddon();
    expect(await found(await open(path), 'cafe')).toEqual([1]);
  });

  it('a large catalogue has no text index, and all else of its snapshot', async () => {
    const { write, open } = await withoutAddon();
    const size = 20_001;
    const titles = Array.from({ length: size }, (_, row) => `title ${row}`);
    const { path } = await write(place(), {
      ...contents({ catalog: new Catalog(titles, { title: TextColumn.of(titles) }) }),
      items: {
        dimension: 1,
        factors: new Float32Array(size),
        gram: new Float64Array(1),
        popularity: new Uint32Array(size),
      },
      users: {
        numbers: new Uint32Array(0),
        factors: new Float32Array(0),
        history: { offsets: new Uint32Array(1), rows: new Uint32Array(0) },
      },
    });
    const snapshot = await open(path);
    expect(snapshot.catalog.size).toBe(size);
    await expect(snapshot.textIndex()).rejects.toMatchObject({ code: 'ERR_SLUICE_NATIVE_REQUIRED' });
    const { TextIndex } = await import('../../src/catalog/text-index/text-index.ts');
    using asked = await TextIndex.build(snapshot.catalog, { engine: 'minisearch' });
    expect([...(await asked.search('20000', { k: 1 })).rows]).toEqual([20_000]);
  });
});
