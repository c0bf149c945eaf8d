import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { buildConsole } from '@rtcstats-server/testing/console-build';
import { recordings } from '@rtcstats-server/testing/recordings';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { ODD_MESSAGES } from './odd-events.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Dumps that browsers wrote, for uploads. */
const UPLOADS = [
  'chromium-loopback.rtcstats_dump.gz',
  'chromium-loopback.webrtc_internals_dump.gz',
  'chromium-loopback.webrtc_internals_dump.txt',
];
/** Each recording, each upload, and two sessions of events that no browser sends. */
export const SESSION_NAMES = [...recordings().map(({ name }) => name), 'odd', 'short', ...UPLOADS];
const CONFERENCE = 'clicks';

/** A gateway with sessions, and the console built from the sources. */
export interface ConsoleGateway {
  readonly server: ServerProcess;
  /** Ids of the sessions by name. */
  readonly sessions: ReadonlyMap<string, string>;
  /** The pseudonym of the conference with all sessions that were not uploaded. */
  readonly conference: string;
  stop(): Promise<void>;
}

/** @param names of the sessions, from `SESSION_NAMES`; at least one that is not an upload */
export async function startConsoleGateway(names: readonly string[]): Promise<ConsoleGateway> {
  await buildConsole();
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-clicks-'));
  const environment = { RTCSTATS_SERVER_UPLOAD_PATH: '/upload' };
  const server = new ServerProcess(['--host', '127.0.0.1', '--data', directory], environment);
  await server.listening();
  const sessions = await record(server, names);
  const [one] = await find(server, `conference=${CONFERENCE}`);
  return {
    server,
    sessions,
    conference: one!.conference,
    stop: async () => {
      await server.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function record(server: ServerProcess, names: readonly string[]): Promise<Map<string, string>> {
  const odd = { name: 'odd', messages: ODD_MESSAGES, headers: {} };
  const all = [...recordings(), odd, { ...odd, name: 'short', messages: ODD_MESSAGES.slice(0, 1) }];
  const sent = all.filter(({ name }) => names.includes(name));
  const uploads = UPLOADS.filter((name) => names.includes(name));
  const sessions = new Map<string, string>();
  for (const { name, messages, headers } of sent) {
    await sendSession(`${server.url}/?userId=${name}&conferenceId=${CONFERENCE}`, messages, { headers });
  }
  for (const name of uploads) sessions.set(name, await upload(server, name));
  await server.logged('session finished', sent.length + uploads.length);
  for (const { name } of sent) sessions.set(name, (await find(server, `user=${name}`))[0]!.id);
  return sessions;
}

interface Found {
  readonly id: string;
  readonly conference: string;
}

async function find(server: ServerProcess, query: string): Promise<readonly Found[]> {
  const answer = await fetch(`${server.api}/api/sessions?${query}`);
  return ((await answer.json()) as { readonly sessions: readonly Found[] }).sessions;
}

async function upload(server: ServerProcess, name: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([await readFile(join(ROOT, 'test/recordings', name))]), name);
  const answer = await fetch(`${server.url.replace('ws:', 'http:')}/upload`, { method: 'POST', body });
  return ((await answer.json()) as { clientId: string }).clientId;
}
