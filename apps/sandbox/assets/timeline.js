import { element, shape } from './dom.js';

const YEAR = 365.25 * 86_400_000;
const SECTIONS = [
  ['visit', 'Visits'],
  ['condition', 'Conditions'],
  ['drug', 'Drugs'],
  ['value', 'Values'],
  ['procedure', 'Procedures'],
  ['vaccine', 'Vaccines'],
  ['finding', 'Findings'],
  ['other', 'Others'],
];
/** Rows of a section that are shown at first, those with the most events. */
const FIRST_ROWS = 15;

/**
 * The timeline of a patient: a section for each kind, a row for each code, visits and drugs as bars, values as small charts.
 * @param years the last so many are shown; all where undefined
 * @param onChosen called with the resource of a mark that was clicked
 */
export function timelineOf(events, years, onChosen) {
  const last = Math.max(...events.map(({ end }) => end));
  const first = years === undefined ? Math.min(...events.map(({ start }) => start)) : last - years * YEAR;
  const span = Math.max(last - first, YEAR / 52);
  // What began before is drawn from the left end on.
  const at = (time) => `${((98 * (Math.max(time, first) - first)) / span + 1).toFixed(3)}%`;
  const scale = { first, last: first + span, at, onChosen };
  const shown = events.filter(({ end }) => end >= first);
  const parts = SECTIONS.flatMap(([kind, title]) => {
    const own = shown.filter((event) => event.kind === kind);
    return own.length === 0 ? [] : [sectionOf(kind, title, own, scale)];
  });
  return element('div', { class: 'timeline' }, axisOf(scale), ...parts);
}

function sectionOf(kind, title, events, scale) {
  const byLabel = new Map();
  for (const event of events) {
    const key = kind === 'value' ? `${event.label} (${event.unit})` : event.label;
    byLabel.set(key, [...(byLabel.get(key) ?? []), event]);
  }
  const rows = [...byLabel].sort(([, a], [, b]) => b.length - a.length);
  const section = element('section', { class: kind }, element('h3', {}, `${title} (${events.length})`));
  const draw = ([label, own]) => (kind === 'value' ? chartRow(label, own, scale) : markRow(label, own, scale));
  section.append(...rows.slice(0, FIRST_ROWS).map(draw));
  if (rows.length > FIRST_ROWS) {
    const rest = rows.slice(FIRST_ROWS);
    const more = element('button', { click: () => more.replaceWith(...rest.map(draw)) }, `Show ${rest.length} more`);
    section.append(more);
  }
  return section;
}

function markRow(label, events, scale) {
  const marks = events.map((event) => {
    const { start, end, resource } = event;
    const width = (Number.parseFloat(scale.at(end)) - Number.parseFloat(scale.at(start))).toFixed(3);
    const mark =
      width > 0.4
        ? shape('rect', { class: 'mark', x: scale.at(start), width: `${width}%`, y: 4, height: 12 })
        : shape('circle', { class: 'mark', cx: scale.at(start), cy: 10, r: 4.5 });
    return withTitle(mark, `${label}, ${dayOf(start)}${end > start ? ` to ${dayOf(end)}` : ''}`, resource, scale);
  });
  return rowOf(label, events, shape('svg', { height: 20 }, ...gridOf(scale, 20), ...marks));
}

function chartRow(label, events, scale) {
  const height = 64;
  const values = events.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value) => (high === low ? height / 2 : height - 12 - ((value - low) / (high - low)) * (height - 24));
  const lines = events.slice(1).map((event, i) => {
    const before = events[i];
    return shape('line', {
      x1: scale.at(before.start),
      y1: y(before.value),
      x2: scale.at(event.start),
      y2: y(event.value),
    });
  });
  const marks = events.map(({ start, value, unit, resource }) => {
    const mark = shape('circle', { class: 'mark', cx: scale.at(start), cy: y(value), r: 3.5 });
    return withTitle(mark, `${label}: ${value} ${unit}, ${dayOf(start)}`, resource, scale);
  });
  const range = low === high ? `${low}` : `${low} to ${high}`;
  return rowOf(label, events, shape('svg', { height }, ...gridOf(scale, height), ...lines, ...marks), range);
}

function rowOf(label, events, svg, range) {
  const count = events.length === 1 ? 'once' : `${events.length} times`;
  const said = range === undefined ? count : `${range}, ${count}`;
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${label}: ${said}, ${dayOf(events[0].start)} to ${dayOf(events.at(-1).start)}`);
  const words = element('span', {}, label, ' ', element('span', { class: 'soft' }, said));
  return element('div', { class: 'row' }, words, svg);
}

function withTitle(mark, title, resource, { onChosen }) {
  mark.append(shape('title', {}, title));
  mark.addEventListener('click', () => onChosen(resource));
  return mark;
}

function axisOf(scale) {
  const texts = ticksOf(scale).map(({ time, text }) =>
    shape('text', { x: scale.at(time), y: 14, 'text-anchor': 'middle' }, text),
  );
  const svg = shape('svg', { height: 20, 'aria-hidden': 'true' }, ...gridOf(scale, 20, 16), ...texts);
  return element('div', { class: 'row axis' }, element('span', {}), svg);
}

function gridOf(scale, height, from = 0) {
  return ticksOf(scale).map(({ time }) =>
    shape('line', { class: 'grid', x1: scale.at(time), x2: scale.at(time), y1: from, y2: height }),
  );
}

/** Years, or months where few years are shown; some eight at most. */
function ticksOf({ first, last }) {
  const years = (last - first) / YEAR;
  const step = years > 1.5 ? 12 * Math.ceil(years / 7) : Math.max(1, Math.ceil((years * 12) / 7));
  const start = new Date(first);
  const ticks = [];
  const from = start.getUTCFullYear() * 12 + (step >= 12 ? 0 : start.getUTCMonth());
  for (let month = from; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12);
    if (time > last) return ticks;
    if (time >= first) ticks.push({ time, text: dayOf(time).slice(0, step >= 12 ? 4 : 7) });
  }
}

export function dayOf(time) {
  return new Date(time).toISOString().slice(0, 10);
}
