import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { ClientDetector, Definition } from './detector.ts';
import { type Interval, rounded } from './observation.ts';

const MAX_INTERVALS = 100;

/** Packets that are missing after a sleep of some seconds, at least. */
const MIN_LOST = 20;
/** Time after waking up in which they are noticed. */
const WAKING_MS = 15_000;

const SUSPENDED = {
  name: 'client-suspended',
  category: 'client',
  scope: 'client',
  severity: 'medium from 10 s on, low below',
  signal: 'no statistics for more than 5 s and two usual intervals, in which the browser sent hardly anything',
  threshold: { on: 5000, off: 5000, unit: 'ms', window: 0, minimum: 5000 },
  caveats: [
    'A hidden tab or a busy page collects statistics late, but media go on; that is not reported.',
    'A clock that was set forward looks like a sleep in which the clock of the statistics stood still. After a sleep, ' +
      'packets are missing; after setting a clock they are not.',
  ],
  meaning: 'The computer slept or the browser was frozen: the call stood still for this person.',
  advice: 'Ask for a wake lock while a call lasts, and restart ICE after waking up.',
  source: 'ObserveRTC: an interval above twice the usual one and above 5 s.',
} as const satisfies Definition;

export const clientSuspended: ClientDetector = {
  definition: SUSPENDED,
  watchClient: () => {
    const gaps: Interval[] = [];
    /** A gap in which the clock of the statistics stood still. */
    let doubtful: Interval | undefined;
    const accept = ([previous, time]: Interval): void => {
      const last = gaps.at(-1);
      // Each connection has the same gap.
      if (last !== undefined && previous < last[1]) {
        gaps[gaps.length - 1] = [Math.min(last[0], previous), Math.max(last[1], time)];
      } else if (gaps.length < MAX_INTERVALS) gaps.push([previous, time]);
    };
    return {
      sample({ previous, time, elapsed, standstill, inbound }, facts) {
        if (previous === undefined || facts.times.closed !== undefined) return;
        if (standstill) {
          if (elapsed === undefined || elapsed >= (time - previous) / 2) accept([previous, time]);
          else doubtful = [previous, time];
        }
        if (doubtful === undefined) return;
        const lost = inbound.reduce((sum, stream) => sum + Math.max(0, stream.lost ?? 0), 0);
        if (lost >= MIN_LOST) accept(doubtful);
        if (lost >= MIN_LOST || time - doubtful[1] > WAKING_MS) doubtful = undefined;
      },
      end() {
        if (gaps.length === 0) return [];
        const longest = Math.max(...gaps.map(([from, to]) => to - from));
        return [
          {
            severity: longest >= 10_000 ? 'medium' : 'low',
            direction: null,
            intervals: gaps,
            evidence: { gaps: gaps.length, longestMs: rounded(longest) },
          },
        ];
      },
    };
  },
};

const RELOAD = {
  name: 'page-reload',
  category: 'client',
  scope: 'client',
  severity: 'always low',
  signal: 'reloadCount of the client above 0',
  caveats: ['Only if the client is configured to count reloads.'],
  meaning: 'The page was loaded again, often because something had failed before.',
  advice: 'Look at the session before this one.',
  source: 'rtcstats-js, reloadCount.',
} as const satisfies Definition;

export const pageReload: ClientDetector = {
  definition: RELOAD,
  watchClient: () => {
    let count = 0;
    let from = 0;
    return {
      event({ method, scope, value, time }) {
        if (method !== 'create' || scope !== null) return;
        const { reloadCount } = (value ?? {}) as { reloadCount?: unknown };
        if (typeof reloadCount !== 'number' || reloadCount <= 0) return;
        count = reloadCount;
        from ||= time;
      },
      end: (time) =>
        count === 0 ? [] : [{ severity: 'low', direction: null, intervals: [[from, time]], evidence: { count } }],
    };
  },
};

const LEAK = {
  name: 'connection-leak',
  category: 'client',
  scope: 'client',
  severity: 'medium from 10 connections on, low below; high from 100 on',
  signal: 'connections that are not connected and not closed, 15 s after they were made, at the same time',
  threshold: { on: 5, off: 5, unit: 'connections', window: 0, minimum: 0 },
  caveats: [
    'Connected ones do not count: a mesh call has one for each participant.',
    'A test of candidates leaves a connection open for seconds, not for longer.',
  ],
  meaning: 'The application makes connections and forgets them. They cost memory, ports and TURN allocations.',
  advice: 'Call close() on every connection, also after errors.',
  source: 'Chromium allows about 500 connections per page; an open one gathers candidates and keeps ports.',
} as const satisfies Definition;

const IDLE_MS = 15_000;
const MAX_OPEN = 5000;

export const connectionLeak: ClientDetector = {
  definition: LEAK,
  watchClient: () => {
    const open = new Set<ConnectionFacts>();
    let since: number | undefined;
    let most = 0;
    let checkedAt = 0;
    const check = (time: number): void => {
      checkedAt = time;
      let idle = 0;
      let earliest = time;
      for (const { times, isConnected } of open) {
        if (isConnected || time - times.first < IDLE_MS) continue;
        idle += 1;
        earliest = Math.min(earliest, times.first);
      }
      most = Math.max(most, idle);
      if (idle >= LEAK.threshold.on) since ??= earliest;
    };
    return {
      event({ method, time }, facts) {
        if (facts === undefined) return;
        if (method === 'close') open.delete(facts);
        else if (facts.times.closed === undefined && open.size < MAX_OPEN) open.add(facts);
        if (time - checkedAt >= 1000) check(time);
      },
      sample({ time }) {
        if (time - checkedAt >= 1000) check(time);
      },
      end(time) {
        check(time);
        if (since === undefined) return [];
        return [
          {
            severity: most >= 100 ? 'high' : most >= 10 ? 'medium' : 'low',
            direction: null,
            intervals: [[since, time]],
            evidence: { maxIdleConnections: most },
          },
        ];
      },
    };
  },
};
