import { existsSync } from 'node:fs';
import { audited } from '../audit/audit-log.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { keyFile } from '../keys/key-file.ts';
import { imported, rotated, withoutEpochs } from '../pseudonyms/key-changes.ts';
import { createRingFile } from '../pseudonyms/key-ring-file.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { canAsk, confirmByTyping } from '../terminal/confirm.ts';
import { count } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { note, print, printable, printJson } from '../terminal/terminal.ts';
import { type Arguments, chooseAction, type OptionSpecs, parseArguments, timeOf, usageError } from './arguments.ts';
import { commandActor } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { changeKeys, type ListedEpoch, listEpochs, oldestKept, requireKeyFile } from './key-epochs.ts';
import { readKeyInput } from './key-input.ts';
import { configOption, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server keys list [--json]
       rtcstats-server keys rotate [--json]
       rtcstats-server keys destroy EPOCH… | --before DATE [--yes] [--json]
       rtcstats-server keys import [FILE]

The keys of pseudonyms. Each epoch (privacy.keyRotation) has its own. A running gateway uses a changed key file from the next session
on; sessions that are being recorded keep their key. docs/data-protection.md says what each command means for the data.

list     lists the epochs, without their keys: current, kept, destroyed, or unknown (of another key or privacy.keyRotation)
rotate   begins a new epoch now. Legal holds do not hold what begins from now on; add them again
destroy  removes the keys of epochs for good: their pseudonyms cannot be linked to people and to later sessions any more, and
         sessions of that time are not found by the ids of the application. Says before what is lost, and asks. Not the current one
  --before DATE      all epochs that ended before this date
  -y, --yes          does not ask
import   takes a key from a file or standard input, for gateways that share pseudonyms: 32 bytes, 64 hexadecimal digits, Base64, or
         the key file of another gateway (keys/pseudonyms.key). Where there is no key yet, it is used for all epochs, otherwise
         from now on

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory with the keys (default ./data)
  --json             print JSON

Example: rtcstats-server keys destroy --before 2026-06-01
`;

export const options = {
  before: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
} as const satisfies OptionSpecs;

export const actions = ['list', 'rotate', 'destroy', 'import'] as const;
type Flags = Arguments<typeof options>['values'];

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('keys', args, options);
  const [given, ...operands] = positionals;
  const action = chooseAction('keys', given, actions);
  const max = { list: 0, rotate: 0, destroy: Number.POSITIVE_INFINITY, import: 1 }[action];
  // An operand may be a key, so it is not repeated.
  if (operands.length > max) throw usageError(`keys ${action} takes ${max === 0 ? 'no operand' : 'one file'}`, 'keys');
  const extra = action === 'destroy' ? undefined : (['before', 'yes'] as const).find((flag) => flag in values);
  if (extra !== undefined) throw usageError(`keys ${action} takes no --${extra}`, 'keys');
  switch (action) {
    case 'list':
      return await list(values);
    case 'rotate':
      return await rotate(values);
    case 'destroy':
      return await destroy(operands, values);
    case 'import':
      return await importKey(operands[0], values);
  }
}

async function list(values: Flags): Promise<ExitCode> {
  const config = configOption(values);
  const keys = openPseudonymKeys(config, { create: false });
  const epochs = await withCatalog(config, (catalog) => listEpochs(keys, catalog, Date.now()));
  if (values.json) printJson({ epochs });
  else print(epochTable(epochs));
  return 0;
}

function epochTable(epochs: readonly ListedEpoch[]): string {
  const rows = epochs.map(({ id, from, to, sessions, state }) => [
    printable(id),
    from?.slice(0, 16).replace('T', ' ') ?? '-',
    to?.slice(0, 16).replace('T', ' ') ?? '-',
    String(sessions),
    state,
  ]);
  return table(['EPOCH', 'FROM (UTC)', 'TO (UTC)', 'SESSIONS', 'STATE'], rows);
}

async function rotate(values: Flags): Promise<ExitCode> {
  const config = configOption(values);
  requireKeyFile(config);
  return await withCatalog<ExitCode>(config, async (catalog) => {
    const entry = { action: 'key.rotate', actor: commandActor() } as const;
    const change = () => changeKeys(config, catalog, (ring) => rotated(ring, Date.now()));
    await audited(new CatalogAuditLog(catalog.audit), entry, change);
    await begun(config, catalog, values);
    return 0;
  });
}

/** Says which epoch has begun, and what that means for holds. */
async function begun(config: Config, catalog: Pick<Catalog, 'holds'>, values: Flags): Promise<void> {
  const { id } = openPseudonymKeys(config, { create: false }).currentEpoch();
  if (values.json) return printJson({ current: id });
  print(`${id} has begun`);
  const holds = (await catalog.holds.list()).length;
  if (holds > 0) note(`Add ${count(holds, 'legal hold')} again: people have other pseudonyms from now on.`);
}

async function destroy(given: readonly string[], values: Flags): Promise<ExitCode> {
  if ((values.before === undefined) === (given.length === 0)) {
    throw usageError('keys destroy needs the ids of epochs (`keys list`), or --before DATE', 'keys');
  }
  const before = values.before === undefined ? undefined : Date.parse(timeOf(values.before, '--before', 'keys'));
  if (!values.yes && !canAsk()) throw usageError('keys destroy needs --yes where nobody can be asked', 'keys');
  const config = configOption(values);
  requireKeyFile(config);
  const keys = openPseudonymKeys(config, { create: false });
  return await withCatalog<ExitCode>(config, async (catalog) => {
    const now = Date.now();
    const oldest = await oldestKept(catalog, now);
    const current = keys.currentEpoch(now);
    if (given.includes(current.id)) {
      throw usageError(
        `keys destroy does not destroy the current epoch ${current.id}; run \`keys rotate\` first`,
        'keys',
      );
    }
    const past = keys.between({ from: oldest, to: now }).filter(({ id }) => id !== current.id);
    const known = [...past.map(({ id }) => id), ...keys.ring.destroyed.map(({ id }) => id)];
    const strange = given.find((id) => !known.includes(id));
    if (strange !== undefined)
      throw usageError(`There is no epoch ${JSON.stringify(strange)}; see \`keys list\``, 'keys');
    const chosen = past.filter(({ id, to, key }) => {
      return key !== null && (before === undefined ? given.includes(id) : to !== null && to <= before);
    });
    if (chosen.length === 0) {
      if (values.json) printJson({ destroyed: [] });
      else note('There is nothing to destroy.');
      return 0;
    }
    const ids = chosen.map(({ id }) => id);
    if (!values.json) await sayWhatIsLost(ids, catalog);
    if (!values.yes) {
      const text = ids.length === 1 ? ids[0]! : `destroy ${ids.length} epochs`;
      if (!(await confirmByTyping(`To destroy the keys permanently, type ${text}:`, text))) {
        note('Nothing was destroyed.');
        return 1;
      }
    }
    const details = { count: ids.length, epochs: listed(ids) };
    const entry = { action: 'key.destroy', actor: commandActor(), details } as const;
    const change = () => {
      const epochs = chosen;
      const rotation = keys.rotation;
      return changeKeys(config, catalog, (ring) => withoutEpochs(ring, rotation, { epochs, oldest, now }));
    };
    await audited(new CatalogAuditLog(catalog.audit), entry, change);
    if (values.json) printJson({ destroyed: ids });
    else {
      print(`${listed(ids)} destroyed`);
      note(
        `Destroy copies and backups of ${keyFile(config.dataDirectory)} as well: from an older one, the keys follow.`,
      );
    }
    return 0;
  });
}

