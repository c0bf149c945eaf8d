import {
  CALL_VERDICTS,
  MEDIA_ROUTES,
  NETWORK_TYPES,
  SESSION_SORTS,
  SESSION_STATES,
  SEVERITIES,
  STATE_WORDS,
} from '@rtcstats-server/api/states';
import { IDENTITY_FIELDS } from '@rtcstats-server/dump';
import { type AuditEntry, type AuditLog, audited } from '../audit/audit-log.ts';
import { personsOfSession } from '../audit/session-persons.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SessionSearch, Sessions } from '../lifecycle/sessions.ts';
import { canAsk, confirm } from '../terminal/confirm.ts';
import { count, formatTime, type TimeDisplay, timeZone } from '../terminal/formats.ts';
import { note, paint, print, printable, printJson } from '../terminal/terminal.ts';
import { type Arguments, chooseAction, type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import { commandActor } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { noteDestroyedEpochs } from './destroyed-epochs.ts';
import { writeFileWhole, writeToStdout } from './output-file.ts';
import { receiptLines } from './receipt-lines.ts';
import { nameOf, sessionsTable } from './sessions-list.ts';
import { queryOf } from './sessions-query.ts';
import { configOption, naming, withStoredSessions } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server sessions list [filters] [--wide] [--utc] [--json]
       rtcstats-server sessions show ID [--utc] [--json]
       rtcstats-server sessions dump ID [-o FILE]
       rtcstats-server sessions delete ID … [--yes] [--json]

Reads the stored sessions of a gateway, which need not be running. Exit code 1: there is no such session.

list    lists sessions, newest first or worst first. On a terminal, columns that do not fit are left out. Names that
        clients claim without a signed token are marked: (unsigned)
  --user ID --conference ID --session ID
                     ids as in the application, or their pseudonyms as in the list
  --state STATE      sessions in this state: ${SESSION_STATES.join(', ')};
                     or as in the list: ${Object.values(STATE_WORDS).slice(0, 3).join(', ')}
  --from TIME --to TIME
                     started at or after --from and before --to, such as 2026-01-31 or 2026-01-31T15:00:00Z
  --country CODE     clients in this country, such as DE, where a geolocation database is configured
  --os NAME          clients with this operating system, such as Windows; only analyzed sessions, as for the next two
  --network TYPE     clients in a network of this type: ${NETWORK_TYPES.join(', ')}
  --route ROUTE      relay: media went through a TURN server; direct: they did not
  --verdict VERDICT  calls that were ${CALL_VERDICTS.slice(0, -1).join(', ')} or ${CALL_VERDICTS.at(-1)}
  --observation NAME
                     calls with this observation, such as packet-loss (docs/observations.md)
  --severity LEVEL   calls with that observation, or with any one, of this severity or a higher one:
                     ${SEVERITIES.join(', ')}
  --min-score N --max-score N
                     calls with an experience score from 0 to 100 in this range
  --sort ORDER       start: newest first (default); score: lowest experience score first
  --limit N          number of sessions, 1 to 1000 (default 100)
  --cursor TEXT      continue after a page (nextCursor)
  --wide             all columns, even if they do not fit the terminal
show    shows one session with its receipt: values replaced, messages dropped, fields that were unknown and scanned as
        free text, the verdict of the verifier, and the SHA-256 of the stored bytes
dump    writes the dump as text, or compressed if FILE ends in .gz; quarantined dumps too; control characters
        are replaced on a terminal
  -o, --output FILE  output file (default: standard output)
delete  permanently deletes the dump, the entry, its rows in Parquet files and the copy at rtcstats.com, and says what
        is still pending; asks first on a terminal
  -y, --yes          does not ask

  --utc              times in UTC (default: the time zone of this machine, which the list names)
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON

Example: rtcstats-server sessions list --from 2026-01-31 --sort score --limit 20
`;

export const options = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  state: { type: 'string', values: SESSION_STATES },
  from: { type: 'string' },
  to: { type: 'string' },
  country: { type: 'string' },
  os: { type: 'string' },
  network: { type: 'string', values: NETWORK_TYPES },
  route: { type: 'string', values: MEDIA_ROUTES },
  verdict: { type: 'string', values: CALL_VERDICTS },
  observation: { type: 'string' },
  severity: { type: 'string', values: SEVERITIES },
  'min-score': { type: 'string' },
  'max-score': { type: 'string' },
  sort: { type: 'string', values: SESSION_SORTS },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  output: { type: 'string', short: 'o', path: 'file' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  wide: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const actions = ['list', 'show', 'dump', 'delete'] as const;

type Action = (typeof actions)[number];
type Flags = Arguments<typeof options>['values'];

/** The subcommands that take each flag; a flag that is not listed goes with all. */
const TAKEN_BY: { readonly [K in keyof Flags]?: readonly Action[] } = {
  user: ['list'],
  conference: ['list'],
  session: ['list'],
  state: ['list'],
  from: ['list'],
  to: ['list'],
  country: ['list'],
  os: ['list'],
  network: ['list'],
  route: ['list'],
  verdict: ['list'],
  observation: ['list'],
  severity: ['list'],
  'min-score': ['list'],
  'max-score': ['list'],
  sort: ['list'],
  limit: ['list'],
  cursor: ['list'],
  wide: ['list'],
  utc: ['list', 'show'],
  output: ['dump'],
  yes: ['delete'],
  json: ['list', 'show', 'delete'],
};

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('sessions', args, options);
  const [given, ...ids] = positionals;
  const action = chooseAction('sessions', given, actions);
  rejectIgnoredArguments(action, ids, values);
  const query = await queryOf(values);
  const [id = ''] = ids;
  return await withStoredSessions(configOption(values), (sessions, { audit, keys }) => {
    switch (action) {
      case 'list':
        if (IDENTITY_FIELDS.some((field) => values[field] !== undefined)) noteDestroyedEpochs(keys);
        return list(sessions, query, values);
      case 'show':
        return show(sessions, id, values);
      case 'dump':
        return dump(sessions, audit, id, values.output);
      case 'delete':
        return remove(sessions, audit, ids, values);
      default:
        throw new TypeError(action satisfies never);
    }
  });
}

/** Rejects arguments that the subcommand ignores, because somebody could rely on them. */
function rejectIgnoredArguments(action: Action, ids: readonly string[], values: Flags): void {
  for (const name of Object.keys(values) as (keyof Flags)[]) {
    if (TAKEN_BY[name]?.includes(action) === false)
      throw usageError(`sessions ${action} takes no --${name}`, 'sessions');
  }
  if (action === 'list' ? ids.length > 0 : ids.length === 0) {
    throw usageError(
      `sessions ${action} ${action === 'list' ? 'takes no id' : 'needs the id of a session'}`,
      'sessions',
    );
  }
  if (ids.length > 1 && action !== 'delete') throw usageError(`sessions ${action} takes one id`, 'sessions');
}

async function list(stored: Sessions, query: SessionSearch, values: Flags): Promise<ExitCode> {
  const { sessions, nextCursor } = await stored.list(query);
  if (values.json) {
    printJson({ sessions, nextCursor });
    return 0;
  }
  if (sessions.length === 0) {
    note('No session matches.');
    return 0;
  }
  const width = (values.wide ? undefined : process.stdout.columns) ?? Number.POSITIVE_INFINITY;
  const { text, omitted } = sessionsTable(sessions, { ...timeDisplay(values), width });
  print(text);
  if (omitted.length > 0) note(`Columns left out: ${omitted.join(', ')} (--wide shows them)`);
  if (nextCursor !== null) note(`More sessions: --cursor ${nextCursor}`);
  return 0;
}

function timeDisplay({ utc = false }: Flags): TimeDisplay {
  return { utc, now: Date.now() };
}

async function show(sessions: Sessions, id: string, values: Flags): Promise<ExitCode> {
  const row = await naming(id, sessions.get(id));
  if (values.json) {
    printJson(row);
    return 0;
  }
  const { receipt, ...fields } = row;
  const display = timeDisplay(values);
  const time = (text: string | null): string | null =>
    text === null ? null : `${formatTime(text, display)} (${timeZone(display)})`;
  const shown = {
    ...fields,
    ...Object.fromEntries(IDENTITY_FIELDS.map((field) => [field, nameOf(row, field)])),
    state: row.state === STATE_WORDS[row.state] ? row.state : `${row.state} (${STATE_WORDS[row.state]})`,
    startedAt: time(row.startedAt),
    endedAt: time(row.endedAt),
  };
  const lines: [string, unknown][] = [...Object.entries(shown), ...receiptLines(receipt)];
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) {
    const text = value === null ? '' : String(value);
    print(`${paint('bold', name.padEnd(width))}  ${text === '' ? '-' : printable(text)}`);
  }
  return 0;
}

async function dump(sessions: Sessions, audit: AuditLog, id: string, output: string | undefined): Promise<ExitCode> {
  const content = await naming(id, output?.endsWith('.gz') ? sessions.dump(id) : sessions.text(id));
  try {
    await recordRead(audit, await sessions.get(id));
  } catch (error) {
    content.destroy();
    throw error;
  }
  if (output === undefined) await writeToStdout(content);
  else await writeFileWhole(output, content);
  return 0;
}

async function recordRead(audit: AuditLog, row: SessionRow): Promise<void> {
  const details = { state: row.state };
  await audit.record({ action: 'dump.read', outcome: 'done', ...concerning(row), details });
}

/** The fields of an entry in the audit log about a session. */
function concerning(row: SessionRow): Pick<AuditEntry, 'actor' | 'target' | 'persons'> {
  return { actor: commandActor(), target: row.id, persons: personsOfSession(row) };
}

async function remove(sessions: Sessions, audit: AuditLog, ids: readonly string[], values: Flags): Promise<ExitCode> {
  // Look up all ids first, so that a typo in the last one is found before the others are deleted.
  const rows: SessionRow[] = [];
  for (const id of ids) {
    const row = await naming(id, sessions.get(id));
    if (row.state === 'recording' || row.state === 'closed')
      await naming(id, Promise.reject(new GatewayError('SESSION_ACTIVE')));
    rows.push(row);
  }
  if (!values.yes && !values.json && canAsk()) {
    const which = ids.length === 1 ? `the session ${printable(ids[0]!)}` : count(ids.length, 'session');
    if (!(await confirm(`Permanently delete ${which}, with the dump?`))) {
      note('Nothing was deleted.');
      return 1;
    }
  }
  const pending: { readonly id: string; readonly why: string }[] = [];
  for (const row of rows) {
    const { id } = row;
    const entry = { action: 'session.delete', ...concerning(row) } as const;
    const { reasons } = await naming(
      id,
      audited(audit, entry, () => sessions.delete(id)),
    );
    pending.push(...Object.values(reasons).map((why) => ({ id, why })));
  }
  if (values.json) printJson({ deleted: ids, ...(pending.length > 0 && { pending }) });
  else print(`${count(ids.length, 'session')} deleted`);
  for (const { id, why } of pending) note(`${printable(id)}: ${printable(why)}`);
  return 0;
}
