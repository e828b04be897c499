/** Which settings does a model train with? Those of the command line, by the library's names. */

/** The options of `withModel` in `main.ts`. */
export interface ModelOptions {
  readonly factors: number;
  readonly iterations: number;
  readonly regularization: number;
  readonly unobservedWeight: number;
  readonly seed: number;
}

/** Only the model's settings of a command's options. */
export function modelOptions(options: ModelOptions): ModelOptions {
  const { factors, iterations, regularization, unobservedWeight, seed } = options;
  return { factors, iterations, regularization, unobservedWeight, seed };
}
