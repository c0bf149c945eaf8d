import { methodCode, statsPropertyCode, statsTypeCode } from '@rtcstats-server/dump';
import { expect, it } from 'vitest';
import { prettyLine, readableEvent, readableLine } from './readable.ts';

it('names the method at the beginning of a line', () => {
  const text = `[${methodCode('create')},"PC_0",{"iceServers":`;
  expect(readableLine({ method: 'create', text })).toBe('["create","PC_0",{"iceServers":');
  expect(readableLine({ method: ':log', text: '[":log",null,5]' })).toBe('[":log",null,5]');
});

it('names the method and the properties of statistics', () => {
  const report = { [statsPropertyCode('type')]: statsTypeCode('inbound-rtp'), [statsPropertyCode('bytesReceived')]: 7 };
  const line = JSON.stringify([methodCode('getStats'), 'PC_0', { a: report, b: null, t: 5 }, 12]);
  expect(JSON.parse(readableEvent(line))).toEqual([
    'getStats',
    'PC_0',
    { a: { type: 'inbound-rtp', bytesReceived: 7 }, b: null, t: 5 },
    12,
  ]);
});

it.each(['not JSON', '{"a":1}', '7', '[]', '[null]'])('shows %s as it is', (line) => {
  expect(readableEvent(line).replaceAll(/[\s,]|null/g, '')).toBe(line.replaceAll(/[\s,]|null/g, ''));
  expect(prettyLine(line)).toBeTypeOf('string');
});
