import type { Chart, Marker, Unit } from '@rtcstats-server/insights';
import type uPlot from 'uplot';
import type { Span } from '../routing/parameters.ts';
import { formatTime } from '../ui/format.ts';
import { type Band, bandsAt, drawBands } from './bands.ts';
import { lineStyles, resolveColor } from './plot-colors.ts';
import { distinctLabels, formatWithUnit, timeLabel } from './plot-values.ts';

export const PLOT_HEIGHT = 170;
/** Distance to a marker, in pixels, at which the legend names it. */
const MARKER_REACH = 6;
const MARKER_COLORS: Readonly<Record<Marker['kind'], string>> = {
  state: '--ink-soft',
  media: '--warn',
  restart: '--bad',
  application: '--accent',
};

/** What the options need from the component; read when it is used, because it changes while the plot stays. */
export interface PlotInputs {
  readonly markers: readonly Marker[];
  readonly bands: readonly Band[];
  readonly onZoom: (zoom: Span | undefined) => void;
}

export function plotOptions(chart: Chart, group: string, width: number, inputs: () => PlotInputs): uPlot.Options {
  const format = (value: number): string => formatWithUnit(chart.unit, value);
  const styles = lineStyles(chart);
  const axis = {
    stroke: () => resolveColor('--ink-faint'),
    grid: { stroke: () => resolveColor('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width,
    height: PLOT_HEIGHT,
    padding: [8, 8, 0, 0],
    cursor: {
      y: false,
      sync: { key: group, setSeries: false },
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          inputs().onZoom(undefined);
          return null;
        },
      },
    },
    scales: { x: { time: true }, y: { range: (_plot, low, high) => rangeOf(chart.unit, low, high) } },
    legend: { live: true },
    axes: [
      {
        ...axis,
        size: 26,
        space: 84,
        values: (_plot, splits, _axis, _space, step) => distinctLabels(splits.map((at) => timeLabel(at, step))),
      },
      { ...axis, size: 62, space: 34, values: (_plot, splits) => distinctLabels(splits.map(format)) },
    ],
    series: [
      { label: 'Time', value: (plot, at) => (at == null ? '' : momentText(plot, at, inputs())) },
      ...chart.lines.map(({ label }, index) => ({
        label,
        stroke: styles[index]!.color,
        dash: styles[index]!.dash,
        width: 1.6,
        points: { show: chart.x.length < 3 },
        value: (_plot: uPlot, value: number | null) => (value == null ? '' : format(value)),
      })),
    ],
    hooks: {
      ready: [(plot) => makeLegendOperable(plot.root)],
      setSelect: [(plot) => zoomToSelection(plot, inputs().onZoom)],
      drawAxes: [(plot) => drawBands(plot, inputs().bands)],
      draw: [(plot) => drawMarkers(plot, inputs().markers)],
    },
  };
}

/** The plot reports a selection to the other plots of its group, too. Only the one under the pointer counts. */
function zoomToSelection(plot: uPlot, onZoom: PlotInputs['onZoom']): void {
  const { left, width } = plot.select;
  if (width <= 0) return;
  const zoom = { from: plot.posToVal(left, 'x') * 1000, to: plot.posToVal(left + width, 'x') * 1000 };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  // A pointer event is missing in plots that only follow.
  if (plot.cursor.event != null && zoom.to > zoom.from) onZoom(zoom);
}

function drawMarkers(plot: uPlot, markers: readonly Marker[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = window.devicePixelRatio;
  ctx.setLineDash([3 * window.devicePixelRatio, 3 * window.devicePixelRatio]);
  ctx.globalAlpha = 0.55;
  for (const { time, kind } of markers) {
    const x = plot.valToPos(time / 1000, 'x', true);
    if (!(x >= bbox.left && x <= bbox.left + bbox.width)) continue;
    ctx.strokeStyle = resolveColor(MARKER_COLORS[kind]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** The time at the cursor, with the marked observations and the events there. */
function momentText(plot: uPlot, at: number, { markers, bands }: PlotInputs): string {
  const left = plot.cursor.left ?? -1;
  const near = markers.filter(({ time }) => Math.abs(plot.valToPos(time / 1000, 'x') - left) <= MARKER_REACH);
  const names = [...new Set(near.map(({ label }) => label))].slice(0, 3);
  return [formatTime(at * 1000), ...bandsAt(bands, at * 1000), ...names].join(' · ');
}

/** The names in the legend show and hide lines. uPlot listens for clicks only. */
function makeLegendOperable(root: HTMLElement): void {
  const names = [...root.querySelectorAll<HTMLElement>('.u-series th')].slice(1);
  for (const name of names) {
    name.tabIndex = 0;
    name.setAttribute('role', 'button');
    name.setAttribute('aria-pressed', 'true');
    const press = (): void => {
      const isShown = !name.parentElement!.classList.contains('u-off');
      name.setAttribute('aria-pressed', String(isShown));
    };
    name.addEventListener('click', () => queueMicrotask(press));
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      name.click();
    });
  }
}

function rangeOf(unit: Unit, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = (high - Math.min(low, 0)) * 0.08;
  const minimum = unit === '%' ? 5 : unit === 'level' ? 0.1 : 1;
  return [Math.min(0, low), Math.max(high + room, minimum)];
}
