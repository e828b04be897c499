/** Where is the native addon, what does it export, and why does it not load? */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ERRORS, type ErrorCode, SluiceError } from '../errors.ts';

/** What native/src exports to JavaScript. Errors are translated by {@link fromNative}. */
export interface Addon {
  info(): AddonInfo;
  loadRows(data: Float32Array, dimension: number): Promise<AddonMatrix>;
  loadFile(
    path: string,
    byteOffset: number,
    rows: number,
    dimension: number,
    planes: readonly AddonPlaneRegion[],
  ): Promise<AddonMatrix>;
  readonly AbortFlag: new () => AbortFlag;
  /** Absent where the addon was built without a C++ compiler. */
  readonly Graph?: new (
    matrix: AddonMatrix,
    rowsPerCandidate: number,
  ) => AddonGraph;
  readonly IalsTrainer: new (
    start: {
      readonly itemCount: number;
      readonly dimension: number;
      readonly regularization: number;
      readonly unobservedWeight: number;
    },
    offsets: Uint32Array,
    items: Uint32Array,
    users: Float64Array,
  ) => AddonIalsTrainer;
  /** `isa` absent: the best of this machine. */
  readonly DecisionKernels: new (
    isa?: string,
  ) => AddonDecisionKernels;
  readonly DecisionActions: new (dimension: number) => AddonDecisionActions;
  readonly TextIndexBuilder: new (weights: Float64Array) => AddonTextIndexBuilder;
  openTextIndex(path: string): Promise<AddonTextIndex>;
}

/** See native/src/info.rs. */
export interface AddonInfo {
  readonly version: string;
  readonly isa: string;
  readonly cpuFeatures: string[];
  readonly threads: number;
  readonly errorCodes: string[];
}

/** Stops the work it was handed to. */
export interface AbortFlag {
  abort(): void;
}

