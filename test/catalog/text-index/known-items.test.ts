import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { TextEngineName } from '../../../src/catalog/text-index/engine.ts';
import { TextIndex } from '../../../src/catalog/text-index/text-index.ts';
import { wordsOf } from '../../../src/catalog/text-index/words.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { loadMovieLens } from '../../../src/offline/movielens.ts';
import { probeAddon } from '../../../src/vectors/addon.ts';
import { describeOnPublicData, publicData } from '../../offline/public-data.ts';

const engines: readonly TextEngineName[] = probeAddon().ok ? ['native', 'minisearch'] : ['minisearch'];

/** Titles asked for in each way. */
const CASES = 400;

/** Of these so many are to be among the first three. */
const TARGET = 0.95;

/** `Matrix, The (a.k.a. ...)` as its first name, article in front: `The Matrix`. */
function spoken(title: string): string {
  const name = title.replace(/\s*\(.*$/, '');
  return name.replace(/^(.*), (The|A|An|Le|La|Les|Das|Der|Die|El|Il|L'|Los|Las|Un|Une)$/, '$2 $1');
}

/** One letter of a word of at least four left out, put in, exchanged or swapped with the next one. */
function misspelt(title: string, random: RandomStream): string | undefined {
  const words = title.split(' ');
  const long = [...words.keys()].filter((i) => /^[A-Za-z]{4,}$/.test(words[i]));
  if (long.length === 0) return undefined;
  const which = long[random.below(long.length)];
  const word = words[which];
  const at = random.below(word.length - 1);
  const letter = String.fromCharCode(97 + random.below(26));
  const [before, here, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const forms = [
    before + next + after,
    before + letter + here + next + after,
    before + letter + next + after,
  ];
  words[which] = [...forms, before + next + here + after][random.below(4)];
  return words.join(' ');
}

/** Broken off within the last word, of which at least half and three letters are there. */
function begun(title: string, random: RandomStream): string | undefined {
  const last = /[A-Za-z]{4,}$/.exec(title)?.[0];
  if (last === undefined) return undefined;
  const most = Math.min(last.length >> 1, last.length - 3);
  return title.slice(0, title.length - 1 - random.below(most));
}

function withoutAccents(title: string): string | undefined {
  const plain = title.normalize('NFD').replace(/\p{Mn}/gu, '');
  return plain === title ? undefined : plain;
}

describeOnPublicData('known films are found', () => {
  let catalog: Catalog;
  const indexes = new Map<TextEngineName, TextIndex>();
  beforeAll(async () => {
    ({ catalog } = await loadMovieLens(`${publicData}/ml-latest-small`));
    for (const engine of engines) indexes.set(engine, await TextIndex.build(catalog, { engine }));
  });
  afterAll(() => {
    for (const index of indexes.values()) index.close();
  });

  /** The share of cases in which one of the first three rows has the title that was meant. */
  async function share(
    engine: TextEngineName,
    form: (title: string, random: RandomStream) => string | undefined,
  ) {
    const index = indexes.get(engine)!;
    const titles = catalog.column('title', 'text');
    const random = new RandomStream(11);
    const names = Array.from({ length: catalog.size }, (_, row) => wordsOf(spoken(titles.at(row))));
    const missed: string[] = [];
    let cases = 0;
    for (const row of random.shuffle(Uint32Array.from(names.keys()))) {
      if (cases === CASES) break;
      const query = form(spoken(titles.at(row)), random);
      if (query === undefined || names[row] === '') continue;
      cases++;
      const { rows } = await index.search(query, { k: 3 });
      // Remakes have one title: whichever of them comes is right.
      if (!rows.some((found) => names[found] === names[row]))
        missed.push(`${query} -> ${[...rows].map((r) => titles.at(r)).join(' | ')}`);
    }
    expect(cases).toBeGreaterThan(50);
    return 1 - missed.length / cases;
  }

  describe.each(engines)('by %s', (engine) => {
    test.each([
      ['by their titles as one says them', (title: string) => title],
      ['with a typo', misspelt],
      ['while the last word is being typed', begun],
      ['without their accents', withoutAccents],
    ])('%s', async (_, form) => {
      expect(await share(engine, form)).toBeGreaterThanOrEqual(TARGET);
    });
  });
});
