import { expect, it } from 'vitest';
import { markersOf } from './markers.ts';

const event = (method: string, value: unknown, line: number, scope: string | null = 'PC_0') => ({
  method,
  scope,
  value,
  extra: [],
  time: line * 1000,
  line,
});

it('marks states, mutes, restarts and application events of a connection', () => {
  const events = [
    event('onconnectionstatechange', 'connected', 1),
    event('onconnectionstatechange', 'failed', 2, 'PC_1'),
    event('oniceconnectionstatechange', null, 3),
    event('createOffer', [{ iceRestart: true }], 4),
    event('createOffer', [{}], 5),
    event('MediaStreamTrack.onmute', null, 6, null),
    event(':reaction', { emoji: 'x' }, 7, null),
    event('restartIce', null, 8),
  ];
  expect(markersOf(events, 'PC_0').map(({ line, kind, label }) => [line, kind, label])).toEqual([
    [1, 'state', 'connection: connected'],
    [4, 'restart', 'ICE restart'],
    [6, 'media', 'track: mute'],
    [7, 'application', ':reaction'],
    [8, 'restart', 'ICE restart'],
  ]);
});
