/** When may a thing be freed that searches still use? When the last of them has ended. */

/** A value with a count of its users; freed when all have released it. */
export class Shared<T> {
  readonly value: T;
  readonly #free: (value: T) => void;
  #users = 1;

  /** The maker is the first user. */
  constructor(value: T, free: (value: T) => void) {
    this.value = value;
    this.#free = free;
  }

  /** Counts one more user, who must release it. */
  retain(): this {
    this.#users++;
    return this;
  }

  release(): void {
    if (--this.#users === 0) this.#free(this.value);
  }
}
