import { userInfo } from 'node:os';
import { DeliveryService } from '../forward/delivery-service.ts';
import { print, printJson } from '../terminal/terminal.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption, naming, withCatalog } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server forward SESSION-ID [--json]

Has the dump of a session delivered to rtcstats.com although no rule chose it, or tries again what did not go through. Only
a stored dump in which the verifier found nothing goes, and each goes once. The running gateway delivers it; this command
says what state the delivery is in, and the ledger (\`rtcstats-server egress\`) what left.

  --config FILE      configuration file (default: rtcstats.yaml if it is there); forward.mode has to be upload or enrich
  --data DIR         data directory (default ./data)
  --json             for programs

Example: rtcstats-server forward 019abc12-7def-7000-8000-0123456789ab
`;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('forward', args, {
    config: { type: 'string' },
    data: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw usageError('forward takes the id of one session', 'forward');
  const config = configOption(values);
  await withCatalog(config, async (catalog) => {
    const desk = new DeliveryService({ catalog, enabled: config.forward.mode !== 'off' });
    const delivery = await naming(id, desk.forward(id, `hand:${userName()}`));
    if (values.json) printJson(delivery);
    else print(`${delivery.state}${delivery.url === null ? '' : `  ${delivery.url}`}`);
  });
  return 0;
}

/** For the ledger. Processes may run under a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
