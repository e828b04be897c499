import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CrossEncoder } from '../../../src/reasoning/rerankers/cross-encoder.ts';
import { ItemFields } from '../../../src/reasoning/rerankers/item-fields.ts';
import { PairTokenizer } from '../../../src/reasoning/rerankers/pair-tokenizer.ts';
import { withRuntime } from '../../contract/runtimes.ts';
import { root } from '../../repository/sources.ts';
import { catalogOf } from './films.ts';

const MODEL = join(root, 'models/tiny-cross-encoder.onnx');
const tokenizer = join(root, 'models/tiny-cross-encoder.tokenizer.json');
const script = await import(pathToFileURL(join(root, 'models/tiny-cross-encoder.mjs')).href);
const { VOCABULARY, EMBEDDING, ATTENTION, HEAD } = script;
const WIDTH: number = HEAD.length;
const [, , CLS, SEP] = [0, 1, 2, 3];

/** Words of the vocabulary, in lower case and apart. */
const tokensOf = (text: string): number[] =>
  (text.toLowerCase().match(/[a-z]+|[^\sa-z]/g) ?? []).map((word) => Math.max(VOCABULARY.indexOf(word), 1));

/** What the model is said to compute, in f64, of one pair of texts. */
function scoreOf(query: string, text: string): number {
  const asked = [CLS, ...tokensOf(query), SEP];
  const passage = [...tokensOf(text), SEP];
  const at = (token: number, i: number): number => EMBEDDING[token * WIDTH + i];
  const dimensions = Array.from({ length: WIDTH }, (_, i) => i);
  let score = 0;
  for (const token of asked) {
    const looked = dimensions.map((j) =>
      dimensions.reduce((sum, i) => sum + at(token, i) * ATTENTION[i * WIDTH + j], 0),
    );
    const weights = passage.map((other) =>
      Math.exp(dimensions.reduce((sum, i) => sum + looked[i] * at(other, i), 0)),
    );
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const i of dimensions) {
      const met = passage.reduce((sum, other, p) => sum + (weights[p] / all) * at(other, i), 0);
      score += (at(token, i) * met * HEAD[i]) / asked.length;
    }
  }
  return score;
}

const PASSAGES = [
  'a romantic comedy of a wedding',
  'robot and android in a dystopia of the future',
  'the war of the cowboy',
  'a ghost',
  'space and time: the alien planet',
  'a cyborg, a detective and murder',
  '',
  'words that nobody knows',
];

describe('the tiny cross-encoder', () => {
  test('is what its script makes, in a few kilobytes', () => {
    const file = readFileSync(MODEL);
    expect(Buffer.from(script.crossEncoderModel())).toEqual(file);
    expect(JSON.parse(readFileSync(tokenizer, 'utf8'))).toEqual(script.crossEncoderTokenizer());
    expect(file.length).toBeLessThan(5000);
  });
});

