/* Plots of records over time. */
window.timePlots = (tools) => {
  const { data, frame, diagonal, multiples, square, shareAxes, barPlots, percent, inPercent, named, escaped, SIDES } =
    tools;
  const longitudinal = data.histories?.longitudinal;
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

  /** Curves of each side in small plots: of each its title, and of each side points x, y. */
  function curvePlots(panels, width, { x, y, words, least }) {
    const { axis, base, ink } = frame();
    const { height, grid, title } = multiples(
      panels.map((panel) => panel.title),
      width,
      { left: 48, least },
    );
    const small = { color: ink, fontSize: 10 };
    return {
      height,
      option: {
        ...base,
        grid,
        title,
        tooltip: {
          ...base.tooltip,
          formatter: ({ seriesIndex, value }) => {
            const { title: panel, series } = panels[Math.floor(seriesIndex / SIDES.length)];
            const { name } = series[seriesIndex % SIDES.length];
            return `${escaped(panel)}<br>${name}, ${words(value)}`;
          },
        },
        xAxis: panels.map((panel, i) =>
          axis(x, {
            gridIndex: i,
            type: 'value',
            min: 0,
            max: panel.most,
            nameGap: 24,
            axisLabel: { ...small, hideOverlap: true, showMaxLabel: false },
          }),
        ),
        yAxis: panels.map((panel, i) =>
          axis('', {
            gridIndex: i,
            min: y(panel),
            max: 1,
            interval: (1 - y(panel)) / 4,
            axisLabel: { ...small, formatter: inPercent },
          }),
        ),
        series: panels.flatMap(({ series, step }, i) =>
          series.map(({ name, colour, dash, points }) => ({
            type: 'line',
            name,
            xAxisIndex: i,
            yAxisIndex: i,
            step,
            symbol: 'circle',
            symbolSize: 3,
            itemStyle: { color: colour },
            lineStyle: { color: colour, type: dash, width: 2 },
            data: points,
          })),
        ),
      },
      points: panels.flatMap((panel, i) =>
        panel.series.flatMap(({ name, points }, k) =>
          points.map((point, index) => ({
            words: `${panel.title}: ${name}, ${words(point)}`,
            series: i * SIDES.length + k,
            index,
          })),
        ),
      ),
    };
  }

  return {
    successions(width) {
      const { ink, axis, base } = frame();
      const { height, grid } = square(width);
      const isLog = document.getElementById('log-successions').checked;
      const pairs = longitudinal.plots.successions.filter(({ synthetic }) => !isLog || synthetic > 0);
      const values = pairs.flatMap(({ holdout, synthetic }) => [holdout, synthetic]);
      const { least, most, scale } = shareAxes({ ink, axis }, values, isLog, { hideOverlap: true });
      const words = ({ from, to, holdout, synthetic }) =>
        `${named(from)}, then ${named(to)}: held out ${percent(holdout)}, synthetic ${percent(synthetic)}`;
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          grid,
          xAxis: scale('records with the succession, held out'),
          yAxis: scale('records with the succession, synthetic', { nameGap: 46 }),
          tooltip: {
            ...base.tooltip,
            formatter: ({ data: { one } }) =>
              escaped(words(one)).replace(', then', '<br>then').replace(': held', '<br>held'),
          },
          series: [
            {
              type: 'scatter',
              symbolSize: 6,
              itemStyle: { opacity: 0.5 },
              data: pairs.map((one) => ({ value: [one.holdout, one.synthetic], one })),
            },
            diagonal(least, most, ink),
          ],
        },
        points: pairs.map(words),
      };
    },

    distributions(width) {
      const { visitsPerRecord, spans, gaps, codesPerVisit } = longitudinal.plots;
      const panels = [
        ['Visits per record', 'visits', visitsPerRecord],
        ['From the first visit to the last', 'days', spans],
        ['Between visits', 'days', gaps],
        ['Codes per visit', 'codes', codesPerVisit],
      ].filter(([, , shares]) => shares?.bins.length > 1);
      const short = ([from, to], unit) =>
        to === null ? `≥ ${from}` : from === to || unit === 'days' ? `${from}` : `${from}–${to}`;
      const long = ([from, to]) => (to === null ? `${from} or more` : from === to ? `${from}` : `${from} – ${to}`);
      return barPlots(
        panels.map(([title, unit, shares]) => ({
          title,
          axis: unit === 'days' ? 'days, from' : unit,
          labels: shares.bins.map((bin) => short(bin, unit)),
          long: shares.bins.map((bin) => `${long(bin)} ${unit}`),
          shares,
        })),
        width,
      );
    },

    calendar(width) {
      const { byMonth, byWeekday } = longitudinal.time;
      return barPlots(
        [
          { title: 'Months', axis: '', labels: MONTHS, long: MONTHS, shares: byMonth },
          { title: 'Weekdays', axis: '', labels: WEEKDAYS, long: WEEKDAYS, shares: byWeekday },
        ],
        width,
        { bottom: 30 },
      );
    },

    'first-ages'(width) {
      // On paper as many as one page holds.
      const curves = longitudinal.plots.firstAges.slice(0, frame().isPrinting ? 8 : undefined);
      const panels = curves.map((curve) => ({
        title: named(curve.code),
        most: Math.max(...curve.ages),
        series: SIDES.map((side) => ({
          ...side,
          points: [[0, 0], ...curve.ages.map((age, i) => [age, curve[side.key][i]])],
        })),
      }));
      return curvePlots(panels, width, {
        x: 'age, years',
        y: () => 0,
        words: ([age, share]) => `${percent(share)} before the age of ${age}`,
      });
    },

    survival(width) {
      const panels = longitudinal.outcomes
        .filter(({ survival }) => survival.holdout?.length > 1)
        .map(({ title, survival }) => ({
          title,
          step: 'end',
          most: Math.max(...Object.values(survival).flatMap((points) => points.map(({ day }) => day))),
          series: SIDES.map((side) => ({
            ...side,
            points: (survival[side.key] ?? []).map(({ day, share }) => [day, share]),
          })),
        }));
      const lowest = ({ series }) => Math.min(...series.flatMap(({ points }) => points.map(([, share]) => share)));
      return curvePlots(panels, width, {
        x: 'days',
        least: frame().isPrinting ? 300 : 460,
        y: (panel) => Math.max(0, Math.floor(5 * lowest(panel) - 0.1) / 5),
        words: ([day, share]) => `${percent(share)} without the outcome on day ${day}`,
      });
    },
  };
};
