import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { SessionPage } from '@rtcstats-server/api';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { Random } from '../fuzz/random.ts';
import { makeCall } from './calls/call.ts';
import type { CallPlan, Scenario } from './calls/contract.ts';
import { DeviceFiles } from './calls/device-files.ts';
import { PageServer } from './calls/page-server.ts';
import { type LiveLabel, labelOf } from './labels.ts';
import type { Side } from './network/proxy.ts';

/** How long the gateway may take to store a recording. */
const STORE_TIMEOUT_MS = 30_000;

/** A call to make; the name, with the seed, decides its parameters. */
export interface NamedCall {
  readonly name: string;
  readonly scenario: Scenario;
}

export interface LiveOptions {
  readonly calls: readonly NamedCall[];
  readonly seed: number;
  /** Calls at the same time. */
  readonly parallel: number;
  /** How often a call is made again because the machine was too busy for it. */
  readonly retries: number;
  /** Where dumps and labels.json go. */
  readonly folder: string;
  /** Called after each call. */
  onCall?(name: string, plan: CallPlan, labels: readonly LiveLabel[]): void;
  /** Called if a call could not be made. */
  onFailure?(name: string, error: unknown): void;
}

/**
 * Makes calls in real time, each recorded by both sides through a gateway, and writes the stored dumps with their labels
 * to a folder, in the form that `readTruth` reads.
 */
export async function recordCalls(options: LiveOptions): Promise<LiveLabel[]> {
  mkdirSync(options.folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'rtcstats-truth-'));
  const plans = options.calls.map(({ name, scenario }) => scenario.plan(new Random(seedOf(options.seed, name))));
  const devices = new DeviceFiles(scratch, options.seed);
  devices.prepare(plans);
  const pages = await PageServer.start();
  const server = new ServerProcess(['--host', '127.0.0.1', '--data', join(scratch, 'data')], {});
  const labels: LiveLabel[] = [];
  const killServer = (): void => void server.kill('SIGKILL');
  process.once('exit', killServer);
  try {
    await server.listening();
    const next = options.calls.entries();
    const worker = async (): Promise<void> => {
      for (const [index, { scenario, name }] of next) {
        const seed = seedOf(options.seed, name);
        const plan = plans[index]!;
        const place = { pages, server, devices, folder: options.folder };
        try {
          let made = await recordCall(name, 1, scenario, plan, seed, place);
          for (let attempt = 2; attempt <= options.retries + 1 && made.some((it) => it.overloaded); attempt++) {
            made = await recordCall(name, attempt, scenario, plan, seed, place);
          }
          labels.push(...made);
          writeLabels(options.folder, labels);
          options.onCall?.(name, plan, made);
        } catch (error) {
          options.onFailure?.(name, error);
        }
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, worker));
  } finally {
    await Promise.all([pages.stop(), server.kill('SIGTERM')]);
    process.off('exit', killServer);
    rmSync(scratch, { recursive: true, force: true });
  }
  return writeLabels(options.folder, labels);
}

/** Writes the labels so far, so that a run that is interrupted leaves what it has. @returns them in the order of their names */
function writeLabels(folder: string, labels: readonly LiveLabel[]): LiveLabel[] {
  const sorted = labels.toSorted((x, y) => x.name.localeCompare(y.name));
  writeFileSync(join(folder, 'labels.json'), `${JSON.stringify(sorted, null, 1)}\n`);
  return sorted;
}

interface Place {
  readonly pages: PageServer;
  readonly server: ServerProcess;
  readonly devices: DeviceFiles;
  readonly folder: string;
}

async function recordCall(
  name: string,
  attempt: number,
  scenario: Scenario,
  plan: CallPlan,
  seed: number,
  { pages, server, devices, folder }: Place,
): Promise<LiveLabel[]> {
  const conference = (side: Side): string => `${name}-${attempt}-${side}`;
  const result = await makeCall(plan, {
    page: pages.url,
    seed,
    gateway: (side) => `${server.url}/truth?conferenceId=${conference(side)}`,
    devices: (side, participant) => devices.of(side, participant),
  });
  const labels: LiveLabel[] = [];
  for (const side of plan.b === null ? (['a'] as const) : (['a', 'b'] as const)) {
    const dump = await storedDump(server, conference(side));
    const label = labelOf(side, `${name}.${side}`, scenario, plan, result, startOf(dump));
    writeFileSync(join(folder, label.file), gzipSync(dump));
    labels.push(label);
  }
  return labels;
}

/** The dump of the only session of a conference, once it is stored. @throws Error if it is not stored in time */
async function storedDump(server: ServerProcess, conference: string): Promise<string> {
  for (const end = Date.now() + STORE_TIMEOUT_MS; Date.now() < end; await pause(200)) {
    const answer = await fetch(`${server.api}/api/sessions?conference=${conference}`);
    const session = ((await answer.json()) as SessionPage).sessions[0];
    if (session?.state === 'quarantined') throw new Error(`The verifier objects to ${conference}`);
    if (session?.state !== 'stored') continue;
    return await (await fetch(`${server.api}/api/sessions/${session.id}/dump`)).text();
  }
  // Such as a disk that is almost full.
  const ready = await (await fetch(`${server.api}/readyz`)).text();
  throw new Error(`The gateway did not store ${conference} in time; /readyz says ${ready}`);
}

/** Time of the first event: after the head and the metadata, the first delta counts from the epoch. */
function startOf(dump: string): number {
  const first = JSON.parse(dump.split('\n')[2]!) as unknown[];
  return Number(first.at(-1));
}

/** A seed for each call, so that a scenario has the same parameters whether or not others run. */
function seedOf(seed: number, name: string): number {
  let mixed = seed | 0;
  for (const character of name) mixed = Math.imul(mixed ^ character.codePointAt(0)!, 0x01000193);
  return mixed >>> 0;
}
