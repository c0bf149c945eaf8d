import { Clients } from './clients.ts';
import { median } from './measure.ts';
import { type ServerKind, ServerUnderLoad, withoutLimits } from './server-process.ts';

const CONNECTIONS = 5000;
const SECONDS = 20;
/** Not measured, because sessions start in this time: the gateway creates files and writes rows. */
const WARM_UP_SECONDS = 5;
const PAIRS = 3;

interface Load {
  /** CPU seconds of the server per 100,000 messages, user and system. */
  readonly per100k: number;
  /** Resident memory per idle connection, KiB. */
  readonly idle: number;
}

/**
 * Prints CPU time and memory of the gateway beside a server that discards every message, each in its own process and
 * under the same load. Linux only.
 */
export async function benchIngest(): Promise<void> {
  console.log(
    `Ingest, ${CONNECTIONS} connections sending once per second for ${SECONDS} s (after ${WARM_UP_SECONDS} s of warm-up), median of ${PAIRS} pairs`,
  );
  const pairs: [Load, Load][] = [];
  for (let i = 0; i < PAIRS; i++) pairs.push([await measure('bare'), await measure('gateway')]);
  const of = (value: (pair: [Load, Load]) => number): number => median(pairs.map(value));
  console.log(
    `    CPU seconds per 100,000 messages ${of(([, load]) => load.per100k).toFixed(2)}, bare ${of(([bare]) => bare.per100k).toFixed(2)}: ` +
      `${of(([bare, load]) => load.per100k / bare.per100k).toFixed(2)} times`,
  );
  console.log(
    `    KiB per idle connection ${of(([, load]) => load.idle).toFixed(1)} KiB, bare ${of(([bare]) => bare.idle).toFixed(1)} KiB: ` +
      `${of(([bare, load]) => load.idle - bare.idle).toFixed(1)} KiB more`,
  );
}

async function measure(kind: ServerKind): Promise<Load> {
  const server = await ServerUnderLoad.start(kind, withoutLimits(CONNECTIONS));
  try {
    const before = server.residentKiB;
    const clients = await Clients.connect(server.port, CONNECTIONS);
    const idle = (server.residentKiB - before) / CONNECTIONS;
    await clients.pace(WARM_UP_SECONDS);
    const begun = { cpu: server.cpuSeconds, sent: clients.sent };
    await clients.pace(SECONDS);
    const per100k = ((server.cpuSeconds - begun.cpu) / (clients.sent - begun.sent)) * 100_000;
    clients.terminate();
    return { per100k, idle };
  } finally {
    await server.stop();
  }
}
