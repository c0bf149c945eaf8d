import { randomBytes } from 'node:crypto';
import {
  type CanaryForwarding,
  type CanaryOptions,
  type CanaryReport,
  FAULTS,
  fetchMetrics,
  type Outcome,
  type PlaceReport,
  runCanary,
} from '@rtcstats-server/canary';
import { PRESETS } from '@rtcstats-server/privacy';
import { canaryDataDirectory, canaryForwarding, canarySessions } from '../canary/adapters.ts';
import { withGatewayErrors } from '../canary/canary-errors.ts';
import { canaryToken, conferenceNames } from '../canary/expected.ts';
import { tokenWithRole } from '../config/admin-tokens.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { openForwardTarget } from '../forward/open.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { count, formatBytes } from '../terminal/formats.ts';
import { showSteps } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { note, paint, print, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { policyOption } from './policy-option.ts';
import { configOption, withCatalog, withStoredSessions } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server canary [flags]

Connects to a running gateway as a client does, and sends a session with an invented personal value in every place of
the event model and of the request. Waits for the dump, then searches for each value: in the dump, the catalog, every
file of the data directory (while the session is recorded, and afterwards), the log and the metrics. Prints the verdict,
then the outcome for each value, and deletes the session.

Exit code: 0 no value is left that the policy does not keep, 1 a value is left (or a technical value was changed, a
message lost, or the dump quarantined), 2 the canary could not be completed.

  --url URL          where clients connect to (default: server.host and server.port of the configuration)
  --config FILE      configuration file of the gateway (default: rtcstats.yaml if it exists)
  --data DIR         data directory of the gateway
  --log FILE         a file that the gateway logs to; may be repeated. Without it, the log is not searched
  --admin-url URL    admin listener of the gateway, whose metrics are searched too (default: admin.host and admin.port,
                     unless --url is given)
  --preset NAME      the policy to check by: standard, strict or compatible (default: that of the configuration)
  --policy FILE      the same from a file
  --token TOKEN      token of a client (default: the command makes one if authorization.jwtSecret is configured)
  --origin ORIGIN    the Origin header, if server.allowedOrigins is set (default: an invented one)
  --rate N           messages per second (default: as fast as the gateway reads)
  --timeout N        seconds to wait for the connection, and as long again for the dump (default 30)
  --seed TEXT        plants the same values as an earlier run with this seed
  --forward          delivers the dump to rtcstats.com too (which costs a credit), reads it back, searches it, and has
                     it deleted there
  --keep             does not delete the session
  --all              prints a row per place, not per event
  --json             {clean, session, state, places: [{place, classes, planted, outcome, became, foundIn}], counts, searched, …}

Outcomes: gone, masked, pseudonym, dropped (the message was not stored), kept (the policy keeps the class), LEAKED.
Outcomes of the technical values beside them: survived or CHANGED.

Example: rtcstats-server canary --url ws://localhost:8080 --data ./data --log gateway.log
`;

export const options = {
  url: { type: 'string' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  log: { type: 'string', multiple: true, path: 'file' },
  preset: { type: 'string', values: PRESETS },
  policy: { type: 'string', path: 'file' },
  token: { type: 'string' },
  'admin-url': { type: 'string' },
  origin: { type: 'string' },
  rate: { type: 'string' },
  timeout: { type: 'string' },
  seed: { type: 'string' },
  forward: { type: 'boolean' },
  keep: { type: 'boolean' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

const DEFAULT_TIMEOUT_SECONDS = 30;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('canary', args, options);
  if (positionals.length > 0) throw usageError(`canary takes no ${JSON.stringify(positionals[0])}`, 'canary');
  const seconds =
    values.timeout === undefined
      ? DEFAULT_TIMEOUT_SECONDS
      : wholeNumber(values.timeout, '--timeout', 1, 3600, 'canary');
  const rate = values.rate === undefined ? undefined : wholeNumber(values.rate, '--rate', 1, 1_000_000, 'canary');
  const config = configOption(values);
  const policy = policyOption('canary', values) ?? config.privacy;
  const url = values.url === undefined ? urlOf(config) : socketUrl(values.url);

  if (values.forward && values.keep)
    throw usageError('--forward and --keep exclude each other: a delivered dump is always deleted', 'canary');

  const steps = showSteps('canary');
  const report = await withForwarding(config, values.forward ?? false, async (sessions, forwarding) => {
    try {
      const options: CanaryOptions = {
        forwarding,
        url,
        policy,
        sessions: canarySessions(sessions),
        dataDirectory: canaryDataDirectory(config.dataDirectory),
        logs: values.log ?? [],
        conferenceNames: conferenceNames(config, policy, openPseudonymKeys(config, { create: false })),
        token: async (plan) => values.token ?? (await canaryToken(config, plan, values.forward ?? false)),
        metrics: () => metricsOf(config, values['admin-url'], values.url !== undefined),
        origin: values.origin,
        messagesPerSecond: rate,
        seed: values.seed ?? randomBytes(8).toString('hex'),
        timeout: seconds * 1000,
        keep: values.keep ?? false,
        onProgress: (step) => steps.show(step),
      };
      return await withGatewayErrors(() => runCanary(options));
    } finally {
      steps.end();
    }
  });
  if (values.json) printJson(report);
  else printReport(report, values.all ?? false);
  if (!report.clean) return 1;
  return report.searched.unreadable.length > 0 ? 2 : 0;
}

/** Opens the stored sessions, and the way to rtcstats.com if the dump is to be delivered. */
async function withForwarding<T>(
  config: Config,
  wanted: boolean,
  work: (sessions: Sessions, forwarding: CanaryForwarding | undefined) => Promise<T>,
): Promise<T> {
  if (!wanted) return await withStoredSessions(config, (sessions) => work(sessions, undefined));
  const target = openForwardTarget(config.forward);
  if (config.forward.mode !== 'upload' || !target) {
    throw new GatewayError('FORWARD_OFF', 'forward.mode is not upload, so the dump could not be read back');
  }
  return await withCatalog(config, (catalog) => {
    const forwarding = canaryForwarding(new DeliveryService({ catalog, enabled: true }), target);
    return withStoredSessions(config, (sessions) => work(sessions, forwarding));
  });
}

function urlOf({ server }: Config): URL {
  if (server.port !== 0) return new URL(`ws://${hostForUrl(server.host)}:${server.port}`);
  throw usageError('server.port is 0, any free port, so canary needs --url', 'canary');
}

