/** Do the planes of quantised rows survive in a file? */

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import { Index } from '../../src/vectors/index.ts';
import { numbers } from '../contract/data.ts';
import { bits, trueTopK } from '../contract/truth.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-planes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const favoursCodes = () => {
  const probe = probeAddon();
  return probe.ok && ['avx512', 'avx2'].includes(probe.info.isa);
};

test.skipIf(!favoursCodes())(
  'an opened index has the planes that were saved, and answers as before',
  async () => {
    const dimension = 64;
    const data = numbers('ordinary', 40_000 * dimension, 1);
    const query = numbers('ordinary', dimension, 2);
    const truth = bits(trueTopK(data, query, 500));
    const path = join(folder, 'with-planes');
    using index = await Index.create({ dimension, data }, { backend: 'native' });
    expect(index.indexBytes).toBeGreaterThan(1.25 * data.length);
    await index.save(path);

    const header = (await readFile(path)).toString('latin1');
    for (const plane of ['pairs', 'high', 'low']) expect(header).toContain(`native/planes-1/${plane}`);
    using opened = await Index.open(path, { backend: 'native' });
    expect(opened.indexBytes).toBe(index.indexBytes);
    expect(bits(await opened.search(query, { k: 500 }))).toEqual(truth);

    // Of rows in several chunks no planes are saved; they are made again.
    opened.append(query.map((x) => 9 * x));
    const grown = join(folder, 'grown');
    await opened.save(grown);
    expect((await readFile(grown)).toString('latin1')).not.toContain('planes-1');
    using again = await Index.open(grown, { backend: 'native' });
    expect(again.searchSync(query, { k: 2 }).ids).toEqual(Uint32Array.of(40_000, truth.ids[0]!));
    expect(again.indexBytes).toBeGreaterThan(index.indexBytes);
  },
);

test.skipIf(!favoursCodes())('planes of another length are made again rather than believed', async () => {
  const dimension = 64;
  const data = numbers('ordinary', 40_000 * dimension, 3);
  const query = numbers('ordinary', dimension, 4);
  const path = join(folder, 'whole');
  using index = await Index.create({ dimension, data }, { backend: 'native' });
  await index.save(path);
  const { nativeBackend } = await import('../../src/vectors/native.ts');
  const region = { path, byteOffset: 4096, byteLength: 64 };
  const sections = new Map(['pairs', 'high', 'low'].map((plane) => [`native/planes-1/${plane}`, region]));
  using resident = await nativeBackend().load({ dimension, path, byteOffset: 4096, rows: 40_000 }, sections);
  expect(resident.indexBytes).toBe(index.indexBytes);
  expect(bits(resident.topKSync({ queries: query, k: 100 })[0]!)).toEqual(bits(trueTopK(data, query, 100)));
});
