import { judge, Policy, type Verdict } from '@ehrsynth/release';
import { beforeAll, expect, it } from 'vitest';
import { gatesSection } from './gates-section.ts';
import type { ReportData } from './report-data.ts';
import { bodyOf } from './sections.ts';
import { reportWith } from './testing.ts';

let report: ReportData;
let verdict: Verdict;
beforeAll(async () => {
  report = await reportWith();
  verdict = judge(report, Policy.parse({ gates: { 'record-length': -0.9 } }));
});

/** What stands in the page before it is unfolded. */
const unfolded = (html: string) => html.replace(/<details>[\s\S]*?<\/details>/g, '');

it('the verdict and what to do come first, then pictures, then gates, then tables of figures', () => {
  const html = bodyOf({ ...report, verdict });
  const places = [
    'class="verdict',
    'class="advice"',
    'data-plot="prevalence"',
    'data-plot="lengths"',
    'id="gates"',
    'id="fidelity"',
  ].map((text) => html.indexOf(text));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});

it('gates that did not pass are on top, failed ones first; the others are folded', () => {
  const html = gatesSection(verdict);
  const shown = unfolded(html);
  const failed = verdict.gates.filter(({ outcome }) => outcome !== 'passed');
  const passed = verdict.gates.filter(({ outcome }) => outcome === 'passed');
  expect(Math.min(failed.length, passed.length)).toBeGreaterThan(0);
  for (const { name } of failed) expect(shown).toContain(`<th scope="row">${name}</th>`);
  for (const { name } of passed) {
    expect(shown).not.toContain(`<th scope="row">${name}</th>`);
    expect(html).toContain(`<th scope="row">${name}</th>`);
  }
  expect(shown).toMatch(/<tbody>\s*<tr><th scope="row">[\w-]+<\/th><td>✗ failed/);
  expect(shown).toContain(`<p>${passed.length} of ${verdict.gates.length} gates passed.</p>`);
});

it('where every gate passed, no table is in the way', () => {
  const gates = verdict.gates.map((gate) => ({ ...gate, outcome: 'passed' as const }));
  const html = gatesSection({ ...verdict, gates });
  expect(unfolded(html)).toContain(`All of ${gates.length} gates passed.`);
  expect(unfolded(html)).not.toContain('<table>');
});
