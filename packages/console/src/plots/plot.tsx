import 'uplot/dist/uPlot.min.css';
import type { Chart, Marker } from '@rtcstats-server/insights';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { Span } from '../routing/parameters.ts';
import { type Band, describeBands } from './bands.ts';
import { lineStyles } from './plot-colors.ts';
import { PLOT_HEIGHT, plotOptions } from './plot-options.ts';
import { describeRanges, latestText } from './plot-values.ts';
import { saveCsv, savePng } from './save.ts';

/** Lines whose names are always shown. */
const MAX_NAMES = 8;

export interface PlotProps {
  readonly chart: Chart;
  /** Plots of the same group share a cursor. */
  readonly group: string;
  readonly markers?: readonly Marker[] | undefined;
  /** Intervals to mark. */
  readonly bands?: readonly Band[] | undefined;
  /** The time range to show; undefined for all of the chart. */
  readonly zoom: Span | undefined;
  readonly onZoom: (zoom: Span | undefined) => void;
}

/**
 * One chart. Dragging zooms, a double click shows everything again. With the keyboard: the arrow keys move the cursor,
 * plus and minus zoom, Escape shows everything.
 */
export function Plot({ chart, group, markers = NO_MARKERS, bands = NO_BANDS, zoom, onZoom }: PlotProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ chart, markers, bands, zoom, onZoom });
  latest.current = { chart, markers, bands, zoom, onZoom };
  const [showsAllNames, setShowsAllNames] = useState(false);
  const seen = useNearViewport(place);
  const shape = `${chart.id} ${chart.lines.map(({ label }) => label).join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot is recreated only when its lines change
  useEffect(() => {
    if (!seen) return undefined;
    const element = place.current!;
    const { chart: drawn, zoom: range } = latest.current;
    const options = plotOptions(drawn, group, element.clientWidth, () => latest.current);
    const created = new uPlot(options, dataOf(drawn), element);
    plot.current = created;
    showRange(created, range);
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) created.setSize({ width: element.clientWidth, height: PLOT_HEIGHT });
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
    if (plot.current) showRange(plot.current, latest.current.zoom);
  }, [chart]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new object with the same range changes nothing
  useEffect(() => {
    if (plot.current) showRange(plot.current, zoom);
  }, [zoom?.from, zoom?.to]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new markers and bands have to be drawn
  useEffect(() => {
    plot.current?.redraw(false);
  }, [markers, bands]);
  const more = chart.lines.length - MAX_NAMES;
  return (
    <figure className={more > 0 && !showsAllNames ? 'plot plot-collapsed' : 'plot'} data-chart={chart.id}>
      <figcaption>
        <h3>{chart.title}</h3>
        <span className="row plot-tools">
          <span className="faint">{latestText(chart)}</span>
          <button type="button" className="plot-tool" onClick={() => saveCsv(chart)}>
            CSV<span className="hidden"> of {chart.title}</span>
          </button>
          <button
            type="button"
            className="plot-tool"
            onClick={() => plot.current && savePng(chart, plot.current.ctx.canvas, colorsOf(chart))}
          >
            PNG<span className="hidden"> of {chart.title}</span>
          </button>
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div
        ref={place}
        className="plot-canvas"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cursor of the plot
        tabIndex={0}
        aria-label={describeRanges(chart) + describeBands(bands)}
        onKeyDown={(event) => plot.current && onKey(plot.current, event, onZoom)}
      />
      {more > 0 && (
        <button type="button" className="plot-tool" onClick={() => setShowsAllNames(!showsAllNames)}>
          {showsAllNames ? 'Show fewer names' : `Show ${more} more names`}
          <span className="hidden"> of {chart.title}</span>
        </button>
      )}
    </figure>
  );
}

const NO_MARKERS: readonly Marker[] = [];
const NO_BANDS: readonly Band[] = [];

function colorsOf(chart: Chart): string[] {
  return lineStyles(chart).map(({ color }) => color);
}

function showRange(plot: uPlot, zoom: Span | undefined): void {
  const times = plot.data[0];
  const first = zoom === undefined ? times[0] : zoom.from / 1000;
  const last = zoom === undefined ? times.at(-1) : zoom.to / 1000;
  if (first !== undefined && last !== undefined) plot.setScale('x', { min: first, max: last });
}

const ZOOM_FACTORS: Readonly<Record<string, number>> = { '+': 0.5, '=': 0.5, '-': 2, '−': 2 };
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

function onKey(plot: uPlot, event: KeyboardEvent, onZoom: PlotProps['onZoom']): void {
  const factor = ZOOM_FACTORS[event.key];
  const step = STEPS[event.key];
  if (step !== undefined) moveCursor(plot, step);
  else if (factor !== undefined) onZoom(zoomed(plot, factor));
  else if (event.key === 'Escape') onZoom(undefined);
  else return;
  event.preventDefault();
}

function moveCursor(plot: uPlot, step: number): void {
  const times = plot.data[0];
  const { min = 0, max = 0 } = plot.scales['x']!;
  const before = plot.cursor.idx ?? times.findIndex((time) => time >= (min ?? 0));
  const at = Math.min(Math.max(before + step, 0), times.length - 1);
  const time = Math.min(Math.max(times[at] ?? 0, min ?? 0), max ?? 0);
  plot.setCursor({ left: plot.valToPos(time, 'x'), top: PLOT_HEIGHT / 2 });
}

/** The range around the cursor, or around the middle. Undefined if it would be all of the chart. */
function zoomed(plot: uPlot, factor: number): Span | undefined {
  const { min, max } = plot.scales['x']!;
  const times = plot.data[0];
  if (min == null || max == null) return undefined;
  const middle = plot.cursor.idx == null ? (min + max) / 2 : times[plot.cursor.idx]!;
  const half = ((max - min) / 2) * factor;
  const range = { from: (middle - half) * 1000, to: (middle + half) * 1000 };
  return range.from <= times[0]! * 1000 && range.to >= times.at(-1)! * 1000 ? undefined : range;
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
    // Paper has no viewport.
    const show = (): void => setSeen(true);
    window.addEventListener('beforeprint', show);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', show);
    };
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
