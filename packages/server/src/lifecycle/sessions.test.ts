import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ANALYSIS_VERSION } from '@rtcstats-server/insights/verdict';
import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failedAnalysis } from '../catalog/analysis-results.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { LocalStorage } from '../storage/local.ts';
import { SessionRemoval } from './removal.ts';
import { Sessions } from './sessions.ts';

async function openSessions(host = 'gateway-1') {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-sessions-'));
  const catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  onTestFinished(async () => {
    await catalog.close();
    await rm(directory, { recursive: true });
  });
  const storage = await LocalStorage.open(join(directory, 'dumps'));
  const createVerifier = () => new Verifier(presetPolicy('standard'));
  const removal = new SessionRemoval({ catalog, storage, quarantine: storage, host, dataDirectory: directory });
  const sessions = new Sessions({ catalog, storage, quarantine: storage, host, createVerifier, removal, keys: null });
  const store = async (key: string, dump: string): Promise<void> => {
    await writeFile(join(directory, 'file'), gzipSync(dump));
    await storage.put(key, join(directory, 'file'));
  };
  return { catalog, sessions, store };
}

describe('the analysis of a session', () => {
  const DUMP = 'RTCStatsDump\n{"fileFormat":3}\n[":a",null,1,1795800000000]\n';
  const DOCUMENT = JSON.stringify({ analysisVersion: ANALYSIS_VERSION, scores: { experience: 42 } });

  it('is the one in the catalog, without reading the dump, if it is up to date', async () => {
    const { catalog, sessions } = await openSessions();
    await catalog.sessions.put(sessionRow('a'), analysisRow({ analysisVersion: ANALYSIS_VERSION, document: DOCUMENT }));
    expect(await sessions.analysis('a')).toEqual(JSON.parse(DOCUMENT));
  });

  it.each([
    ['there is none', undefined],
    ['it is of an older version', analysisRow({ analysisVersion: ANALYSIS_VERSION - 1, document: DOCUMENT })],
    ['it failed', failedAnalysis('deadline', '2026-03-01T10:00:00.000Z')],
    ['its document was too large', analysisRow({ analysisVersion: ANALYSIS_VERSION, document: null })],
  ] as const)('is computed now if %s', async (_, analysis) => {
    const { catalog, sessions, store } = await openSessions();
    await store(sessionRow('a').storageKey!, DUMP);
    await catalog.sessions.put(sessionRow('a'), analysis);
    const { analysisVersion, scores } = await sessions.analysis('a');
    expect({ analysisVersion, experience: scores.experience }).toEqual({
      analysisVersion: ANALYSIS_VERSION,
      experience: null,
    });
  });

  it('is gone with the session', async () => {
    const { catalog, sessions, store } = await openSessions();
    await store(sessionRow('a').storageKey!, DUMP);
    await catalog.sessions.put(sessionRow('a'), analysisRow());
    await sessions.delete('a');
    expect(await catalog.analyses.get('a')).toBeUndefined();
  });
});

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
    const stores = { catalog, storage: quarantine, quarantine, host };
    const removal = new SessionRemoval({ ...stores, dataDirectory: directory });
    return {
      sessions: new Sessions({ ...stores, createVerifier, removal, keys: null }),
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
