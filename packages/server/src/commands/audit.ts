import { readFile } from 'node:fs/promises';
import { AUDIT_ACTIONS, type AuditAction } from '@rtcstats-server/api/audit-actions';
import { AuditReader } from '../audit/audit-reader.ts';
import { checkpointFile, readCheckpointFile } from '../audit/checkpoint-file.ts';
import { formatVerifierKey, type NoteKey, parseVerifierKey } from '../audit/signed-note.ts';
import { openSigningKey, signingKeyFile } from '../audit/signing-key.ts';
import { type GivenCheckpoint, verifyLog } from '../audit/verification.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { note, print, printJson } from '../terminal/terminal.ts';
import { type Arguments, type OptionSpecs, parseArguments, timeOf, usageError, wholeNumber } from './arguments.ts';
import { auditTable, verificationLines } from './audit-report.ts';
import type { ExitCode } from './command.ts';
import { configOption, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server audit [--since TIME] [--action ACTION] [--limit N] [--utc] [--json]
       rtcstats-server audit --verify [--checkpoint FILE] … [--public-key KEY] … [--json]
       rtcstats-server audit --print-key

Lists the audit log, newest first: who read, forwarded, released, deleted or erased something, who signed in, and which calls of
the admin API were refused. What it says about people is readable until they are erased.

--verify reads the whole log and says whether an entry was changed, removed, moved or cut off at the end. Exit code 0: nothing
is wrong; 1: something is; 2: it could not be read. A gateway signs a checkpoint of the log every minute in which it has grown, and writes
it to its own log and to audit/checkpoint in its data directory. Keep copies elsewhere: only they prove that nothing was cut off
by somebody who can change the catalog and the data directory.

  --since TIME       entries at or after this time, such as 2026-01-31 or 2026-01-31T15:00:00Z; all of them unless --limit is given
  --action ACTION    entries about this action, such as dump.read
  --limit N          number of entries, 1 to 1000 (default 100)
  --utc              times in UTC (default: the time zone of this machine, which the list names)
  --verify           verify the log
  --checkpoint FILE  compare the log with this checkpoint as well; may be repeated
  --public-key KEY   trust checkpoints that are signed with this key, and no others; may be repeated
                     (default: the key in the data directory)
  --print-key        print the public key of this gateway, to be kept with the copies of its checkpoints
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON with all fields

Example: rtcstats-server audit --verify --checkpoint /mnt/elsewhere/checkpoint
`;

export const options = {
  since: { type: 'string' },
  action: { type: 'string', values: AUDIT_ACTIONS },
  limit: { type: 'string' },
  utc: { type: 'boolean' },
  verify: { type: 'boolean' },
  checkpoint: { type: 'string', path: 'file', multiple: true },
  'public-key': { type: 'string', multiple: true },
  'print-key': { type: 'boolean' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

type Flags = Arguments<typeof options>['values'];

/** Flags of the list and of --verify; --print-key takes neither. */
const OF_LIST = ['since', 'action', 'limit', 'utc'] as const;
const OF_VERIFY = ['checkpoint', 'public-key'] as const;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('audit', args, options);
  if (positionals.length > 0) throw usageError(`audit takes no ${JSON.stringify(positionals[0])}`, 'audit');
  rejectIgnored(values);
  const config = configOption(values);
  const given = await checkpointsIn(values.checkpoint ?? []);
  const keys = values['public-key']?.map(publicKey);
  const query = listQuery(values);
  return await withCatalog(config, async (catalog) => {
    if (values['print-key']) return await printKey(catalog, config, values.json);
    if (values.verify) return await verify(catalog, config, { given, keys, json: values.json });
    return await list(catalog, query, values);
  });
}

function rejectIgnored(values: Flags): void {
  const mode = values['print-key'] ? '--print-key' : values.verify ? '--verify' : 'the list';
  const ignored = [
    ...(mode === 'the list' ? [] : OF_LIST),
    ...(mode === '--verify' ? [] : OF_VERIFY),
    ...(mode === '--print-key' ? (['verify'] as const) : []),
  ].find((name) => values[name] !== undefined);
  if (ignored !== undefined) throw usageError(`${mode} takes no --${ignored}`, 'audit');
}

interface ListQuery {
  readonly since?: string;
  readonly action?: AuditAction;
  /** Undefined: all. */
  readonly limit: number | undefined;
}

function listQuery({ since, action, limit }: Flags): ListQuery {
  const known = AUDIT_ACTIONS.find((name) => name === action);
  if (action !== undefined && known === undefined) {
    throw usageError(`--action must be one of ${AUDIT_ACTIONS.join(', ')}`, 'audit');
  }
  const all = since === undefined ? DEFAULT_LIMIT : undefined;
  return {
    ...(since !== undefined && { since: timeOf(since, '--since', 'audit') }),
    ...(known !== undefined && { action: known }),
    limit: limit === undefined ? all : wholeNumber(limit, '--limit', 1, MAX_LIMIT, 'audit'),
  };
}

async function list(catalog: Catalog, { limit, ...query }: ListQuery, { json, utc = false }: Flags): Promise<ExitCode> {
  const reader = new AuditReader(catalog.audit);
  const size = Math.min(limit ?? MAX_LIMIT, MAX_LIMIT);
  let page = await reader.list({ ...query, limit: size });
  const entries = [...page];
  while (limit === undefined && page.length === size) {
    page = await reader.list({ ...query, limit: size, before: entries.at(-1)!.position });
    entries.push(...page);
  }
  if (json) {
    printJson({ entries: entries.map(({ forgotten, ...entry }) => ({ ...entry, erased: forgotten })) });
  } else if (entries.length === 0) note('No entry matches.');
  else print(auditTable(entries, { utc, now: Date.now() }));
  return 0;
}

async function checkpointsIn(paths: readonly string[]): Promise<GivenCheckpoint[]> {
  const read = async (path: string): Promise<GivenCheckpoint> => {
    try {
      return { source: path, note: await readFile(path, 'utf8') };
    } catch (cause) {
      throw new GatewayError('INPUT_UNREADABLE', `${path} cannot be read (${errorCode(cause)})`, { cause });
    }
  };
  return await Promise.all(paths.map(read));
}

function publicKey(text: string): NoteKey {
  const key = parseVerifierKey(text);
  if (key !== undefined) return key;
  throw usageError('--public-key must be a key as `rtcstats-server audit --print-key` prints it', 'audit');
}

interface Verify {
  readonly given: readonly GivenCheckpoint[];
  readonly keys: readonly NoteKey[] | undefined;
  readonly json: boolean | undefined;
}

async function verify({ audit }: Catalog, { dataDirectory }: Config, { given, keys, json }: Verify): Promise<ExitCode> {
  const own = await readCheckpointFile(dataDirectory);
  const { origin } = await audit.head();
  const key = openSigningKey(dataDirectory, origin, { create: false });
  const trusted = keys ?? (key === undefined ? [] : [key]);
  if (trusted.length === 0 && given.length > 0) {
    throw usageError(`there is no key in ${signingKeyFile(dataDirectory)}: --checkpoint needs --public-key`, 'audit');
  }
  const file = { source: checkpointFile(dataDirectory), optional: true };
  const all = own === undefined ? given : [...given, { ...file, note: own }];
  const verification = await verifyLog(audit, trusted, all);
  const verified = verification.problems.length === 0;
  if (json) printJson({ verified, ...verification });
  else for (const line of verificationLines(verification)) print(line);
  return verified ? 0 : 1;
}

async function printKey({ audit }: Catalog, { dataDirectory }: Config, json: boolean | undefined): Promise<ExitCode> {
  const { origin } = await audit.head();
  const key = openSigningKey(dataDirectory, origin, { create: false });
  if (key === undefined) {
    throw new GatewayError('KEY_UNUSABLE', `There is no key yet in ${signingKeyFile(dataDirectory)}`, {
      todo: 'Check dataDirectory; the key is created at the first start of the gateway.',
    });
  }
  const publicKey = formatVerifierKey(key);
  if (json) printJson({ origin, publicKey });
  else print(publicKey);
  return 0;
}
