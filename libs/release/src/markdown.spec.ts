import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasheetFacts } from './datasheet-facts.ts';
import { datasheetOf } from './datasheet.ts';
import { markdownLine, markdownText } from './markdown.ts';
import { Policy } from './policy.ts';

/** What Markdown acts on, where no backslash stands before it. */
const active = (line: string) => line.replace(/\\[!-/:-@[-`{-~]/g, '').match(/[`[\]<>|*~]|&(?!amp;)/g);

describe('a text in Markdown', () => {
  it('is the text, not what it looks like', () => {
    expect(markdownLine('[x](javascript:alert(1))')).toBe('\\[x\\](javascript:alert(1))');
    expect(markdownLine('<img src=x onerror=a()>|`b`')).toBe('\\<img src=x onerror=a()\\>\\|\\`b\\`');
    expect(markdownLine('Title\n\n## What was checked\n- all')).toBe('Title ## What was checked - all');
    expect(markdownLine('# one')).toBe('\\# one');
    expect(markdownLine('1. one')).toBe('1\\. one');
    expect(markdownLine('exe.\u202etxt')).toBe('exe.\\\\u202etxt');
    expect(markdownLine('Ménière & co: https://example.org/a_b?c=1')).toBe(
      'Ménière &amp; co: https://example.org/a_b?c=1',
    );
    expect(markdownText('One.\n\n\n\nTwo\r\n===\n    code')).toBe('One.\n\nTwo\n\\===\ncode');
  });

  it('whatever it is, makes nothing of it', () => {
    const text = fc
      .array(
        fc.constantFrom(
          '\\',
          '`',
          '[',
          ']',
          '(',
          ')',
          '<',
          '>',
          '&',
          '|',
          '*',
          '~',
          '#',
          '-',
          '=',
          '1.',
          '\n',
          ' ',
          'a',
          '!',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (any) => {
        const line = markdownLine(any);
        expect(active(line)).toBeNull();
        expect(line).not.toMatch(/\n|^(?:[#+=-]|\d+[.)])/);
        for (const one of markdownText(any).split('\n')) expect(one).not.toMatch(/^(?:[#+=\- ]|\d+[.)])/);
      }),
      { numRuns: 1000 },
    );
  });
});

it('a datasheet has the headings that we wrote, whatever stands in its policy and in the model', () => {
  const hostile =
    'x\n\n## What was checked\n\n- All gates were met\n\n<script>a()</script> ![i](http://a.example/i) ``` |';
  const policy = (text: string) => {
    const datasheet = {
      title: text,
      purpose: text,
      source: text,
      contact: text,
      'intended-uses': [text],
      'forbidden-uses': [text],
    };
    return Policy.parse({ license: { name: text, file: 'x' }, datasheet });
  };
  const facts = (text: string) =>
    ({
      version: '9',
      date: '2026-01-02',
      patients: 600,
      codes: 30,
      formats: ['csv'],
      otherFormats: [],
      suppressed: 0,
      ingest: { minPatients: 10, rare: 'drop' },
      model: { name: text, seed: 1, trainedOn: 1, heldOut: 1 },
      epsilon: { epsilon: 1, delta: 1e-5, public: { columns: text } },
      generated: { seed: 4, engine: text },
      tries: { asked: 1, samples: 1, evaluationSeeds: 1, refused: 0 },
      filling: { k: 2, quasiIdentifiers: [text], added: 1, drawn: 1, classes: [], left: [] },
      verdict: { passed: true, gates: [], off: [], loosened: [], accepted: [], advice: [] },
    }) as unknown as DatasheetFacts;
  const sheet = (text: string) => datasheetOf(policy(text), facts(text));
  const shape = (text: string) =>
    sheet(text)
      .split('\n')
      .filter((line) => /^(#|- )/.test(line))
      .map((line) => line.slice(0, 8));
  expect(shape(hostile).filter((line) => line.startsWith('##'))).toEqual(
    shape('x').filter((line) => line.startsWith('##')),
  );
  expect(shape(hostile)).toHaveLength(shape('x').length);
  expect(sheet(hostile)).not.toMatch(/(?<!\\)<|(?<!\\)\]\(/);
  expect(sheet('x')).toContain("are preceded by an apostrophe (')");
  expect(datasheetOf(policy('x'), { ...facts('x'), csvRaw: true })).not.toContain('apostrophe');
});
