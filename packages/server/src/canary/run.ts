import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { methodName } from '@rtcstats-server/dump';
import { type Policy, policyName } from '@rtcstats-server/privacy';
import { decodeJwt } from 'jose';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { quarantineKey } from '../storage/open.ts';
import { type CanaryPlan, type CanaryReport, OUTCOMES, type Outcome, type Plant, type Value } from './canary.ts';
import { awaitTakenBack, type CanaryForward, readForwarded } from './forwarded.ts';
import { OutcomeClassifier } from './outcome.ts';
import { planCanary } from './plan.ts';
import { storedEvents } from './replacement.ts';
import { Search } from './search.ts';
import { CanaryConnection, sendPlainRequest } from './send.ts';
import { awaitStoredDump, isInSpool, type StoredDump } from './stored-dump.ts';

export interface CanaryOptions {
  /** Where clients connect to. */
  readonly url: URL;
  /** What the gateway has to have kept to. */
  readonly policy: Policy;
  readonly sessions: Pick<Sessions, 'list' | 'dump' | 'delete'>;
  readonly dataDirectory: string;
  /** Files that the gateway's log goes to. */
  readonly logs: readonly string[];
  /** What a conference may be called in the catalog. */
  readonly conferenceNames: (conference: string) => readonly string[];
  /** The token to connect with, for whom the plan names; `null`: none. */
  readonly token: (plan: CanaryPlan) => Promise<string | null>;
  readonly seed: string;
  /** The gateway's metrics, fetched when the session is over; `undefined`: they cannot be. */
  readonly metrics: () => Promise<string | undefined>;
  /** Sent instead of the planted one, where a gateway takes only its own. */
  readonly origin?: string | undefined;
  /** Milliseconds for the handshake, and again for the dump. */
  readonly timeout: number;
  readonly messagesPerSecond?: number | undefined;
  /** Has the dump delivered too, reads it back and has it deleted there; `undefined`: it stays here. */
  readonly forward?: CanaryForward | undefined;
  /** Leaves the session where it is. */
  readonly keep: boolean;
  /** Gives it up: rejects with its reason. What was sent by then stays. */
  readonly signal?: AbortSignal | undefined;
  /** What is being done. */
  onProgress?(step: string): void;
}

/**
 * Sends a canary through a running gateway and reports what it left of it.
 *
 * @throws GatewayError GATEWAY_UNREACHABLE, UNAUTHORIZED, CANARY_CUT_OFF, CANARY_NOT_FOUND, CANARY_NOT_FORWARDED, INPUT_UNREADABLE, and what catalog and
 *   storage throw
 */
export async function runCanary(options: CanaryOptions): Promise<CanaryReport> {
  const { dataDirectory, policy } = options;
  const since = Date.now();
  await mustBeHere(dataDirectory);
  const logSizes = await Promise.all(options.logs.map(sizeOf));
  const { plan, token, names } = await prepare(options);
  const search = new Search(plan.plants);

  const whileRecording = await send(options, plan, token, async (isOpen) => {
    const seen = await isInSpool(dataDirectory, plan.marker, () => isOpen() && !options.signal?.aborted);
    options.signal?.throwIfAborted();
    options.onProgress?.('searching what is on the disk while it is recorded');
    await search.directory(dataDirectory, { note: ' while recording', since });
    return seen;
  });

  options.onProgress?.('waiting for the dump');
  const dump = await awaitStoredDump({ ...options, names, marker: plan.marker, since });
  options.signal?.throwIfAborted();
  options.onProgress?.('searching');
  searchDump(search, dump);
  search.bytesOf(Buffer.from(JSON.stringify(dump.row)), 'catalog');
  await search.directory(dataDirectory, { note: '', since, except: ownFiles(dump) });
  options.signal?.throwIfAborted();
  for (const [index, path] of options.logs.entries()) await search.log(path, logSizes[index]!);
  const metrics = await options.metrics();
  if (metrics !== undefined) search.metrics(metrics);
  const { forward } = options;
  if (forward) {
    options.onProgress?.('waiting for it to be delivered');
    search.bytesOf(Buffer.from(await readForwarded(forward, dump.row.id, options.timeout)), 'rtcstats.com');
  }
  if (!options.keep) await options.sessions.delete(dump.row.id);
  if (forward) await awaitTakenBack(forward, dump.row.id, options.timeout);

  const judge = new OutcomeClassifier(plan, storedEvents(plan, dump.lines, dump.row), policy);
  const places = plan.plants.map((plant, index) => judge.place(plant, search.sightings(index)));
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of places) counts[outcome]++;
  const { lost } = judge;
  return {
    clean: counts.leaked + counts.changed + lost === 0 && dump.row.state === 'stored',
    session: dump.row.id,
    state: dump.row.state,
    seed: plan.seed,
    policy: { recorded: dump.row.receipt.policy, checked: policyName(policy) },
    places,
    counts,
    lost,
    searched: {
      files: search.files,
      bytes: search.bytes,
      olderFiles: search.olderFiles,
      unreadable: [...search.unreadable],
      whileRecording,
      logs: options.logs,
      metrics: metrics !== undefined,
      forwarded: forward !== undefined,
    },
    deleted: !options.keep,
  };
}

