import { decodeEvent, EventClock } from '@rtcstats-server/dump';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rtcstats2 } from './rtcstats2.ts';

const START = 1_795_800_000_000;

/** What a reader of dumps gets of these messages. */
function read(messages: readonly unknown[]) {
  const conversion = new Rtcstats2();
  const clock = new EventClock();
  return messages.flatMap((message) => {
    const { events = [] } = conversion.convert(message);
    return events.map((event) => {
      const decoded = decodeEvent(JSON.parse(JSON.stringify(event)))!;
      return { ...decoded, time: clock.advance(decoded.delta) };
    });
  });
}

describe('the client rtcstats 5', () => {
  it('has its times as deltas, the first one since the epoch', () => {
    const conversion = new Rtcstats2();
    const converted = [START, START + 5, START + 5, START + 3, START + 1005].map(
      (time) => conversion.convert(['createOffer', 'PC_0', null, time]).events,
    );
    expect(converted).toEqual([START, 5, 0, -2, 1002].map((delta) => [[2, 'PC_0', null, delta]]));
  });

  it('loses no event and no time, whatever the times are', () => {
    const scope = fc.constantFrom('PC_0', 'PC_1', null);
    const value = fc.oneof(fc.constant(null), fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string()));
    // Times of a client: around now, with fractions, with a clock that jumps, or that was never set.
    const time = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: START, max: START + 1e9 }) },
      { weight: 4, arbitrary: fc.double({ min: START, max: START + 1e9, noNaN: true }) },
      { weight: 1, arbitrary: fc.integer({ min: 1.2e12, max: 2.4e12 }) },
    );
    const events = fc.array(fc.record({ method: fc.string({ minLength: 1 }), scope, value, time }), { maxLength: 50 });
    fc.assert(
      fc.property(events, (all) => {
        const sent = all.map((event) => [`:${event.method}`, event.scope, event.value, event.time]);
        const got = read(sent.map((message) => JSON.parse(JSON.stringify(message))));
        expect(got.map(({ method, scope: of, value: is, time: at }) => [method, of, is, at])).toEqual(
          JSON.parse(JSON.stringify(sent)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('has the values of events in the form of this protocol', () => {
    const stream = 'f9e8';
    const converted = read([
      ['create', 'PC_0', { iceServers: [], browserType: 'webkit' }, START],
      ['create', 'PC_1', { nullConfig: true, browserType: 'webkit' }, START],
      [
        'navigator.mediaDevices.getUserMediaOnSuccess',
        null,
        { id: stream, tracks: [{ id: 'a', kind: 'audio', label: 'Headset', enabled: true, readyState: 'live' }] },
        START,
      ],
      ['addTrack', 'PC_0', `audio:a stream:${stream} stream:other`, START],
      ['ontrack', 'PC_1', 'video:b', START],
      ['ontrack', 'PC_1', 'something else', START],
      ['createDataChannel', 'PC_0', { 0: 'chat', 1: { ordered: false } }, START],
      ['addTransceiver', 'PC_0', 'audio', START],
      ['onaddstream', 'PC_1', 'f9e8 audio:a,video:b', START],
      ['close', 'PC_0', {}, START],
      ['identity', null, { user: 'anna' }, START],
    ]);
    expect(converted.map(({ method, value }) => [method, value])).toEqual([
      ['create', { iceServers: [] }],
      ['create', {}],
      ['navigator.mediaDevices.getUserMediaOnSuccess', [['audio', 'a', 'Headset', stream]]],
      ['addTrack', ['audio', 'a', '', stream, 'other']],
      ['ontrack', ['video', 'b', '']],
      ['ontrack', 'something else'],
      ['createDataChannel', ['chat', { ordered: false }]],
      ['addTransceiver', ['audio']],
      ['onaddstream', 'f9e8 audio:a,video:b'],
      ['close', {}],
      ['identity', { user: 'anna' }],
    ]);
  });

  it.each([
    null,
    'text',
    {},
    [],
    [START],
    [1, 'PC_0', null, START],
    ['create', {}, null, START],
    ['create', null, null, 'now'],
    ['create', null, null, Number.POSITIVE_INFINITY],
    ['create', null, null, -1e16],
  ])('drops what is not an event: %j', (message) => {
    expect(new Rtcstats2().convert(message)).toEqual({ dropped: 'notEvent' });
  });
});
