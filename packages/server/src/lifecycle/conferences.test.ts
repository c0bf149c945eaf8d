import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conferenceAnalysis } from '@rtcstats-server/api';
import type { AnalysisDocument, Observation } from '@rtcstats-server/insights';
import { ANALYSIS_VERSION } from '@rtcstats-server/insights/verdict';
import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { LocalStorage } from '../storage/local.ts';
import { analyzeConference } from './conferences.ts';
import { SessionRemoval } from './removal.ts';
import { Sessions } from './sessions.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
const DURATION = 300_250;

async function openSessions() {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-conferences-'));
  const catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  onTestFinished(async () => {
    await catalog.close();
    await rm(directory, { recursive: true });
  });
  const storage = await LocalStorage.open(join(directory, 'dumps'));
  const createVerifier = () => new Verifier(presetPolicy('standard'));
  const stores = { catalog, storage, quarantine: storage, host: 'a' };
  const removal = new SessionRemoval({ ...stores, dataDirectory: directory });
  const sessions = new Sessions({ ...stores, createVerifier, removal, keys: null });
  return { catalog, sessions };
}

/** An analysis of a client whose clock is five minutes late. */
function analysis(isBad: boolean) {
  const startTime = START - 300_000;
  const loss: Observation = {
    name: 'packet-loss',
    severity: 'high',
    category: 'network',
    scope: { type: 'connection', connection: 'PC_0' },
    direction: 'in',
    from: startTime + 1000,
    to: startTime + 9000,
    intervals: [[startTime + 1000, startTime + 9000]],
    evidence: {},
  };
  const track = { connection: 'PC_0', kind: 'audio' };
  const document: AnalysisDocument = {
    analysisVersion: ANALYSIS_VERSION,
    scores: { experience: 90, audio: 4, video: null, connectivity: 5, reasons: [] },
    observations: isBad ? [loss] : [],
    features: {
      client: { startTime, duration: DURATION },
      connections: [{ id: 'PC_0' }],
      tracks: [{ ...track, id: 'in', direction: 'inbound' } as typeof track & { id: string }],
    },
    setup: [],
    notJudged: [],
  };
  return analysisRow({ analysisVersion: ANALYSIS_VERSION, document: JSON.stringify(document) });
}

describe('the analysis of a conference', () => {
  it('says whose network is bad, and names the sessions that it does not compare', async () => {
    const { catalog, sessions } = await openSessions();
    for (const user of ['anna', 'ben', 'cleo']) {
      await catalog.sessions.put(sessionRow(user, { conference: 'room', user }), analysis(user === 'anna'));
    }
    const old = analysisRow({ analysisVersion: ANALYSIS_VERSION - 1 });
    await catalog.sessions.put(sessionRow('old', { conference: 'room' }), old);
    await catalog.sessions.put(sessionRow('live', { conference: 'room', state: 'recording', endedAt: null }));
    await catalog.sessions.put(sessionRow('elsewhere', { conference: 'other' }), analysis(true));

    const result = await analyzeConference(sessions, 'room');
    expect(conferenceAnalysis.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      calls: [
        {
          from: START,
          to: START + DURATION,
          participants: 3,
          clockUncertaintyMs: 1000,
          observations: [
            {
              name: 'participant-downlink',
              scope: { type: 'conference', participant: 'anna' },
              from: START + 1000,
              to: START + 9000,
              evidence: { participants: 3, others: 2, othersAffected: 0 },
            },
          ],
        },
      ],
      more: false,
    });
    expect(result.calls[0]!.sessions.toSorted()).toEqual(['anna', 'ben', 'cleo']);
    expect(result.missing.toSorted((a, b) => (a.session < b.session ? -1 : 1))).toEqual([
      { session: 'live', why: 'recording' },
      { session: 'old', why: 'notAnalyzed' },
    ]);
  });

  it('reads all pages, up to a limit', async () => {
    const { catalog, sessions } = await openSessions();
    const rows = Array.from({ length: 2001 }, (_, index) => sessionRow(`s${index}`, { conference: 'room' }));
    await Promise.all(rows.map((row) => catalog.sessions.put({ ...row, state: 'quarantined' })));
    const { calls, missing, more } = await analyzeConference(sessions, 'room');
    expect({ calls, missing: missing.length, more }).toEqual({ calls: [], missing: 2000, more: true });
  });

  it('rejects an unknown conference', async () => {
    const { sessions } = await openSessions();
    await expect(analyzeConference(sessions, 'unknown')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });
});
