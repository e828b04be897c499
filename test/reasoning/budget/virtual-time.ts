/** What happens when in a simulated day? Calls that wait, resumed in the order of a virtual clock. */

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly call: Iterator<number, unknown, void>;
}

/** Runs calls, each of which yields the milliseconds that it waits, on a clock that jumps from one event to the next. */
export class VirtualTime {
  now = 0;
  #started = 0;
  readonly #heap: Waiting[] = [];

  /** Starts a call after a delay. */
  start(delay: number, call: Iterator<number, unknown, void>): void {
    this.#push({ at: this.now + delay, order: this.#started++, call });
  }

  /** Runs until no call is left; `step` sees every event. */
  run(step: () => void = () => {}): void {
    for (let next = this.#pop(); next; next = this.#pop()) {
      this.now = next.at;
      const { done, value } = next.call.next();
      step();
      if (!done) this.start(value as number, next.call);
    }
  }

  /** The same, letting everything that was promised settle after each event. */
  async runAsync(step: () => void): Promise<void> {
    for (let next = this.#pop(); next; next = this.#pop()) {
      this.now = next.at;
      const { done, value } = next.call.next();
      if (!done) this.start(value as number, next.call);
      step();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let place = heap.push(waiting) - 1;
    for (let above = (place - 1) >> 1; place > 0 && before(waiting, heap[above]); above = (place - 1) >> 1) {
      heap[place] = heap[above];
      place = above;
    }
    heap[place] = waiting;
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1], heap[below])) below++;
      if (!before(heap[below], last)) break;
      heap[place] = heap[below];
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

const before = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
