/* Draws the plots of a report from the figures that stand in it, once ECharts is there. The plots are loaded before. */
window.drawReport = () => {
  const data = JSON.parse(document.getElementById('figures').textContent);
  if (data.histories) putCodesBack(data.histories);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let printing = false;
  /** A plot that is saved looks as if it was printed, and has all that it shows. */
  let saving = false;
  /** Pixels that fit on A4 and on letter paper. */
  const PRINTED_WIDTH = 680;
  /** So that two plots, with their words, find room on a page. */
  const PRINTED_HEIGHT = '19rem';
  const PRINTED_SIDE = 340;
  /** Of a row of small plots. */
  const PRINTED_ROW = 190;
  const printedWidth = (most) => (most < PRINTED_WIDTH ? Math.round(0.8 * most) : PRINTED_WIDTH);
  /** Colours that people with colour blindness distinguish (Paul Tol's bright scheme); shapes and dashes differ as well. */
  const COLOURS = ['#4477aa', '#ee6677', '#228833', '#aa3377'];
  const SHAPES = ['circle', 'diamond', 'triangle', 'rect'];
  const DASHES = ['solid', [8, 4], [2, 3], [10, 3, 2, 3]];

  /** Without the minus of a negative number that rounds to zero. */
  const fixed = (x, digits) => (Number(x.toFixed(digits)) + 0).toFixed(digits);
  const percent = (share) => (share === undefined || share === null ? 'too few to show' : `${fixed(100 * share, 1)} %`);
  const inPercent = (x) => `${Number((100 * x).toPrecision(2))} %`;
  const named = ({ code, title, display = title }) => (display ? `${code} ${display}` : code);
  const labName = (lab) => (lab.unit ? `${named(lab)}, ${lab.unit}` : named(lab));
  const plain = (x) => String(Number(x.toPrecision(4)));
  /** Where an axis of shares ends: never beyond 100 %. */
  const shareLimit = ({ max }) => (max > 0.8 ? 1 : null);
  const escaped = (text) => echarts.format.encodeHTML(text);

  /** Pairs have the places of their codes: the codes stand there once. */
  function putCodesBack({ codes, longitudinal, values: { shifts } }) {
    for (const pair of [...longitudinal.plots.successions, ...shifts.withCode.byCode, ...shifts.afterDrug.byCode])
      for (const name of ['from', 'to', 'lab', 'code']) if (name in pair) pair[name] = codes[pair[name]];
  }

  /** Everything that plots have in common; `ink` follows light, dark and print. */
  function frame() {
    const isDark = dark.matches && !printing;
    const ink = isDark ? '#e6e9ec' : '#1d2329';
    const line = isDark ? '#3a434c' : '#d0d7de';
    const axis = (name, more = {}) => ({
      name,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: ink },
      axisLabel: { color: ink },
      axisLine: { lineStyle: { color: ink } },
      splitLine: { lineStyle: { color: line } },
      ...more,
    });
    const base = {
      animation: false,
      backgroundColor: 'transparent',
      color: COLOURS,
      textStyle: { color: ink },
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      legend: { textStyle: { color: ink }, top: 4 },
      tooltip: { trigger: 'item', confine: true },
      grid: { left: 64, right: 24, top: 40, bottom: 56 },
    };
    /** Less, as much, more; what is as much looks like the paper. */
    const diverging = isDark
      ? ['#ff8a80', '#8c3b3b', '#232a31', '#3b6a94', '#8ec5ff']
      : ['#b2182b', '#f4a582', '#f7f7f7', '#92c5de', '#2166ac'];
    return { ink, line, isDark, isPrinting: printing && !saving, diverging, axis, base };
  }

  /** The least of 1, 2, 2.5 and 5 times a power of ten that is as great: where an axis from 0 ends in five even steps. */
  function niceLimit(most) {
    const power = 10 ** Math.floor(Math.log10(most));
    return power * [1, 2, 2.5, 5, 10].find((step) => most <= step * power * (1 + 1e-9));
  }

  /**
   * A square of axes that are the same, for a plot of one side against another.
   * @param beside pixels that are kept free at the right
   */
  function square(width, { left = 64, top = 24, bottom = 56, beside = 24, most = 480 } = {}) {
    const limit = printing && !saving ? Math.min(most, PRINTED_SIDE) : most;
    const side = Math.max(160, Math.min(limit, width - left - beside));
    return {
      side,
      height: top + side + bottom,
      grid: { left, top, width: side, height: side, outerBoundsMode: 'none' },
    };
  }

  /**
   * Axes of shares that are the same for both sides of a square, from 0 or logarithmic.
   * @param label what the labels have beside their form
   */
  function shareAxes({ ink, axis }, shares, isLog, label) {
    const most = isLog ? 1 : niceLimit(shares.reduce((a, b) => Math.max(a, b), 0) || 1);
    const least = isLog ? 10 ** Math.floor(Math.log10(shares.reduce((a, b) => Math.min(a, b), 0.1))) : 0;
    const scale = (name, more) =>
      axis(name, {
        type: isLog ? 'log' : 'value',
        min: least,
        max: most,
        ...(!isLog && { interval: most / 5 }),
        minorTick: { show: isLog, splitNumber: 9 },
        axisLabel: { color: ink, formatter: inPercent, ...label },
        ...more,
      });
    return { least, most, scale };
  }

  /** The line on which both sides are the same. */
  const diagonal = (from, to, ink) => ({
    type: 'line',
    name: 'the same',
    data: [
      [from, from],
      [to, to],
    ],
    symbol: 'none',
    silent: true,
    tooltip: { show: false },
    lineStyle: { type: 'dashed', color: ink, width: 1 },
  });

  /** Whose patients a line or bar is of; always in the same colour and dash. */
  const SIDES = [
    ['holdout', 'held out'],
    ['synthetic', 'synthetic'],
    ['training', 'training'],
  ].map(([key, name], i) => ({ key, name, colour: COLOURS[i], dash: DASHES[i] }));

  /**
   * Small plots in rows: the grid and the title of each, as many beside each other as are `least` pixels wide.
   * @param left room for the labels of the y axis; `bottom` for those of the x axis
   */
  function multiples(titles, width, { least = 300, height: usual = 220, top = 34, left = 46, bottom = 46 } = {}) {
    const { ink } = frame();
    const height = printing && !saving ? Math.min(usual, PRINTED_ROW) : usual;
    const columns = Math.max(1, Math.min(titles.length, Math.floor(width / least)));
    const cell = width / columns;
    const x = (i) => (i % columns) * cell;
    const y = (i) => top + Math.floor(i / columns) * height;
    return {
      columns,
      height: y(titles.length - 1) + height + 4,
      grid: titles.map((_, i) => ({
        left: x(i) + left,
        top: y(i) + 26,
        width: cell - left - 14,
        height: height - 26 - bottom,
      })),
      title: titles.map((text, i) => ({
        text,
        left: x(i) + 8,
        top: y(i) + 2,
        padding: 0,
        textStyle: { color: ink, fontSize: 12, width: cell - 20, overflow: 'truncate' },
      })),
    };
  }

  const common = {
    data,
    frame,
    diagonal,
    multiples,
    square,
    shareAxes,
    niceLimit,
    percent,
    fixed,
    inPercent,
    plain,
    named,
    labName,
    shareLimit,
    escaped,
    COLOURS,
    SHAPES,
    DASHES,
    SIDES,
  };
  const tools = { ...common, barPlots: window.barPlots(common) };
  /** Each gives, for a width in pixels, an ECharts option, the words for each point and, where it is not the usual one, the height. */
  const plots = {
    ...window.prevalencePlot(tools),
    ...window.rowPlots(tools),
    ...window.timePlots(tools),
    ...window.valuePlots(tools),
    ...window.dependencePlots(tools),
  };

  const drawn = [...document.querySelectorAll('[data-plot]')].map((element) => {
    const chart = echarts.init(element, null, { renderer: 'svg' });
    return { element, chart, name: element.dataset.plot, points: [], at: -1 };
  });

  function draw() {
    for (const plot of drawn) {
      const most = Number.parseFloat(getComputedStyle(plot.element).maxWidth) || PRINTED_WIDTH;
      const width = printing ? printedWidth(most) : plot.element.clientWidth;
      const { option, points, height } = plots[plot.name](width);
      const usual = printing ? PRINTED_HEIGHT : '';
      plot.element.style.height = height ? `${height}px` : usual;
      plot.points = points.map((point, i) =>
        typeof point === 'string' ? { words: point, series: 0, index: i } : point,
      );
      plot.chart.resize({ width: printing ? width : 'auto' });
      plot.chart.setOption(option, true);
      plot.element.dataset.drawn = String(points.length);
    }
  }

  for (const plot of drawn) {
    plot.element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || plot.points.length === 0) return;
      event.preventDefault();
      plot.at = (plot.at + step + plot.points.length) % plot.points.length;
      const { words, series, index } = plot.points[plot.at];
      plot.chart.dispatchAction({ type: 'showTip', seriesIndex: series, dataIndex: index });
      plot.element.parentElement.querySelector('.point').textContent = words;
    });
  }

  /** A plot as it is printed, in an SVG file of its own. */
  function svgOf({ name }) {
    printing = saving = true;
    try {
      const { option, height = 416 } = plots[name](PRINTED_WIDTH);
      const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: PRINTED_WIDTH, height });
      chart.setOption({ ...option, backgroundColor: '#ffffff' });
      const svg = chart.renderToSVGString();
      chart.dispose();
      return svg;
    } finally {
      printing = saving = false;
    }
  }

  /** The table of a plot as CSV (RFC 4180). */
  function csvOf({ element }) {
    const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const rows = [...element.closest('figure').querySelectorAll('tr')];
    return rows.map((row) => `${[...row.cells].map(({ textContent }) => cell(textContent)).join(',')}\r\n`).join('');
  }

  /** A button that saves a file, made when it is asked for. */
  function saveButton(plot, kind, type, textOf) {
    const button = document.createElement('button');
    button.textContent = kind;
    button.setAttribute('aria-label', `Save ${plot.name} as ${kind}`);
    button.addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([textOf(plot)], { type }));
      link.download = `${plot.name}.${kind.toLowerCase()}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    return button;
  }

  for (const plot of drawn) {
    const save = document.createElement('p');
    save.className = 'save';
    save.append(
      saveButton(plot, 'SVG', 'image/svg+xml', svgOf),
      saveButton(plot, 'CSV', 'text/csv;charset=utf-8', csvOf),
    );
    plot.element.after(save);
  }

  draw();
  for (const control of document.querySelectorAll('.controls input')) control.addEventListener('change', draw);
  dark.addEventListener('change', draw);
  let resized;
  window.addEventListener('resize', () => {
    clearTimeout(resized);
    resized = setTimeout(draw, 100);
  });
  const print = (isPrinting) => () => {
    printing = isPrinting;
    draw();
  };
  window.addEventListener('beforeprint', print(true));
  window.addEventListener('afterprint', print(false));
};