/** With a rotation of hours, there are thousands. */
function listed(ids: readonly string[]): string {
  return ids.length <= 20 ? ids.join(' ') : `${ids[0]} … ${ids.at(-1)}`;
}

async function sayWhatIsLost(ids: readonly string[], catalog: Pick<Catalog, 'sessions' | 'holds' | 'erasures'>) {
  const counts = await catalog.sessions.countByKey();
  const sessions = ids.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
  note(`${count(ids.length, 'epoch')}: ${listed(ids)}`);
  note(`- ${count(sessions, 'session')} can no longer be found by the ids of the application, only by pseudonym`);
  note('- subject erase and subject export by an id of the application do not find them any more');
  note('- hold add by an id of the application does not hold them any more');
  const holds = (await catalog.holds.list()).length;
  if (holds > 0)
    note(`- legal holds stay in force (${holds}); each links the pseudonyms of one person until it is removed`);
  const open = (await catalog.erasures.open()).length;
  if (open > 0) note(`- ${count(open, 'erasure')} not finished yet: wait for them, or they may miss sessions`);
}

async function importKey(from: string | undefined, values: Flags): Promise<ExitCode> {
  const config = configOption(values);
  const other = await readKeyInput(from);
  const path = keyFile(config.dataDirectory);
  const entry = { action: 'key.import', actor: commandActor() } as const;
  if (!existsSync(path)) {
    const create = async (): Promise<void> => createRingFile(path, other);
    if (existsSync(config.dataDirectory) || config.catalog.type === 'postgres') {
      await withCatalog(config, (catalog) => audited(new CatalogAuditLog(catalog.audit), entry, create));
    } else await create();
    if (values.json) printJson({ current: openPseudonymKeys(config, { create: false }).currentEpoch().id });
    else print(`The key is in ${path}, and used for all epochs`);
    if (config.pseudonyms.key !== undefined) note('Remove privacy.key from the configuration: until then, it is used.');
    return 0;
  }
  if (config.pseudonyms.key !== undefined) {
    throw new GatewayError('KEY_UNUSABLE', `privacy.key is set, and there is a key in ${path}`, {
      todo: 'Remove one of them first.',
    });
  }
  return await withCatalog<ExitCode>(config, async (catalog) => {
    const { rotation } = config.pseudonyms;
    const change = () => changeKeys(config, catalog, (ring) => imported(ring, other, rotation, Date.now()));
    await audited(new CatalogAuditLog(catalog.audit), entry, change);
    await begun(config, catalog, values);
    return 0;
  });
}
