import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Policy } from '@rtcstats-server/privacy';
import type { Logger } from 'pino';
import { type Config, configWarnings, loadConfig } from '../config/config.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { isForPeople, openLog } from '../log/create-log.ts';
import { endProcess, endProcessNow } from '../log/end-process.ts';
import { errorFields } from '../log/log.ts';
import type { LogOutput } from '../log/log-output.ts';
import { logWarnings } from '../log/warnings.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import { paint } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';

export const help = `
Usage: rtcstats-server serve [flags]

Runs the gateway: receives data from rtcstats-js, anonymizes it on arrival and stores one dump per connection.
SIGTERM or SIGINT (Ctrl-C) finishes the open dumps and stops. A second signal stops at once; the next start finishes the dumps.

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --host HOST        address for clients (default 0.0.0.0)
  --port N           port for clients (default 8080)
  --admin-port N     port of the admin listener on 127.0.0.1 (default 8081)
  --data DIR         directory for dumps and the list of sessions (default ./data)

All other settings: \`rtcstats-server config reference\`.

Example: rtcstats-server serve --port 9000 --data /var/lib/rtcstats
`;

export const options = {
  config: { type: 'string', path: 'file' },
  host: { type: 'string' },
  port: { type: 'string' },
  'admin-port': { type: 'string' },
  data: { type: 'string', path: 'directory' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  // For files that libraries create; workers inherit it.
  process.umask(0o077);
  const config = readConfig(args);
  const { log, output } = openLog(config.log);
  logWarnings(log);
  const ending = listenForEnd(log);
  for (const warning of configWarnings(config)) log.warn(warning);
  const gateway = await start(config, log, output, ending.signal);
  let code = 0;
  if (gateway !== undefined) {
    if (isForPeople(config.log)) output.write(`${welcome(config, gateway)}\n`);
    await aborted(ending.signal);
    if (!(await stop(gateway, log))) code = 1;
  }
  log.info('stopped');
  return await endProcess(ending.signal.reason === FAILED ? 1 : code, output);
}

/** Returns false when that failed: the process ends all the same, and the next start finishes what is on the disk. */
async function stop(gateway: Gateway, log: Logger): Promise<boolean> {
  try {
    await gateway.stop();
    return true;
  } catch (error) {
    log.error(errorFields(error), 'the gateway did not stop in order');
    return false;
  }
}

/** Resolves to `undefined` when a signal arrives before the gateway has started. */
async function start(
  config: Config,
  log: Logger,
  output: LogOutput,
  signal: AbortSignal,
): Promise<Gateway | undefined> {
  try {
    return await startGateway(config, { log, droppedLogLines: () => output.dropped, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

const FLAG_SETTINGS = {
  host: 'server.host',
  port: 'server.port',
  'admin-port': 'admin.port',
  data: 'dataDirectory',
} as const;

function readConfig(args: readonly string[]): Config {
  const { values, positionals } = parseArguments('serve', args, options);
  if (positionals.length > 0) throw usageError(`serve takes no ${JSON.stringify(positionals[0])}`, 'serve');
  const flags: Record<string, { flag: string; text: string }> = {};
  for (const name of Object.keys(FLAG_SETTINGS) as (keyof typeof FLAG_SETTINGS)[]) {
    const text = values[name];
    if (text !== undefined) flags[FLAG_SETTINGS[name]] = { flag: `--${name}`, text };
  }
  return loadConfig({ file: values.config, environment: process.env, flags });
}

const ASKED = 'asked to';
const FAILED = 'failed';

/**
 * A controller that aborts when the process should stop. After an uncaught error the state in memory is unknown, but
 * the files on disk are consistent, so an orderly stop loses nothing. A second signal or error exits at once, and the
 * next start finishes the dumps.
 */
function listenForEnd(log: Logger): AbortController {
  const ending = new AbortController();
  const end = (reason: string) => {
    if (ending.signal.aborted) endProcessNow(1);
    ending.abort(reason);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, ending.signal.aborted ? 'stopping immediately' : 'stopping: the open dumps are finished');
      end(ASKED);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal(errorFields(error), `ending after an error that nothing caught (${event})`);
      end(FAILED);
    });
  }
  return ending;
}

/** The text for a person who starts the gateway in a terminal: addresses, and what to do next. */
function welcome(config: Config, gateway: Gateway): string {
  const { publicAddress, adminAddress } = gateway;
  const client = `ws://${hostForUrl(publicAddress.host)}:${publicAddress.port}`;
  const console = `http://${hostForUrl(adminAddress.host)}:${adminAddress.port}`;
  const lines: [string, string][] = [
    ['clients', `${client}   connect rtcstats-js to it, on any path`],
    ['console', console],
    ['try it', `${console}/try-it   makes a call in your browser and shows what is stored of it`],
    ['dumps', placeOfDumps(config)],
    ['privacy', describePolicy(config.privacy)],
    ['look', `npx rtcstats-server sessions list${dataFlag(config)}`],
  ];
  const body = lines.map(([name, text]) => `  ${paint('bold', name.padEnd(8))} ${text}`);
  return ['', 'rtcstats-server is running. Press Ctrl-C to finish the open dumps and stop.', '', ...body, ''].join(
    '\n',
  );
}

function placeOfDumps({ dataDirectory, storage }: Config): string {
  const { bucket, prefix } = storage.s3;
  return storage.type === 's3' ? `s3://${bucket}/${prefix}` : join(dataDirectory, 'dumps');
}

/** The flag with which a command in the same directory reads the same data. */
function dataFlag({ dataDirectory }: Config): string {
  return dataDirectory === resolve('data') ? '' : ` --data ${dataDirectory}`;
}

function describePolicy({ preset, ipAddresses }: Policy): string {
  const method = { keep: 'kept as they are', mask: 'masked', remove: 'removed' } as Record<string, string>;
  return `preset ${preset}: IP addresses are ${method[ipAddresses.method] ?? ipAddresses.method}`;
}
