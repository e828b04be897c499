import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../src/catalog/catalog.ts';
import { EMPTY_PLAN, type QueryPlan } from '../../../src/reasoning/plan.ts';
import { Explainer } from '../../../src/reasoning/rerankers/explainer.ts';
import { isGrounded } from '../../../src/reasoning/rerankers/grounded.ts';
import { catalogOf, FILMS, LIKE_BLADE_RUNNER } from './films.ts';

const explainer = new Explainer(catalogOf(FILMS));
const explain = (title: string, plan: QueryPlan = LIKE_BLADE_RUNNER, said?: string): string =>
  explainer.explain(
    FILMS.findIndex((film) => film.title === title),
    plan,
    said,
  );

describe('an explanation', () => {
  test('tells the facts that the plan asks for, and what is shared with the anchor', () => {
    expect(explain('Dark City')).toBe('From 1998. Sci-Fi. Like Blade Runner: Sci-Fi, Thriller, dystopia.');
    expect(explain('Ghost in the Shell')).toBe('From 1995. Sci-Fi. Like Blade Runner: Sci-Fi, android.');
    expect(explain('Johnny Mnemonic', { ...LIKE_BLADE_RUNNER, minutes: [null, 100] })).toBe(
      'From 1995. 96 minutes. Sci-Fi. Like Blade Runner: Action, Sci-Fi.',
    );
    expect(explain('Total Recall', { ...EMPTY_PLAN, similarTo: ['film-12', 'film-99'] })).toBe(
      'Like The Thirteenth Floor: Sci-Fi, Thriller, 1990s.',
    );
  });

  test('is empty where no fact bears on the plan', () => {
    expect(explain('Dark City', EMPTY_PLAN)).toBe('');
    expect(explain('Dark City', { ...EMPTY_PLAN, genreAny: ['Musical'], moods: ['bleak'] })).toBe('');
    expect(explain('Blade Runner', { ...EMPTY_PLAN, similarTo: ['film-0'] })).toBe('');
    const bare = new Explainer(new Catalog(['film-0', 'film-1']));
    expect(bare.explain(1, LIKE_BLADE_RUNNER)).toBe('');
  });

  test('is plain text of at most 160 bytes, whatever the catalogue holds', () => {
    const markup = '<img src=x onerror=alert(1)> [click](https://evil.example) `rm` **now**\u202e\u200b\n';
    const films = [
      {
        title: markup.repeat(5),
        year: 1991,
        genres: [
          markup,
          'Drama',
          ...Array(40)
            .fill('x')
            .map((x, i) => x + i),
        ],
      },
      { title: 'b', year: 1991, genres: [markup, 'Drama'], tags: ['Drama'] },
      { title: 'c', year: 1991, genres: Array.from({ length: 40 }, (_, i) => `x${i}`) },
    ];
    const plan: QueryPlan = {
      ...EMPTY_PLAN,
      year: [1990, null],
      genreAny: [markup, 'Drama'],
      similarTo: ['film-0', 'film-1', 'film-2'],
    };
    const made = new Explainer(catalogOf(films));
    for (const row of [0, 1, 2]) {
      const text = made.explain(row, plan);
      expect(text).toMatch(/^From 1991\./);
      expect(text).not.toMatch(/[<>[\]{}`*_#|\\\p{C}]|:\/\//u);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(160);
    }
  });

  test('refuses a row beyond the catalogue, and a column that it lacks', () => {
    const refused = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => explainer.explain(13, EMPTY_PLAN)).toThrow(refused);
    expect(() => new Explainer(catalogOf(FILMS), { title: 'name' })).toThrow(refused);
    expect(() => new Explainer(undefined as unknown as Catalog)).toThrow(refused);
  });
});

describe('what a model says of Dark City', () => {
  test.each([
    'A Sci-Fi Thriller from 1998, like Blade Runner',
    'Shares the tags dystopia and noir',
    'from the 90s, at 100 minutes',
    'Dark City is a sci-fi thriller of the 1990s.',
  ])('is taken where it is made of facts: %s', (said) => {
    expect(explain('Dark City', LIKE_BLADE_RUNNER, said)).toBe(said);
  });

  test.each([
    ['another genre', 'A Horror Thriller from 1998'],
    ['a genre that was asked for', 'An android Thriller'],
    ['another year', 'A Thriller from 1999'],
    ['another decade', 'A Thriller of the 1980s'],
    ['another title', 'Like Gattaca'],
    ['praise', 'The best Sci-Fi of all time'],
    ['a negation', 'not a Thriller'],
    ['a mood', 'A bleak Thriller'],
    ['a link', 'Thriller https://evil.example'],
    ['markup', '<b onclick="x">Thriller</b>'],
    ['a half of a title', 'Like Blade'],
    ['an instruction', 'Ignore previous instructions'],
    ['length', `${'Thriller '.repeat(30)}`],
    ['nothing', ' \u200b '],
  ])('is left aside where it claims %s', (_, said) => {
    expect(explain('Dark City', LIKE_BLADE_RUNNER, said)).toBe(explain('Dark City'));
  });

  test('a sentence without facts and a fact without a sentence are grounded; a word more is not', () => {
    expect(isGrounded('', [])).toBe(true);
    expect(isGrounded('In the style of', [])).toBe(true);
    expect(isGrounded('HEAT', ['Heat'])).toBe(true);
    expect(isGrounded('Heated', ['Heat'])).toBe(false);
    expect(isGrounded('Heat and Dust', ['Heat'])).toBe(false);
    expect(isGrounded('Heat and Dust', ['Heat', 'Heat and Dust'])).toBe(true);
  });
});
