/** How does a stage of a search reach other threads, and what they found come back? Through one shared memory. */

import type { CodeQuery } from './wasm-code-query.ts';
import type { Span } from './wasm-codes.ts';
import { ensure } from './wasm-kernels.ts';
import type { Tile } from './wasm-rows.ts';
import type { Source, Stage } from './wasm-stage.ts';

// Words of 32 bits at the start of the memory.
/** Raised with each stage, and to wake threads for one that comes: they wait for it to change. */
const TURN = 0;
/** The turn whose stage may be joined; 0 while there is none. */
const OPEN = 1;
/** The next unit that nobody has taken. */
const NEXT = 2;
/** Threads that have joined and not left. */
const INSIDE = 3;
/** How often another thread than the owner took part in a stage. */
const HELPED = 4;
/** Where what threads found may be written. */
const OUT = 5;
/** For each thread how many keys it found in the stage; -1 for a thread that took no part in it. */
const FOUND = 16;

/** The most threads that one exchange serves. */
export const MOST_THREADS = 64;

/** f64 behind the words: what a stage is, in numbers. */
const HEAD = 4 * (FOUND + MOST_THREADS);
const HEAD_NUMBERS = 8;

/** Then, for each of these, its place and its bytes as u32. */
const PARTS = HEAD + 8 * HEAD_NUMBERS;
const PART_COUNT = 7;
const BODY = PARTS + 8 * PART_COUNT;

const KINDS = ['estimates', 'codes', 'rows', 'tiles'] as const;

const SPAN = ['first', 'blocks', 'pairs', 'high', 'low'] as const;
const TILE = ['first', 'count', 'norm'] as const;

/** Past the units of any stage, and far from where 32 bits end. */
const NO_UNIT = 2 ** 30;

/** How long, in turns of an empty loop, a thread looks for the next stage before it sleeps: some 50 us. */
const GLANCES = 20_000;

