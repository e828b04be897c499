// Makes tiny-cross-encoder.onnx and tiny-cross-encoder.tokenizer.json, with which the cross-encoder is tested:
// `node models/tiny-cross-encoder.mjs`.
//
// It takes what a BERT cross-encoder takes, int64 input_ids, attention_mask and token_type_ids [batch, tokens], and
// gives f32 logits [batch, 1]. Every token of the query (type 0) attends to the tokens of the passage (type 1), and the
// score is how well it meets there what it looks for, on average:
//
//   E = embedding[input_ids]                                     [batch, tokens, width]
//   C = softmax(E x W x E^T, over the tokens of the passage) x E
//   logits = mean over the query of (E * C) x head
//
// Words are embedded by their topics, not learned: the model knows that androids are robots, and little else.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bytes, FLOAT, INT64, model, node, tensor, text, value } from './onnx.mjs';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

/** Words by topic; a word of two topics stands in both. */
const TOPICS = [
  'robot android cyborg machine computer artificial matrix cyberpunk ai',
  'space star alien planet future sci fi dystopia time',
  'crime heist detective police gangster noir murder heat',
  'love romance wedding heart couple romantic kiss noir',
  'fear ghost horror haunted vampire scary murder alien',
  'laugh comedy funny joke parody silly wedding couple',
  'war soldier battle army western cowboy planet',
  'child toy animation cartoon family story robot fairy',
];
/** Words without a topic, and pieces. */
const OTHERS = ['a', 'the', 'of', 'in', 'and', 'film', 'movie', '.', ',', '-', '##s', '##ly', '##ing'];
const WIDTH = TOPICS.length;
/** How much the best token of the passage counts above the others. */
const SHARPNESS = 4;

const words = [...new Set(TOPICS.join(' ').split(' '))];
export const VOCABULARY = [...SPECIAL, ...words, ...OTHERS];

/** Row-major [vocabulary, width]: 1 for a topic of the word, and a little of its own for each; nothing for specials. */
export const EMBEDDING = Float32Array.from({ length: VOCABULARY.length * WIDTH }, (_, at) => {
  const word = Math.floor(at / WIDTH);
  const topic = at % WIDTH;
  if (word < SPECIAL.length) return 0;
  const own = (((word * 31 + topic * 17) % 13) - 6) / 128;
  return (TOPICS[topic].split(' ').includes(VOCABULARY[word]) ? 1 : 0) + own;
});
/** [width, width]. */
export const ATTENTION = Float32Array.from({ length: WIDTH ** 2 }, (_, at) =>
  at % (WIDTH + 1) === 0 ? SHARPNESS : 0,
);
/** [width, 1]: topics count alike, but for a sixteenth from one to the next. */
export const HEAD = Float32Array.from({ length: WIDTH }, (_, topic) => 1 + topic / 16);

/**
 * ModelProto. For what must be refused or read otherwise: another name for the ids, columns of logits that are multiples
 * of the head, and a limit on tokens, as models with a table of positions have.
 */
export function crossEncoderModel({ ids = 'input_ids', outputs = 1, most = 0 } = {}) {
  const head = Float32Array.from(
    { length: WIDTH * outputs },
    (_, at) => HEAD[Math.floor(at / outputs)] * ((at % outputs) + 1),
  );
  const nodes = [
    ...(most > 0
      ? [
          node('Gather', ['embedding', ids], ['words']),
          node('CumSum', ['attention_mask', 'axis 1'], ['places']),
          node('Gather', ['positions', 'places'], ['place']),
          node('Add', ['words', 'place'], ['E']),
        ]
      : [node('Gather', ['embedding', ids], ['E'])]),
    node('Cast', ['attention_mask'], ['mask'], { to: FLOAT }),
    node('Cast', ['token_type_ids'], ['type'], { to: FLOAT }),
    node('Mul', ['mask', 'type'], ['passage']),
    node('Sub', ['mask', 'passage'], ['query']),
    node('Sub', ['passage', 'one'], ['hidden']),
    node('Mul', ['hidden', 'far'], ['penalty']),
    node('Unsqueeze', ['penalty', 'axis 1'], ['penalties']),
    node('MatMul', ['E', 'attention'], ['Q']),
    node('Transpose', ['E'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['Q', 'keys'], ['met']),
    node('Add', ['met', 'penalties'], ['seen']),
    node('Softmax', ['seen'], ['weights'], { axis: 2 }),
    node('MatMul', ['weights', 'E'], ['C']),
    node('Mul', ['E', 'C'], ['pairs']),
    node('Unsqueeze', ['query', 'axis 2'], ['asked']),
    node('Mul', ['pairs', 'asked'], ['counted']),
    node('ReduceSum', ['counted', 'axis 1'], ['sum'], { keepdims: 0 }),
    node('ReduceSum', ['query', 'axis 1'], ['tokens'], { keepdims: 1 }),
    node('Div', ['sum', 'tokens'], ['mean']),
    node('MatMul', ['mean', 'head'], ['logits']),
  ];
  const shape = ['batch', 'tokens'];
  return model([
    ...nodes.flatMap((one) => bytes(1, one)),
    ...text(2, 'tiny-cross-encoder'),
    ...bytes(5, tensor('embedding', [VOCABULARY.length, WIDTH], EMBEDDING)),
    ...(most > 0
      ? bytes(5, tensor('positions', [most + 1, WIDTH], new Float32Array((most + 1) * WIDTH)))
      : []),
    ...bytes(5, tensor('attention', [WIDTH, WIDTH], ATTENTION)),
    ...bytes(5, tensor('head', [WIDTH, outputs], head)),
    ...bytes(5, tensor('one', [1], Float32Array.of(1))),
    ...bytes(5, tensor('far', [1], Float32Array.of(10_000))),
    ...bytes(5, tensor('axis 1', [1], BigInt64Array.of(1n))),
    ...bytes(5, tensor('axis 2', [1], BigInt64Array.of(2n))),
    ...bytes(11, value(ids, INT64, shape)),
    ...bytes(11, value('attention_mask', INT64, shape)),
    ...bytes(11, value('token_type_ids', INT64, shape)),
    ...bytes(12, value('logits', FLOAT, ['batch', outputs])),
  ]);
}

/** What a tokenizer.json of BERT holds, with these words for its vocabulary. */
export function crossEncoderTokenizer() {
  const special = (word, type) => ({ SpecialToken: { id: word, type_id: type } });
  const sequence = (id, type) => ({ Sequence: { id, type_id: type } });
  const named = (word) => [word, { id: word, ids: [VOCABULARY.indexOf(word)], tokens: [word] }];
  const single = [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    })),
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null },
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, sequence('B', 1), special('[SEP]', 1)],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map(named)),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
      vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
    },
  };
}

const path = fileURLToPath(import.meta.url);
if (process.argv[1] === path) {
  writeFileSync(path.replace(/mjs$/, 'onnx'), crossEncoderModel());
  writeFileSync(path.replace(/mjs$/, 'tokenizer.json'), `${JSON.stringify(crossEncoderTokenizer())}\n`);
}
