import 'uplot/dist/uPlot.min.css';
import type { Chart, Unit } from '@rtcstats-server/insights';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatBitrate, formatTime, formatValue } from '../ui/format.ts';

const HEIGHT = 170;
/** Distinguishable on light and dark backgrounds, and with the common kinds of color blindness. */
const COLORS = ['#1a8a96', '#d9822b', '#7a5cc7', '#c2477f', '#4b8b3b', '#a0762a', '#3f74c9', '#8a8f98'];

/** One chart. Charts of the same group share a cursor and zoom together. */
export function Plot({ chart, group }: { readonly chart: Chart; readonly group: string }): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(chart);
  latest.current = chart;
  const seen = useNearViewport(place);
  const shape = `${chart.id} ${chart.lines.map(({ label }) => label).join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is recreated only when its lines change
  useEffect(() => {
    if (!seen) return undefined;
    const element = place.current!;
    const created = new uPlot(options(latest.current, group, element.clientWidth), dataOf(latest.current), element);
    plot.current = created;
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) created.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      created.destroy();
      plot.current = undefined;
    };
  }, [seen, shape, group]);
  useEffect(() => {
    plot.current?.setData(dataOf(chart));
  }, [chart]);
  return (
    <figure className="plot" data-chart={chart.id}>
      <figcaption>
        <h3>{chart.title}</h3>
        <span className="faint">{latestText(chart)}</span>
      </figcaption>
      <div ref={place} className="plot-canvas" role="img" aria-label={describeRanges(chart)} />
    </figure>
  );
}

/**
 * Whether the element has come near the viewport. A session has dozens of plots; drawing all of them would block the
 * page.
 */
function useNearViewport(place: RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry!.isIntersecting) return;
        setSeen(true);
        observer.disconnect();
      },
      { rootMargin: '200px' },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place]);
  return seen;
}

/** uPlot draws a gap at null; typed arrays have no null. */
function dataOf(chart: Chart): uPlot.AlignedData {
  return [
    chart.x,
    ...chart.lines.map(({ values }) => Array.from(values, (value) => (Number.isNaN(value) ? null : value))),
  ];
}

function options(chart: Chart, group: string, width: number): uPlot.Options {
  const format = (value: number): string => formatWithUnit(chart.unit, value);
  const axis = {
    stroke: () => resolveColor('--ink-faint'),
    grid: { stroke: () => resolveColor('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    cursor: { y: false, sync: { key: group, setSeries: false }, points: { size: 6 }, drag: { x: true, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, low, high) => rangeOf(chart.unit, low, high) } },
    legend: { live: true },
    axes: [
      { ...axis, size: 26, space: 70, values: (_plot, splits) => splits.map((at) => formatTime(at * 1000)) },
      { ...axis, size: 62, space: 34, values: (_plot, splits) => splits.map(format) },
    ],
    series: [
      { label: 'Time', value: (_plot, at) => (at == null ? '' : formatTime(at * 1000)) },
      ...chart.lines.map(({ label }, index) => ({
        label,
        stroke: COLORS[index % COLORS.length]!,
        width: 1.6,
        points: { show: chart.x.length < 3 },
        value: (_plot: uPlot, value: number | null) => (value == null ? '' : format(value)),
      })),
    ],
    hooks: { setScale: [(plot, key) => key === 'x' && zoomAll(plot, group)] },
  };
}

/** Gives all charts of the group the time range of `from`. */
function zoomAll(from: uPlot, group: string): void {
  const { min, max } = from.scales['x']!;
  if (min === undefined || max === undefined || min === null || max === null) return;
  for (const other of uPlot.sync(group).plots) {
    const x = other.scales['x']!;
    const isWhole = from.data[0][0] === min && from.data[0].at(-1) === max;
    if (other === from || (x.min === min && x.max === max) || isZooming) continue;
    isZooming = true;
    if (isWhole) other.setScale('x', { min: other.data[0][0]!, max: other.data[0].at(-1)! });
    else other.setScale('x', { min, max });
    isZooming = false;
  }
}
let isZooming = false;

function rangeOf(unit: Unit, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = (high - Math.min(low, 0)) * 0.08;
  const minimum = unit === '%' ? 5 : unit === 'level' ? 0.1 : 1;
  return [Math.min(0, low), Math.max(high + room, minimum)];
}

function formatWithUnit(unit: Unit, value: number): string {
  switch (unit) {
    case 'bit/s':
      return formatBitrate(value);
    case 'ms':
    case '%':
    case 'fps':
      return `${formatValue(Number(value.toPrecision(3)))} ${unit}`;
    case 'pixels':
      return `${Math.round(value)} px`;
    default:
      return formatValue(Number(value.toPrecision(6)));
  }
}

function latestText(chart: Chart): string {
  const last = chart.lines.length === 1 ? chart.lines[0]!.values.findLast((value) => !Number.isNaN(value)) : undefined;
  return last === undefined ? '' : `last ${formatWithUnit(chart.unit, last)}`;
}

/** The range of each line, for screen readers. */
function describeRanges(chart: Chart): string {
  const lines = chart.lines.map(({ label, values }) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return `${label} from ${formatWithUnit(chart.unit, low)} to ${formatWithUnit(chart.unit, high)}`;
  });
  return `${chart.title}: ${lines.join('; ')}`;
}

function resolveColor(token: string): string {
  // Only a color property resolves the `light-dark()` in a token, and canvas needs the resolved value.
  probe ??= document.body.appendChild(Object.assign(document.createElement('span'), { hidden: true }));
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}
let probe: HTMLElement | undefined;
