/** What must every backend do? One suite, run over each of them by the files beside this one. */

import { describe } from 'vitest';
import type { BackendName } from '../../src/vectors/backend.ts';
import { Index } from '../../src/vectors/index.ts';
import { approximate } from './approximate.ts';
import { concurrency } from './concurrency.ts';
import { exactness } from './exactness.ts';
import { files } from './files.ts';
import { quantised } from './quantised.ts';
import { refusals } from './refusals.ts';
import { saving } from './saving.ts';
import type { Create } from './setup.ts';
import { updates } from './updates.ts';

/** Runs the suite over one backend and kind of index. */
export function backendContract(backend: BackendName, kind: 'flat' | 'hnsw' = 'flat'): void {
  const create: Create = (source, options) => Index.create(source, { ...options, backend, kind });
  describe(`${backend}, ${kind}`, () => {
    exactness(create);
    updates(create);
    concurrency(create, kind === 'hnsw' ? 0.2 : 1);
    files(create);
    approximate(create);
    if (kind === 'flat') quantised(create);
    saving(create, backend, kind);
    refusals(create);
  });
}
