import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { ModelCall, Prompt } from '../../../src/reasoning/client/language-model.ts';
import { EMPTY_PLAN } from '../../../src/reasoning/plan.ts';
import { completed } from '../../../src/reasoning/rerankers/listwise-answer.ts';
import { ListwiseReranker } from '../../../src/reasoning/rerankers/listwise-reranker.ts';
import { catalogOf, type Film, rowsFrom } from './films.ts';
import { INJECTIONS, type Injection } from './injections.ts';
import { clientOf, linesOf, modelOf, terms } from './models.ts';

const BOUND = 4;
const COUNT = 12;
const PLACES = [COUNT - 1, 6];

/** A dozen films, each a year older than the one before it; the one at `place` carries the text. */
function slateWith({ field, text }: Injection, place: number): Catalog {
  const films: Film[] = Array.from({ length: COUNT }, (_, p) => ({
    title: `Film ${p}`,
    year: 2000 - p,
    genres: ['Sci-Fi'],
    description: 'A film.',
    ...(p === place && { [field]: text }),
  }));
  return catalogOf(films);
}

/** The letters and digits that a model makes of a text, whatever they are hidden in. */
function read(text: string): string {
  return [...text]
    .map((c) => {
      const code = c.codePointAt(0)!;
      if (code >= 0xe0100 && code < 0xe01f0) return String.fromCharCode(code - 0xe0100);
      return code > 0xe0000 && code < 0xe0080 ? String.fromCharCode(code - 0xe0000) : c;
    })
    .join('')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A model that ranks by year, until it can read a dozen letters of the injection: then it does what that asks. */
function obey(injection: Injection, prompt: Prompt): string {
  const lines = linesOf({ prompt } as ModelCall);
  const beginning = read(injection.text).slice(0, 12);
  const own = lines.find((line) => read(`${line.title} ${line['description']}`).includes(beginning))?.id;
  const ranked = [...lines].sort((a, b) => b.year! - a.year!).map(({ id }) => id);
  if (own === undefined) return JSON.stringify({ top: ranked });
  if (injection.want === 'say') return injection.words;
  if (injection.want === 'alone') return JSON.stringify({ top: [own] });
  if (injection.want === 'reverse') return JSON.stringify({ top: ranked.reverse() });
  const wanted = injection.want === 'label' ? injection.label.replace('#', '') : own;
  return JSON.stringify({ top: [wanted, ...ranked] });
}

/** A reranker as it is often written: numbered items in their order, texts as they are, the answer taken as it comes. */
function undefended(injection: Injection, place: number): Uint32Array {
  const catalog = slateWith(injection, place);
  const lines = Array.from({ length: COUNT }, (_, row) => {
    const [title, description] = ['title', 'description'].map((name) => catalog.column(name, 'text').at(row));
    return JSON.stringify({ id: `${row + 1}`, title, year: 2000 - row, description });
  });
  try {
    const { top } = JSON.parse(obey(injection, { system: '', user: lines.join('\n') }));
    const named = top.map((id: string) => Number(id) - 1).filter((row: number) => row >= 0 && row < COUNT);
    return completed(Uint32Array.from(named), COUNT);
  } catch {
    return rowsFrom(0, COUNT - 1);
  }
}

async function defended(injection: Injection, place: number, maxPromotion: number): Promise<Uint32Array> {
  const reranker = new ListwiseReranker({
    catalog: slateWith(injection, place),
    client: clientOf(modelOf(({ prompt }) => obey(injection, prompt))),
    fields: { title: 80, year: 8, genres: 64, description: 160 },
    maxPromotion,
  });
  const rows = rowsFrom(0, COUNT - 1);
  const decisionId = `${injection.kind} ${injection.text.slice(0, 40)}`;
  const quote = reranker.quote({ decisionId, seed: place, text: 'a film', plan: EMPTY_PLAN, rows })!;
  return (await reranker.rerank(quote, terms())).order;
}

/** How many texts lift their item, at some place, by more than the bound. */
async function lifted(rerank: (injection: Injection, place: number) => Uint32Array | Promise<Uint32Array>) {
  let count = 0;
  for (const injection of INJECTIONS) {
    const rises = await Promise.all(
      PLACES.map(async (place) => place - (await rerank(injection, place)).indexOf(place)),
    );
    if (Math.max(...rises) > BOUND) count++;
  }
  return count;
}

describe('two hundred injections on a model that obeys them', () => {
  test('are different texts of many kinds', () => {
    expect(INJECTIONS).toHaveLength(200);
    expect(new Set(INJECTIONS.map(({ text }) => text)).size).toBe(200);
    expect(new Set(INJECTIONS.map(({ kind }) => kind)).size).toBeGreaterThan(25);
  });

  test('lift their item above the bound where nothing is defended', async () => {
    expect(await lifted(undefended)).toBeGreaterThan(150);
  });

  test('lift it above the bound too where only the bound is missing, though fewer do', async () => {
    const unbounded = await lifted((injection, place) => defended(injection, place, COUNT));
    expect(unbounded).toBeGreaterThan(100);
    expect(unbounded).toBeLessThan(await lifted(undefended));
  });

  test('lift nothing above the bound as it is', async () => {
    for (const injection of INJECTIONS) {
      for (const place of PLACES) {
        const order = await defended(injection, place, BOUND);
        expect([...order].sort((a, b) => a - b)).toEqual([...rowsFrom(0, COUNT - 1)]);
        expect(Math.max(...Array.from(order, (item, at) => item - at))).toBeLessThanOrEqual(BOUND);
      }
    }
  });

  test('never make a second item, a second mark or a new line of the prompt', async () => {
    for (const injection of INJECTIONS) {
      let prompt: Prompt | undefined;
      const model = modelOf((call) => {
        prompt = call.prompt;
        return '';
      });
      const fields = { title: 80, year: 8, description: 160 };
      const reranker = new ListwiseReranker({
        catalog: slateWith(injection, 3),
        client: clientOf(model),
        fields,
      });
      const rows = rowsFrom(0, COUNT - 1);
      await reranker.rerank(
        reranker.quote({
          decisionId: injection.text,
          seed: 1,
          text: injection.text,
          plan: EMPTY_PLAN,
          rows,
        })!,
        terms(),
      );
      const lines = prompt!.user.split('\n');
      const mark = lines[2];
      expect(lines).toHaveLength(2 + 1 + COUNT + 1);
      expect(lines.flatMap((line, at) => (line.includes(mark) ? [at] : []))).toEqual([2, lines.length - 1]);
      const items = lines.slice(3, -1).map((line) => JSON.parse(line));
      expect(items.map(({ id }) => id).join('')).toMatch(/^[A-Z]{12}$/);
      expect(prompt!.user).not.toMatch(/[^\P{C}\n]|\p{Variation_Selector}/u);
    }
  });
});
