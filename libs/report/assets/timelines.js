/* Timelines of synthetic patients, one at a time. Texts become text nodes: nothing of a record is read as HTML. */
(() => {
  const { timelines } = JSON.parse(document.getElementById('figures').textContent);
  if (!timelines?.length) return;
  const TITLES = {
    visit: 'Visits',
    condition: 'Conditions',
    drug: 'Drugs',
    value: 'Values',
    procedure: 'Procedures',
    immunization: 'Vaccines',
    allergy: 'Allergies',
    finding: 'Findings',
  };
  const YEAR = 365.25;
  const [element, shape] = [undefined, 'http://www.w3.org/2000/svg'].map((space) => (name, attributes, ...children) => {
    const node = space ? document.createElementNS(space, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  });
  const dateOf = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

  function scaleOf(rows) {
    const days = rows.flatMap(({ kind, points }) => points.flatMap((point) => (kind === 'value' ? point[0] : point)));
    const [first, last] = days.reduce(([a, b], day) => [Math.min(a, day), Math.max(b, day)], [Infinity, -Infinity]);
    const span = Math.max(last - first, 30);
    const step = Math.max(1, Math.ceil(span / YEAR / 6));
    const from = new Date(first * 86_400_000).getUTCFullYear() + 1;
    const years = Array.from({ length: Math.ceil(span / YEAR / step) + 1 }, (_, i) => from + i * step);
    const ticks = years.map((year) => [year, Date.UTC(year, 0) / 86_400_000]).filter(([, day]) => day <= last);
    return { at: (day) => 1 + (98 * (day - first)) / span, ticks };
  }

  function rowOf({ kind, label, points }, { at, ticks }) {
    const isValue = kind === 'value';
    const height = isValue && points.length > 1 ? 48 : 18;
    const values = points.map(([, value]) => value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const y = (value) =>
      !isValue || low === high ? height / 2 : height - 6 - ((value - low) / (high - low)) * (height - 12);
    const grid = ticks.map(([, day]) =>
      shape('line', { class: 'grid', x1: `${at(day)}%`, x2: `${at(day)}%`, y1: 0, y2: height }),
    );
    const lines = (isValue ? points.slice(1) : []).map(([day, value], i) =>
      shape('line', { x1: `${at(points[i][0])}%`, y1: y(points[i][1]), x2: `${at(day)}%`, y2: y(value) }),
    );
    const marks = points.map(([day, more]) => {
      const width = isValue || more === undefined ? 0 : at(more) - at(day);
      const mark =
        width > 0.4
          ? shape('rect', { x: `${at(day)}%`, width: `${width}%`, y: height / 2 - 5, height: 10 })
          : shape('circle', { cx: `${at(day)}%`, cy: y(more), r: isValue ? 3 : 4 });
      const said = isValue ? `${more}, ${dateOf(day)}` : more > day ? `${dateOf(day)} to ${dateOf(more)}` : dateOf(day);
      mark.append(shape('title', {}, `${label}: ${said}`));
      return mark;
    });
    const times = points.length === 1 ? 'once' : `${points.length} times`;
    const range = isValue ? `${low === high ? low : `${low} to ${high}`}, ${times}` : times;
    const words = `${label}: ${range}, ${dateOf(points[0][0])} to ${dateOf(points.at(-1)[0])}`;
    const svg = shape('svg', { class: kind, height, role: 'img', 'aria-label': words }, ...grid, ...lines, ...marks);
    const soft = element('span', { class: 'soft' }, range);
    return element('div', { class: 'row' }, element('span', {}, label, ' ', soft), svg);
  }

  function drawn({ rows }) {
    const scale = scaleOf(rows);
    const years = scale.ticks.map(([year, day]) =>
      shape('text', { x: `${scale.at(day)}%`, y: 14, 'text-anchor': 'middle' }, String(year)),
    );
    const axis = element('div', { class: 'row' }, element('span', {}), shape('svg', { height: 18 }, ...years));
    const parts = Object.entries(TITLES).flatMap(([kind, title]) => {
      const own = rows.filter((row) => row.kind === kind).sort((a, b) => b.points.length - a.points.length);
      if (own.length === 0) return [];
      return [element('h3', {}, title), ...own.map((row) => rowOf(row, scale))];
    });
    return [axis, ...parts];
  }

  let at = 0;
  const [previous, next, which, place] = ['previous', 'next', 'which', 'timeline'].map((id) =>
    document.getElementById(id),
  );
  function show() {
    which.textContent = `Patient ${at + 1} of ${timelines.length}: ${timelines[at].title}`;
    place.replaceChildren(...drawn(timelines[at]));
    previous.disabled = at === 0;
    next.disabled = at === timelines.length - 1;
  }
  const step = (by) => () => {
    at += by;
    show();
  };
  previous.addEventListener('click', step(-1));
  next.addEventListener('click', step(1));
  show();
})();
