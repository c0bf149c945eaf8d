import type { AnalysisRow } from 'rtcstats-server/catalog/analyses';
import type { SessionRow } from 'rtcstats-server/catalog/sessions';

/** A row of the catalog as finishing writes it, with changes. */
export function sessionRow(id: string, changes: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    state: 'stored',
    startedAt: '2026-03-01T10:00:00.000Z',
    endedAt: '2026-03-01T10:05:00.250Z',
    closeCode: 1000,
    messages: 12,
    bytes: 5_000_000_000,
    storedBytes: 900,
    storageKey: `2026/03/01/${id}.gz`,
    storageUrl: `https://dumps.s3.eu-central-1.amazonaws.com/2026/03/01/${id}.gz`,
    user: null,
    conference: null,
    session: null,
    signed: [],
    country: null,
    forward: null,
    origin: 'https://meet.example.com',
    userAgent: 'Mozilla/5.0',
    host: 'gateway-1',
    receipt: {
      policy: 'standard',
      engine: 'rtcstats-privacy/1',
      keyId: 'e684',
      redactions: { ipAddresses: 3 },
      dropped: {},
      drift: { entries: [{ event: 'create', path: 'shiny', type: 'object', count: 2 }], more: 1 },
      verified: true,
      findings: 0,
      findingsByClass: {},
      verifier: 'rtcstats-verifier/1',
      sha256: 'ab'.repeat(32),
      dictionary: null,
      complete: true,
    },
    ...changes,
  };
}

/** The analysis of a call with two observations as finishing writes it, with changes. */
export function analysisRow(changes: Partial<AnalysisRow> = {}): AnalysisRow {
  return {
    analysisVersion: 1,
    analyzedAt: '2026-03-01T10:05:01.000Z',
    verdict: 'bad',
    experience: 55,
    audio: 2.75,
    video: null,
    connectivity: 5,
    severity: 'high',
    problems: [{ name: 'packet-loss', severity: 'high' }],
    observations: [
      {
        name: 'packet-loss',
        severity: 'high',
        category: 'network',
        scopeType: 'track',
        connection: 'PC_0',
        track: 'microphone',
        direction: 'in',
        from: 1_772_359_200_000,
        to: 1_772_359_230_500,
      },
      {
        name: 'microphone-quiet',
        severity: 'low',
        category: 'capture',
        scopeType: 'client',
        connection: null,
        track: null,
        direction: null,
        from: 1_772_359_200_000,
        to: 1_772_359_210_000,
      },
    ],
    failedDetectors: [],
    call: { setupMs: 850, network: 'wifi', route: 'direct' },
    setupFailure: null,
    document: JSON.stringify({
      analysisVersion: 1,
      scores: { experience: 55, audio: 2.75, video: null, connectivity: 5, reasons: [] },
      observations: [],
      features: { client: {}, connections: [], tracks: [] },
      setup: [],
      notJudged: [],
    }),
    failure: null,
    ...changes,
  };
}
