import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextColumn } from '../../src/catalog/text-column.ts';
import { TextLookup } from '../../src/catalog/text-lookup.ts';

describe('TextColumn', () => {
  it('gives back every well-formed string, astral characters and a byte order mark included', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        expect([...TextColumn.of(texts)]).toEqual(texts);
      }),
    );
    expect(TextColumn.of(['\ufeffé', '', '🎬🎬🎬']).at(2)).toBe('🎬🎬🎬');
    expect(TextColumn.of(['\ufeffé']).at(0)).toBe('\ufeffé');
  });

  it('grows when the text is wider in UTF-8 than in UTF-16', () => {
    const texts = Array.from({ length: 500 }, (_, i) => '語'.repeat(i % 40));
    expect([...TextColumn.of(texts)]).toEqual(texts);
  });

  it('keeps a lone surrogate as U+FFFD', () => {
    expect(TextColumn.of(['a\ud800b']).at(0)).toBe('a\ufffdb');
  });

  it('refuses a row beyond its end and offsets that do not fit its bytes', () => {
    const column = TextColumn.of(['a']);
    for (const row of [1, -1, 0.5, Number.NaN]) {
      expect(() => column.at(row)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    }
    for (const offsets of [[], [1], [0, 2], [1, 3], [0, 3, 2, 3]]) {
      expect(() => new TextColumn(new Uint8Array(3), Uint32Array.from(offsets)), String(offsets)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('TextLookup', () => {
  it('finds every string at its row and nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' })), fc.string(), (texts, other) => {
        const lookup = new TextLookup(TextColumn.of(texts));
        expect(lookup.duplicate).toBe(-1);
        for (let row = 0; row < texts.length; row++) expect(lookup.find(texts[row])).toBe(row);
        expect(lookup.find(other)).toBe(texts.indexOf(other));
      }),
    );
  });

  it('names the first row that repeats an earlier one', () => {
    expect(new TextLookup(TextColumn.of(['a', 'b', 'a', 'b'])).duplicate).toBe(2);
  });
});
