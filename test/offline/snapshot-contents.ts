/** What stands in the snapshots of tests, and how is one spoilt? */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CatalogBuilder } from '../../src/catalog/catalog-builder.ts';
import type { SnapshotContents } from '../../src/offline/snapshot-writer.ts';

export function contents(changes: Partial<SnapshotContents> = {}): SnapshotContents {
  const builder = new CatalogBuilder();
  builder.add('tt1', { title: 'Heat', year: 1995, genres: ['Crime', 'Drama'] });
  builder.add('tt2', { title: 'Café 🎬', genres: [] });
  builder.add('tt3', { title: '', year: 2000, genres: ['Drama'] });
  return {
    catalog: builder.build(),
    items: {
      dimension: 2,
      factors: Float32Array.of(1, 2, 3, 4, 5, 6.5),
      gram: Float64Array.of(35, 44.5, 44.5, 62.25),
      popularity: Uint32Array.of(7, 0, 3),
    },
    users: {
      numbers: Uint32Array.of(5, 900, 4_000_000_000),
      factors: Float32Array.of(0.5, -1, 2, 2, 0, 0),
      history: { offsets: Uint32Array.of(0, 2, 2, 3), rows: Uint32Array.of(0, 2, 1) },
    },
    data: { interactions: 12, users: 3, items: 3, from: 1, to: 99 },
    model: { name: 'ials', dimension: 2 },
    metrics: { 'ndcg@10': { mean: 0.2, low: 0.1, high: 0.3 } },
    createdAt: 1_700_000_000_000,
    ...changes,
  };
}

export const damagedBy = (...reasons: RegExp[]) => ({
  code: 'ERR_SLUICE_SNAPSHOT_DAMAGED',
  message: expect.stringMatching(new RegExp(reasons.map((reason) => reason.source).join('.*'))),
});

/** Writes the manifest anew, its hash fitting, as a faulty writer would. */
export function reseal(path: string, change: (manifest: Record<string, unknown>) => unknown): void {
  const { hash: _, ...manifest } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  change(manifest);
  const hash = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, hash }));
}