/** See native/src/sections.rs. */
export interface AddonPlaneRegion {
  readonly name: string;
  readonly path: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** See native/src/sections.rs. */
export interface AddonPlaneSection {
  readonly name: string;
  readonly byteLength: number;
  read(offset: number, target: Uint8Array): void;
}

/** See native/src/node.rs. In answers, id 4294967295 marks an empty place. */
export interface AddonMatrix {
  topK(
    queries: Float32Array,
    k: number,
    mask: Uint32Array | undefined,
    candidates: number | undefined,
    flag: AbortFlag | undefined,
  ): Promise<{ ids: Uint32Array; scores: Float32Array } | null>;
  topKSync(
    queries: Float32Array,
    k: number,
    mask: Uint32Array | undefined,
    candidates: number | undefined,
    ids: Uint32Array,
    scores: Float32Array,
  ): void;
  score(query: Float32Array, rows: Uint32Array, scores: Float32Array): void;
  read(first: number, target: Float32Array): void;
  planes(): AddonPlaneSection[];
  readonly indexBytes: number;
  append(data: Float32Array): void;
  close(): void;
}

/** See native/src/graph/node.rs. */
export interface AddonGraph {
  /** Row numbers below this are in the graph. */
  readonly rows: number;
  readonly bytes: number;
  /** Resolves with false if `close` stopped it. */
  build(): Promise<boolean>;
  /** Has rows added that were appended to the matrix. */
  grow(): void;
  topK(
    queries: Float32Array,
    k: number,
    candidates: number,
    mask: Uint32Array | undefined,
    flag: AbortFlag | undefined,
  ): Promise<{ ids: Uint32Array; scores: Float32Array } | null>;
  topKSync(
    queries: Float32Array,
    k: number,
    candidates: number,
    mask: Uint32Array | undefined,
    ids: Uint32Array,
    scores: Float32Array,
  ): void;
  close(): void;
}

/** See native/src/ials/node.rs. */
export interface AddonIalsTrainer {
  /** Resolves with false if the flag stopped it. */
  solve(users: boolean, flag: AbortFlag | undefined): Promise<boolean>;
  factors(users: boolean): Promise<Float32Array>;
  close(): void;
}

/** See native/src/decisions/node.rs. */
export interface AddonDecisionKernels {
  readonly isa: string;
  posterior(dimension: number, lambda: number, prior: Float64Array): AddonDecisionPosterior;
  inverseGap(scores: Float32Array, gamma: number, uniform: number, propensities: Float64Array | null): number;
  plackettLuce(
    scores: Float32Array,
    temperature: number,
    key0: number,
    key1: number,
    picks: Uint32Array,
    propensities: Float64Array,
  ): boolean;
}

/** See native/src/decisions/node.rs. */
export interface AddonDecisionActions {
  write(row: number, vectors: Float32Array): void;
  close(): void;
}

/** What the rankings of a posterior begin with. */
type AddonRanking = readonly [
  actions: AddonDecisionActions,
  rows: Uint32Array,
  context: Float32Array | null,
  offsets: Float32Array | null,
  picks: Uint32Array,
  scores: Float32Array | null,
];

/** See native/src/decisions/node.rs. Rankings return 0, or the number of what they refused. */
export interface AddonDecisionPosterior {
  learn(vector: Float32Array, weight: number, amount: number): void;
  forget(keep: number): void;
  predict(vector: Float32Array, out: Float64Array): void;
  mean(out: Float64Array): void;
  greedy(...ranking: AddonRanking): number;
  sample(...ranking: [...AddonRanking, deviation: number, key0: number, key1: number]): number;
  upperBound(...ranking: [...AddonRanking, alpha: number]): number;
  snapshot(out: Float64Array): void;
  restore(state: Float64Array): void;
  close(): void;
}

/** See native/src/text/node.rs. */
export interface AddonTextIndexBuilder {
  add(field: number, bytes: Uint8Array, offsets: Uint32Array): void;
  finish(rows: number): Promise<AddonTextIndex>;
}

/** See native/src/text/node.rs. */
export interface AddonTextIndex {
  readonly rows: number;
  search(
    words: readonly { readonly text: string; readonly typos: number; readonly prefix: boolean }[],
    k: number,
    mask: Uint32Array | undefined,
    flag: AbortFlag | undefined,
  ): Promise<{ ids: Uint32Array; scores: Float32Array } | null>;
  bytes(): Uint8Array;
  close(): void;
}

/** The addon, or why there is none. */
export type AddonProbe =
  | { readonly ok: true; readonly addon: Addon; readonly info: AddonInfo; readonly path: string }
  | { readonly ok: false; readonly reason: string; readonly remedy: string; readonly cause?: SluiceError };

const BUILD =
  'Install Rust (https://rustup.rs), run `npm run build` in a checkout, and name its prebuilt/*.node by SLUICE_NATIVE_PATH.';

let probed: AddonProbe | undefined;

/** Loads the addon once and says what came of it. Never throws. `SLUICE_NATIVE_PATH` names another file. */
export function probeAddon(): AddonProbe {
  probed ??= load();
  return probed;
}

/** The addon for work that has no other implementation. @throws ERR_SLUICE_NATIVE_REQUIRED with the reason. */
export function requireAddon(purpose: string): Addon {
  const probe = probeAddon();
  if (probe.ok) return probe.addon;
  throw new SluiceError(
    'ERR_SLUICE_NATIVE_REQUIRED',
    `Expected the native addon for ${purpose}: ${probe.reason}`,
    {
      remedy: probe.remedy,
      cause: probe.cause,
    },
  );
}

/** `linux-x64`, `linux-arm64-musl`, `darwin-arm64`, ... as in the name of the addon's file. */
export function platformName(): string {
  return `${process.platform}-${process.arch}${libc() === 'musl' ? '-musl' : ''}`;
}

/** The C library that Node was built for; undefined outside Linux. Reads Node's own header and spawns nothing. */
export function libc(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const version = report.header.glibcVersionRuntime;
  return version === undefined ? 'musl' : `glibc ${version}`;
}

function load(): AddonProbe {
  const named = process.env['SLUICE_NATIVE_PATH'];
  const path =
    named ?? fileURLToPath(new URL(`../../prebuilt/sluice.${platformName()}.node`, import.meta.url));
  if (!existsSync(path)) {
    const reason = `There is no file ${path}`;
    return named === undefined
      ? { ok: false, reason, remedy: BUILD }
      : { ok: false, reason, remedy: 'Correct or unset the environment variable SLUICE_NATIVE_PATH.' };
  }
  const isa = process.env['SLUICE_ISA'];
  if (isa !== undefined && !['avx512', 'avx2', 'scalar'].includes(isa)) {
    const reason = `Expected avx512, avx2 or scalar for SLUICE_ISA but received ${isa}`;
    return { ok: false, reason, remedy: 'Correct or unset the environment variable SLUICE_ISA.' };
  }
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    const info = addon.info();
    const version = packageVersion();
    if (info.version !== version) {
      const reason = `${path} is of version ${info.version}, the package of ${version}`;
      return { ok: false, reason, remedy: BUILD };
    }
    return { ok: true, addon, info, path };
  } catch (error) {
    const cause = new SluiceError('ERR_SLUICE_BACKEND_UNAVAILABLE', `${path} does not load`, {
      cause: error,
    });
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: message, remedy: remedyFor(message), cause };
  }
}

/** The step that mends what the dynamic loader said. */
function remedyFor(message: string): string {
  if (/GLIBC_|GLIBCXX_/.test(message)) return `This system's C library is older than the addon's. ${BUILD}`;
  if (/invalid ELF|wrong ELF|not a valid Win32|incompatible architecture|mach-o/i.test(message)) {
    return `The file is damaged or made for another processor. Delete it. ${BUILD}`;
  }
  if (/musl|ld-linux/.test(message)) return `The file is made for another C library. Delete it. ${BUILD}`;
  return BUILD;
}

/** The version in package.json. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** The SluiceError for what the addon threw: its messages are `CODE: text`. */
export function fromNative(error: unknown): SluiceError {
  const message = error instanceof Error ? error.message : String(error);
  const [, code, text] = /^(ERR_SLUICE_\w+): (.*)$/s.exec(message) ?? [];
  if (code === undefined || !Object.hasOwn(ERRORS, code)) {
    return new SluiceError('ERR_SLUICE_INTERNAL', message, { cause: error });
  }
  return new SluiceError(code as ErrorCode, text, { cause: error });
}
