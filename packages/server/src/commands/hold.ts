import { audited } from '../audit/audit-log.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { HOLD_KINDS, type Hold, type HoldKind } from '../catalog/holds.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { createHold } from '../lifecycle/retention/create-hold.ts';
import { formatTime, timeZone } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { note, print, printable, printJson } from '../terminal/terminal.ts';
import { type Arguments, chooseAction, type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import { commandActor } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { noteDestroyedEpochs } from './destroyed-epochs.ts';
import { configOption, keysIfAny, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server hold add --user ID | --conference ID | --session ID --reason TEXT [--json]
       rtcstats-server hold remove ID
       rtcstats-server hold list [--utc] [--json]

Legal holds: what is held is not removed when its time is over, and a request to erase it is refused with the reason.
Exit code 1: there is no such hold.

add     holds the sessions of a user, of a conference, or a single one, those that begin later too. Only pseudonyms are
        stored, those of the key epochs of the next ten years too; until the hold is removed, they link the sessions of
        one person. A pseudonym holds only the sessions that have it
  --user ID --conference ID --session ID
                     id as in the application, or the name as in the list of sessions; a session also by its own id
  --reason TEXT      why the data must be kept, for the list and for the answer to a request for erasure
remove  removes a hold by its id; what is over its time goes within the hour
list    lists the holds

  --utc              times in UTC (default: the time zone of this machine, which the list names)
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON

Example: rtcstats-server hold add --user alice@example.com --reason "Case 2026/17"
`;

export const options = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  reason: { type: 'string' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const actions = ['add', 'remove', 'list'] as const;
type Flags = Arguments<typeof options>['values'];

const MAX_REASON_LENGTH = 1000;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('hold', args, options);
  const [given, ...ids] = positionals;
  const action = chooseAction('hold', given, actions);
  if (ids.length !== (action === 'remove' ? 1 : 0)) {
    throw usageError(`hold ${action} takes ${action === 'remove' ? 'the id of a hold' : 'no id'}`, 'hold');
  }
  const named = [...HOLD_KINDS, 'reason'] as const;
  const extra = action === 'add' ? undefined : named.find((flag) => values[flag] !== undefined);
  if (extra !== undefined) throw usageError(`hold ${action} takes no --${extra}`, 'hold');
  switch (action) {
    case 'add':
      return await add(values);
    case 'remove':
      return await remove(ids[0]!, values);
    case 'list':
      return await list(values);
  }
}

async function add(values: Flags): Promise<ExitCode> {
  const asked = HOLD_KINDS.filter((kind) => values[kind] !== undefined);
  const kind: HoldKind | undefined = asked[0];
  if (kind === undefined || asked.length > 1 || values[kind] === '') {
    throw usageError('hold add needs one of --user, --conference and --session', 'hold');
  }
  const reason = values.reason?.trim() ?? '';
  if (reason === '' || reason.length > MAX_REASON_LENGTH) {
    throw usageError(`hold add needs a --reason of 1 to ${MAX_REASON_LENGTH} characters`, 'hold');
  }
  const config = configOption(values);
  const keys = keysIfAny(config);
  noteDestroyedEpochs(keys);
  const { hold, held } = await withCatalog(config, async (catalog) => {
    const request = { kind, text: values[kind]!, reason };
    const created = await createHold(request, { catalog, keys, policy: config.privacy });
    const before = await catalog.retention.heldSessions();
    const audit = new CatalogAuditLog(catalog.audit);
    const details = { kind, holdId: created.id };
    const entry = { action: 'hold.add', actor: commandActor(), persons: [created.name], details } as const;
    await audited(audit, entry, () => catalog.holds.add(created));
    return { hold: created, held: (await catalog.retention.heldSessions()) - before };
  });
  if (values.json) printJson({ ...hold, newlyHeldSessions: held });
  else {
    print(`${hold.id}  ${hold.kind} ${printable(hold.name)}`);
    note(`Sessions that were not held before: ${held}.${coverage(hold)}`);
  }
  return 0;
}

function coverage({ coversUntil }: Hold): string {
  return coversUntil === null ? '' : ` Sessions that begin before ${coversUntil.slice(0, 10)} are held.`;
}

async function remove(id: string, values: Flags): Promise<ExitCode> {
  const isRemoved = await withCatalog(configOption(values), async (catalog) => {
    const hold = (await catalog.holds.list()).find((known) => known.id === id);
    if (hold === undefined) return false;
    const details = { kind: hold.kind, holdId: id };
    const entry = { action: 'hold.remove', actor: commandActor(), persons: [hold.name], details } as const;
    return await audited(new CatalogAuditLog(catalog.audit), entry, () => catalog.holds.remove(id));
  });
  if (!isRemoved) throw new GatewayError('HOLD_NOT_FOUND', `There is no hold ${JSON.stringify(id)}`);
  if (values.json) printJson({ removed: id });
  else print(`${printable(id)} removed`);
  return 0;
}

/** A hold ends where `keys rotate` or `keys import` began an epoch after it was added. */
function endedBy(hold: Hold, begun: number): Hold {
  const { createdAt, coversUntil } = hold;
  const ended = coversUntil !== null && Date.parse(createdAt) < begun && begun < Date.parse(coversUntil);
  return ended ? { ...hold, coversUntil: new Date(begun).toISOString() } : hold;
}

async function list(values: Flags): Promise<ExitCode> {
  const config = configOption(values);
  const generation = keysIfAny(config)?.ring.generations.at(-1);
  const stored = await withCatalog(config, (catalog) => catalog.holds.list());
  const holds = stored.map((hold) => endedBy(hold, generation?.from ?? 0));
  if (values.json) printJson({ holds });
  else if (holds.length === 0) note('Nothing is held.');
  else {
    const display = { utc: values.utc ?? false, now: Date.now() };
    const rows = holds.map(({ id, kind, name, createdAt, coversUntil, reason }) => [
      id,
      kind,
      printable(name),
      formatTime(createdAt, display),
      coversUntil?.slice(0, 10) ?? '-',
      printable(reason),
    ]);
    print(table(['ID', 'KIND', 'NAME', `SINCE (${timeZone(display)})`, 'COVERS UNTIL', 'REASON'], rows));
  }
  return 0;
}
