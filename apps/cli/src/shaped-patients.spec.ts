import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ShapeReport } from '@ehrsynth/pipeline';
import { missedShares } from './shape-report.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

describe('patients of a shape', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 900 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 3')).toBe(0);
    expect(await ehrsynth('train @cohort -m chow-liu -o @model')).toBe(0);
  });

  it('are refused before any is written where nobody can make up the shares together', async () => {
    expect(
      await ehrsynth('generate @model -n 100 -o @none --set-prevalence N40.1=0.9 --set-prevalence Z34.90=0.9'),
    ).toBe(1);
    expect(output()).toMatch(
      /cannot give these shares together: N40\.1 90\.0 % and Z34\.90 90\.0 %\n {2}The nearest that it can give: N40\.1 [45]\d\.\d % and Z34\.90 [45]\d\.\d %/,
    );
    expect(existsSync(at('none'))).toBe(false);
  });

  it('are refused where more rows would have to be drawn than may be', async () => {
    expect(await ehrsynth('generate @model -n 100 -o @none --set-prevalence I10=0.9 --most-draws 150')).toBe(1);
    expect(output()).toMatch(/100 such patients [\s\S]* need about [\s\S]*[\s\S]*--most-draws/);
    expect(await ehrsynth('generate @model -n 100 -o @none --most-draws 150')).toBe(2);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('have the shares in their records, also of a code that the model draws for people who cannot have it', async () => {
    // Independent codes: without the repairs half of those with the code of men would be women.
    expect(await ehrsynth('train @cohort -m marginals -o @alone')).toBe(0);
    expect(await ehrsynth('generate @alone -n 400 -o @men --set-prevalence N40.1=0.6'), output()).toBe(0);
    const { counts } = JSON.parse(readFileSync(at('men', 'run.json'), 'utf8')) as { counts: { shape: ShapeReport } };
    const [there] = counts.shape.margins;
    expect(there).toMatchObject({ name: 'N40.1', cell: 'present', target: 0.6, isReached: true });
    expect(Math.abs(there.reached - 0.6)).toBeLessThan(0.12);
  });

  it('are those that meet every --where, and have their shares where an age cuts a band', async () => {
    const where = '--where age=40-64 --where sex=female --balance age=35-44:0.5/55-64:0.5';
    expect(await ehrsynth(`generate @model -n 400 -o @cut ${where}`), output()).toBe(0);
    const { counts } = JSON.parse(readFileSync(at('cut', 'run.json'), 'utf8')) as {
      counts: { shape: ShapeReport; repairs: { rows: number } };
    };
    expect(counts.shape).toMatchObject({ where: 'age=40-64, sex=female', taken: 400 });
    expect(Math.abs(counts.shape.margins[0].reached - 0.5)).toBeLessThan(0.1);
    // Those that the plan was made from are not counted.
    expect(counts.repairs.rows).toBeLessThan(counts.shape.drawn);
    const records = gunzipSync(readFileSync(at('cut', 'records.ndjson.gz')))
      .toString()
      .trim()
      .split('\n');
    expect(new Set(records.map((line) => (JSON.parse(line) as { sex: string }).sex))).toEqual(new Set(['female']));
    expect(await ehrsynth('generate @model -n 4 -o @none --where age=0-5 --where age=40-64')).toBe(2);
    expect(output()).toContain('--where age=0-5 and --where age=40-64 contradict each other');
  });

  it('whose shares were missed are reported as such', () => {
    const reported = (reached: number, isReached: boolean): ShapeReport => ({
      where: 'any',
      pilot: 20_000,
      matching: 20_000,
      effective: 5000,
      drawn: 4000,
      taken: 1000,
      margins: [{ name: 'E11', cell: 'present', target: 0.2, reached, isReached }],
    });
    expect(missedShares(reported(0.21, true))).toBeUndefined();
    expect(missedShares(reported(0.4, false))).toMatch(
      /missed by more than four standard errors[\s\S]*E11 present: 40\.0 % instead of 20\.0 %[\s\S]*kept/,
    );
  });
});