const METRICS_TIMEOUT_MS = 5000;

/**
 * Fetches the metrics of the gateway. Returns `undefined` if they are not available and were not asked for explicitly.
 *
 * @param given the value of `--admin-url`
 * @param elsewhere whether `--url` was given: the admin listener of that gateway may not be the configured one
 * @throws CanaryError GATEWAY_UNREACHABLE if `--admin-url` was given
 */
async function metricsOf(
  { admin }: Config,
  given: string | undefined,
  elsewhere: boolean,
): Promise<string | undefined> {
  if (given === undefined && (elsewhere || admin.port === 0)) return undefined;
  const url = URL.parse(given ?? `http://${hostForUrl(admin.host)}:${admin.port}`);
  if (url === null) throw usageError('--admin-url has to be a URL', 'canary');
  try {
    return await fetchMetrics(url, tokenWithRole(admin, 'read'), METRICS_TIMEOUT_MS);
  } catch (error) {
    if (given === undefined) return undefined;
    throw error;
  }
}

/** Accepts http:// and https:// as well, because operators often know the gateway by those. */
function socketUrl(text: string): URL {
  const url = URL.parse(text.replace(/^http(?=s?:)/i, 'ws'));
  if (url !== null && /^wss?:$/.test(url.protocol)) return url;
  throw usageError('--url has to be a URL that starts with ws://, wss://, http:// or https://', 'canary');
}

