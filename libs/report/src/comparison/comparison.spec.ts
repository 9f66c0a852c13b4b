import { expect, it } from 'vitest';
import { bestOf, comparisonCsv, comparisonLatex, type ComparisonTable, renderComparison, spreadOf } from '../index.ts';

const table: ComparisonTable = {
  title: 'Comparison of models',
  about: ['Learned from 428 patients.'],
  models: ['MedGAN & co', '<b>own</b>', '=1+1'],
  figures: [
    {
      name: 'prevalence R2',
      digits: 2,
      better: 'higher',
      models: [spreadOf([0.91, 0.95]), spreadOf([0.93]), spreadOf([0.5])],
      real: spreadOf([0.99, 0.97]),
    },
    { name: 'AUC', digits: 2, better: 'near 0.5', models: [spreadOf([0.4]), spreadOf([0.52]), undefined] },
    { name: 'loss', digits: 1, better: 'near 0', models: [spreadOf([-0.04]), spreadOf([0.02]), spreadOf([-0.3])] },
    { name: 'seconds', digits: 0, models: [spreadOf([3]), spreadOf([4]), spreadOf([5])] },
  ],
};

it('finds the best by what is shown, and none where all are as good', () => {
  expect(table.figures.map(bestOf)).toEqual([[0, 1], [1], [0, 1], []]);
  const same = { ...table.figures[0], models: [spreadOf([1]), spreadOf([1])] };
  expect(bestOf(same)).toEqual([]);
});

it('writes a row for each figure and model, with ranges over seeds and real rows, that no spreadsheet runs', () => {
  expect(comparisonCsv(table).split('\n').slice(0, 5)).toEqual([
    'figure,model,mean,lowest,highest,seeds',
    'prevalence R2,MedGAN & co,0.9299999999999999,0.91,0.95,2',
    'prevalence R2,<b>own</b>,0.93,0.93,0.93,1',
    "prevalence R2,'=1+1,0.5,0.5,0.5,1",
    'prevalence R2,real training rows,0.98,0.97,0.99,2',
  ]);
});

it('writes booktabs with the best in bold, ranges, what was not measured, and signs of LaTeX escaped', () => {
  const text = comparisonLatex(table);
  expect(text).toContain(
    'prevalence $R^2$ $\\uparrow$ & \\textbf{0.93} (0.91--0.95) & \\textbf{0.93} & 0.50 & 0.98 (0.97--0.99) \\\\',
  );
  expect(text).toContain(' & MedGAN \\& co & <b>own</b> & =1+1 & real \\\\');
  expect(text).toContain('AUC ($\\to 0.5$) & 0.40 & \\textbf{0.52} & -- & --');
  expect(text).toContain('loss ($\\to 0$) & \\textbf{0.0} & \\textbf{0.0} & $-0.3$ & --');
  for (const rule of ['\\toprule', '\\midrule', '\\bottomrule']) expect(text).toContain(rule);
});

it('shows each figure as a picture with words, and all as a table, without a script or a request', async () => {
  const page = await renderComparison(table);
  expect(page).toContain(
    'aria-label="prevalence R2: MedGAN &amp; co 0.93 (0.91 – 0.95); &lt;b&gt;own&lt;/b&gt; 0.93; =1+1 0.50; real training rows 0.98 (0.97 – 0.99)"',
  );
  expect(page.match(/<svg/g)).toHaveLength(4);
  expect(page).not.toContain('<b>own</b>');
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  expect(page).toContain('<td>0.93 (0.91 – 0.95)</td>');
});
