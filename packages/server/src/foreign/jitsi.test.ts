import { describe, expect, it } from 'vitest';
import type { Converted } from './contract.ts';
import { Jitsi } from './jitsi.ts';

const START = 1_795_800_000_000;

function entry(data: unknown, type = 'stats-entry'): unknown {
  return { statsSessionId: 'b4', type, data: type === 'identity' ? data : JSON.stringify(data) };
}

function converted(...messages: readonly unknown[]): readonly Converted[] {
  const conversion = new Jitsi();
  return messages.map((message) => conversion.convert(message, 0));
}

describe('@jitsi/rtcstats 9', () => {
  it('gets the greeting that it waits for', () => {
    expect(new Jitsi().greeting).toBe('{"type":"sn","body":{"value":0,"state":"initial"}}');
  });

  it('has its entries as events, with and without a sequence number', () => {
    const events = converted(
      entry(['createOffer', 'PC_0', null, START, 1]),
      entry(['tick', null, 7, START + 5, 2]),
      entry(['tick', null, 7, START + 6]),
      entry(['several', 'PC_0', 'value', 'extra', START + 6, 3]),
      { statsSessionId: 'b4', type: 'keepalive' },
    );
    expect(events).toEqual([
      { events: [[2, 'PC_0', null, START]] },
      { events: [['tick', null, 7, 5]] },
      { events: [['tick', null, 7, 1]] },
      { events: [['several', 'PC_0', 'value', 'extra', 0]] },
      { events: [] },
    ]);
  });

  it('has a report that is no longer listed as one that is gone', () => {
    const [, second] = converted(
      entry(['getstats', 'PC_0', { D1: { timestamp: 0, type: 'data-channel' }, timestamp: 1 }, START, 1]),
      entry(['getstats', 'PC_0', { timestamp: 2 }, START, 2]),
    );
    expect(second).toEqual({ events: [['g', 'PC_0', { D1: null, t: 2 }, 0]] });
  });

  it.each([
    [
      { displayName: 'Anna', confName: 'standup', meetingUniqueId: 'm-1', endpointId: 'e' },
      { user: 'Anna', conference: 'standup', session: 'm-1', endpointId: 'e' },
    ],
    [
      { user: 'anna', conference: 'standup' },
      { user: 'anna', conference: 'standup' },
    ],
    [
      { user: '', displayName: 'Anna', confName: 5 },
      { user: 'Anna', confName: 5 },
    ],
    [{ isBreakoutRoom: false }, { isBreakoutRoom: false }],
  ])('has its identity under the names of this protocol: %j', (given, expected) => {
    expect(converted(entry(['identity', null, given, START, 1], 'identity'))).toEqual([
      { events: [['identity', null, expected, START]] },
    ]);
  });

  it.each([
    [100, 500],
    [1024 * 1024, 4],
  ])('gets an acknowledgment when it keeps too much (messages of %i bytes)', (bytes, count) => {
    const conversion = new Jitsi();
    const answers = Array.from(
      { length: 2 * count },
      (_, i) => conversion.convert(entry(['tick', null, null, START, i + 1]), bytes).answer,
    );
    const sn = (value: number): string => `{"type":"sn","body":{"value":${value}}}`;
    expect(answers.filter((answer) => answer !== undefined)).toEqual([sn(count), sn(2 * count)]);
    expect(answers[count - 1]).toBe(sn(count));
  });

  it('gets an acknowledgment for an entry that is dropped too, or it would send it again', () => {
    const answer = '{"type":"sn","body":{"value":2}}';
    const dropped = new Jitsi().convert(entry([{}, null, null, START, 2]), 4 * 1024 * 1024);
    expect(dropped).toEqual({ dropped: 'notEvent', answer });
  });

  it('gets no acknowledgment without a sequence number, which versions up to 9.4 do not send', () => {
    expect(new Jitsi().convert(entry(['tick', null, 7, START]), 4 * 1024 * 1024)).not.toHaveProperty('answer');
  });

  it.each([
    [null, 'notEvent'],
    ['text', 'notEvent'],
    [['create', null, null, START], 'notEvent'],
    [{}, 'notEvent'],
    [{ statsSessionId: 'b4', type: 'unheard-of', data: [] }, 'notEvent'],
    [{ type: 'stats-entry', data: '["a",null,1,1]' }, 'notEvent'],
    [{ statsSessionId: 'b4', type: 'stats-entry' }, 'notEvent'],
    [{ statsSessionId: 'b4', type: 'stats-entry', data: '{' }, 'notJson'],
    [{ statsSessionId: 'b4', type: 'stats-entry', data: '[]' }, 'notEvent'],
    [{ statsSessionId: 'b4', type: 'stats-entry', data: '['.repeat(500_000) }, 'tooDeep'],
    [{ statsSessionId: 'b4', type: 'stats-entry', data: `[${'[],'.repeat(20_000)}1]` }, 'tooSlow'],
    [{ statsSessionId: 'b4', type: 'stats-entry', data: `[${'1,'.repeat(200_000)}1]` }, 'tooSlow'],
  ])('drops what is not an event (%#)', (message, dropped) => {
    expect(converted(message)).toEqual([{ dropped }]);
  });
});