/** The bytes of a stage as two threads see them. */
export class WasmExchange {
  readonly memory: WebAssembly.Memory;
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#words = new Int32Array(memory.buffer, 0, HEAD / 4);
  }

  /** Threads inside a stage. */
  get inside(): number {
    return Atomics.load(this.#words, INSIDE);
  }

  /** How often another thread than the owner took part in a stage. */
  get helped(): number {
    return Atomics.load(this.#words, HELPED);
  }

  /** Takes a unit. */
  claim(): number {
    return Atomics.add(this.#words, NEXT, 1);
  }

  /** Owner: wakes the threads for a stage that comes soon. */
  rouse(): void {
    Atomics.add(this.#words, TURN, 1);
    Atomics.notify(this.#words, TURN);
  }

  /** Owner: hands out a stage to `threads` threads, the owner among them. @throws ERR_SLUICE_OUT_OF_MEMORY */
  open(stage: Stage, threads: number): void {
    const { keep, limit, query, mask, source } = stage;
    const codes = 'codes' in source ? source.codes : undefined;
    const parts = [
      query.vector,
      codes?.nibbles,
      codes?.tables,
      source.kind === 'rows' ? undefined : mask,
      source.kind === 'rows' ? source.rows : undefined,
      'spans' in source ? pack(source.spans, SPAN) : undefined,
      source.kind === 'tiles' ? pack(source.tiles, TILE) : undefined,
    ].map((part) => part ?? new Uint8Array(0));
    let end = BODY;
    const places = parts.map(({ byteLength }) => {
      const at = end;
      end = Math.ceil((at + byteLength) / 16) * 16;
      return [at, byteLength];
    });
    ensure(this.memory, end + 8 * keep * (threads - 1));
    const { buffer } = this.memory;
    new Float64Array(buffer, HEAD, HEAD_NUMBERS).set([
      KINDS.indexOf(source.kind),
      keep,
      limit,
      query.norm,
      codes?.norm ?? 0,
      codes?.unit ?? 0,
      codes?.least ?? 0,
    ]);
    new Uint32Array(buffer, PARTS, 2 * PART_COUNT).set(places.flat());
    parts.forEach((part, i) => {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      new Uint8Array(buffer, places[i][0], part.byteLength).set(bytes);
    });
    this.#words.fill(-1, FOUND, FOUND + threads);
    this.#words[OUT] = end;
    Atomics.store(this.#words, NEXT, 0);
    Atomics.store(this.#words, OPEN, Atomics.load(this.#words, TURN) + 1);
    Atomics.add(this.#words, TURN, 1);
    Atomics.notify(this.#words, TURN);
  }

  /** Owner: lets nobody join any more, and those inside leave with the unit that they have; idempotent. */
  shut(): void {
    Atomics.store(this.#words, OPEN, 0);
    Atomics.store(this.#words, NEXT, NO_UNIT);
  }

  /** Owner, when nobody is inside: what a thread found; undefined if it took no part. A view. */
  found(thread: number, keep: number): BigUint64Array | undefined {
    const count = this.#words[FOUND + thread];
    return count < 0 ? undefined : new BigUint64Array(this.memory.buffer, this.#out(thread, keep), count);
  }

  /** Others: sleeps until the next turn, which it returns. Blocks the thread. */
  wait(seen: number): number {
    for (let i = 0; i < GLANCES; i++) if (Atomics.load(this.#words, TURN) !== seen) break;
    Atomics.wait(this.#words, TURN, seen);
    return Atomics.load(this.#words, TURN);
  }

  /** Others: joins the stage of a turn, which then is not replaced until {@link leave}; false if it is over. */
  join(turn: number): boolean {
    Atomics.add(this.#words, INSIDE, 1);
    if (Atomics.load(this.#words, OPEN) === turn) return true;
    Atomics.sub(this.#words, INSIDE, 1);
    return false;
  }

  /** Others: hands over what was found in a stage. */
  leave(thread: number, keep: number, keys: BigUint64Array): void {
    new BigUint64Array(this.memory.buffer, this.#out(thread, keep), keys.length).set(keys);
    this.#words[FOUND + thread] = keys.length;
    Atomics.add(this.#words, HELPED, 1);
    Atomics.sub(this.#words, INSIDE, 1);
  }

  /** Others: the stage that was joined, in views. */
  stage(): Stage {
    // An engine may keep an older, shorter view of a memory that another thread has grown.
    if (this.memory.buffer.byteLength < this.#words[OUT] >>> 0) this.memory.grow(0);
    const { buffer } = this.memory;
    const [kind, keep, limit, norm, codesNorm, unit, least] = new Float64Array(buffer, HEAD, HEAD_NUMBERS);
    const places = new Uint32Array(buffer, PARTS, 2 * PART_COUNT);
    const part = (i: number) => [places[2 * i], places[2 * i + 1]] as const;
    const bytes = (i: number) => new Uint8Array(buffer, ...part(i));
    const words = (i: number) => new Uint32Array(buffer, part(i)[0], part(i)[1] / 4);
    const doubles = (i: number) => new Float64Array(buffer, part(i)[0], part(i)[1] / 8);
    const codes: CodeQuery = {
      norm: codesNorm,
      nibbles: bytes(1),
      // Only the owner estimates by nibbles.
      estimating: bytes(1),
      tables: bytes(2),
      unit,
      least,
    };
    const sources: Record<Source['kind'], () => Source> = {
      estimates: () => ({ kind: 'estimates', codes, spans: unpack<Span>(doubles(5), SPAN) }),
      codes: () => ({ kind: 'codes', codes, spans: unpack<Span>(doubles(5), SPAN) }),
      rows: () => ({ kind: 'rows', rows: words(4) }),
      tiles: () => ({ kind: 'tiles', tiles: unpack<Tile>(doubles(6), TILE) }),
    };
    return {
      source: sources[KINDS[kind]](),
      query: { vector: new Float32Array(buffer, part(0)[0], part(0)[1] / 4), norm },
      mask: part(3)[1] === 0 ? undefined : words(3),
      keep,
      limit,
    };
  }

  #out(thread: number, keep: number): number {
    return (this.#words[OUT] >>> 0) + 8 * keep * (thread - 1);
  }
}

/** The named numbers of some things, one thing after the other. */
function pack<Name extends string>(
  things: readonly Readonly<Record<Name, number>>[],
  names: readonly Name[],
): Float64Array {
  const numbers = new Float64Array(things.length * names.length);
  let at = 0;
  for (const thing of things) for (const name of names) numbers[at++] = thing[name];
  return numbers;
}

function unpack<Thing>(numbers: Float64Array, names: readonly (keyof Thing)[]): Thing[] {
  return Array.from({ length: numbers.length / names.length }, (_, i) =>
    Object.fromEntries(names.map((name, j) => [name, numbers[i * names.length + j]])),
  ) as Thing[];
}
