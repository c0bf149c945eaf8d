import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

const MIB = 1024 * 1024;

const count = z.int().min(1).max(1_000_000);
const seconds = z.int().min(1).max(3600);

/** `server.limits`. Every refusal is counted under the name of its limit (`rtcstats_refusals_total`). */
export const limitsSchema = z.strictObject({
  connections: count.default(10_000).register(settingInfo, {
    help: 'Open WebSocket connections. One more is closed with 1013 (try again later).',
    unit: 'connections',
  }),
  connectionsPerAddress: count.default(1000).register(settingInfo, {
    help: 'Open WebSocket connections of one address; a whole company may share one. One more is closed with 1013. Behind a proxy that is not in `server.trustedProxies` all clients have the same address.',
    unit: 'connections',
  }),
  connectionsPerSecond: count.default(1000).register(settingInfo, {
    help: 'New connections a second. Five seconds’ worth may come at once; more are closed with 1013.',
    unit: 'connections a second',
  }),
  connectionsPerSecondPerAddress: count.default(100).register(settingInfo, {
    help: 'New connections a second of one address, counted in the same way.',
    unit: 'connections a second',
  }),
  handshakes: count.default(1000).register(settingInfo, {
    help: 'Sockets that have not asked for anything yet. Of more, those that were silent longest are closed.',
    unit: 'sockets',
  }),
  handshakeSeconds: seconds.default(10).register(settingInfo, {
    help: 'Time a client may take to send its request.',
    unit: 'seconds',
  }),
  messageBytes: z
    .int()
    .min(1024)
    .max(64 * MIB)
    .default(MIB)
    .register(settingInfo, {
      help: 'Size of one message. A larger one ends its connection with 1009; what came before it is kept.',
      unit: 'bytes',
    }),
  unfinishedBytes: z
    .int()
    .min(MIB)
    .max(64 * 1024 * MIB)
    .default(256 * MIB)
    .register(settingInfo, {
      help: 'Size of what has come of messages that are not complete, of all connections together: it is memory. Of more, the connections with most of it are cut off.',
      unit: 'bytes',
    }),
  messagesPerSecond: count.default(1000).register(settingInfo, {
    help: 'Messages a second of one connection. Ten seconds’ worth may come at once; a client that sends more is read more slowly, and closed with 1008 when that goes on for ten seconds. What it sent is kept.',
    unit: 'messages a second',
  }),
  bytesPerSecond: z
    .int()
    .min(1024)
    .max(128 * MIB)
    .default(MIB)
    .register(settingInfo, {
      help: 'Bytes a second of one connection, after decompression, counted in the same way.',
      unit: 'bytes a second',
    }),
  dumpBytes: z
    .int()
    .min(64 * 1024)
    .max(16 * 1024 * MIB)
    .default(512 * MIB)
    .register(settingInfo, {
      help: 'Size of one dump before compression. A connection that reaches it is closed with 1009; the dump is kept.',
      unit: 'bytes',
    }),
  internalsBytes: z
    .int()
    .min(MIB)
    .max(256 * MIB)
    .default(64 * MIB)
    .register(settingInfo, {
      help: 'Size of an uploaded webrtc-internals dump after decompression. It is read in memory, one at a time in each process, and takes up to 15 times as much while that lasts; browsers save some 20 MiB at most.',
      unit: 'bytes',
    }),
  spoolBytes: z
    .int()
    .min(0)
    .max(1024 * 1024 * MIB)
    .default(0)
    .register(settingInfo, {
      help: 'Size of the spool, where sessions are recorded and wait while storage or catalog is away. From it on, or when 95 % of the disk are used, new connections are closed with 1013 and /readyz is 503; open ones go on. 0: the disk alone decides.',
      unit: 'bytes',
    }),
  idleSeconds: seconds.default(30).register(settingInfo, {
    help: 'A client that sends nothing for so long is asked for a sign of life (ping), which also keeps proxies from ending the connection. One that gives none for as long again is gone.',
    unit: 'seconds',
  }),
});
