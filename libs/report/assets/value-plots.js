/* Plots of the values of labs and vitals. */
window.valuePlots = ({ data, frame, multiples, barPlots, percent, plain, labName, escaped, SIDES }) => {
  const values = data.histories?.values;
  /** Labs that are drawn: on paper as many as one page holds. */
  const mostLabs = () => (frame().isPrinting ? 8 : 12);
  const isDigit = ({ digit }) => digit !== 'finer';
  /** For the little room over a small plot: the name before the code. */
  const labTitle = ({ code, display, unit }) => `${display ?? code}${unit ? `, ${unit}` : ''}`;
  const small = (ink) => ({ color: ink, fontSize: 10, hideOverlap: true });
  const bySide = (shares) => SIDES.map(({ key, name }) => `${name} ${percent(shares[key])}`).join(', ');

  /** Ends of all bins: the open ones are drawn as wide as their neighbours. */
  function closedEdges(edges) {
    const [first, last] = [edges[0], edges.at(-1)];
    const width = (i) => edges[i + 1] - edges[i] || 1;
    return edges.length === 1
      ? [first - 1, first, first + 1]
      : [first - width(0), ...edges, last + width(edges.length - 2)];
  }

  return {
    histograms(width) {
      const { ink, axis, base } = frame();
      const labs = values.labs.filter(({ histogram }) => histogram?.edges.length > 0).slice(0, mostLabs());
      const { height, grid, title } = multiples(
        labs.map(({ lab }) => labTitle(lab)),
        width,
        { left: 16, bottom: 34, height: 190 },
      );
      const binText = (edges, i) =>
        i === 0
          ? `below ${edges[0]}`
          : i === edges.length
            ? `${edges[i - 1]} or more`
            : `${edges[i - 1]} up to ${edges[i]}`;
      const shares = ({ histogram }, i) => bySide(Object.fromEntries(SIDES.map(({ key }) => [key, histogram[key][i]])));
      return {
        height,
        option: {
          ...base,
          grid,
          title,
          tooltip: {
            ...base.tooltip,
            trigger: 'axis',
            formatter: ([{ seriesIndex, dataIndex }]) => {
              const lab = labs[Math.floor(seriesIndex / SIDES.length)];
              const { edges } = lab.histogram;
              const bin = Math.min(dataIndex, edges.length);
              return `${binText(edges, bin)}<br>${shares(lab, bin).replaceAll(', ', '<br>')}`;
            },
          },
          xAxis: labs.map(({ histogram: { edges } }, i) => {
            const all = closedEdges(edges);
            return axis('', {
              gridIndex: i,
              type: 'value',
              min: all[0],
              max: all.at(-1),
              splitLine: { show: false },
              axisLabel: { ...small(ink), formatter: plain, showMinLabel: false, showMaxLabel: false },
            });
          }),
          yAxis: labs.map((_, i) => axis('', { gridIndex: i, axisLabel: { show: false }, splitNumber: 3 })),
          series: labs.flatMap(({ histogram }, i) => {
            const edges = closedEdges(histogram.edges);
            return SIDES.map(({ key, name, colour, dash }) => {
              const density = histogram[key].map((share, bin) => share / (edges[bin + 1] - edges[bin]));
              return {
                type: 'line',
                name,
                step: 'end',
                xAxisIndex: i,
                yAxisIndex: i,
                symbol: 'none',
                itemStyle: { color: colour, decal: { symbol: 'none' } },
                lineStyle: { color: colour, type: dash, width: key === 'training' ? 1 : 2 },
                ...(key === 'holdout' && { areaStyle: { color: colour, opacity: 0.15 } }),
                data: [...density, density.at(-1)].map((one, bin) => [edges[bin], one]),
              };
            });
          }),
        },
        points: labs.flatMap((lab, i) =>
          lab.histogram.holdout.map((_, index) => ({
            words: `${labName(lab.lab)}, ${binText(lab.histogram.edges, index)}: ${shares(lab, index)}`,
            series: i * SIDES.length,
            index,
          })),
        ),
      };
    },

    digits(width) {
      const labs = values.labs.filter(({ digits }) => digits.filter(isDigit).length > 1).slice(0, mostLabs());
      return barPlots(
        labs.map(({ lab, digits }) => ({
          title: labTitle(lab),
          name: labName(lab),
          axis: '',
          labels: digits.map(({ digit }) => digit),
          long: digits.map(({ digit }) => `last digit ${digit}`),
          shares: Object.fromEntries(SIDES.map(({ key }) => [key, digits.map((one) => one[key])])),
        })),
        width,
        { least: 300, height: 190, left: 46, bottom: 30 },
      );
    },

    trajectories(width) {
      const { ink, axis, base } = frame();
      const all = values.labs.filter(({ trajectories }) => trajectories?.length > 0);
      const labs = frame().isPrinting ? all.slice(0, mostLabs()) : all;
      const columns = Math.max(2, Math.min(6, Math.floor(width / 170)));
      const panels = labs.flatMap(({ lab, trajectories }) => {
        const shown = trajectories.slice(0, columns);
        const all = shown.flatMap((one) => one.values);
        const range = [Math.min(...all), Math.max(...all)];
        const room = 0.06 * (range[1] - range[0]) || 1;
        const years = Math.max(0.1, ...shown.map(({ days }) => days.at(-1) / 365.25));
        return Array.from({ length: columns }, (_, k) => ({
          lab,
          one: shown[k],
          k,
          least: range[0] - room,
          most: range[1] + room,
          years,
        }));
      });
      const { height, grid, title } = multiples(
        panels.map(({ lab, k }) => (k === 0 ? labTitle(lab) : '')),
        width,
        { least: Math.floor(width / columns), height: 116, top: 4, left: 40, bottom: 24 },
      );
      const isShown = panels.flatMap(({ one }, i) => (one ? [i] : []));
      const words = ({ lab, k }, day, value) => `${labName(lab)}, patient ${k + 1}: ${value} on day ${day}`;
      return {
        height,
        option: {
          ...base,
          legend: { show: false },
          grid,
          title: title.map((one, i) => ({
            ...one,
            textStyle: { ...one.textStyle, width: width - 24 },
            show: panels[i].k === 0,
          })),
          tooltip: {
            ...base.tooltip,
            formatter: ({ seriesIndex, dataIndex }) => {
              const panel = panels[isShown[seriesIndex]];
              return escaped(words(panel, panel.one.days[dataIndex], panel.one.values[dataIndex])).replace(
                ', patient',
                '<br>patient',
              );
            },
          },
          xAxis: panels.map(({ years, one }, i) =>
            axis('', {
              gridIndex: i,
              show: one !== undefined,
              type: 'value',
              min: 0,
              max: years,
              splitNumber: 2,
              splitLine: { show: false },
              axisLabel: {
                ...small(ink),
                fontSize: 9,
                formatter: (x) => `${plain(x)} y`,
                showMaxLabel: false,
              },
            }),
          ),
          yAxis: panels.map(({ least, most, one, k }, i) =>
            axis('', {
              gridIndex: i,
              show: one !== undefined,
              min: least,
              max: most,
              splitNumber: 2,
              axisLabel: {
                ...small(ink),
                fontSize: 9,
                show: k === 0,
                formatter: plain,
                showMinLabel: false,
                showMaxLabel: false,
              },
            }),
          ),
          series: isShown.map((i) => ({
            type: 'line',
            name: 'synthetic',
            xAxisIndex: i,
            yAxisIndex: i,
            symbol: 'circle',
            symbolSize: 4,
            itemStyle: { color: SIDES[1].colour },
            lineStyle: { color: SIDES[1].colour, width: 1.5 },
            data: panels[i].one.days.map((day, k) => [day / 365.25, panels[i].one.values[k]]),
          })),
        },
        points: isShown.flatMap((i, series) =>
          panels[i].one.days.map((day, index) => ({
            words: words(panels[i], day, panels[i].one.values[index]),
            series,
            index,
          })),
        ),
      };
    },
  };
};
