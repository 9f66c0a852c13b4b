/* How common each code is, held-out against synthetic patients, and who they are. */
window.prevalencePlot = (tools) => {
  const { data, frame, diagonal, square, shareAxes, barPlots, percent, named, escaped, SIDES } = tools;
  const { comparison } = data;
  /** Codes that have their names beside them. */
  const NAMED = 5;
  /** Beside the square there is room for names. */
  const ROOMY = 640;

  /** Share of the patients of one side that have a code, or which kind of small cell stands in its place. */
  const prevalenceOf = (one, side) => {
    const few = `fewer than ${comparison.smallCell}`;
    const kind = one.withheld?.[side];
    return kind ? (kind === 'few' ? few : `all but ${few}`) : percent(one[side]);
  };

  /** How far both sides are apart, in standard errors. */
  function distance({ holdout: p, synthetic: q }) {
    const { holdout: n, synthetic: m } = comparison.rows;
    const both = (p * n + q * m) / (n + m);
    return Math.abs(p - q) / Math.sqrt(both * (1 - both) * (1 / n + 1 / m) || 1);
  }

  /** Heights of labels that lie as near to their points as they can without overlapping; in the order of the points. */
  function spread(heights, gap, from, to) {
    const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
    const placed = [...heights];
    let last = from - gap;
    for (const i of order) last = placed[i] = Math.max(heights[i], last + gap);
    last = to + gap;
    for (const i of order.reverse()) last = placed[i] = Math.min(placed[i], last - gap);
    return placed;
  }

  return {
    prevalence(width) {
      const { ink, axis, base } = frame();
      const isLog = document.getElementById('log-axes').checked;
      const isRoomy = width >= ROOMY;
      const { side, height, grid } = square(width, { beside: isRoomy ? 260 : 24, most: 540 });
      const codes = comparison.byCode.filter(
        (one) => one.holdout !== undefined && (!isLog || (one.holdout > 0 && one.synthetic > 0)),
      );
      const outliers = [...codes].sort((a, b) => distance(b) - distance(a)).slice(0, NAMED);
      const shares = codes.flatMap(({ holdout, synthetic }) => [holdout, synthetic]);
      const { least, most, scale } = shareAxes({ ink, axis }, shares, isLog, { margin: 12 });
      const part = (share) =>
        isLog ? Math.log(share / least) / Math.log(most / least) : (share - least) / (most - least);
      const pixels = ({ holdout, synthetic }) => [
        grid.left + part(holdout) * side,
        grid.top + (1 - part(synthetic)) * side,
      ];
      // Names stand beside the square, or in its free corner, each with a line to its point.
      const [from, x] = isRoomy ? [grid.top, grid.left + side + 30] : [grid.top + side / 2, grid.left + side - 96];
      const heights = spread(
        outliers.map((one) => pixels(one)[1]),
        18,
        from,
        grid.top + side - 9,
      );
      const words = (one) =>
        `${named(one)}: training ${prevalenceOf(one, 'training')}, held out ${percent(one.holdout)}, synthetic ${percent(one.synthetic)}`;
      const label = (one) => ({
        show: true,
        formatter: isRoomy ? named(one) : one.code,
        color: ink,
        fontSize: 12,
        width: isRoomy ? width - grid.left - side - 40 : 90,
        overflow: 'truncate',
        align: 'left',
      });
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          grid,
          xAxis: scale('held out'),
          yAxis: scale('synthetic', { nameGap: 48 }),
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: { one } }) => escaped(words(one)).replaceAll(', ', '<br>').replace(': ', '<br>'),
          },
          series: [
            {
              type: 'scatter',
              symbolSize: 7,
              itemStyle: { opacity: 0.75 },
              labelLayout: ({ dataIndex }) => {
                const y = heights[outliers.indexOf(codes[dataIndex])];
                return { x, y, labelLinePoints: [pixels(codes[dataIndex]), [x - 14, y], [x - 4, y]] };
              },
              labelLine: { show: true, lineStyle: { color: ink, width: 0.75, opacity: 0.6 } },
              data: codes.map((one) => ({
                value: [one.holdout, one.synthetic],
                one,
                ...(outliers.includes(one) && { symbol: 'diamond', symbolSize: 11, label: label(one) }),
                ...(!outliers.includes(one) && { labelLine: { show: false } }),
              })),
            },
            diagonal(least, most, ink),
          ],
        },
        points: codes.map(words),
      };
    },

    demographics(width) {
      const few = `fewer than ${comparison.smallCell}`;
      const withheld = { few, 'nearly all': `all but ${few}`, 'with others': 'withheld with others' };
      const nameOf = ({ code, display = code ?? 'not stated' }, group) =>
        group === 'age' && code
          ? code
              .replace('-', '–')
              .replace(/^(\d+)–\1$/, '$1')
              .replace('–120', '+')
          : display;
      return barPlots(
        comparison.demographics.map(({ group, categories }) => {
          const names = categories.map((one) => nameOf(one, group));
          const bySide = (of) =>
            Object.fromEntries(SIDES.map(({ key }) => [key, categories.map((one) => of(one, key))]));
          return {
            title: group[0].toUpperCase() + group.slice(1),
            axis: '',
            labels: names,
            isBroken: group !== 'age',
            long: names.map((name) => (group === 'age' ? `${name} years` : escaped(name))),
            shares: bySide((one, key) => one[key]),
            texts: bySide((one, key) => withheld[one.withheld?.[key]]),
          };
        }),
        width,
        { least: 320 },
      );
    },
  };
};
