/** How alike are items? Their vectors, brought to length 1. */

/** The rows of a row-major matrix, each divided by its length; a vector of zeros stays one. */
export function unitVectors(vectors: Float32Array, dimension: number): Float64Array {
  const units = new Float64Array(vectors.length);
  for (let from = 0; from < vectors.length; from += dimension) {
    let square = 0;
    for (let j = 0; j < dimension; j++) square += vectors[from + j] * vectors[from + j];
    const length = Math.sqrt(square);
    if (length === 0) continue;
    for (let j = 0; j < dimension; j++) units[from + j] = vectors[from + j] / length;
  }
  return units;
}

/** The inner product of two rows in f64. */
export function cosine(units: Float64Array, dimension: number, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < dimension; j++) sum += units[a * dimension + j] * units[b * dimension + j];
  return sum;
}
