/** Which genres does a simulated world know, how common is each, and at what hour is it liked? */

/** A genre: its share of first genres, the hour (UTC) at which it is liked best, and by how much in logits. */
export interface Genre {
  readonly name: string;
  readonly share: number;
  readonly peakHour: number;
  readonly swing: number;
}

/** The 18 genres of every world, in the order of their numbers. Shares are relative, not normalised. */
export const GENRES: readonly Genre[] = [
  { name: 'Action', share: 9, peakHour: 21, swing: 0.3 },
  { name: 'Adventure', share: 6, peakHour: 17, swing: 0.4 },
  { name: 'Animation', share: 4, peakHour: 16, swing: 0.8 },
  { name: 'Children', share: 4, peakHour: 15, swing: 1.2 },
  { name: 'Comedy', share: 15, peakHour: 19, swing: 0.3 },
  { name: 'Crime', share: 6, peakHour: 23, swing: 0.6 },
  { name: 'Documentary', share: 6, peakHour: 9, swing: 0.6 },
  { name: 'Drama', share: 20, peakHour: 20, swing: 0.2 },
  { name: 'Fantasy', share: 3, peakHour: 18, swing: 0.3 },
  { name: 'Film-Noir', share: 1, peakHour: 0, swing: 0.8 },
  { name: 'Horror', share: 6, peakHour: 0, swing: 1.2 },
  { name: 'Musical', share: 2, peakHour: 14, swing: 0.4 },
  { name: 'Mystery', share: 3, peakHour: 22, swing: 0.6 },
  { name: 'Romance', share: 6, peakHour: 20, swing: 0.4 },
  { name: 'Sci-Fi', share: 5, peakHour: 22, swing: 0.4 },
  { name: 'Thriller', share: 9, peakHour: 23, swing: 0.9 },
  { name: 'War', share: 2, peakHour: 21, swing: 0.3 },
  { name: 'Western', share: 2, peakHour: 14, swing: 0.4 },
];
