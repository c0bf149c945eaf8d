import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openEvents } from '@rtcstats-server/dump';
import { type AnalysisDocument, analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';
import { RECORDINGS } from '@rtcstats-server/testing/command-line';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { analysisRow, failedAnalysis } from './analysis-results.ts';
import type { Catalog } from './catalog.ts';
import { openPostgresCatalog } from './postgres.ts';

const AT = '2026-03-01T10:05:01.000Z';
const TABLES = ['features_client', 'features_connection', 'features_track', 'features_metadata'];
const FILLED = [...TABLES, 'rtcstats_analysis', 'rtcstats_observations'];

async function analyzed(recording: string): Promise<AnalysisDocument> {
  const bytes = readFileSync(join(RECORDINGS, recording));
  const messages = recording.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  const reader = await openEvents(Buffer.concat([Buffer.from('RTCStatsDump\n{"fileFormat":3}\n'), messages]));
  return await analyzeEvents(reader, FeatureAccumulator.of(reader));
}

describe('the tables of the rtcstats project', () => {
  let postgres: TestPostgres;
  let relay: AnalysisDocument;
  let blackout: AnalysisDocument;
  let database: string;
  let catalog: Catalog;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
    relay = await analyzed('chromium-relay.raw');
    blackout = await analyzed('faults/blackout-9s-firefox.a.raw.gz');
  });
  beforeEach(async () => {
    database = await postgres.createDatabase();
    const settings = { connectionString: database, ssl: 'disable' };
    catalog = openPostgresCatalog(createConfig({ catalog: { type: 'postgres', postgres: settings } }).catalog.postgres);
    await catalog.migrate();
    return () => catalog.close();
  });

  const query = (text: string, values: unknown[] = []) => postgres.query(database, text, values);
  const counts = async (): Promise<Record<string, number>> => {
    const columns = FILLED.map((table) => `(select count(*) from ${table})::int as ${table}`).join();
    return (await query(`select ${columns}`))[0] as Record<string, number>;
  };
  const expectedCounts = (...documents: AnalysisDocument[]) => ({
    features_metadata: documents.length,
    features_client: documents.length,
    features_connection: documents.reduce((sum, { features }) => sum + features.connections.length, 0),
    features_track: documents.reduce((sum, { features }) => sum + features.tracks.length, 0),
    rtcstats_analysis: documents.length,
    rtcstats_observations: documents.reduce((sum, { observations }) => sum + observations.length, 0),
  });

  it('have the features and the analysis of each session, joined as existing queries join them', async () => {
    await Promise.all([
      catalog.sessions.put(sessionRow('a', { country: 'DE' }), analysisRow(relay, AT)),
      catalog.sessions.put(sessionRow('b'), analysisRow(blackout, AT)),
    ]);
    expect(await counts()).toEqual(expectedCounts(relay, blackout));
    const tracks = await query(
      `select d.rtcstats_user, m.location_country, c.start_time, n.connection_identifier, n.connected, t.kind, t.direction,
        t.frame_count from "rtcstats-server" d join features_metadata m on m.dump_id = d.id
        join features_client c on c.dump_id = m.id join features_connection n on n.dump_id = m.id
        join features_track t on t.connection_id = n.id where m.location_country = 'DE' order by t.id`,
    );
    const { client, connections, tracks: expected } = relay.features;
    expect(tracks).toEqual(
      expected.map((given) => {
        const track = given as { connection: string; kind?: string; direction?: string; frameCount?: number };
        const connection = connections.find(({ id }) => id === track.connection) as { connected?: boolean } | undefined;
        return {
          ...{ rtcstats_user: null, location_country: 'DE', start_time: new Date(client['startTime'] as number) },
          ...{ connection_identifier: track.connection, connected: connection?.connected ?? null },
          ...{ kind: track.kind ?? null, direction: track.direction ?? null, frame_count: track.frameCount ?? null },
        };
      }),
    );
    const [worst] = await query(
      `select a.rtcstats_id, a.experience_score, a.observations_count, o.type, o.severity, o.pid, o.observation
        from rtcstats_analysis a join rtcstats_observations o on o.analysis_id = a.id where a.rtcstats_id = 'b' order by o.id`,
    );
    const [observation] = blackout.observations;
    expect(worst).toMatchObject({
      rtcstats_id: 'b',
      experience_score: blackout.scores.experience,
      type: observation!.name,
      severity: observation!.severity,
      observation: { type: observation!.name, severity: observation!.severity },
    });
  });

  it('have one set of rows per session, and none after it is deleted or its analysis is removed', async () => {
    await catalog.sessions.put(sessionRow('a'), analysisRow(relay, AT));
    await catalog.sessions.put(sessionRow('a'), analysisRow(relay, AT));
    await catalog.analyses.put('a', analysisRow(blackout, AT));
    expect(await counts()).toEqual(expectedCounts(blackout));
    await catalog.sessions.put(sessionRow('a'), failedAnalysis('deadline', AT));
    expect(await counts()).toEqual(expectedCounts());
    await catalog.sessions.put(sessionRow('b'), analysisRow(blackout, AT));
    await catalog.sessions.delete('b');
    expect(await counts()).toEqual(expectedCounts());
  });

  it('are not filled twice where the feature extractor works on the same database', async () => {
    await catalog.sessions.put(sessionRow('ours'), analysisRow(relay, AT));
    const offered = 'select id from "rtcstats-server" where blob_url is not null and features_processing_start is null';
    expect(await query(offered)).toEqual([]);
    await catalog.sessions.put(sessionRow('theirs'));
    const [row] = await query(offered);
    await query('update "rtcstats-server" set features_processing_start = now() where id = $1', [row!['id']]);
    await query(`insert into features_metadata (dump_id, url) values ($1, 'theirs')`, [row!['id']]);
    await catalog.analyses.put('theirs', analysisRow(relay, AT));
    const { rtcstats_analysis, rtcstats_observations } = expectedCounts(relay, relay);
    const features = { ...expectedCounts(relay), features_metadata: 2 };
    expect(await counts()).toEqual({ ...features, rtcstats_analysis, rtcstats_observations });
    await catalog.analyses.put('ours', analysisRow(relay, AT));
    expect(await counts()).toEqual({ ...features, rtcstats_analysis, rtcstats_observations });
  });

  it('take features that do not fit their columns', async () => {
    const odd = { id: 'PC\0_\ud800', duration: 1e300, connected: 'yes', averageInboundBitrate: Number.NaN } as {
      id: string;
    };
    const features = {
      client: { deviceMemory: 0.5, startTime: 1e300, screen: { 'width\0': '\ud800' }, unknown: 1 },
      connections: [odd],
      tracks: [{ connection: odd.id, id: 't', frameCount: 3e9 }],
    };
    await catalog.sessions.put(sessionRow('a'), analysisRow({ ...relay, features }, AT));
    expect(await query('select device_memory, start_time, screen from features_client')).toEqual([
      { device_memory: 1, start_time: null, screen: { 'width\ufffd': '\ufffd' } },
    ]);
    const joined =
      'select n.duration, t.frame_count from features_connection n join features_track t on t.connection_id = n.id';
    expect(await query(joined)).toEqual([{ duration: 2_147_483_647, frame_count: 2_147_483_647 }]);
  });
});
