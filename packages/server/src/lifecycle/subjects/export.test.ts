import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { analysisRow } from '@rtcstats-server/testing/session-row';
import { readZip } from '@rtcstats-server/testing/zip';
import { expect, it } from 'vitest';
import { textOf } from '../../dump-content/forms.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { exportSubject } from './export.ts';
import { openGateway, openStores, type Stores } from './testing/gateway-fixture.ts';

const NAME = '<script>alert(1)</script>';

async function exported(stores: Stores, packed: (id: string) => Promise<Readable>): Promise<Readable> {
  const { finder } = await openGateway(stores);
  const text = async (id: string): Promise<Readable> => textOf(await packed(id));
  const sessions = { text, storedAnalysis: () => Promise.resolve(undefined) };
  const live = (): Promise<Buffer> => Promise.resolve(Buffer.from('so far\n'));
  const { zip } = await exportSubject(
    { sessions, catalog: stores.catalog, finder, live },
    { kind: 'user', name: NAME },
  );
  return zip;
}

it('has the rows, analyses and dumps that there are, and a page that explains them without any script', async () => {
  const stores = await openStores();
  await stores.store('stored', { user: NAME });
  await stores.catalog.analyses.put('stored', analysisRow());
  await stores.store('live', { user: NAME, state: 'recording', endedAt: null, storageKey: null });
  await stores.store('elsewhere', { user: NAME, state: 'quarantined', storageKey: null });
  await stores.store('other', { user: 'somebody else' });
  const zip = await exported(stores, (id) =>
    id === 'stored'
      ? Promise.resolve(Readable.from([gzipSync('a dump\n')]))
      : Promise.reject(new GatewayError('DUMP_NOT_FOUND')),
  );
  const files = readZip(await buffer(zip));
  const folder = (id: string): string => `sessions/2026-03-01_${id}`;
  expect([...files.keys()].sort()).toEqual(
    [
      'index.html',
      `${folder('elsewhere')}/session.json`,
      `${folder('live')}/dump.txt`,
      `${folder('live')}/session.json`,
      `${folder('stored')}/analysis.json`,
      `${folder('stored')}/dump.txt`,
      `${folder('stored')}/session.json`,
    ].sort(),
  );
  expect(files.get(`${folder('stored')}/dump.txt`)!.toString()).toBe('a dump\n');
  expect(files.get(`${folder('live')}/dump.txt`)!.toString()).toBe('so far\n');
  expect(JSON.parse(files.get(`${folder('stored')}/session.json`)!.toString())).toMatchObject({ id: 'stored' });
  const page = files.get('index.html')!.toString();
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('<strong>3</strong> recordings');
  expect(page).toContain('locked away');
  expect(page).toContain('The recording is not on this machine');
  expect(page.match(/href="([^"]+)"/g)).toHaveLength(6);
});

it('fails as a whole when a dump cannot be read to its end', async () => {
  const stores = await openStores();
  await stores.store('stored', { user: NAME });
  const torn = gzipSync('a dump\n').subarray(0, 12);
  const zip = await exported(stores, () => Promise.resolve(Readable.from([torn])));
  await expect(buffer(zip)).rejects.toThrow();
});

it('closes the dump when the reader leaves', async () => {
  const stores = await openStores();
  await stores.store('stored', { user: NAME });
  const dump = new PassThrough();
  const zip = await exported(stores, () => Promise.resolve(dump));
  zip.resume();
  const closed = new Promise((resolve) => dump.once('close', resolve));
  setImmediate(() => zip.destroy());
  await closed;
});

it('is refused if there is nothing', async () => {
  const stores = await openStores();
  const none = exported(stores, () => Promise.reject(new Error('not asked')));
  await expect(none).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
});
