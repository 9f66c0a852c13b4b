import { beforeAll, expect, it } from 'vitest';
import { methodsSection, methodsText } from './methods-section.ts';
import type { ReportData } from './report-data.ts';
import { bodyOf } from './sections.ts';
import { reportWith } from './testing.ts';

const origin: ReportData['origin'] = {
  version: '0.1.7',
  date: '2026-03-04',
  model: {
    name: 'medgan',
    options: { model: 'medgan', epochs: 70, learningRate: 0.002, seed: 3, '<b>': 'x' },
    version: '0.1.6',
    date: '2026-03-02',
    engine: 'ONNX Runtime 1.2, 2 threads',
  },
  generation: { version: '0.1.6', date: '2026-03-03', seed: 5, engine: 'onnx' },
};
let report: ReportData;
beforeAll(async () => {
  report = { ...(await reportWith()), origin };
});

it('says which model, with what, which version, when, with which seed and engine', () => {
  const html = methodsSection(report);
  for (const text of [
    '<th scope="row">evaluated</th><td>2026-03-04, ehrsynth 0.1.7, seed 1</td>',
    '<th scope="row">generated</th><td>2026-03-03, ehrsynth 0.1.6, seed 5, engine onnx</td>',
    '<th scope="row">model</th><td>medgan</td>',
    '<th scope="row">trained</th><td>2026-03-02, ehrsynth 0.1.6, ONNX Runtime 1.2, 2 threads</td>',
    '<td>epochs 70, learning rate 0.002, seed 3, &lt;b&gt; x</td>',
  ])
    expect(html).toContain(text);
  expect(bodyOf(report)).toContain('<p>ehrsynth 0.1.7, model medgan, evaluated 2026-03-04, seed 1.</p>');
});

it('has a paragraph for a paper with the figures of this report, and every reference that it cites', () => {
  const text = methodsText(report);
  const { prevalence, discriminator } = report.comparison;
  expect(text).toContain('was trained on 250 patients, described by 12 codes (epochs 70');
  expect(text).toContain(`correlation of ${prevalence.synthetic.r!.toFixed(4)} [${prevalence.floor.r!.toFixed(4)}]`);
  expect(text).toContain(`an AUC of ${discriminator.synthetic.boostedTrees!.value.toFixed(3)} (`);
  const cited = [...text.matchAll(/(\w+) et al\. (\d{4})/g)].map(([, name, year]) => `${name.toLowerCase()}${year}`);
  expect(cited.length).toBeGreaterThan(3);
  const html = methodsSection(report);
  for (const key of cited) expect(html).toMatch(new RegExp(`@\\w+\\{(van)?${key},`));
  expect(html).toMatch(/@software\{ehrsynth,[^@]*version = \{0\.1\.7\},\s+year = \{2026\}/);
  // The paper of the model is the one of a figure as well: once.
  expect(html.match(/@\w+\{choi2017,/g)).toHaveLength(1);
});

it('of another generator nothing is said of a model', () => {
  const { model, generation, ...own } = origin!;
  expect([model, generation]).not.toContain(undefined);
  const html = methodsSection({ ...report, origin: own });
  expect(html).not.toContain('options of training');
  expect(html).toContain('250 synthetic patient records, learned from 250 patients');
  expect(html).toContain('were evaluated with ehrsynth 0.1.7');
});
