import { audited } from '../audit/audit-log.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { personsOfSession } from '../audit/session-persons.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { print, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import { commandActor, userName } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { configOption, naming, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server forward SESSION-ID [--json]

Queues the dump of a session for delivery to rtcstats.com even if no rule selects it, or retries a failed delivery. Only stored
dumps without findings of the verifier are sent, and each is sent once. The running gateway delivers the dump. This command
prints the state of the delivery; \`rtcstats-server egress\` lists what was sent.

  --config FILE      configuration file (default: rtcstats.yaml if it exists); forward.mode must be upload or enrich
  --data DIR         data directory (default ./data)
  --json             print JSON

Example: rtcstats-server forward 019abc12-7def-7000-8000-0123456789ab
`;

export const options = {
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('forward', args, options);
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw usageError('forward takes the id of one session', 'forward');
  const config = configOption(values);
  await withCatalog(config, async (catalog) => {
    const deliveries = new DeliveryService({ catalog, enabled: config.forward.mode !== 'off' });
    const row = await catalog.sessions.get(id);
    if (row === undefined) return await naming(id, Promise.reject(new GatewayError('SESSION_NOT_FOUND')));
    const persons = personsOfSession(row);
    const entry = { action: 'session.forward', actor: commandActor(), target: id, persons } as const;
    const forward = () => naming(id, deliveries.forward(id, `hand:${userName()}`));
    const delivery = await audited(new CatalogAuditLog(catalog.audit), entry, forward);
    if (values.json) printJson(delivery);
    else print(`${delivery.state}${delivery.url === null ? '' : `  ${delivery.url}`}`);
  });
  return 0;
}
