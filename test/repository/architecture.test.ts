import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { version } from '../../src/version.ts';
import { filesBelow, importsOf, isThere, read } from './sources.ts';

const sources = filesBelow('src', '.ts');
const folderOf = (path: string): string => path.split('/')[1].replace(/\.ts$/, '');

/** Which folder may import which, beside `errors`, `version` and itself. */
const MAY_IMPORT: Record<string, string[]> = {
  errors: [],
  version: [],
  numerics: [],
  vectors: ['numerics'],
  catalog: ['numerics', 'vectors'],
  funnel: ['numerics', 'vectors', 'catalog'],
  log: ['numerics', 'vectors', 'catalog'],
  offline: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  nearline: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  decisions: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  counterfactual: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  incrementality: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  reasoning: ['numerics', 'vectors', 'catalog', 'funnel', 'log'],
  online: [
    'numerics',
    'vectors',
    'catalog',
    'funnel',
    'log',
    'offline',
    'nearline',
    'decisions',
    'incrementality',
    'reasoning',
  ],
  index: [
    'numerics',
    'vectors',
    'catalog',
    'funnel',
    'log',
    'offline',
    'nearline',
    'decisions',
    'counterfactual',
    'incrementality',
    'reasoning',
    'online',
  ],
  browser: ['numerics', 'vectors', 'catalog', 'funnel', 'log', 'decisions'],
  simulation: ['index'],
  service: ['index'],
  cli: ['index', 'simulation', 'service'],
};

describe('the import rules', () => {
  test('every folder imports only what stands below it', () => {
    const broken: string[] = [];
    for (const path of sources) {
      const folder = folderOf(path);
      const allowed = [...(MAY_IMPORT[folder] ?? []), folder, 'errors', 'version'];
      for (const { module } of importsOf(path)) {
        if (module.startsWith('src/') && !allowed.includes(folderOf(module)))
          broken.push(`${path} imports ${module}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('every folder is named in the rules', () => {
    expect(sources.map(folderOf).filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  test('only select.ts and select.browser.ts name concrete backends', () => {
    const backends = /^src\/vectors\/(native|wasm|reference|onnx|tfjs)\.ts$/;
    const naming = sources.filter((path) => importsOf(path).some(({ module }) => backends.test(module)));
    expect(naming.filter((path) => !backends.test(path) && !/doctor\.ts$/.test(path))).toEqual([
      'src/vectors/select.browser.ts',
      'src/vectors/select.ts',
    ]);
  });

  test('nothing reachable from browser.ts imports node: or a package of Node', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { module, typeOnly } of importsOf(path))
        if (!typeOnly && module.startsWith('src/')) visit(module);
    };
    visit('src/browser.ts');
    const outside = [...reached].flatMap((path) =>
      importsOf(path)
        .filter(({ module, typeOnly }) => !typeOnly && !module.startsWith('src/'))
        .map(({ module }) => `${path} imports ${module}`),
    );
    expect(outside).toEqual([]);
    expect(reached.size).toBeGreaterThan(10);
  });
});

describe('the sources', () => {
  test('hold at most 400 lines of TypeScript and 500 of Rust a file', () => {
    const long = [
      ...filesBelow('src', '.ts').filter((path) => read(path).split('\n').length > 401),
      ...filesBelow('test', '.ts').filter((path) => read(path).split('\n').length > 401),
      ...filesBelow('bench', '.mjs').filter((path) => read(path).split('\n').length > 401),
      ...filesBelow('native/src', '.rs').filter((path) => read(path).split('\n').length > 501),
    ];
    expect(long).toEqual([]);
  });

  test('open with the question that they answer', () => {
    const all = [...sources, ...filesBelow('bench', '.mjs')];
    expect(all.filter((path) => !/^(#!.*\n)?\/\*\*/.test(read(path)))).toEqual([]);
  });

  test('throw errors of the table only', () => {
    const thrown = sources.filter((path) => /throw new (Error|TypeError|RangeError)\(/.test(read(path)));
    // A decoder may throw to itself, inside the try that turns everything into one code.
    expect(thrown.filter((path) => !/catch \(cause\)/.test(read(path)))).toEqual([]);
  });

  test('use every error code of the table', () => {
    const all = [...sources, ...filesBelow('native/src', '.rs')]
      .filter((path) => path !== 'src/errors.ts')
      .map(read)
      .join('\n');
    expect(Object.keys(ERRORS).filter((code) => !all.includes(code))).toEqual([]);
  });

  test('know the version of package.json', () => {
    expect(version).toBe(JSON.parse(read('package.json')).version);
    expect(read('native/Cargo.toml')).toContain(`version = "${version}"`);
  });
});

describe('the documents', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

  test.each(documents)('%s names only files that exist', (document) => {
    const named = new Set<string>();
    const text = read(document);
    for (const [, path] of text.matchAll(
      /`((?:src|test|native|assembly|scripts|bench|models|\.ci)\/[\w./*-]*)`/g,
    ))
      named.add(path);
    for (const [, path] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) named.add(path);
    expect([...named].filter((path) => !path.includes('*') && !isThere(path.replace(/\/$/, '')))).toEqual([]);
  });

  test('README.md has fewer than 200 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(200);
  });
});
