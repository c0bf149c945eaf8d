import { methodName } from '@rtcstats-server/dump';
import { type Policy, policyName } from '@rtcstats-server/privacy';
import { decodeJwt } from 'jose';
import { CanaryConnection } from './gateway/connection.ts';
import { appearsInSpool, checkDataDirectory, logSize } from './gateway/data-directory.ts';
import { deliverAndRead, waitForWithdrawal } from './gateway/forwarding.ts';
import type { CanaryDataDirectory, CanaryForwarding, CanarySessions } from './gateway/ports.ts';
import { sendPlainRequest } from './gateway/requests.ts';
import { type StoredDump, waitForStoredDump } from './gateway/stored-dump.ts';
import { planCanary, withOrigin, withToken } from './places/canary-plan.ts';
import type { CanaryPlan } from './plan/plan.ts';
import { OutcomeClassifier } from './report/outcome-classifier.ts';
import { storedEvents } from './report/replacement.ts';
import { type CanaryReport, OUTCOMES, type Outcome } from './report/report.ts';
import { Search } from './search/search.ts';

export interface CanaryOptions {
  /** Where clients connect to: `ws://` or `wss://`. */
  readonly url: URL;
  /** The policy that the gateway should have applied. */
  readonly policy: Policy;
  readonly sessions: CanarySessions;
  readonly dataDirectory: CanaryDataDirectory;
  /** Files that the gateway logs to. */
  readonly logs: readonly string[];
  /** The pseudonyms that a conference may have in the catalog. */
  readonly conferenceNames: (conference: string) => readonly string[];
  /** The token to connect with, for the identity in the plan; `null` for none. */
  readonly token: (plan: CanaryPlan) => Promise<string | null>;
  /** The same seed plants the same values. */
  readonly seed: string;
  /** Fetches the gateway's metrics when the session is over; `undefined` if they cannot be fetched. */
  readonly metrics: () => Promise<string | undefined>;
  /** The `Origin` header, for a gateway that accepts only some. By default it has planted values in it. */
  readonly origin?: string | undefined;
  /** Milliseconds to wait for the handshake, and as long again for the dump. */
  readonly timeout: number;
  /** By default, messages are sent as fast as the gateway reads. */
  readonly messagesPerSecond?: number | undefined;
  /** With it, the dump is delivered to rtcstats.com as well, read back, searched and deleted there. */
  readonly forwarding?: CanaryForwarding | undefined;
  /** Do not delete the session afterwards. */
  readonly keep: boolean;
  /** Aborts the run, which rejects with the reason of the signal. The session that was sent so far is not deleted. */
  readonly signal?: AbortSignal | undefined;
  /** Called with a short description of the current step. */
  onProgress?(step: string): void;
}

/**
 * Sends a session full of planted values through a running gateway, searches everything that the gateway left, and
 * reports what happened to each value.
 *
 * @throws CanaryError, and errors of the ports (`sessions`, `forwarding`, `token`, `metrics`)
 */
