/* Plots of rows of codes: each gives an ECharts option, and the words for each point of its first series. */
window.rowPlots = ({ data, frame, diagonal, square, niceLimit, percent, fixed, named, SHAPES, DASHES }) => {
  const { comparison, privacy, training } = data;
  const interval = ({ value, lower, upper }) => `${fixed(value, 3)} (${fixed(lower, 3)} – ${fixed(upper, 3)})`;

  function rocPlot({ membership, roc }, attacks, width) {
    const { ink, axis, base } = frame();
    const { height, grid } = square(width, { top: 108 });
    return {
      height,
      option: {
        ...base,
        grid,
        legend: { ...base.legend, orient: 'vertical', left: 16 },
        tooltip: {
          ...base.tooltip,
          formatter: ({ seriesName, data: [x, y] }) =>
            `${seriesName}<br>${percent(y)} of training patients<br>${percent(x)} of non-members`,
        },
        xAxis: axis('non-members taken for training patients', { min: 0, max: 1 }),
        yAxis: axis('training patients found', { min: 0, max: 1, nameGap: 40 }),
        series: [
          ...attacks.map(([name, key], i) => ({
            type: 'line',
            name: `${name}, AUC ${interval(membership[key])}`,
            symbol: SHAPES[i],
            symbolSize: 5,
            lineStyle: { type: DASHES[i], width: 2 },
            data: roc[key].map(({ falsePositives, truePositives }) => [falsePositives, truePositives]),
          })),
          { ...diagonal(0, 1, ink), name: 'guessing' },
        ],
      },
      points: attacks.flatMap(([name, key], series) =>
        roc[key].map(({ falsePositives, truePositives }, index) => ({
          words: `${name}: ${percent(truePositives)} of training patients at ${percent(falsePositives)} of non-members`,
          series,
          index,
        })),
      ),
    };
  }

  return {
    lengths() {
      const { axis, base } = frame();
      const { bins, ...sets } = comparison.lengths;
      const names = [
        ['held out', 'holdout'],
        ['synthetic', 'synthetic'],
        ['training', 'training'],
      ];
      const label = ([from, to]) => (from === to ? `${from}` : `${from}–${to}`);
      return {
        option: {
          ...base,
          tooltip: { ...base.tooltip, trigger: 'axis', valueFormatter: percent },
          xAxis: axis('distinct codes', { type: 'category', data: bins.map(label) }),
          yAxis: axis('patients', {
            nameGap: 44,
            axisLabel: { ...axis('').axisLabel, formatter: (x) => `${Math.round(100 * x)} %` },
          }),
          series: names.map(([name, key]) => ({ type: 'bar', name, data: sets[key] })),
        },
        points: bins.map(
          (bin, i) =>
            `${label(bin)} codes: held out ${percent(sets.holdout[i])}, synthetic ${percent(sets.synthetic[i])}, training ${percent(sets.training[i])}`,
        ),
      };
    },

    counts(width) {
      const { ink, axis, base } = frame();
      const { height, grid } = square(width);
      const { means } = comparison.counts.synthetic;
      const most = niceLimit(means.reduce((top, one) => Math.max(top, one.reference, one.other), 1));
      const scale = (name, more) =>
        axis(name, {
          min: 0,
          max: most,
          interval: most / 5,
          axisLabel: { color: ink, formatter: (x) => String(Number(x.toPrecision(3))) },
          ...more,
        });
      const words = (one) => `${named(one)}: held out ${one.reference.toFixed(2)}, synthetic ${one.other.toFixed(2)}`;
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          grid,
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: { one } }) => echarts.format.encodeHTML(words(one)),
          },
          xAxis: scale('mean count, held out'),
          yAxis: scale('mean count, synthetic', { nameGap: 40 }),
          series: [
            {
              type: 'scatter',
              symbolSize: 8,
              data: means.map((one) => ({ value: [one.reference, one.other], one })),
            },
            diagonal(0, most, ink),
          ],
        },
        points: means.map(words),
      };
    },

    correlations(width) {
      const { ink, base, diverging } = frame();
      const { codes, holdout, synthetic } = comparison.correlations;
      const difference = holdout.map((row, i) =>
        row.map((value, j) => (value === null ? null : synthetic[i][j] - value)),
      );
      const matrices = [
        ['held out', holdout],
        ['synthetic', synthetic],
        ['synthetic minus held out', difference],
      ];
      const cells = (matrix) =>
        matrix.flatMap((row, i) =>
          row.map((value, j) => [j, i, value === null || i === j ? '-' : Number(value.toFixed(3))]),
        );
      const names = codes.map(({ code }) => code);
      const words = (i, j) =>
        `${named(codes[i])} and ${named(codes[j])}: held out ${holdout[i][j] === null ? 'too few to show' : fixed(holdout[i][j], 3)}, synthetic ${fixed(synthetic[i][j], 3)}`;
      const label = { color: ink, interval: Math.ceil(codes.length / 14) - 1, fontSize: 9 };
      const pairs = codes.flatMap((_, i) => codes.map((__, j) => (i === j ? named(codes[i]) : words(i, j))));
      // Beside each other, or below each other where there is no room for that.
      const columns = width < 640 ? 1 : matrices.length;
      const labels = 80;
      const side = Math.min(320, (width - labels - 8) / columns - 14);
      const place = (k) => [labels + (k % columns) * (side + 14), 30 + Math.floor(k / columns) * (side + 116)];
      const height = place(matrices.length - 1)[1] + side + 116;
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          title: matrices.map(([text], k) => ({
            text,
            left: place(k)[0],
            top: place(k)[1] - 24,
            padding: 0,
            textStyle: { color: ink, fontSize: 13 },
          })),
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: [j, i] }) => echarts.format.encodeHTML(words(i, j)),
          },
          visualMap: {
            min: -0.6,
            max: 0.6,
            calculable: false,
            orient: 'horizontal',
            left: 'center',
            bottom: 0,
            itemWidth: 12,
            itemHeight: 160,
            text: ['0.6', '−0.6'],
            textStyle: { color: ink },
            inRange: { color: diverging },
          },
          grid: matrices.map((_, k) => {
            const [left, top] = place(k);
            return { left, top, width: side, height: side, outerBoundsMode: 'none' };
          }),
          xAxis: matrices.map((_, k) => ({
            gridIndex: k,
            type: 'category',
            data: names,
            axisLabel: { ...label, rotate: 90, width: 76, overflow: 'truncate' },
            axisTick: { show: false },
          })),
          yAxis: matrices.map((_, k) => ({
            gridIndex: k,
            type: 'category',
            data: names,
            inverse: true,
            axisLabel: { ...label, show: k % columns === 0, width: labels - 10, overflow: 'truncate' },
            axisTick: { show: false },
          })),
          series: matrices.map(([name, matrix], k) => ({
            type: 'heatmap',
            name,
            xAxisIndex: k,
            yAxisIndex: k,
            data: cells(matrix),
            itemStyle: { decal: { symbol: 'none' } },
          })),
        },
        points: pairs,
      };
    },

    coverage() {
      const { ink, axis, base } = frame();
      const { bands } = comparison.coverage;
      const label = ({ from }, i) =>
        bands[i + 1]
          ? `${Number((100 * from).toPrecision(2))}–${Number((100 * bands[i + 1].from).toPrecision(2))} %`
          : `≥ ${100 * from} %`;
      const words = (band, i) => `${label(band, i)}: ${band.generated} of ${band.codes} codes`;
      return {
        option: {
          ...base,
          legend: { show: false },
          tooltip: { ...base.tooltip, formatter: ({ dataIndex }) => words(bands[dataIndex], dataIndex) },
          xAxis: axis('prevalence in the training patients', { type: 'category', data: bands.map(label) }),
          yAxis: axis('codes generated', {
            max: 1,
            nameGap: 44,
            axisLabel: { color: ink, formatter: (x) => `${100 * x} %` },
          }),
          series: [
            {
              type: 'bar',
              barMaxWidth: 64,
              data: bands.map(({ codes, generated }) => (codes > 0 ? generated / codes : '-')),
              label: {
                show: true,
                position: 'top',
                color: ink,
                formatter: ({ dataIndex }) => `${bands[dataIndex].generated}/${bands[dataIndex].codes}`,
              },
            },
          ],
        },
        points: bands.map(words),
      };
    },

    prediction(width) {
      const { ink, axis, base } = frame();
      const { height, grid } = square(width);
      const { codes } = comparison.prediction;
      const least =
        Math.floor(
          10 * codes.reduce((low, { real, synthetic }) => Math.min(low, real.auc.value, synthetic.auc.value), 0.5),
        ) / 10;
      const words = (one) =>
        `${named(one)}: AUC ${interval(one.real.auc)} from real, ${interval(one.synthetic.auc)} from synthetic rows; F1 ${one.real.f1.toFixed(3)}, ${one.synthetic.f1.toFixed(3)}`;
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          grid,
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: { one } }) =>
              echarts.format.encodeHTML(words(one)).replace(': ', '<br>').replace('; ', '<br>'),
          },
          xAxis: axis('AUC, trained on real rows', { min: least, max: 1, interval: 0.1 }),
          yAxis: axis('AUC, trained on synthetic rows', { min: least, max: 1, interval: 0.1, nameGap: 40 }),
          series: [
            {
              type: 'scatter',
              symbolSize: 9,
              data: codes.map((one) => ({ value: [one.real.auc.value, one.synthetic.auc.value], one })),
            },
            diagonal(least, 1, ink),
          ],
        },
        points: codes.map(words),
      };
    },

    roc: (width) =>
      rocPlot(
        privacy,
        [
          ['distance of sets', 'sets'],
          ['distance of counts', 'counts'],
          ['density (DOMIAS)', 'density'],
        ],
        width,
      ),

    'history-roc': (width) =>
      rocPlot(
        data.histories.attacks,
        [
          ['distance of visits in order', 'aligned'],
          ['density (DOMIAS)', 'density'],
        ],
        width,
      ),

    distances() {
      const { axis, base } = frame();
      const [near, far] = [privacy.closestRecord.training.histogram, privacy.closestRecord.holdout.histogram];
      const all = Array.from({ length: Math.max(near.length, far.length) }, (_, i) => i);
      return {
        option: {
          ...base,
          tooltip: { ...base.tooltip, trigger: 'axis' },
          xAxis: axis('codes that differ', { type: 'category', data: all }),
          yAxis: axis('synthetic patients', { nameGap: 48 }),
          series: [
            ['to the closest training patient', near],
            ['to the closest held-out patient', far],
          ].map(([name, counts]) => ({ type: 'bar', name, data: all.map((i) => counts[i] ?? 0) })),
        },
        points: all.map((i) => `${i} codes differ: ${near[i] ?? 0} to training, ${far[i] ?? 0} to held out`),
      };
    },

    training() {
      const { ink, axis, base } = frame();
      const names = [...new Set(training.flatMap(({ losses }) => Object.keys(losses)))];
      const curve = (value) => training.map((event) => [event.done, value(event) > 0 ? value(event) : '-']);
      const probes = training.filter(({ probe }) => probe).map(({ done, probe }) => [done, probe.rmse]);
      return {
        option: {
          ...base,
          grid: { ...base.grid, right: 64 },
          tooltip: {
            ...base.tooltip,
            trigger: 'axis',
            valueFormatter: (x) => (typeof x === 'number' ? x.toPrecision(4) : x),
          },
          xAxis: axis('epochs done', { type: 'value' }),
          yAxis: [
            axis('loss, logarithmic', { type: 'log', nameGap: 44 }),
            axis('prevalence RMSE', { nameGap: 48, splitLine: { show: false }, axisLabel: { color: ink } }),
          ],
          series: [
            ...names.map((name, i) => ({
              type: 'line',
              name: `${name} loss`,
              showSymbol: false,
              lineStyle: { type: DASHES[i % 4], width: 2 },
              data: curve(({ losses }) => losses[name]),
            })),
            {
              type: 'line',
              name: 'prevalence RMSE',
              yAxisIndex: 1,
              symbol: SHAPES[1],
              symbolSize: 8,
              lineStyle: { type: DASHES[3], width: 1.5 },
              data: probes,
            },
          ],
        },
        points: training.map(
          ({ done, losses }) =>
            `epoch ${done}: ${Object.entries(losses)
              .map(([name, loss]) => `${name} loss ${loss.toPrecision(4)}`)
              .join(', ')}`,
        ),
      };
    },
  };
};
