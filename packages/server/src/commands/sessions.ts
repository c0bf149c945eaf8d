import { createGunzip } from 'node:zlib';
import { SESSION_STATES, type SessionState } from '@rtcstats-server/api/states';
import { IDENTITY_FIELDS, type IdentityField } from '@rtcstats-server/dump';
import type { SessionRow } from '../catalog/sessions.ts';
import { didYouMean } from '../config/nearest.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SessionSearch, Sessions } from '../lifecycle/sessions.ts';
import { count, formatBytes, note, paint, print, printable, printJson, table } from '../terminal/terminal.ts';
import { chooseAction, parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { writeFileWhole, writeToStdout } from './output-file.ts';
import { receiptLines } from './receipt-lines.ts';
import { configOption, naming, withStoredSessions } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server sessions list [filters] [--json]
       rtcstats-server sessions show ID [--json]
       rtcstats-server sessions dump ID [-o FILE]
       rtcstats-server sessions delete ID … [--json]

Reads the stored sessions of a gateway, which need not be running. Exit code 1: there is no such session.

list    lists sessions, newest first
  --user ID --conference ID --session ID
                     ids as in the application, or their pseudonyms as in the list
  --state STATE      ${SESSION_STATES.join(', ')}
  --from TIME --to TIME
                     started at or after --from and before --to, such as 2026-01-31 or 2026-01-31T15:00:00Z
  --limit N          number of sessions, 1 to 1000 (default 100)
  --cursor TEXT      continue after a page (nextCursor)
        names that clients claim without a signed token are marked: (unsigned)
show    shows one session with its receipt: values replaced, messages dropped, fields that were unknown and scanned as
        free text, the verdict of the verifier, and the SHA-256 of the stored bytes
dump    writes the dump as text, or compressed if FILE ends in .gz; quarantined dumps too; control characters
        are replaced on a terminal
  -o, --output FILE  output file (default: standard output)
delete  permanently deletes the dump and the entry

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON

Example: rtcstats-server sessions list --state stored --from 2026-01-31 --limit 20
`;

const OPTIONS = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  state: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  output: { type: 'string', short: 'o' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Flags = { readonly [K in keyof typeof OPTIONS]?: K extends 'json' ? boolean : string };

const FILTERS = ['user', 'conference', 'session', 'state', 'from', 'to', 'limit', 'cursor'] as const;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('sessions', args, OPTIONS);
  const [given, ...ids] = positionals;
  const action = chooseAction('sessions', given, ['list', 'show', 'dump', 'delete']);
  rejectIgnoredArguments(action, ids, values);
  const query = queryOf(values);
  const [id = ''] = ids;
  return await withStoredSessions(configOption(values), (sessions) => {
    switch (action) {
      case 'list':
        return list(sessions, query, values.json);
      case 'show':
        return show(sessions, id, values.json);
      case 'dump':
        return dump(sessions, id, values.output);
      case 'delete':
        return remove(sessions, ids, values.json);
      default:
        throw new TypeError(action satisfies never);
    }
  });
}

/** Rejects arguments that the subcommand ignores, because somebody could rely on them. */
function rejectIgnoredArguments(action: string, ids: readonly string[], values: Flags): void {
  const filter = action === 'list' ? undefined : FILTERS.find((name) => values[name] !== undefined);
  if (filter !== undefined) throw usageError(`sessions ${action} takes no --${filter}`, 'sessions');
  if (action !== 'dump' && values.output !== undefined) throw usageError(`sessions ${action} takes no -o`, 'sessions');
  if (action === 'dump' && values.json) throw usageError('sessions dump takes no --json', 'sessions');
  if (action === 'list' ? ids.length > 0 : ids.length === 0) {
    throw usageError(
      `sessions ${action} ${action === 'list' ? 'takes no id' : 'needs the id of a session'}`,
      'sessions',
    );
  }
  if (ids.length > 1 && action !== 'delete') throw usageError(`sessions ${action} takes one id`, 'sessions');
}

function queryOf(values: Flags): SessionSearch {
  const { user, conference, session, cursor } = values;
  const query = {
    user,
    conference,
    session,
    cursor,
    state: values.state === undefined ? undefined : stateOf(values.state),
    from: values.from === undefined ? undefined : timeOf(values.from, '--from'),
    to: values.to === undefined ? undefined : timeOf(values.to, '--to'),
    limit: values.limit === undefined ? undefined : wholeNumber(values.limit, '--limit', 1, 1000, 'sessions'),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as SessionSearch;
}

function stateOf(text: string): SessionState {
  const state = SESSION_STATES.find((name) => name === text);
  if (state !== undefined) return state;
  const hint = didYouMean(text, SESSION_STATES) || `; known are ${SESSION_STATES.join(', ')}`;
  throw usageError(`There is no state ${JSON.stringify(text)}${hint}`, 'sessions');
}

function timeOf(text: string, flag: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw usageError(`${flag} must be a date or time such as 2026-01-31 or 2026-01-31T15:00:00Z`, 'sessions');
  }
  return time.toISOString();
}

async function list(stored: Sessions, query: SessionSearch, json: boolean | undefined): Promise<ExitCode> {
  const { sessions, nextCursor } = await stored.list(query);
  if (json) {
    printJson({ sessions, nextCursor });
    return 0;
  }
  if (sessions.length === 0) {
    note('No session matches.');
    return 0;
  }
  const headings = ['ID', 'STATE', 'STARTED', 'LASTED', 'MESSAGES', 'SIZE', 'COUNTRY', 'USER', 'CONFERENCE', 'SESSION'];
  print(table(headings, sessions.map(tableRow)));
  if (nextCursor !== null) note(`More sessions: --cursor ${nextCursor}`);
  return 0;
}

function tableRow(row: SessionRow): string[] {
  return [
    row.id,
    row.state,
    row.startedAt.replace(/\.\d+Z$/, 'Z'),
    duration(row),
    String(row.messages),
    formatBytes(row.storedBytes ?? row.bytes),
    row.country ?? '-',
    nameOf(row, 'user'),
    nameOf(row, 'conference'),
    nameOf(row, 'session'),
  ];
}

/** Anybody can write any name into the URL of a client, so names that are not from a signed token are marked. */
function nameOf(row: SessionRow, field: IdentityField): string {
  const name = row[field];
  if (name === null) return '-';
  return row.signed.includes(field) ? name : `${name} (unsigned)`;
}

/** `1:02:03` */
function duration({ startedAt, endedAt }: SessionRow): string {
  if (endedAt === null) return '-';
  const seconds = Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

async function show(sessions: Sessions, id: string, json: boolean | undefined): Promise<ExitCode> {
  const row = await naming(id, sessions.get(id));
  if (json) {
    printJson(row);
    return 0;
  }
  const { receipt, ...fields } = row;
  const names = Object.fromEntries(IDENTITY_FIELDS.map((field) => [field, nameOf(row, field)]));
  const lines: [string, unknown][] = [...Object.entries({ ...fields, ...names }), ...receiptLines(receipt)];
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) {
    const text = value === null ? '' : String(value);
    print(`${paint('bold', name.padEnd(width))}  ${text === '' ? '-' : printable(text)}`);
  }
  return 0;
}

async function dump(sessions: Sessions, id: string, output: string | undefined): Promise<ExitCode> {
  const compressed = await naming(id, sessions.dump(id));
  if (output === undefined) await writeToStdout(compressed, [createGunzip()]);
  else await writeFileWhole(output, compressed, output.endsWith('.gz') ? [] : [createGunzip()]);
  return 0;
}

async function remove(sessions: Sessions, ids: readonly string[], json: boolean | undefined): Promise<ExitCode> {
  // Look up all ids first, so that a typo in the last one is found before the others are deleted.
  for (const id of ids) {
    const { state } = await naming(id, sessions.get(id));
    if (state === 'recording' || state === 'closed')
      await naming(id, Promise.reject(new GatewayError('SESSION_ACTIVE')));
  }
  for (const id of ids) await naming(id, sessions.delete(id));
  if (json) printJson({ deleted: ids });
  else print(`${count(ids.length, 'session')} deleted`);
  return 0;
}
