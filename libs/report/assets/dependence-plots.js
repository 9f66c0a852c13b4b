/* Plots of when labs and vitals are measured, and of what moves them. */
window.dependencePlots = ({
  data,
  frame,
  diagonal,
  square,
  percent,
  fixed,
  plain,
  named,
  labName,
  escaped,
  SHAPES,
}) => {
  const values = data.histories?.values;
  /** Codes of the heat map. */
  const MOST_CODES = 30;

  return {
    measured(width) {
      const { ink, line, base, isDark, diverging } = frame();
      const { of, codes, shares } = values.measured.byClass;
      const mean = (j) => of.reduce((sum, _, i) => sum + (shares.holdout[i][j] ?? 0), 0);
      const order = codes
        .map((_, j) => j)
        .sort((a, b) => mean(b) - mean(a))
        .slice(0, MOST_CODES);
      const difference = of.map((_, i) =>
        codes.map((__, j) => (shares.holdout[i][j] === null ? null : shares.synthetic[i][j] - shares.holdout[i][j])),
      );
      const panels = [
        ['held out', shares.holdout],
        ['synthetic', shares.synthetic],
        ['difference', difference],
      ];
      const labels = Math.min(220, 0.36 * width);
      const cell = (width - labels - 24) / panels.length;
      const words = (i, j) =>
        `${named(codes[j])}, class ${of[i]}: held out ${percent(shares.holdout[i][j])}, synthetic ${percent(shares.synthetic[i][j])}`;
      const maps = panels.map(([, matrix]) =>
        order.flatMap((j, y) =>
          of.map((_, i) => [i, y, matrix[i][j] === null ? '-' : Number(matrix[i][j].toFixed(4))]),
        ),
      );
      const isNarrow = width < 600;
      const isLong = of.some((name) => name.length > 4) || cell / of.length < 36;
      const scale = {
        orient: 'horizontal',
        bottom: 2,
        left: 'center',
        itemWidth: 12,
        itemHeight: Math.min(120, 0.2 * width),
        calculable: false,
        textStyle: { color: ink, fontSize: 10 },
      };
      return {
        height: 26 + 18 * order.length + (isLong ? 62 : 24) + (isNarrow ? 56 : 30),
        option: {
          ...base,
          legend: { show: false },
          title: panels.map(([text], k) => ({
            text,
            left: labels + k * cell,
            top: 4,
            textStyle: { color: ink, fontSize: 12, width: cell, overflow: 'truncate' },
          })),
          tooltip: {
            ...base.tooltip,
            formatter: ({ value: [i, y] }) =>
              escaped(words(i, order[y])).replace(': ', '<br>').replace(', syn', '<br>syn'),
          },
          visualMap: [
            {
              ...scale,
              seriesIndex: [0, 1],
              min: 0,
              max: 1,
              ...(isNarrow ? { bottom: 28 } : { left: '8%' }),
              text: ['100 %', '0 %'],
              inRange: {
                color: isDark ? ['#22303c', '#4477aa', '#cfe3f5'] : ['#f1f5f9', '#7fa8cf', '#12385f'],
              },
            },
            {
              ...scale,
              seriesIndex: 2,
              min: -0.5,
              max: 0.5,
              ...(!isNarrow && { left: 'auto', right: '6%' }),
              text: ['+50 %', '−50 %'],
              inRange: { color: diverging },
            },
          ],
          grid: panels.map((_, k) => ({
            left: labels + k * cell,
            width: cell - 12,
            top: 26,
            height: 18 * order.length,
          })),
          xAxis: panels.map((_, k) => ({
            gridIndex: k,
            type: 'category',
            data: of,
            axisTick: { show: false },
            axisLabel: {
              color: ink,
              fontSize: 10,
              rotate: isLong ? 90 : 0,
              interval: 0,
              width: isLong ? 56 : cell / of.length,
              overflow: 'truncate',
            },
          })),
          yAxis: panels.map((_, k) => ({
            gridIndex: k,
            type: 'category',
            inverse: true,
            data: order.map((j) => codes[j].display ?? codes[j].code),
            axisTick: { show: false },
            axisLabel: {
              show: k === 0,
              color: ink,
              fontSize: 10,
              interval: 0,
              width: labels - 16,
              overflow: 'truncate',
            },
          })),
          series: panels.map(([name], k) => ({
            type: 'heatmap',
            name,
            xAxisIndex: k,
            yAxisIndex: k,
            data: maps[k],
            itemStyle: {
              decal: { symbol: 'none' },
              borderColor: line,
              borderWidth: 1,
            },
          })),
        },
        points: order.flatMap((j, y) =>
          of.map((_, i) => ({ words: words(i, j), series: 1, index: y * of.length + i })),
        ),
      };
    },

    shifts(width) {
      const { ink, axis, base } = frame();
      const { height, grid } = square(width, { top: width < 600 ? 64 : 40 });
      const kinds = [
        ['with a condition or drug', values.shifts.withCode],
        ['after a drug is first given', values.shifts.afterDrug],
      ].map(([name, { byCode }]) => [name, byCode.filter(({ synthetic }) => synthetic !== undefined)]);
      const all = kinds.flatMap(([, shown]) => shown.flatMap(({ holdout, synthetic }) => [holdout, synthetic]));
      const most = Math.ceil(2.1 * all.reduce((top, one) => Math.max(top, Math.abs(one)), 0.1)) / 2;
      const words = ({ lab, code, holdout, synthetic }) =>
        `${labName(lab)}; ${named(code)}: held out ${fixed(holdout, 2)}, synthetic ${fixed(synthetic, 2)}`;
      const scale = (name, more) =>
        axis(name, {
          min: -most,
          max: most,
          interval: most / 5,
          axisLabel: { color: ink, hideOverlap: true, formatter: plain },
          ...more,
        });
      return {
        height,
        option: {
          ...base,
          legend: { ...base.legend, data: kinds.map(([name]) => name) },
          grid,
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: { one } }) => escaped(words(one)).replace('; ', '<br>').replace(': held', '<br>held'),
          },
          xAxis: scale('shift in sd, held out'),
          yAxis: scale('shift in sd, synthetic', { nameGap: 40 }),
          series: [
            ...kinds.map(([name, shown], i) => ({
              type: 'scatter',
              name,
              symbol: SHAPES[i],
              symbolSize: 7 + i,
              itemStyle: { opacity: 0.65 },
              data: shown.map((one) => ({ value: [one.holdout, one.synthetic], one })),
            })),
            diagonal(-most, most, ink),
          ],
        },
        points: kinds.flatMap(([, shown], series) => shown.map((one, index) => ({ words: words(one), series, index }))),
      };
    },
  };
};
