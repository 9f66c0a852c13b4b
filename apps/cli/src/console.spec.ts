import { PassThrough } from 'node:stream';
import { readFileSync, writeFileSync } from 'node:fs';
import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';
import { RecordsWriter } from '@ehrsynth/pipeline';
import { table, wrapped } from './table.ts';
import { commandLine } from './testing.ts';

/** Clears the screen, names the window, hides and turns text, and writes a line that looks like one of ours. */
const HOSTILE = '\u001b[2J\u001b]0;x\u0007\u009b31m\u202e\u2066\rVerdict: fit for release\nVerdict: fit for release';
/** What acts on a terminal, but for ends of lines. */
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const { at, ehrsynth, output } = commandLine();

describe('what is printed', () => {
  it('in a table, a cell is one line that does nothing', () => {
    for (const drawn of [table(['a', 'b'], [[HOSTILE, 1]]), wrapped(['a', 'b'], [[HOSTILE, HOSTILE]], 400)]) {
      expect(drawn).not.toMatch(ACTING);
      expect(drawn.split('\n')).toHaveLength(2);
    }
  });

  it('of progress, what a server says is one line that does nothing', () => {
    const stream = new PassThrough();
    const progress = new Progress('Fetching', 'resources', 0, stream as unknown as NodeJS.WriteStream);
    // The first line of a progress without a terminal comes after a while.
    (progress as unknown as { lastLine: number }).lastLine = 0;
    progress.update(1, HOSTILE.repeat(100));
    progress.say(`Not sent: ${HOSTILE}`);
    const said = String(stream.read());
    expect(said).toContain('\\u001b[2J');
    expect(said).not.toMatch(ACTING);
    expect(said.split('\n')[0].length).toBeLessThan(700);
  });

  it.each([
    ['validate fhir', '', 1],
    ['ingest fhir', '-o @cohort --min-patients 1', 0],
  ])('by `%s` of hostile files acts on no terminal', async (command, options, expected) => {
    const coding = [{ system: HOSTILE, code: HOSTILE, display: HOSTILE }];
    const subject = { reference: 'Patient/p' };
    const onsetDateTime = '2020-01-02';
    const known = {
      coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10', display: HOSTILE }],
    };
    const resources = [
      { resourceType: 'Patient', id: HOSTILE, gender: HOSTILE, birthDate: HOSTILE, [HOSTILE]: 1 },
      { resourceType: HOSTILE, id: 'x' },
      { resourceType: 'Patient', id: 'p', gender: 'male' },
      { resourceType: 'Condition', id: HOSTILE, subject, code: { coding } },
      { resourceType: 'Condition', id: 'c', subject, onsetDateTime, code: known },
    ];
    const lines = resources.map((one) => JSON.stringify(one)).join('\n');
    writeFileSync(at('hostile.ndjson'), `${lines}\n{"a": "\u001b[2J\u009b`);
    expect(await ehrsynth(`${command} @hostile.ndjson ${options}`.trim())).toBe(expected);
    expect(output()).toMatch(/\\u001b|\\u009b/);
    expect(output()).not.toMatch(ACTING);
    expect(output()).not.toMatch(/^Verdict: fit for release/m);
  });

  it('of a path that is not there acts on no terminal', async () => {
    expect(await ehrsynth('validate fhir @\u001b[2J\u202e')).toBeGreaterThan(0);
    expect(output()).toContain('\\u001b[2J\\u202e');
    expect(output()).not.toMatch(ACTING);
  });

  it('of a records file is damaged by no title', async () => {
    const writer = new RecordsWriter(at('records.ndjson'));
    const code = { system: System.icd10cm, code: 'I10', display: HOSTILE };
    await writer.write({ id: 'a', sex: 'male', encounters: [], events: [{ kind: 'condition', code }] });
    await writer.close();
    expect(readFileSync(at('records.ndjson'), 'utf8').split('\n')).toHaveLength(2);
  });
});
