/** Which numbers does a cross-encoder read for a query and a text? Those of its tokenizer.json. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { SluiceError } from '../../errors.ts';
import { resolvePeer } from '../../vectors/peer-package.ts';

const PACKAGE = { name: '@huggingface/tokenizers', version: '0.2.0' };
const REMEDY = 'Export tokenizer.json again from the model that the ONNX file was made of.';

/** Of a token, on average: what lies beyond so many letters is not looked at. */
const MOST_LETTERS = 50;

/** What is used of @huggingface/tokenizers. */
interface Tokenizers {
  readonly Tokenizer: new (tokenizer: object, config: object) => Tokenizer;
}

interface Tokenizer {
  encode(text: string, options: object): { readonly ids: number[]; readonly token_type_ids?: number[] };
  token_to_id(token: string): number | undefined;
  get_vocab(withAdded: boolean): Map<string, number>;
  get_added_tokens_decoder(): Map<number, { readonly content: string; readonly special: boolean }>;
}

/** The tokens of one pair. */
export interface TokenPair {
  readonly ids: readonly number[];
  /** 0 for the query, 1 for the text. */
  readonly types: readonly number[];
}

/**
 * Any tokenizer of the file format of Hugging Face. Needs the optional package @huggingface/tokenizers. A dozen short
 * pairs take some 0.4 ms.
 */
export class PairTokenizer {
  /** The largest number of a token. */
  readonly largest: number;
  /** What fills the shorter pairs of a batch. */
  readonly padding: number;
  readonly #tokenizer: Tokenizer;
  readonly #special: readonly string[];
  /** Special tokens behind the text. */
  readonly #behind: number;

  private constructor(tokenizer: Tokenizer, padding: number | undefined) {
    this.#tokenizer = tokenizer;
    const added = [...tokenizer.get_added_tokens_decoder()];
    this.#special = added.filter(([, token]) => token.special).map(([, { content }]) => content);
    // A loop: the vocabulary may hold more numbers than a call has arguments.
    let largest = 0;
    for (const id of tokenizer.get_vocab(true).values()) largest = Math.max(largest, id);
    this.largest = largest;
    this.padding = padding ?? tokenizer.token_to_id('[PAD]') ?? tokenizer.token_to_id('<pad>') ?? 0;
    const plain = tokenizer.encode('b', { add_special_tokens: false }).ids;
    const { ids } = tokenizer.encode('a', { text_pair: 'b' });
    this.#behind = ids.length - 1 - ids.lastIndexOf(plain[plain.length - 1]);
  }

  /**
   * Reads a tokenizer.json.
   *
   * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID for a file that is no tokenizer,
   * ERR_SLUICE_MODULE_REQUIRED.
   */
  static async open(path: string): Promise<PairTokenizer> {
    let json: string;
    try {
      json = await readFile(path, 'utf8');
    } catch (cause) {
      throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a readable file at ${path}`, { cause });
    }
    const { Tokenizer } = createRequire(import.meta.url)(resolvePeer(PACKAGE)) as Tokenizers;
    try {
      const settings = JSON.parse(json);
      return new PairTokenizer(new Tokenizer(settings, {}), settings.padding?.pad_id);
    } catch (cause) {
      const { message } = cause as Error;
      throw new SluiceError(
        'ERR_SLUICE_DATA_INVALID',
        `Expected a tokenizer in ${path} but received: ${message}`,
        {
          cause,
          remedy: REMEDY,
        },
      );
    }
  }

  /**
   * The tokens of a query and a text, at most `most`: the end of the text is cut, and that of a query which would take
   * more than half. What the tokenizer would take for a special token is plain text no more.
   */
  encode(query: string, text: string, most: number): TokenPair {
    let asked = this.#plain(query.slice(0, most * MOST_LETTERS));
    const half = Math.floor(most / 2);
    // A token may hold few letters or many: cut in proportion until it fits.
    for (let tokens = this.#count(asked); tokens > half; tokens = this.#count(asked))
      asked = asked.slice(0, Math.floor((asked.length * half) / (tokens + 1)));
    const pair = this.#tokenizer.encode(asked, {
      text_pair: this.#plain(text.slice(0, most * MOST_LETTERS)) || ' ',
      return_token_type_ids: true,
    });
    const { ids, token_type_ids: types = ids.map(() => 0) } = pair;
    if (ids.length <= most) return { ids, types };
    const cut = (numbers: readonly number[]) => [
      ...numbers.slice(0, most - this.#behind),
      ...numbers.slice(numbers.length - this.#behind),
    ];
    return { ids: cut(ids), types: cut(types) };
  }

  #count(text: string): number {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  }

  #plain(text: string): string {
    let plain = text;
    for (const token of this.#special) plain = plain.replaceAll(token, ' ');
    return plain;
  }
}
