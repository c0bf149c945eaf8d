import { join } from 'node:path';
import { type CanarySessions, FAULTS, fetchMetrics, runCanary } from '@rtcstats-server/canary';
import { presetPolicy } from '@rtcstats-server/privacy';

const [url = 'ws://localhost:8080', api = 'http://localhost:8081', data = 'data'] = process.argv.slice(2);

const sessions: CanarySessions = {
  async list({ conference, from, limit }) {
    const query = new URLSearchParams({ conference, from, limit: String(limit) });
    const response = await fetch(`${api}/api/sessions?${query}`);
    return (await response.json()) as Awaited<ReturnType<CanarySessions['list']>>;
  },
  async dump(id) {
    const response = await fetch(`${api}/api/sessions/${id}/dump`);
    return response.ok ? await response.text() : undefined;
  },
  async delete(id) {
    await fetch(`${api}/api/sessions/${id}`, { method: 'DELETE' });
  },
};

const report = await runCanary({
  url: new URL(url),
  policy: presetPolicy('standard'),
  sessions,
  dataDirectory: {
    path: data,
    spool: join(data, 'spool'),
    dumpFiles: ({ id, storageKey }) => [`dumps/${storageKey}`, `quarantine/${id}.gz`],
  },
  logs: [],
  // Not needed here, because the admin API finds a conference by its pseudonyms too.
  conferenceNames: () => [],
  token: async () => null,
  metrics: () => fetchMetrics(new URL(api), undefined, 5000),
  seed: 'any text',
  timeout: 30_000,
  keep: false,
});

for (const { place, outcome } of report.places) if (FAULTS.has(outcome)) console.log(`${outcome}: ${place}`);
console.log(`${report.places.length} places, ${report.clean ? 'clean' : 'NOT CLEAN'}`);
