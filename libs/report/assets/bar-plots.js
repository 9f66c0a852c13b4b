/**
 * Bars of each side in small plots: of each its title, its name in words where that is another, the name of its x axis, labels, whether
 * these may be broken, long labels, shares, and texts in place of some shares.
 */
window.barPlots = ({ frame, multiples, percent, inPercent, shareLimit, SIDES }) => {
  const bySide = ({ shares, texts }, i) =>
    SIDES.map(({ key, name }) => `${name} ${texts?.[key][i] ?? percent(shares[key][i])}`).join(', ');

  return (panels, width, more) => {
    const { axis, base, ink, isPrinting } = frame();
    const { height, grid, title } = multiples(
      panels.map((panel) => panel.title),
      width,
      { least: isPrinting ? 320 : 380, height: isPrinting ? 210 : 260, left: 54, bottom: 52, ...more },
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
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          formatter: ([{ seriesIndex, dataIndex }]) => {
            const panel = panels[Math.floor(seriesIndex / SIDES.length)];
            return `${panel.long[dataIndex]}<br>${bySide(panel, dataIndex).replaceAll(', ', '<br>')}`;
          },
        },
        xAxis: panels.map((panel, i) =>
          axis(panel.axis, {
            gridIndex: i,
            type: 'category',
            data: panel.labels,
            nameGap: 26,
            axisLabel: panel.isBroken
              ? {
                  ...small,
                  lineHeight: 12,
                  interval: 0,
                  overflow: 'break',
                  width: grid[i].width / panel.labels.length - 4,
                }
              : { ...small, hideOverlap: true },
          }),
        ),
        yAxis: panels.map((_, i) =>
          axis('', {
            gridIndex: i,
            splitNumber: 5,
            max: shareLimit,
            axisLabel: { ...small, formatter: inPercent },
          }),
        ),
        series: panels.flatMap(({ shares }, i) =>
          SIDES.map(({ key, name, colour }) => ({
            type: 'bar',
            name,
            xAxisIndex: i,
            yAxisIndex: i,
            barGap: '0%',
            itemStyle: { color: colour },
            data: shares[key].map((share) => share ?? '-'),
          })),
        ),
      },
      points: panels.flatMap((panel, i) =>
        panel.long.map((label, index) => ({
          words: `${panel.name ?? panel.title}, ${label}: ${bySide(panel, index)}`,
          series: i * SIDES.length,
          index,
        })),
      ),
    };
  };
};
