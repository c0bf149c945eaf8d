import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { LocalStorage } from '../storage/local.ts';
import { Sessions } from './sessions.ts';

it('leaves a quarantined dump and its row to the gateway that has it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-sessions-'));
  const catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  onTestFinished(async () => {
    await catalog.close();
    await rm(directory, { recursive: true });
  });
  const at = async (host: string): Promise<{ sessions: Sessions; quarantine: LocalStorage }> => {
    const quarantine = await LocalStorage.open(join(directory, host));
    const createVerifier = () => new Verifier(presetPolicy('standard'));
    return {
      sessions: new Sessions({ catalog, storage: quarantine, quarantine, host, createVerifier, keys: null }),
      quarantine,
    };
  };
  const [own, other] = [await at('gateway-1'), await at('gateway-2')];
  await writeFile(join(directory, 'file'), 'dump');
  await own.quarantine.put('a.gz', join(directory, 'file'));
  await catalog.sessions.put(sessionRow('a', { state: 'quarantined', storageKey: null, host: 'gateway-1' }));

  const elsewhere = { code: 'DUMP_NOT_FOUND', message: expect.stringContaining('"gateway-1"') };
  await expect(other.sessions.dump('a')).rejects.toMatchObject(elsewhere);
  await expect(other.sessions.delete('a')).rejects.toMatchObject(elsewhere);
  (await own.sessions.dump('a')).destroy();
  await own.sessions.delete('a');
  await expect(own.sessions.get('a')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  await expect(own.quarantine.get('a.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
});