export async function runCanary(options: CanaryOptions): Promise<CanaryReport> {
  const { dataDirectory, policy, logs, sessions, forwarding, timeout, signal } = options;
  const since = Date.now();
  const fromZstd = dataDirectory.fromZstd && { fromZstd: dataDirectory.fromZstd };
  await checkDataDirectory(dataDirectory.path);
  const logSizes = await Promise.all(logs.map(logSize));
  const { plan, token, conferences } = await prepare(options);
  const search = new Search(plan.plantedValues);

  const whileRecording = await send(options, plan, token, async (isOpen) => {
    const seen = await appearsInSpool(dataDirectory.spool, plan.marker, () => isOpen() && !signal?.aborted);
    signal?.throwIfAborted();
    options.onProgress?.('searching the disk while the session is recorded');
    await search.searchDirectory(dataDirectory.path, { note: ' while recording', since, ...fromZstd });
    return seen;
  });

  options.onProgress?.('waiting for the dump');
  const dump = await waitForStoredDump({ sessions, conferences, marker: plan.marker, since, timeout, signal });
  const { session } = dump;
  signal?.throwIfAborted();
  options.onProgress?.('searching');
  searchDump(search, dump);
  search.searchBytes(Buffer.from(JSON.stringify(session)), 'catalog');
  const except = new Set(dataDirectory.dumpFiles(session));
  await search.searchDirectory(dataDirectory.path, { note: '', since, except, ...fromZstd });
  signal?.throwIfAborted();
  for (const [index, path] of logs.entries()) await search.searchLog(path, logSizes[index]!);
  const metrics = await options.metrics();
  if (metrics !== undefined) search.searchMetrics(metrics);
  if (forwarding) {
    options.onProgress?.('waiting for the delivery');
    const known = await deliverAndRead(forwarding, session.id, timeout);
    search.searchBytes(Buffer.from(known), 'rtcstats.com');
  }
  if (!options.keep) await sessions.delete(session.id);
  if (forwarding) await waitForWithdrawal(forwarding, session.id, timeout);

  const classifier = new OutcomeClassifier(plan, storedEvents(plan, dump.lines, session), policy);
  const places = plan.plantedValues.map((planted, index) => classifier.classify(planted, search.sightings(index)));
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of places) counts[outcome]++;
  const { lost } = classifier;
  return {
    clean: counts.leaked + counts.changed + lost === 0 && session.state === 'stored',
    session: session.id,
    state: session.state,
    seed: plan.seed,
    policy: { recorded: session.receipt.policy, checked: policyName(policy) },
    places,
    counts,
    lost,
    searched: {
      files: search.files,
      bytes: search.bytes,
      olderFiles: search.olderFiles,
      unreadable: [...search.unreadable],
      whileRecording,
      logs,
      metrics: metrics !== undefined,
      forwarded: forwarding !== undefined,
    },
    deleted: !options.keep,
  };
}

interface Prepared {
  readonly plan: CanaryPlan;
  readonly token: string | null;
  /** The names that the conference may have in the catalog. */
  readonly conferences: readonly string[];
}

async function prepare(options: CanaryOptions): Promise<Prepared> {
  const { seed, origin } = options;
  const planned = planCanary(seed);
  const plan = origin === undefined ? planned : withOrigin(planned, origin);
  const token = await options.token(plan);
  const sent = [plan.identity.conference, token === null ? null : conferenceOf(token)];
  const names = sent.flatMap((name) => (name === null ? [] : [name, ...options.conferenceNames(name)]));
  return { plan: token === null ? plan : withToken(plan, token), token, conferences: [...new Set(names)] };
}

/**
 * The conference in a token that the caller provides. The signature is not verified here, because the gateway does
 * that.
 */
function conferenceOf(token: string): string | null {
  try {
    const { rtcStats } = decodeJwt<{ rtcStats?: { conference?: unknown } }>(token);
    return typeof rtcStats?.conference === 'string' ? rtcStats.conference : null;
  } catch {
    return null;
  }
}

/** @param whileOpen runs when all messages are sent and the connection is still open */
async function send<T>(
  options: CanaryOptions,
  plan: CanaryPlan,
  token: string | null,
  whileOpen: (isOpen: () => boolean) => Promise<T>,
): Promise<T> {
  const { url, timeout, messagesPerSecond } = options;
  options.onProgress?.(`connecting to ${url.origin}`);
  await sendPlainRequest(url, plan.plainRequest, timeout);
  const onSent = (count: number) => options.onProgress?.(`sending ${count} of ${plan.messages.length} messages`);
  const connection = await CanaryConnection.open(plan, { url, token, timeout, messagesPerSecond, onSent });
  try {
    await connection.sendAll(plan);
    const result = await whileOpen(() => connection.isOpen);
    await connection.close(plan.request.closeReason);
    return result;
  } finally {
    connection.terminate();
  }
}

function searchDump(search: Search, { lines }: StoredDump): void {
  for (const [index, line] of lines.entries()) {
    const code = /^\["?([^",\]]+)/.exec(line)?.[1];
    const name = index === 1 ? 'metadata' : code === undefined ? '' : methodName(code);
    search.searchBytes(Buffer.from(line), `dump line ${index + 1}${name === '' ? '' : ` (${name})`}`);
  }
}
