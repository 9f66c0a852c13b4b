import { fixed } from '@ehrsynth/statistics';
import { asCell } from '@ehrsynth/io';
import { type ComparedFigure, type ComparisonTable, type Spread } from './comparison-table.ts';

/** One line for each figure and model: figure, model, mean, lowest, highest, seeds; real training rows are a model of that name. */
export function comparisonCsv({ models, figures }: ComparisonTable): string {
  const line = (figure: string, model: string, spread: Spread | undefined) =>
    spread ? [[figure, model, spread.mean, spread.low, spread.high, spread.seeds].map(csvCell).join(',')] : [];
  const lines = figures.flatMap(({ name, models: found, real }) => [
    ...models.flatMap((model, i) => line(name, model, found[i])),
    ...line(name, REAL, real),
  ]);
  return ['figure,model,mean,lowest,highest,seeds', ...lines, ''].join('\n');
}

export const REAL = 'real training rows';

function csvCell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : asCell(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table of LaTeX with booktabs (`\usepackage{booktabs}`): a row for each figure, a column for each model, ranges over seeds in brackets,
 * the best mean in bold.
 */
export function comparisonLatex({ title, models, figures }: ComparisonTable): string {
  const rows = figures.map((figure) => {
    const best = bestOf(figure);
    const cells = figure.models.map((spread, i) => latexCell(spread, figure.digits, best.includes(i)));
    return `${latexText(figure.name)}${arrowOf(figure)} & ${[...cells, latexCell(figure.real, figure.digits)].join(' & ')} \\\\`;
  });
  return `% Needs \\usepackage{booktabs}
\\begin{table}
\\centering
\\caption{${latexText(title)}. Means${hasRanges(figures) ? ', and ranges over seeds' : ''}; real: training rows in place of synthetic ones.}
\\begin{tabular}{l${'r'.repeat(models.length + 1)}}
\\toprule
 & ${[...models.map(latexText), 'real'].join(' & ')} \\\\
\\midrule
${rows.join('\n')}
\\bottomrule
\\end{tabular}
\\end{table}
`;
}

/** Places of the models whose mean, as it is shown, is the best; none where all have the same or only one was measured. */
export function bestOf({ better, digits, models }: ComparedFigure): number[] {
  if (better === undefined) return [];
  const score = (value: number) => {
    if (better === 'near 0' || better === 'near 0.5') return -Math.abs(value - (better === 'near 0' ? 0 : 0.5));
    return better === 'higher' ? value : -value;
  };
  const scores = models.map((spread) => (spread ? score(Number(fixed(spread.mean, digits))) : -Infinity));
  const best = Math.max(...scores);
  const measured = scores.filter((one) => one > -Infinity);
  if (measured.every((one) => one === best)) return [];
  return scores.flatMap((one, i) => (one === best ? [i] : []));
}

function hasRanges(figures: readonly ComparedFigure[]): boolean {
  return figures.some(({ models }) => models.some((spread) => spread && spread.low !== spread.high));
}

function latexCell(spread: Spread | undefined, digits: number, isBest = false): string {
  if (!spread) return '--';
  const [mean, low, high] = [spread.mean, spread.low, spread.high].map((value) =>
    fixed(value, digits).replace(/^-(.*)/, '$-$1$'),
  );
  const shown = isBest ? `\\textbf{${mean}}` : mean;
  return low === high ? shown : `${shown} (${low}--${high})`;
}

function arrowOf({ better }: ComparedFigure): string {
  if (better === undefined) return '';
  return { higher: ' $\\uparrow$', lower: ' $\\downarrow$', 'near 0': ' ($\\to 0$)', 'near 0.5': ' ($\\to 0.5$)' }[
    better
  ];
}

const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  φ: '$\\varphi$',
  '–': '--',
  R2: '$R^2$',
};

function latexText(text: string): string {
  return text.replace(/R2|[\\~^φ–]|[&%$#_{}]/g, (found) => LATEX[found] ?? `\\${found}`);
}