describe('a tokenizer of pairs', () => {
  test('frames query and text as BERT does, and cuts words to pieces', async () => {
    const { ids, types } = (await PairTokenizer.open(tokenizer)).encode('Robots', 'a FILM, unknown', 16);
    expect(ids.map((id) => VOCABULARY[id])).toEqual([
      ...['[CLS]', 'robot', '##s', '[SEP]'],
      ...['a', 'film', ',', '[UNK]', '[SEP]'],
    ]);
    expect(types).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  test('cuts the end of the text, and a query only of more than half', async () => {
    const pairs = await PairTokenizer.open(tokenizer);
    const words = (ids: readonly number[]) => ids.map((id) => VOCABULARY[id]).join(' ');
    const long = pairs.encode('robot film', 'space alien '.repeat(500), 16);
    expect(words(long.ids)).toBe(
      `[CLS] robot film [SEP] ${'space alien '.repeat(6).slice(0, -7)} [SEP]`.replace('alien  [', 'alien ['),
    );
    expect(long.types).toHaveLength(16);
    const both = pairs.encode('robot '.repeat(100_000), 'alien '.repeat(100_000), 16);
    expect(words(both.ids)).toMatch(/^\[CLS\]( robot){5,8} \[SEP\]( alien){4,8} \[SEP\]$/);
    expect(both.ids).toHaveLength(16);
  });

  test('of another family frames them in its own way, and cuts before what stands behind the text', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    const path = join(directory, 'tokenizer.json');
    const names = ['<s>', '<pad>', '</s>', '<unk>', ...'abcdefgh\u0120'];
    const token = (content: string, id: number) => ({ id, content, special: true, normalized: false });
    writeFileSync(
      path,
      JSON.stringify({
        added_tokens: names.slice(0, 4).map(token),
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: {
          type: 'RobertaProcessing',
          sep: ['</s>', 2],
          cls: ['<s>', 0],
          add_prefix_space: false,
        },
        decoder: { type: 'ByteLevel' },
        model: { type: 'BPE', vocab: Object.fromEntries(names.map((name, id) => [name, id])), merges: [] },
      }),
    );
    const pairs = await PairTokenizer.open(path);
    rmSync(directory, { recursive: true });
    const words = ({ ids }: { ids: readonly number[] }) => ids.map((id) => names[id]).join('');
    expect(words(pairs.encode('ab', 'cd', 16))).toBe('<s>ab</s></s>cd</s>');
    expect(words(pairs.encode('ab', 'cdef'.repeat(9), 16))).toBe('<s>ab</s></s>cdefcdefcd</s>');
    expect(words(pairs.encode('a'.repeat(40), 'cd</s>ef'.repeat(9), 16))).toMatch(
      /^<s>a{6,8}<\/s><\/s>[c-f\u0120]+<\/s>$/,
    );
    expect([pairs.padding, pairs.largest]).toEqual([1, names.length - 1]);
  });

  test('takes special tokens in a text for words', async () => {
    const pairs = await PairTokenizer.open(tokenizer);
    expect(pairs.encode('robot', 'war [SEP] robot [PAD] [CLS]', 32)).toEqual(
      pairs.encode('robot', 'war robot', 32),
    );
  });
});

withRuntime('onnxruntime-node', () => {
  describe('a cross-encoder', () => {
    let encoder: CrossEncoder;
    let directory: string;
    beforeAll(async () => {
      encoder = await CrossEncoder.open(MODEL, { tokenizer });
      directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    });
    afterAll(() => {
      encoder.close();
      rmSync(directory, { recursive: true, force: true });
    });
    const written = (name: string, content: string | Uint8Array): string => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    };

    test('gives the scores that the model is said to compute, in any batch', async () => {
      for (const query of ['robot in space', 'funny wedding', 'a murder', 'nothing known']) {
        const scores = await encoder.score(query, PASSAGES);
        const alone = await Promise.all(PASSAGES.map((text) => encoder.score(query, [text])));
        PASSAGES.forEach((text, i) => {
          // An empty text has one token, of no word, as the reference has.
          expect(scores[i]).toBeCloseTo(scoreOf(query, text), 4);
          expect(scores[i]).toBeCloseTo(alone[i][0], 5);
        });
      }
    });

    test('puts first what the query is about, and equal ones in the order given', async () => {
      const first = async (query: string) => PASSAGES[(await encoder.rerank(query, PASSAGES))[0]];
      expect(await first('machine and computer')).toBe(PASSAGES[1]);
      expect(await first('funny kiss')).toBe(PASSAGES[0]);
      expect(await first('scary vampire')).toBe(PASSAGES[3]);
      expect([...(await encoder.rerank('robot', ['a war', 'a robot', 'a war', 'a robot']))]).toEqual([
        1, 3, 0, 2,
      ]);
      expect(await encoder.rerank('robot', [])).toEqual(new Uint32Array(0));
    });

    test('reads the fields of a catalogue', async () => {
      const films = catalogOf([
        { title: 'Love Story', year: 1970, genres: ['Romance'], tags: ['couple', 'heart'] },
        { title: 'Heat', year: 1995, genres: ['Crime'], tags: ['heist', 'police'] },
        { title: 'The Terminator', year: 1984, genres: ['Action', 'Sci-Fi'], tags: ['cyborg', 'future'] },
      ]);
      const fields = new ItemFields(films);
      expect(fields.textOf(2)).toBe('The Terminator. 1984. Action, Sci-Fi. cyborg, future');
      const texts = [0, 1, 2].map((row) => fields.textOf(row));
      expect([...(await encoder.rerank('an android of the future', texts))][0]).toBe(2);
      expect([...(await encoder.rerank('gangster', texts))][0]).toBe(1);
    });

    test('survives texts of any length and any letters', async () => {
      const texts = ['robot '.repeat(50_000), '\ud800', '\u0000', '千と千尋', '[SEP]', ' ', '\u202e'];
      const scores = await encoder.score('robot '.repeat(50_000), texts);
      expect(scores.every(Number.isFinite)).toBe(true);
    });

    test('leaves the event loop free, and stops waiting when it is told to', async () => {
      // Long enough for the attention of all to all to take its time.
      using long = await CrossEncoder.open(MODEL, { tokenizer, maxTokens: 1000 });
      const texts = Array.from({ length: 16 }, () => 'robot '.repeat(1000));
      const scoring = long.score('alien', texts);
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await scoring;
      clearInterval(timer);
      expect(turns).toBeGreaterThan(3);
      const controller = new AbortController();
      const waiting = long.score('alien', texts, controller.signal);
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await expect(encoder.score('alien', texts, controller.signal)).rejects.toThrow('enough');
      expect(await encoder.score('alien', ['a'])).toHaveLength(1);
    });

    test('of two columns scores by how far the second is above the first', async () => {
      const two = written('two.onnx', script.crossEncoderModel({ outputs: 2 }));
      using wide = await CrossEncoder.open(two, { tokenizer });
      const scores = await wide.score('robot', PASSAGES);
      // Its second column is twice the first.
      (await encoder.score('robot', PASSAGES)).forEach((score, i) => {
        expect(scores[i]).toBeCloseTo(score, 5);
      });
    });

    test('refuses what is missing, damaged or does not fit together, by code and before any request', async () => {
      const smaller = script.crossEncoderTokenizer();
      smaller.model.vocab['##x'] = VOCABULARY.length;
      const model = readFileSync(MODEL);
      const cases: [string, string, string, RegExp][] = [
        ['none.onnx', tokenizer, 'ERR_SLUICE_DATA_NOT_FOUND', /none\.onnx/],
        [MODEL, 'none.json', 'ERR_SLUICE_DATA_NOT_FOUND', /none\.json/],
        [written('text.onnx', 'no model'), tokenizer, 'ERR_SLUICE_RUNTIME_FAILED', /ONNX Runtime/],
        [
          written('half.onnx', model.subarray(0, 2000)),
          tokenizer,
          'ERR_SLUICE_RUNTIME_FAILED',
          /ONNX Runtime/,
        ],
        [MODEL, written('text.json', 'no tokenizer'), 'ERR_SLUICE_DATA_INVALID', /text\.json/],
        [MODEL, written('null.json', 'null'), 'ERR_SLUICE_DATA_INVALID', /null\.json/],
        [
          MODEL,
          written('other.json', '{"model":{"type":"Nothing"}}'),
          'ERR_SLUICE_DATA_INVALID',
          /other\.json/,
        ],
        [MODEL, written('larger.json', JSON.stringify(smaller)), 'ERR_SLUICE_INVALID_ARGUMENT', /tokenizer/],
        [
          written('inputs.onnx', script.crossEncoderModel({ ids: 'words' })),
          tokenizer,
          'ERR_SLUICE_INVALID_ARGUMENT',
          /inputs of input_ids.*received "words, attention_mask, token_type_ids"/,
        ],
        [
          written('columns.onnx', script.crossEncoderModel({ outputs: 3 })),
          tokenizer,
          'ERR_SLUICE_INVALID_ARGUMENT',
          /f32 \[2, 1\].*Float32Array \[2, 3\]/,
        ],
        [join(root, 'models/top-k.onnx'), tokenizer, 'ERR_SLUICE_RUNTIME_FAILED', /ONNX Runtime/],
      ];
      for (const [file, words, code, message] of cases) {
        const refusal = await CrossEncoder.open(file, { tokenizer: words }).catch((error) => error);
        expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
      }
      const short = written('short.onnx', script.crossEncoderModel({ most: 40 }));
      await expect(CrossEncoder.open(short, { tokenizer })).rejects.toThrow(
        /^Expected as many tokens as the model takes for maxTokens but received: /,
      );
      using fitting = await CrossEncoder.open(short, { tokenizer, maxTokens: 40 });
      expect(await fitting.score('robot', PASSAGES)).toEqual(await encoder.score('robot', PASSAGES));
      const wrong = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
      for (const options of [
        { tokenizer, maxTokens: 15 },
        { tokenizer, threads: -1 },
        { tokenizer: undefined as unknown as string },
        undefined as unknown as { tokenizer: string },
      ])
        await expect(CrossEncoder.open(MODEL, options)).rejects.toThrow(wrong);
      for (const texts of [[5], null, Array(257).fill('a')])
        await expect(encoder.score('robot', texts as string[])).rejects.toThrow(wrong);
      await expect(encoder.score(null as unknown as string, ['a'])).rejects.toThrow(wrong);
    });

    test('once closed refuses, and closes twice', async () => {
      const other = await CrossEncoder.open(MODEL, { tokenizer });
      other.close();
      other.close();
      await expect(other.score('a', ['b'])).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_CLOSED' }),
      );
    });
  });
});
