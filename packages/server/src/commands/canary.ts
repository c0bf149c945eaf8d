import { randomBytes } from 'node:crypto';
import { type CanaryReport, FAULTS, type Outcome, type PlaceReport } from '../canary/canary.ts';
import { canaryToken, conferenceNames } from '../canary/expected.ts';
import type { CanaryForward } from '../canary/forwarded.ts';
import { runCanary } from '../canary/run.ts';
import { fetchMetrics } from '../canary/send.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { openForwardTarget } from '../forward/open.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { showSteps } from '../terminal/progress.ts';
import { count, formatBytes, note, paint, print, printJson, table } from '../terminal/terminal.ts';
import { parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { policyOption } from './policy-option.ts';
import { configOption, withCatalog, withStoredSessions } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server canary [flags]

Connects to a running gateway as a client would, sends a session with an invented personal value in every place of the
event model and of the request, waits for the dump, and looks for each value: in the dump, the catalog, every file of the
data directory (while the session is recorded, and after), the log and the metrics. Prints what became of each. The session is deleted afterwards.

Exit code: 0 nothing was left that the policy does not keep, 1 something was (or a technical value was changed, a message lost, or the
dump put in quarantine), 2 it could not be tried.

  --url URL          where clients connect to (default: server.host and server.port of the configuration)
  --config FILE      configuration file of the gateway (default: rtcstats.yaml if it is there)
  --data DIR         its data directory
  --log FILE         a file that its log goes to; may be given several times. Without one the log is not searched
  --admin-url URL    its admin listener, whose metrics are searched too (default: admin.host and admin.port, unless --url is given)
  --preset NAME      the policy that must have been kept: standard, strict or compatible (default: the configuration's)
  --policy FILE      the same from a file
  --token TOKEN      a token of a client (default: one is made where authorization.jwtSecret is configured)
  --origin ORIGIN    the origin to come from, where server.allowedOrigins is set (default: an invented one)
  --rate N           messages a second (default: as fast as the gateway reads)
  --timeout N        seconds to wait for the connection, and for the dump (default 30)
  --seed TEXT        invents the same values again
  --forward          has the dump delivered to rtcstats.com too (a credit), reads it back from there, searches it, and has it deleted there
  --keep             leaves the session where it is
  --all              a row for each place, not for each event
  --json             {clean, session, state, places: [{place, classes, planted, outcome, became, foundIn}], counts, searched, …}

What became of a place: gone, masked, pseudonym, dropped (the message was not kept), kept (the policy keeps its class), LEAKED; of technical
values beside them: survived or CHANGED.

Example: rtcstats-server canary --url ws://localhost:8080 --data ./data --log gateway.log
`;

const DEFAULT_TIMEOUT_SECONDS = 30;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('canary', args, {
    url: { type: 'string' },
    config: { type: 'string' },
    data: { type: 'string' },
    log: { type: 'string', multiple: true },
    preset: { type: 'string' },
    policy: { type: 'string' },
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
  });
  if (positionals.length > 0) throw usageError(`canary takes no ${JSON.stringify(positionals[0])}`, 'canary');
  const seconds =
    values.timeout === undefined
      ? DEFAULT_TIMEOUT_SECONDS
      : wholeNumber(values.timeout, '--timeout', 1, 3600, 'canary');
  const rate = values.rate === undefined ? undefined : wholeNumber(values.rate, '--rate', 1, 1_000_000, 'canary');
  const config = configOption(values);
  const policy = policyOption('canary', values) ?? config.privacy;
  const url = values.url === undefined ? urlOf(config) : socketUrl(values.url);

  if (values.forward && values.keep) throw usageError('--forward deletes what --keep would leave', 'canary');

  const steps = showSteps('canary');
  const report = await withForward(config, values.forward ?? false, async (sessions, forward) => {
    try {
      return await runCanary({
        forward,
        url,
        policy,
        sessions,
        dataDirectory: config.dataDirectory,
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
      });
    } finally {
      steps.end();
    }
  });
  if (values.json) printJson(report);
  else printReport(report, values.all ?? false);
  if (!report.clean) return 1;
  return report.searched.unreadable.length > 0 ? 2 : 0;
}

/** Stored sessions, and how their dumps are delivered if that is wanted. */
async function withForward<T>(
  config: Config,
  wanted: boolean,
  work: (sessions: Sessions, forward: CanaryForward | undefined) => Promise<T>,
): Promise<T> {
  if (!wanted) return await withStoredSessions(config, (sessions) => work(sessions, undefined));
  const target = openForwardTarget(config.forward);
  if (config.forward.mode !== 'upload' || !target) {
    throw new GatewayError('FORWARD_OFF', 'forward.mode is not upload: nothing could be read back');
  }
  return await withCatalog(config, (catalog) => {
    const forward = { desk: new DeliveryService({ catalog, enabled: true }), target };
    return withStoredSessions(config, (sessions) => work(sessions, forward));
  });
}

function urlOf({ server }: Config): URL {
  if (server.port !== 0) return new URL(`ws://${hostForUrl(server.host)}:${server.port}`);
  throw usageError('server.port is 0, any free port, so canary needs --url', 'canary');
}

const METRICS_TIMEOUT_MS = 5000;

/**
 * @param given by `--admin-url`: then they have to be there
 * @param elsewhere the gateway is another one than the configuration's, and so is its admin listener
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
    return await fetchMetrics(url, admin.token, METRICS_TIMEOUT_MS);
  } catch (error) {
    if (given === undefined) return undefined;
    throw error;
  }
}

/** Clients connect to wss:// where pages come from https://; either may be given. */
function socketUrl(text: string): URL {
  const url = URL.parse(text.replace(/^http(?=s?:)/i, 'ws'));
  if (url !== null && /^wss?:$/.test(url.protocol)) return url;
  throw usageError('--url has to be a URL that starts with ws://, wss://, http:// or https://', 'canary');
}

function printReport(report: CanaryReport, all: boolean): void {
  const faults = report.places.filter(({ outcome }) => FAULTS.has(outcome));
  if (all) print(table(['PLACE', 'CLASS', 'WHAT BECAME OF IT'], report.places.map(placeRow)));
  else print(table(['EVENT', 'CLASS', 'PLACES', 'WHAT BECAME OF THEM'], groupRows(report.places)));
  print('');
  for (const place of faults) print(`${paint('red', FAULT_NAMES[place.outcome]!)}  ${placeRow(place).join('  ')}`);
  const counts = Object.entries(report.counts).filter(([, number]) => number > 0);
  print(`${count(report.places.length, 'place')}: ${counts.map(([name, number]) => `${number} ${name}`).join(', ')}`);
  print(searchedLine(report));
  for (const line of remarks(report)) note(line);
  const verdict = report.clean ? paint('green', 'clean') : paint('red', 'NOT CLEAN');
  const kept = report.deleted ? 'deleted again' : report.state;
  print(`${verdict}  session ${report.session} (${kept}), recorded under ${report.policy.recorded}`);
}

const FAULT_NAMES: Partial<Record<Outcome, string>> = { leaked: 'LEAKED', changed: 'CHANGED' };

function placeRow({ place, classes, outcome, became, foundIn }: PlaceReport): string[] {
  const shown = shownOutcome(outcome);
  const where = outcome === 'leaked' ? ` in ${foundIn.join(', ')}` : '';
  return [place, classes.join(', '), became ? `${shown}: ${shorten(became)}` : shown + where];
}

/** A row for the places of an event that are of one class. */
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
  return `searched: dump, catalog, ${count(files, 'file')} with ${formatBytes(bytes)} in all${older}; ${log}; ${metrics ? 'metrics' : 'the metrics were NOT searched (--admin-url URL)'}${forwarded ? '; what rtcstats.com knew of it' : ''}`;
}

function* remarks(report: CanaryReport): Generator<string> {
  const { policy, state, lost, searched } = report;
  if (policy.recorded !== policy.checked) {
    yield `The gateway recorded it under ${policy.recorded}; it was checked by ${policy.checked}.`;
  }
  if (state === 'quarantined') yield "The gateway's own verifier put the dump in quarantine.";
  if (lost > 0) yield `${count(lost, 'message')} should be in the dump and ${lost === 1 ? 'is' : 'are'} not.`;
  if (!searched.whileRecording) {
    yield 'The session was not seen in the spool: is --data the directory of this gateway? What it held then was not searched.';
  }
  for (const name of searched.unreadable) yield `Not searched, since this user may not read it: ${name}`;
  if (!report.clean) yield `The same values again, and the session kept to look at: --seed ${report.seed} --keep`;
}
