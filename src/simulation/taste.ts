/** Who likes what? Members and titles as unit vectors over latent dimensions that the genres span. */

import type { RandomStream } from '../index.ts';
import { GENRES } from './genres.ts';

/** The number of latent dimensions of taste. */
export const DIMENSIONS = 16;

/** Length of the private part of a title's or member's vector, where the genres' part has length 1. */
const PRIVATE_LENGTH = 0.7;

/** One random unit vector per genre: 18 x 16, row-major. */
export function genreVectors(random: RandomStream): Float64Array {
  const vectors = new Float64Array(GENRES.length * DIMENSIONS);
  for (let genre = 0; genre < GENRES.length; genre++) {
    for (let d = 0; d < DIMENSIONS; d++) vectors[genre * DIMENSIONS + d] = random.normal();
    scaleTo(1, vectors, genre);
  }
  return vectors;
}

/**
 * One unit vector per title: the mean direction of its three genre slots plus a private part.
 *
 * @param slots three genre numbers per title.
 * @returns titles x 16, row-major.
 */
export function titleVectors(slots: Uint8Array, genres: Float64Array, random: RandomStream): Float32Array {
  const vectors = new Float32Array((slots.length / 3) * DIMENSIONS);
  for (let title = 0; title < slots.length / 3; title++) {
    for (let slot = 0; slot < 3; slot++) addGenre(vectors, title, genres, slots[3 * title + slot], 1);
    addPrivatePart(vectors, title, random);
  }
  return vectors;
}

/**
 * One unit vector per member: two to four favourite genres in random proportions plus a private part.
 *
 * @returns members x 16, row-major.
 */
export function memberVectors(members: number, genres: Float64Array, random: RandomStream): Float32Array {
  const vectors = new Float32Array(members * DIMENSIONS);
  for (let member = 0; member < members; member++) {
    const favourites = 2 + random.below(3);
    for (let i = 0; i < favourites; i++) {
      addGenre(vectors, member, genres, random.below(GENRES.length), 0.3 + random.uniform());
    }
    addPrivatePart(vectors, member, random);
  }
  return vectors;
}

function addGenre(to: Float32Array, row: number, genres: Float64Array, genre: number, weight: number): void {
  for (let d = 0; d < DIMENSIONS; d++) to[row * DIMENSIONS + d] += weight * genres[genre * DIMENSIONS + d];
}

function addPrivatePart(vectors: Float32Array, row: number, random: RandomStream): void {
  scaleTo(1, vectors, row);
  const part = new Float64Array(DIMENSIONS);
  for (let d = 0; d < DIMENSIONS; d++) part[d] = random.normal();
  scaleTo(PRIVATE_LENGTH, part, 0);
  for (let d = 0; d < DIMENSIONS; d++) vectors[row * DIMENSIONS + d] += part[d];
  scaleTo(1, vectors, row);
}

/** Scales a row to the given length; a row of zeros stays. */
function scaleTo(length: number, vectors: Float32Array | Float64Array, row: number): void {
  let square = 0;
  for (let d = 0; d < DIMENSIONS; d++) square += vectors[row * DIMENSIONS + d] ** 2;
  const factor = square === 0 ? 0 : length / Math.sqrt(square);
  for (let d = 0; d < DIMENSIONS; d++) vectors[row * DIMENSIONS + d] *= factor;
}
