import type { Lane, Mark } from '@rtcstats-server/insights';
import { type KeyboardEvent, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { type Span, useChosenEvent, useZoom } from '../routing/parameters.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatDuration, formatTime } from '../ui/format.ts';
import { Button, Empty, Loading } from '../ui/parts.tsx';
import { EventDetail } from './event-detail.tsx';
import { lineName } from './line-name.ts';
import { ticksOf } from './ticks.ts';

const MARK_WIDTH = 9;

/** States as bands and events as marks, one lane per connection. */
export function TimelineTab(): ReactNode {
  const { summary } = useContext(RecordingContext);
  const lanes = useAsk('timeline');
  const [zoom, setZoom] = useZoom();
  const [chosen, setChosen] = useChosenEvent();
  if (lanes === undefined || summary === undefined) return <Loading />;
  if (lanes.length === 0) {
    return (
      <Card>
        <Empty title="No events in this session" />
      </Card>
    );
  }
  const whole = { from: summary.start, to: Math.max(summary.end, summary.start + 1000) };
  const span = zoom ?? whole;
  return (
    <>
      <Card
        title="Timeline"
        aside={
          <div className="row">
            <Button onClick={() => setZoom(setupSpan(lanes, whole))}>Setup</Button>
            <Button onClick={() => setZoom(undefined)}>Everything</Button>
            <Button onClick={() => setZoom(zoomed(span, 0.5))}>Zoom in</Button>
            <Button onClick={() => setZoom(zoom && withoutWhole(clamp(zoomed(span, 2), whole), whole))}>
              Zoom out
            </Button>
          </div>
        }
      >
        <Axis span={span} start={summary.start} />
        {lanes.map((lane) => (
          <Boundary key={String(lane.scope)}>
            <LaneView lane={lane} span={span} chosen={chosen} onChoose={setChosen} />
          </Boundary>
        ))}
        <p className="faint row timeline-key">
          <span className="mark-dot mark-call" /> call
          <span className="mark-dot mark-event" /> event
          <span className="mark-dot mark-failure" /> failure
          <span className="mark-dot mark-custom" /> custom event; (+3): events that appear when you zoom in
        </p>
      </Card>
      <Boundary key={chosen}>
        {chosen !== undefined && <EventDetail line={chosen} onClose={() => setChosen(undefined)} />}
      </Boundary>
    </>
  );
}

/** The range in which most events happened, from the start on. */
function setupSpan(lanes: readonly Lane[], whole: Span): Span {
  const marks = lanes.flatMap((lane) => lane.marks.map(({ time }) => time)).sort((a, b) => a - b);
  const last = marks[Math.floor(marks.length * 0.9)] ?? whole.to;
  const room = Math.max((last - whole.from) * 0.15, 250);
  return clamp({ from: whole.from, to: last + room }, whole);
}

/** No zoom if the range is everything. */
function withoutWhole(span: Span, whole: Span): Span | undefined {
  return span.from <= whole.from && span.to >= whole.to ? undefined : span;
}

function clamp(span: Span, whole: Span): Span {
  return { from: Math.max(span.from, whole.from), to: Math.min(span.to, whole.to) };
}

function zoomed({ from, to }: Span, factor: number): Span {
  const middle = (from + to) / 2;
  const half = ((to - from) / 2) * factor;
  return { from: middle - half, to: middle + half };
}

function position(time: number, { from, to }: Span): number {
  return ((time - from) / (to - from)) * 100;
}

const MAX_TICKS = 6;

function Axis({ span, start }: { readonly span: Span; readonly start: number }): ReactNode {
  return (
    <div className="lane">
      <span className="lane-name faint">since the start</span>
      <div className="lane-track axis" aria-hidden="true">
        {ticksOf(span, start, MAX_TICKS).map(({ time, label }) => (
          <span key={time} className="axis-tick" style={{ left: `${position(time, span)}%` }} title={formatTime(time)}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

function LaneView(props: {
  readonly lane: Lane;
  readonly span: Span;
  readonly chosen: number | undefined;
  readonly onChoose: (line: number) => void;
}): ReactNode {
  const { lane, span, chosen, onChoose } = props;
  const track = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(track.current!);
    return () => observer.disconnect();
  }, []);
  const name = lane.scope ?? 'page';
  const placed = layOut(lane.marks, span, width);
  const hidden = lane.marks.filter(({ time }) => time >= span.from && time <= span.to).length - placed.length;
  return (
    <section className="lane-group" aria-label={`Timeline of ${name}`}>
      <h3>{name}</h3>
      {lane.bands.map(({ name: kind, bands }) => (
        <div className="lane" key={kind}>
          <span className="lane-name faint">{kind}</span>
          <div className="lane-track">
            {bands.map(({ state, from, to }) => {
              const left = Math.max(0, position(from, span));
              const right = Math.min(100, position(to, span));
              return right <= 0 || left >= 100 || right <= left ? null : (
                <span
                  key={`${state} ${from}`}
                  className={`band band-${state}`}
                  style={{ left: `${left}%`, width: `${right - left}%` }}
                  title={`${kind}: ${state}, ${formatDuration(to - from)}`}
                >
                  {state}
                </span>
              );
            })}
          </div>
        </div>
      ))}
      <div className="lane">
        <span className="lane-name faint">
          events
          {hidden > 0 && <span title="Zoom in to see them"> (+{hidden})</span>}
        </span>
        <Marks marks={placed} track={track} label={`Events of ${name}`} chosen={chosen} onChoose={onChoose} />
      </div>
    </section>
  );
}

/** Event marks as a toolbar: Tab reaches one mark, the arrow keys move to the others. */
function Marks(props: {
  readonly marks: readonly Placed[];
  readonly track: RefObject<HTMLDivElement | null>;
  readonly label: string;
  readonly chosen: number | undefined;
  readonly onChoose: (line: number) => void;
}): ReactNode {
  const { marks, track, label, chosen, onChoose } = props;
  const counted = lineName(useContext(RecordingContext).summary);
  const [at, setAt] = useState(0);
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + step, 0), marks.length - 1);
    setAt(next);
    track.current?.querySelectorAll('button')[next]?.focus();
  };
  const rows = marks.reduce((highest, { row }) => Math.max(highest, row + 1), 1);
  return (
    <div
      className="lane-track lane-marks"
      ref={track}
      style={{ height: rows * ROW + 6 }}
      role="toolbar"
      aria-label={label}
      onKeyDown={move}
    >
      {marks.map(({ mark, left, row }, index) => (
        <button
          key={mark.line}
          type="button"
          className={`mark-dot mark-${mark.kind}`}
          style={{ left, top: row * ROW + 3 }}
          tabIndex={index === Math.min(at, marks.length - 1) ? 0 : -1}
          aria-pressed={mark.line === chosen}
          aria-label={`${mark.method}, ${formatTime(mark.time)}, ${counted} ${mark.line}`}
          title={mark.method}
          onClick={() => {
            setAt(index);
            onChoose(mark.line);
          }}
        />
      ))}
    </div>
  );
}

interface Placed {
  readonly mark: Mark;
  readonly left: number;
  readonly row: number;
}

const ROW = 13;
const MAX_ROWS = 10;

/** Stacks overlapping marks in up to `MAX_ROWS` rows. Marks that do not fit appear when the user zooms in. */
function layOut(marks: readonly Mark[], span: Span, width: number): Placed[] {
  const ends: number[] = [];
  return marks.flatMap((mark) => {
    const left = (position(mark.time, span) / 100) * width;
    if (left < 0 || left > width) return [];
    let row = ends.findIndex((end) => end <= left);
    if (row < 0) row = ends.length;
    if (row >= MAX_ROWS) return [];
    ends[row] = left + MARK_WIDTH + 2;
    return [{ mark, left: Math.min(left, width - MARK_WIDTH), row }];
  });
}
