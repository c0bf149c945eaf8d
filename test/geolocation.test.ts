import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';

const CANDIDATE = (address: string): string =>
  `[20,"PC_0",{"candidate":"candidate:1 1 udp 2122260223 ${address} 50000 typ host","sdpMid":"0"},1795800000007]`;

async function record(environment: Record<string, string>): Promise<{ lines: string[]; row: Record<string, unknown> }> {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1', ...environment });
  await sendSession(server.url, [CANDIDATE('8.8.8.8'), CANDIDATE('192.168.1.7')], {
    headers: { 'x-forwarded-for': '8.8.4.4' },
  });
  await server.logged('session finished');
  const answer = (await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: Record<string, unknown>[] };
  expect(await server.kill('SIGTERM')).toBe(0);
  const [dump] = await storedDumps(data);
  return { lines: await readDump(dump!), row: answer.sessions[0]! };
}

/** The line without what was derived from the address, which does not depend on geolocation. */
function withoutFacts(line: string): string {
  expect(line).toContain('{"rtcstatsAddressClass":"');
  return line.replace(/\{"rtcstatsAddressClass":[^}]*\},/, '');
}

it('records the country of public addresses, and masks the addresses', async () => {
  const { lines, row } = await record({});
  expect(row).toMatchObject({ country: 'US', state: 'stored', receipt: { findings: 0 } });
  expect(JSON.parse(lines[1]!)).toMatchObject({
    remoteAddresses: ['8.8.4.x'],
    locations: [
      {
        continent: { code: 'NA', names: { en: 'North America' } },
        country: { iso_code: 'US', names: { en: 'United States' } },
      },
    ],
  });
  const location = ',{"rtcstatsLocation":{"continent":"North America","country":"United States"}}';
  expect(withoutFacts(lines[2]!)).toBe(CANDIDATE('8.8.8.x').replace(',1795', `${location},1795`));
  expect(withoutFacts(lines[3]!)).toBe(CANDIDATE('192.168.1.x'));
});

it('records no location when geolocation is off', async () => {
  const { lines, row } = await record({ RTCSTATS_GEOLOCATION_DETAIL: 'off' });
  expect(row).toMatchObject({ country: null });
  expect(lines.join('\n')).not.toMatch(/location|country|continent|"US"/i);
  expect(lines.slice(2, 4).map(withoutFacts)).toEqual([CANDIDATE('8.8.8.x'), CANDIDATE('192.168.1.x')]);
});
