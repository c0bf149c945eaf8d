import { describe, expect, it } from 'vitest';
import { concerns, markOf, plotsLink, zoomAround } from './marks.ts';

const LOSS = {
  name: 'packet-loss',
  direction: 'in',
  scope: { type: 'track', connection: 'PC_0', track: 'a&b' },
} as const;
const RELOAD = { name: 'page-reload', direction: null, scope: { type: 'client' } } as const;

describe('marks of observations', () => {
  it('name the observation with direction, connection and track', () => {
    expect(markOf(LOSS)).toBe('packet-loss in PC_0 a&b');
    expect(markOf({ ...LOSS, scope: { type: 'track', track: 'a&b' } })).toBe('packet-loss in a&b');
    expect(markOf(RELOAD)).toBe('page-reload');
  });

  it('concern their own connection, or all', () => {
    expect([concerns(LOSS, 'PC_0'), concerns(LOSS, 'PC_1')]).toEqual([true, false]);
    expect(concerns(RELOAD, 'PC_1')).toBe(true);
    expect(concerns({ scope: { type: 'track', track: 'x' } }, 'PC_1')).toBe(true);
  });

  it('are kept in the URL', () => {
    const link = new URL(plotsLink('ID', LOSS, { from: 1000.7, to: 2000.2 }), 'http://localhost');
    expect(link.pathname).toBe('/sessions/ID/plots');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      mark: 'packet-loss in PC_0 a&b',
      from: '1970-01-01T00:00:01.000Z',
      to: '1970-01-01T00:00:02.001Z',
    });
    expect(plotsLink('ID', RELOAD)).toBe('/sessions/ID/plots?mark=page-reload');
  });
});

it.each([
  ['a moment', [50_000, 50_000], { from: 40_000, to: 60_000 }],
  ['a long interval', [30_000, 70_000], { from: 10_000, to: 90_000 }],
  ['the start', [0, 2000], { from: 0, to: 12_000 }],
  ['nearly all', [5000, 95_000], undefined],
  ['a time outside the recording', [500_000, 500_000], undefined],
] as const)('zooms around %s', (_name, interval, zoom) => {
  expect(zoomAround(interval, { from: 0, to: 100_000 })).toEqual(zoom);
});
