// `node scripts/freeze-prices.mjs`: the prices of well-known models as src/reasoning/prices/frozen.json.
//
// From the data of @pydantic/genai-prices as installed; `published` is the day on which that version came out. Whoever
// upgrades the package sets it, runs this, and reads the difference: prices change by review, never silently.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { root, run } from './setup.mjs';

const published = { version: '0.1.8', asOf: '2026-09-23' };

/** Families of each provider that a request may well be routed to: what chats in text and is not superseded. */
const FAMILIES = {
  openai: /^(gpt-4\.1|gpt-4o-mini$|gpt-4o$|gpt-5|gpt-6|o3$|o3-mini$|o4-mini$)/,
  anthropic: /^claude-(haiku|sonnet|opus|fable)-/,
  google: /^gemini-(2\.5|3)/,
  mistral: /^(ministral|mistral-(small|medium|large)|magistral)/,
  deepseek: /./,
  groq: /^(llama-3\.[13]-(8b|70b)|meta-llama\/llama-4|openai\/gpt-oss|qwen|moonshotai)/,
  'x-ai': /^grok-[34]/,
  cohere: /^command-(a|r)/,
};
const OTHERWISE =
  /image|audio|realtime|live|tts|transcribe|codex|deep-research|computer|guard|vision|voice|:/;

/** Nano-dollars per million tokens from dollars per million, rounded up past the noise of binary fractions. */
const nano = (dollars) => Math.ceil(Number((dollars * 1e9).toPrecision(15)));

const RATES = {
  input: 'input_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  output: 'output_mtok',
};
const rateAt = (price, above) =>
  typeof price === 'object'
    ? (price.tiers.filter(({ start }) => start <= above).at(-1)?.price ?? price.base)
    : price;

/** The dearest of some price lists as ours, with a tier for each number of input tokens at which any rate changes. */
function rates(lists) {
  const starts = new Set(
    lists.flatMap((list) =>
      Object.values(RATES).flatMap((key) => list[key]?.tiers?.map((tier) => tier.start) ?? []),
    ),
  );
  const tier = (above) =>
    Object.fromEntries(
      Object.entries(RATES).flatMap(([name, key]) => {
        const known = lists.filter((list) => list[key] !== undefined);
        return known.length ? [[name, Math.max(...known.map((list) => nano(rateAt(list[key], above))))]] : [];
      }),
    );
  const tiers = [...starts].sort((a, b) => a - b).map((above) => ({ above, ...tier(above) }));
  return { ...tier(-1), ...(tiers.length && { tiers }) };
}

/** Prices from the day of the data on: what changes by the hour stands at its dearest. */
function prices(conditional) {
  if (!Array.isArray(conditional)) return rates([conditional]);
  const hourly = conditional.filter(({ constraint }) => constraint?.type === 'time_of_date');
  const dated = conditional
    .filter((entry) => !hourly.includes(entry))
    .map(({ constraint, prices }) => ({
      from: constraint?.start_date ?? '',
      ...rates([prices, ...hourly.map((entry) => entry.prices)]),
    }));
  const { from: _, ...now } = dated.filter(({ from }) => from <= published.asOf).at(-1);
  const changes = dated.filter(({ from }) => from > published.asOf);
  return { ...now, ...(changes.length && { changes }) };
}

const equals = (match) => (match.equals ? [match.equals] : (match.or ?? []).flatMap(equals));

/** Names that mean exactly this model to its provider; an id of the data may be none. */
const names = (provider, model) =>
  [...new Set([model.id, ...equals(model.match)])]
    .filter((name) => !OTHERWISE.test(name))
    .filter((name) => calcPrice({ input_tokens: 1 }, name, { providerId: provider })?.model.id === model.id)
    .map((name) => `${provider}/${name}`);

/** The price list as an object. */
export function frozenPrices() {
  const models = {};
  const aliases = {};
  for (const [provider, family] of Object.entries(FAMILIES)) {
    for (const model of findProvider({ providerId: provider }).models) {
      if (model.deprecated || !family.test(model.id) || OTHERWISE.test(model.id)) continue;
      const list = Array.isArray(model.prices) ? model.prices[0].prices : model.prices;
      if (list.input_mtok === undefined || list.output_mtok === undefined) continue;
      const [name, ...others] = names(provider, model);
      if (!name) continue;
      models[name] = prices(model.prices);
      for (const other of others) aliases[other] = name;
    }
  }
  const source = `@pydantic/genai-prices ${published.version}`;
  return { asOf: published.asOf, source, unit: 'nano-dollars per million tokens', models, aliases };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const installed = JSON.parse(
    readFileSync(new URL('../node_modules/@pydantic/genai-prices/package.json', import.meta.url), 'utf8'),
  );
  if (installed.version !== published.version)
    throw new Error(
      `Expected version ${published.version} of genai-prices but received ${installed.version}`,
    );
  const file = new URL('../src/reasoning/prices/frozen.json', import.meta.url);
  writeFileSync(file, JSON.stringify(frozenPrices(), null, 2));
  run(join(root, 'node_modules/.bin/biome'), ['format', '--write', fileURLToPath(file)]);
  process.stderr.write(`Wrote ${fileURLToPath(file)}\n`);
}