/** The verdict comes first, because the table is longer than a screen. */
function printReport(report: CanaryReport, all: boolean): void {
  const faults = report.places.filter(({ outcome }) => FAULTS.has(outcome));
  const verdict = report.clean ? paint('green', 'clean') : paint('red', 'NOT CLEAN');
  const now = report.deleted ? 'deleted again' : report.state;
  print(`${verdict}  session ${report.session} (${now}), recorded under ${report.policy.recorded}`);
  for (const place of faults) print(`${paint('red', FAULT_NAMES[place.outcome]!)}  ${placeRow(place).join('  ')}`);
  const counts = Object.entries(report.counts).filter(([, number]) => number > 0);
  print(`${count(report.places.length, 'place')}: ${counts.map(([name, number]) => `${number} ${name}`).join(', ')}`);
  print(searchedLine(report));
  for (const line of remarks(report)) note(line);
  print('');
  if (all) print(table(['PLACE', 'CLASS', 'OUTCOME'], report.places.map(placeRow)));
  else print(table(['EVENT', 'CLASS', 'PLACES', 'OUTCOMES'], groupRows(report.places)));
}

const FAULT_NAMES: Partial<Record<Outcome, string>> = { leaked: 'LEAKED', changed: 'CHANGED' };

function placeRow({ place, classes, outcome, became, foundIn }: PlaceReport): string[] {
  const shown = shownOutcome(outcome);
  const where = outcome === 'leaked' ? ` in ${foundIn.join(', ')}` : '';
  return [place, classes.join(', '), became ? `${shown}: ${shorten(became)}` : shown + where];
}

/** One row per event and class. */
function groupRows(places: readonly PlaceReport[]): string[][] {
  const groups = Map.groupBy(places, ({ place, classes }) => `${place.split(': ')[0]}\n${classes.join(', ')}`);
  return [...groups].map(([key, group]) => {
    const outcomes = Map.groupBy(group, ({ outcome }) => outcome);
    const words = [...outcomes].map(([outcome, list]) =>
      outcomes.size === 1 ? shownOutcome(outcome) : `${list.length} ${shownOutcome(outcome)}`,
    );
    const [event = '', classes = ''] = key.split('\n');
    return [event, classes, String(group.length), words.join(', ')];
  });
}

function shownOutcome(outcome: Outcome): string {
  return FAULT_NAMES[outcome] ?? (outcome === 'kept' ? 'kept by policy' : outcome);
}

const MAX_DETAIL_LENGTH = 60;

function shorten(text: string): string {
  return text.length > MAX_DETAIL_LENGTH ? `${text.slice(0, MAX_DETAIL_LENGTH)}…` : text;
}

function searchedLine({ searched }: CanaryReport): string {
  const { files, bytes, olderFiles, logs, metrics, forwarded } = searched;
  const older = olderFiles === 0 ? '' : `, without ${count(olderFiles, 'older dump')}`;
  const log = logs.length === 0 ? 'the log was NOT searched (--log FILE)' : `log ${logs.join(', ')}`;
  const parts = [
    `searched: dump, catalog, ${count(files, 'file')} with ${formatBytes(bytes)} in all${older}`,
    log,
    metrics ? 'metrics' : 'the metrics were NOT searched (--admin-url URL)',
    ...(forwarded ? ['what rtcstats.com stored'] : []),
  ];
  return parts.join('; ');
}

function* remarks(report: CanaryReport): Generator<string> {
  const { policy, state, lost, searched } = report;
  if (policy.recorded !== policy.checked) {
    yield `The gateway recorded the session under ${policy.recorded}, but it was checked by ${policy.checked}.`;
  }
  if (state === 'quarantined') yield "The gateway's own verifier quarantined the dump.";
  if (lost > 0) yield `${count(lost, 'message')} should be in the dump but ${lost === 1 ? 'is' : 'are'} not.`;
  if (!searched.whileRecording) {
    yield 'The session was not seen in the spool, so its recording was not searched. Is --data the right directory?';
  }
  for (const name of searched.unreadable) yield `Not searched, because this user is not allowed to read it: ${name}`;
  if (!report.clean) yield `To repeat this with the same values and keep the session: --seed ${report.seed} --keep`;
}
