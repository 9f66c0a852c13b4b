import { escapeHtml } from '@ehrsynth/io';

/** A table; the first cell of each row is its header, cells are text. */
export function tableOf(caption: string, head: string[], rows: (string | number)[][]): string {
  const cell = (text: string | number) => escapeHtml(String(text));
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${cell(first)}</th>${rest.map((text) => `<td>${cell(text)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table>
<caption>${cell(caption)}</caption>
<thead><tr>${head.map((text) => `<th scope="col">${cell(text)}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}

/** A plot that report.js draws by its name, with what it shows in words, and the same as a table. */
export function plotOf(name: string, title: string, words: string, table: string): string {
  return `<figure id="plot-${name}">
<figcaption><strong>${escapeHtml(title)}.</strong> ${escapeHtml(words)}</figcaption>
<div class="plot" data-plot="${name}" tabindex="0" role="img" aria-label="${escapeHtml(`${title}. ${words} Arrow keys go from point to point.`)}"></div>
<p class="point" aria-live="polite"></p>
${detailsOf('As a table', table)}
</figure>`;
}

/** What is shown when it is asked for. */
export function detailsOf(summary: string, content: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>
${content}
</details>`;
}

export function sectionOf(id: string, title: string, ...parts: string[]): string {
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
${parts.filter(Boolean).join('\n')}
</section>`;
}
