import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

const MIB = 1024 * 1024;

const count = z.int().min(1).max(1_000_000);
const seconds = z.int().min(1).max(3600);

/** `server.limits`. Every refusal is counted under the name of its limit (`rtcstats_refusals_total`). */
export const limitsSchema = z.strictObject({
  connections: count.default(10_000).register(settingInfo, {
    help: 'Open WebSocket connections. Further ones are closed with 1013 (try again later).',
    unit: 'connections',
  }),
  connectionsPerAddress: count.default(1000).register(settingInfo, {
    help: 'Open WebSocket connections per address; a whole company may share one. Further ones are closed with 1013. Behind a proxy that is not in `server.trustedProxies` all clients have the same address.',
    unit: 'connections',
  }),
  connectionsPerSecond: count.default(1000).register(settingInfo, {
    help: 'New connections per second. Bursts of up to five seconds’ worth are accepted; more are closed with 1013.',
    unit: 'connections per second',
  }),
  connectionsPerSecondPerAddress: count.default(100).register(settingInfo, {
    help: 'New connections per second and address, counted in the same way.',
    unit: 'connections per second',
  }),
  handshakes: count.default(1000).register(settingInfo, {
    help: 'Sockets that have not sent a complete request yet. Beyond the limit, the address that has most of them loses those that have been pending longest. During the first one or two seconds of a socket, five times the limit is allowed, because many clients may connect at once.',
    unit: 'sockets',
  }),
  handshakesPerAddress: count.default(200).register(settingInfo, {
    help: 'The same per address (per /64 of IPv6). The addresses of `server.trustedProxies` are exempt.',
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
    .default(2 * MIB)
    .register(settingInfo, {
      help: 'Size of one message. A larger one ends its connection with 1009; the messages before it are stored.',
      unit: 'bytes',
    }),
  unfinishedBytes: z
    .int()
    .min(MIB)
    .max(64 * 1024 * MIB)
    .default(256 * MIB)
    .register(settingInfo, {
      help: 'Memory for messages that are not complete yet, over all connections. Beyond the limit, the connections that use most of it are closed.',
      unit: 'bytes',
    }),
  messagesPerSecond: count.default(1000).register(settingInfo, {
    help: 'Messages per second and connection. Bursts of up to ten seconds’ worth are accepted; a client that sends more is read more slowly, and closed with 1008 when that lasts for ten seconds. Its messages until then are stored.',
    unit: 'messages per second',
  }),
  bytesPerSecond: z
    .int()
    .min(1024)
    .max(128 * MIB)
    .default(MIB)
    .register(settingInfo, {
      help: 'Bytes per second and connection, after decompression, counted in the same way.',
      unit: 'bytes per second',
    }),
  dumpBytes: z
    .int()
    .min(64 * 1024)
    .max(16 * 1024 * MIB)
    .default(512 * MIB)
    .register(settingInfo, {
      help: 'Size of one dump before compression. A connection that reaches it is closed with 1009; the dump is stored.',
      unit: 'bytes',
    }),
  internalsBytes: z
    .int()
    .min(MIB)
    .max(256 * MIB)
    .default(64 * MIB)
    .register(settingInfo, {
      help: 'Size of an uploaded webrtc-internals dump after decompression. It is parsed in memory, one at a time per process, which takes up to 15 times its size; browsers save about 20 MiB at most.',
      unit: 'bytes',
    }),
  spoolBytes: z
    .int()
    .min(0)
    .max(1024 * 1024 * MIB)
    .default(0)
    .register(settingInfo, {
      help: 'Size of the spool, where sessions are recorded and wait while storage or catalog is away. When it is reached, or 95 % of the disk are used, new connections are closed with 1013 and /readyz answers 503; open connections continue. 0: only the disk limits it.',
      unit: 'bytes',
    }),
  idleSeconds: seconds.default(30).register(settingInfo, {
    help: 'A client that is silent for this long gets a ping, which also keeps proxies from closing the connection. If it stays silent for the same time again, its connection is closed.',
    unit: 'seconds',
  }),
});
