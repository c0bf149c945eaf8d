import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { dumpPlaces } from './place.ts';

const startedAt = new Date('2026-03-01T23:59:59.999Z');

function placeIn(s3: object): ReturnType<ReturnType<typeof dumpPlaces>> {
  return dumpPlaces(createConfig({ storage: { type: 's3', s3 } }))('0195-a', startedAt, 'gzip');
}

describe('dumpPlaces', () => {
  it('names a file of local storage', () => {
    const place = dumpPlaces(createConfig({ dataDirectory: '/var/lib/the calls' }))('0195-a', startedAt, 'gzip');
    expect(place).toEqual({
      key: '2026/03/01/0195-a.gz',
      url: pathToFileURL('/var/lib/the calls/dumps/2026/03/01/0195-a.gz').href,
    });
  });

  it.each([
    [{ bucket: 'calls' }, 'https://calls.s3.amazonaws.com/2026/03/01/0195-a.gz'],
    [
      { bucket: 'calls', region: 'eu-central-1', prefix: 'a/b' },
      'https://calls.s3.eu-central-1.amazonaws.com/a/b/2026/03/01/0195-a.gz',
    ],
    [{ bucket: 'calls.example.com' }, 'https://s3.amazonaws.com/calls.example.com/2026/03/01/0195-a.gz'],
    [
      { bucket: 'calls', endpoint: 'http://10.0.0.1:9000/s3/', forcePathStyle: true },
      'http://10.0.0.1:9000/s3/calls/2026/03/01/0195-a.gz',
    ],
    [
      { bucket: 'calls', endpoint: 'https://minio.example.com:9000' },
      'https://calls.minio.example.com:9000/2026/03/01/0195-a.gz',
    ],
    [
      { bucket: 'arn:aws:s3:eu-central-1:111122223333:accesspoint/calls' },
      'https://s3.amazonaws.com/arn%3Aaws%3As3%3Aeu-central-1%3A111122223333%3Aaccesspoint%2Fcalls/2026/03/01/0195-a.gz',
    ],
  ])('names an object of the bucket %j', (s3, url) => {
    expect(placeIn(s3)).toEqual({ key: '2026/03/01/0195-a.gz', url });
  });

  it('puts no date into the key with `keys: flat`', () => {
    expect(placeIn({ bucket: 'calls', keys: 'flat' })).toEqual({
      key: '0195-a.gz',
      url: 'https://calls.s3.amazonaws.com/0195-a.gz',
    });
  });
});
