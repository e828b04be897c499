/** Which backend serves on this machine, does it compute rightly, and why not a better one? */

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { ErrorCode } from '../errors.ts';
import { RandomStream } from '../numerics/random.ts';
import { libc, packageVersion, probeAddon } from './addon.ts';
import type { Backend, BackendName, Probe, Threads, TopK } from './backend.ts';
import type { BackendChoice, BackendReport, Choice, Select } from './choose.ts';
import { nodeHost } from './host.node.ts';
import { referenceBackend } from './reference.ts';
import { select as selectNode } from './select.ts';

/** What `sluice doctor` found; plain data. */
export interface DoctorReport {
  readonly sluice: string;
  readonly node: string;
  /** As in `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** `glibc 2.36`, `musl`, or null outside Linux. */
  readonly libc: string | null;
  readonly cpu: { readonly model: string; readonly threads: number; readonly features: readonly string[] };
  /** What serves; null if nothing does. */
  readonly backend: Serving | null;
  readonly refused: readonly Refusal[];
  /** The backends that serve only when they are named, and whether each would. */
  readonly byName: readonly (Serving | Refusal)[];
  /** The chosen backend against the reference; null if there is none. */
  readonly selfTest: SelfTest | null;
}

/** What serves, or would. */
export type Serving = Omit<BackendReport, 'refused'>;

/** Why a backend does not serve, and the step that would mend it. */
export interface Refusal {
  readonly backend: BackendName;
  readonly reason: string;
  readonly remedy: string;
  readonly code?: ErrorCode;
}

/** Top-k of random vectors, compared bit for bit. */
export interface SelfTest {
  readonly passed: boolean;
  /** What went wrong, if it did not pass. */
  readonly reason?: string;
  readonly rows: number;
  readonly dimension: number;
  readonly k: number;
  /** The median of several searches, and one of the reference. */
  readonly milliseconds: number;
  readonly referenceMilliseconds: number;
}

/** What to examine. */
export interface DoctorOptions {
  /** @default `SLUICE_BACKEND` of the environment, else `auto` */
  readonly backend?: BackendChoice;
}

/**
 * Examines this machine. Never throws for what it finds; cost: about 0.3 s, and more where optional packages
 * are installed, which are loaded.
 *
 * @example
 * ```ts
 * const report = await doctor();
 * process.exitCode = doctorExitCode(report);
 * ```
 */
export async function doctor(
  options: DoctorOptions = {},
  select: Select = selectNode,
): Promise<DoctorReport> {
  const { chosen, refused } = await choose(select, options.backend);
  const byName: (Serving | Refusal)[] = [];
  for (const name of select.onlyNamed) {
    const { chosen, refused } = await choose(select, name);
    byName.push(chosen === null ? refused[0] : serving(chosen));
  }
  const addon = probeAddon();
  const [processor] = cpus();
  const tested = chosen === null ? null : await selfTest(chosen.backend);
  return {
    sluice: packageVersion(),
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    libc: libc() ?? null,
    cpu: {
      model: processor?.model.trim() ?? 'unknown',
      threads: cpus().length,
      features: addon.ok ? addon.info.cpuFeatures : featuresOfLinux(),
    },
    backend: chosen && { ...serving(chosen), ...tested?.threads },
    refused,
    byName,
    selfTest: tested?.result ?? null,
  };
}

/** 0: the native backend serves; 1: another one does; 2: none does, or it computes wrongly. */
export function doctorExitCode(report: DoctorReport): 0 | 1 | 2 {
  if (report.backend === null || report.selfTest?.passed !== true) return 2;
  return report.backend.backend === 'native' ? 0 : 1;
}

async function choose(
  select: Select,
  wanted: BackendChoice | undefined,
): Promise<{ chosen: Choice | null; refused: Refusal[] }> {
  try {
    const chosen = await select(wanted);
    return { chosen, refused: chosen.report.refused.map(refusal) };
  } catch (error) {
    const refused = (error as { details?: { refused?: (Probe & { ok: false })[] } }).details?.refused;
    if (refused === undefined) throw error;
    return { chosen: null, refused: refused.map(refusal) };
  }
}

function serving({ report: { refused: _, ...serving } }: Choice): Serving {
  return serving;
}

function refusal({ backend, reason, remedy, cause }: Probe & { ok: false }): Refusal {
  return cause === undefined ? { backend, reason, remedy } : { backend, reason, remedy, code: cause.code };
}

/** The test, and with how many threads it was passed where that is known only then. */
async function selfTest(backend: Backend): Promise<{ result: SelfTest; threads?: Threads }> {
  // So many that codes and threads are used where there are any.
  const rows = 40_000;
  const dimension = 67;
  const k = 100;
  const random = new RandomStream(0, 'doctor');
  const data = Float32Array.from({ length: rows * dimension }, () => random.uniform() * 2 - 1);
  const queries = data.subarray(0, dimension);
  const shape = { rows, dimension, k };
  try {
    const [resident, truth] = await Promise.all(
      [backend, referenceBackend(nodeHost)].map((each) => each.load({ dimension, data })),
    );
    const started = performance.now();
    const [expected] = truth.topKSync({ queries, k });
    const referenceMilliseconds = performance.now() - started;
    const times: number[] = [];
    let passed = true;
    for (let i = 0; i < 21; i++) {
      const start = performance.now();
      const [found] = resident.topKSync({ queries, k });
      times.push(performance.now() - start);
      passed &&= same(found, expected);
    }
    const [found] = await resident.topK({ queries, k });
    passed &&= same(found, expected);
    const { threads } = resident;
    truth.close();
    resident.close();
    times.sort((a, b) => a - b);
    const result = { passed, ...shape, milliseconds: times[10], referenceMilliseconds };
    const reason = 'The result differs from the reference';
    return { result: passed ? result : { ...result, reason }, threads };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { result: { passed: false, reason, ...shape, milliseconds: 0, referenceMilliseconds: 0 } };
  }
}

function same(a: TopK, b: TopK): boolean {
  return (
    a.ids.length === b.ids.length &&
    a.ids.every((id, i) => id === b.ids[i]) &&
    a.scores.every((score, i) => Object.is(score, b.scores[i]))
  );
}

/** Processor features where the addon cannot tell them; empty outside Linux. */
function featuresOfLinux(): string[] {
  const known = ['sse4_2', 'avx2', 'fma', 'avx512f', 'avx512bw', 'avx512_vnni', 'asimd', 'asimddp'];
  try {
    const [, flags = ''] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    const present = new Set(flags.trim().split(/\s+/));
    return known.filter((feature) => present.has(feature));
  } catch {
    return [];
  }
}