/** The plan with the token in it, and what to look it up by. */
async function prepare(
  options: CanaryOptions,
): Promise<{ readonly plan: CanaryPlan; readonly token: string | null; readonly names: readonly string[] }> {
  const plan = withOrigin(planCanary(options.seed), options.origin);
  const token = await options.token(plan);
  const conferences = [plan.identity.conference, token === null ? null : conferenceOf(token)];
  const names = conferences.flatMap((name) => (name === null ? [] : [name, ...options.conferenceNames(name)]));
  const plants = token === null ? plan.plants : [...plan.plants, tokenPlant(token)];
  return { plan: { ...plan, plants }, token, names: [...new Set(names)] };
}

function withOrigin(plan: CanaryPlan, origin: string | undefined): CanaryPlan {
  if (origin === undefined) return plan;
  const { request, plants } = plan;
  const planted = request.headers['origin']!;
  return {
    ...plan,
    request: { ...request, headers: { ...request.headers, origin } },
    plants: plants.filter(({ message, text }) => message !== null || !planted.includes(text)),
  };
}

/** Its header is the same in all of them; a part that is short may be anything. */
function tokenPlant(token: string): Plant {
  const [, payload, signature] = token.split('.');
  const parts = payload === undefined ? [token] : [payload, signature ?? ''];
  const needles = parts.filter((part) => part.length >= 16);
  const value: Value = { text: token, needles, classes: ['credentials'] };
  return { place: 'the request: the token', value, text: token, message: null, either: false };
}

/** Whose token it is, where somebody else made it. Nobody checks the signature here; the gateway does. */
function conferenceOf(token: string): string | null {
  try {
    const { rtcStats } = decodeJwt<{ rtcStats?: { conference?: unknown } }>(token);
    return typeof rtcStats?.conference === 'string' ? rtcStats.conference : null;
  } catch {
    return null;
  }
}

/** @param whileOpen what is done when all is sent and the connection is still open */
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
    connection.abandon();
  }
}

function searchDump(search: Search, { lines }: StoredDump): void {
  for (const [index, line] of lines.entries()) {
    const code = /^\["?([^",\]]+)/.exec(line)?.[1];
    const name = index === 1 ? 'metadata' : code === undefined ? '' : methodName(code);
    search.bytesOf(Buffer.from(line), `dump line ${index + 1}${name === '' ? '' : ` (${name})`}`);
  }
}

/** Read by way of the storage, line by line. */
function ownFiles({ row }: StoredDump): Set<string> {
  const stored = row.storageKey === null ? [] : [join('dumps', ...row.storageKey.split('/'))];
  return new Set([...stored, join('quarantine', quarantineKey(row.id))]);
}

/** What the spool held can be seen nowhere else, also where dumps and catalog are on servers. */
async function mustBeHere(dataDirectory: string): Promise<void> {
  try {
    await stat(dataDirectory);
  } catch (cause) {
    throw new GatewayError('INPUT_UNREADABLE', `There is no data directory ${dataDirectory}`, {
      todo: 'Run the canary where the gateway runs, or say where its data is with --data or --config.',
      cause,
    });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new GatewayError('INPUT_UNREADABLE', `The log ${path} cannot be read`, { cause });
  }
}
