import { event, metadata, type PlantedCase } from './case.ts';
import { UUID } from './samples.ts';
import { JWT } from './texts.ts';

/** URLs of pages. */
export const PAGE_CASES: readonly PlantedCase[] = [
  metadata(
    'pageUrl',
    'the page',
    { url: `/room/board-meeting-q3?user=anna&rtcstats-token=${JWT}`, origin: 'https://meet.example.com' },
    ['board-meeting', 'anna', 'Eve9Vs'],
    { stays: ['https://meet.example.com'] },
  ),
  metadata(
    'pageUrl',
    'the page as a full URL',
    { url: 'wss://stats.example.com/room/anna?x=1', origin: 'https://meet.example.com:8443' },
    ['anna', 'x=1'],
    { stays: ['https://meet.example.com:8443', 'stats.example.com'] },
  ),
  metadata('pageUrl', 'the page with a plain path', { url: '/annasroom' }, 'annasroom'),
  metadata(
    'pageUrl',
    'the page with an encoded path',
    { url: '/room/%61nna/b%2Foard' },
    ['%61nna', 'anna', 'b%2Foard'],
    {
      adversarial: true,
    },
  ),
  metadata('pageUrl', 'the page without a slash', { url: 'room/board-meeting?user=anna' }, ['anna', 'board-meeting'], {
    adversarial: true,
  }),
  metadata('pageUrl', 'a query alone', { url: '?user=anna' }, 'anna', { adversarial: true }),
  metadata('pageUrl', 'an origin with more', { origin: 'https://meet.example.com/room/anna' }, 'anna', {
    adversarial: true,
    stays: ['https://meet.example.com'],
  }),
  metadata('pageUrl', 'a path with names and spaces', { url: '/room/Anna Keller/b' }, ['Anna', 'Keller'], {
    adversarial: true,
  }),
  metadata('pageUrl', 'a UUID in the path', { url: `/room/${UUID}` }, [], { goneStrict: [UUID, '/room'] }),
  event(
    'pageUrl',
    "Chromium's own dump",
    ['create', '8-1', { iceServers: [] }, 'https://meet.example.com/room/board-meeting?user=anna', 1],
    ['board-meeting', 'anna'],
    { stays: ['https://meet.example.com/'] },
  ),
  event(
    'pageUrl',
    "Chromium's own dump by number",
    [39, 'PC_0', {}, 'https://meet.example.com/board-meeting', 1],
    'board-meeting',
    { stays: ['https://meet.example.com/'] },
  ),
  event(
    'pageUrl',
    'a data URL',
    [':avatar', null, { src: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg' }, 1],
    'iVBORw0KGgo',
    { adversarial: true },
  ),
  event(
    'pageUrl',
    'the referrer of an application',
    [':open', null, { referrer: 'https://mail.example.com/u/anna/inbox', ok: true }, 1],
    ['anna', 'inbox'],
    { adversarial: true, stays: ['true'] },
  ),
];
