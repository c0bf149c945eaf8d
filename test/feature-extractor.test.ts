import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DumpMetadata, openEvents } from '@rtcstats-server/dump';
import { FeatureAccumulator } from '@rtcstats-server/insights';
import { backEnds } from '@rtcstats-server/testing/back-ends';
import { sendSession } from '@rtcstats-server/testing/client';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { recordings } from '@rtcstats-server/testing/recordings';
import { TestS3 } from '@rtcstats-server/testing/s3';
import { type ServerProcess, scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import pg from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';

let postgres: TestPostgres;
let s3: TestS3;
beforeAll(async () => {
  [postgres, s3] = await Promise.all([TestPostgres.start(), TestS3.start()]);
});

/** The rights that docs/back-ends.md tells an operator to grant to the extractor, for a user of this test. */
async function createExtractorUser(database: string): Promise<string> {
  const page = await readFile(new URL('../docs/back-ends.md', import.meta.url), 'utf8');
  const grants = [...page.matchAll(/```sql\n([^`]+)```/g)]
    .map(([, sql]) => sql!)
    .find((sql) => sql.includes(' to extractor;'));
  await postgres.query(database, `create role extractor login password 'extractor'; ${grants}`);
  return database.replace(/\/\/.*@/, '//extractor:extractor@');
}

/** `calledGetUserMedia` → `called_get_user_media`, as the extractor names its columns. */
function columnOf(feature: string): string {
  return feature.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type Row = Readonly<Record<string, unknown>>;

/** Issues the statements of the feature extractor of the rtcstats project (docs/back-ends.md). */
class Extractor {
  readonly #client: pg.Client;

  constructor(connectionString: string) {
    this.#client = new pg.Client({ connectionString });
  }

  static async connect(connectionString: string): Promise<Extractor> {
    const extractor = new Extractor(connectionString);
    await extractor.#client.connect();
    onTestFinished(() => extractor.#client.end());
    return extractor;
  }

  async begin(): Promise<void> {
    await this.#client.query('begin');
  }

  async commit(): Promise<void> {
    await this.#client.query('commit');
  }

  /** Takes the oldest dump that no extractor has taken; the row is locked until `commit`. */
  async take(): Promise<Row | undefined> {
    const table = '"rtcstats-server"';
    const { rows } = await this.#client.query<Row>(
      `select * from ${table} where blob_url is not null and features_processing_start is null
        order by id asc limit 1 for update skip locked`,
    );
    if (rows[0] === undefined) return undefined;
    const sql = `update ${table} set features_processing_start = $1 where id = $2 returning *`;
    return (await this.#client.query<Row>(sql, [new Date(), rows[0]['id']])).rows[0];
  }

  async insert(table: string, row: Row): Promise<unknown> {
    const columns = Object.keys(row).map((column) => `"${column}"`);
    const places = columns.map((_, index) => `$${index + 1}`);
    const sql = `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')}) returning id`;
    return (await this.#client.query<Row>(sql, Object.values(row))).rows[0]!['id'];
  }

  async done(id: unknown): Promise<void> {
    await this.#client.query('update "rtcstats-server" set features_processing_stop = $1 where id = $2', [
      new Date(),
      id,
    ]);
  }
}

function toRow(features: object, more: Row): Row {
  const { id, connection, startTime, ...rest } = features as Record<string, unknown>;
  const columns = Object.entries(rest).map(([name, value]) => [columnOf(name), value]);
  return { ...Object.fromEntries(columns), start_time: new Date(startTime as number), ...more };
}

async function record(server: ServerProcess, name: string): Promise<void> {
  const { url, messages, headers, protocol } = recordings().find((recording) => recording.name === name)!;
  await sendSession(server.url + url, messages, { headers, protocol });
}

it('lets the feature extractor take dumps, find them in the bucket, and fill its tables', async () => {
  const { bucket, database, environment } = await backEnds({ postgres, s3 });
  // With the analysis of the gateway, nothing would be left for the extractor.
  const settings = { ...environment, RTCSTATS_STORAGE_S3_KEYS: 'flat', RTCSTATS_INSIGHTS_ENABLED: 'false' };
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, settings);
  const extractorDatabase = await createExtractorUser(database);
  await record(server, 'chromium-loopback');
  await server.logged('session finished', 1);
  await record(server, 'firefox-loopback');
  await server.logged('session finished', 2);

  const [first, second] = [await Extractor.connect(extractorDatabase), await Extractor.connect(extractorDatabase)];
  await Promise.all([first.begin(), second.begin()]);
  const taken = [(await first.take())!, (await second.take())!];
  const ids = taken.map((row) => row['id']);
  expect(Number(ids[0])).toBeLessThan(Number(ids[1]));
  await Promise.all([first.commit(), second.commit()]);
  expect(await first.take()).toBeUndefined();

  for (const [index, dump] of taken.entries()) {
    const url = new URL(dump['blob_url'] as string);
    const key = url.pathname.split('/').at(-1)!;
    expect(url.href).toBe(`http://127.0.0.1:${s3.port}/${bucket}/${key}`);
    const { bytes } = await s3.object(bucket, key);
    const accumulator = new FeatureAccumulator();
    for await (const event of await openEvents(bytes)) accumulator.add(event);
    const { client, connections, tracks } = accumulator.result();
    const metadata = JSON.parse(gunzipSync(bytes).toString().split('\n', 2)[1]!) as DumpMetadata;

    await first.begin();
    const dumpId = await first.insert('features_metadata', {
      dump_id: dump['id'],
      start_time: new Date(metadata.startTime!),
      url: metadata.url,
      origin: metadata.origin,
      useragent: metadata.userAgent,
      client_protocol: metadata.clientProtocol,
      file_format: metadata.fileFormat,
      number_peerconnections: connections.length,
      location_country: null,
      location_continent: null,
      location_city: null,
    });
    await first.insert('features_client', toRow(client, { dump_id: dumpId }));
    for (const connection of connections) {
      const connectionId = await first.insert(
        'features_connection',
        toRow(connection, { dump_id: dumpId, connection_identifier: connection.id }),
      );
      for (const track of tracks.filter((candidate) => candidate.connection === connection.id)) {
        await first.insert('features_track', toRow(track, { connection_id: connectionId }));
      }
    }
    await first.commit();
    await first.done(dump['id']);
    expect(tracks.length, String(index)).toBeGreaterThan(0);
  }

  const joined = `select d.id, m.origin, count(distinct c.id) as connections, count(t.id) as tracks
    from "rtcstats-server" d join features_metadata m on m.dump_id = d.id
    join features_client l on l.dump_id = m.id join features_connection c on c.dump_id = m.id
    join features_track t on t.connection_id = c.id
    where d.features_processing_stop >= d.features_processing_start group by d.id, m.origin order by d.id`;
  expect(await postgres.query(database, joined)).toEqual([
    { id: ids[0], origin: 'https://meet.example.com', connections: '2', tracks: expect.stringMatching(/^[1-9]/) },
    { id: ids[1], origin: 'https://meet.example.com', connections: '2', tracks: expect.stringMatching(/^[1-9]/) },
  ]);

  const { sessions } = (await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: { id: string }[] };
  for (const { id } of sessions) {
    expect((await fetch(`${server.api}/api/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
  }
  for (const table of ['sessions', 'features_metadata', 'features_client', 'features_connection', 'features_track']) {
    expect(await postgres.query(database, `select id from ${table}`), table).toEqual([]);
  }
});
