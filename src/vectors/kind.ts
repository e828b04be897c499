/** How is an index of each kind loaded? */

import { SluiceError } from '../errors.ts';
import type { IndexKind, MatrixSource, Resident, Sections } from './backend.ts';
import type { Choice } from './choose.ts';

/** @throws ERR_SLUICE_NATIVE_REQUIRED where the backend has no graph, saying why a better one does not serve. */
export async function loadKind(
  { backend, report }: Choice,
  kind: IndexKind,
  source: MatrixSource,
  sections?: Sections,
): Promise<Resident> {
  if (kind === 'flat') return backend.load(source, sections);
  if (backend.loadGraph !== undefined) return backend.loadGraph(source, sections);
  const native = report.refused.find((probe) => probe.backend === 'native');
  const reason = native === undefined ? '' : `: ${native.reason}`;
  throw new SluiceError(
    'ERR_SLUICE_NATIVE_REQUIRED',
    `Expected the native backend for kind 'hnsw' but ${backend.name} serves${reason}`,
    {
      remedy: native?.remedy ?? "Serve from Node with `backend: 'native'`, or leave `kind` out.",
      cause: native?.cause,
    },
  );
}
