/** Which backend serves, and why not another? */

import { SluiceError, unexpected } from '../errors.ts';
import type { Backend, BackendName, Probe, Threads } from './backend.ts';

/** A backend by name, or `auto` for the first that works. */
export type BackendChoice = BackendName | 'auto';

/** The backend that serves and what was found on the way to it; plain data but for `backend`. */
export interface Choice {
  readonly backend: Backend;
  readonly report: BackendReport;
}

/** What serves, and why each backend that stands before it does not. JSON-able. */
export interface BackendReport extends Threads {
  readonly backend: BackendName;
  /** Instruction set in use; see `Probe`. */
  readonly isa: string;
  readonly refused: readonly (Probe & { ok: false })[];
}

/** Chooses among the backends of one entry of the package. */
export interface Select {
  (wanted?: BackendChoice): Promise<Choice>;
  /** The backends that serve only when they are named. */
  readonly onlyNamed: readonly BackendName[];
}

/** A backend that is imported when it is first tried. */
export interface Candidate {
  readonly name: BackendName;
  /** Serves only when it is named, never under `auto`. */
  readonly onlyNamed?: boolean;
  open(): Promise<Backend>;
}

/**
 * A chooser among `candidates`, best first. Under `auto` (the default) the first that works serves, of those that need
 * not be named; a backend that is named never falls back. `preset` names the one for callers that name none.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown name, ERR_SLUICE_BACKEND_UNAVAILABLE with the probes in `details`.
 */
export function chooser(candidates: readonly Candidate[], preset: () => string | undefined): Select {
  const opened = new Map<BackendName, Promise<Backend>>();
  const choose = async (wanted?: BackendChoice): Promise<Choice> => {
    const name = wanted ?? preset() ?? 'auto';
    const tried = candidates.filter((candidate) =>
      name === 'auto' ? candidate.onlyNamed !== true : candidate.name === name,
    );
    if (tried.length === 0) {
      throw unexpected(`auto, ${candidates.map((candidate) => candidate.name).join(', ')}`, 'backend', name);
    }
    const refused: (Probe & { ok: false })[] = [];
    for (const candidate of tried) {
      const opening = opened.get(candidate.name) ?? candidate.open();
      opened.set(candidate.name, opening);
      const backend = await opening;
      const probe = await backend.probe();
      if (probe.ok) {
        const { isa, threads, fewerThreads } = probe;
        const why = fewerThreads === undefined ? {} : { fewerThreads };
        return { backend, report: { backend: backend.name, isa, threads, ...why, refused } };
      }
      refused.push(probe);
    }
    throw new SluiceError(
      'ERR_SLUICE_BACKEND_UNAVAILABLE',
      `Expected the backend ${name} to work: ${refused.map((probe) => probe.reason).join('; ')}`,
      { details: { refused }, remedy: refused[0]?.remedy, cause: refused[0]?.cause },
    );
  };
  const onlyNamed = candidates.filter((candidate) => candidate.onlyNamed === true);
  return Object.assign(choose, { onlyNamed: onlyNamed.map(({ name }) => name) });
}
