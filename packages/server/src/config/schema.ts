import { hostname } from 'node:os';
import type { Policy } from '@rtcstats-server/privacy';
import { z } from 'zod';
import { authorizationSchema } from './authorization-schema.ts';
import { catalogSchema } from './catalog-schema.ts';
import { geolocationSchema } from './geolocation-schema.ts';
import { isNetwork } from './network.ts';
import { type PseudonymKeySettings, privacySchema } from './privacy-schema.ts';
import { NETWORKS_ALLOWED, type SettingInfo, settingInfo } from './setting-info.ts';
import { storageSchema } from './storage-schema.ts';

/**
 * Every setting there is: name, type, default, unit and help. Loading, messages, `config reference` and
 * docs/configuration.md are made from this and from nothing else. A setting stands here only once it does something.
 */

export type { SettingInfo };
export { settingInfo };

const MIB = 1024 * 1024;

const port = z.int().min(0).max(65535);
const host = z.string().min(1).max(253);
const count = z.int().min(1).max(1_000_000);
const networks = z.array(z.string().refine(isNetwork)).max(1000);

const limits = z.strictObject({
  connections: count.default(10_000).register(settingInfo, {
    help: 'Open WebSocket connections. One more is closed with 1013 (try again later).',
    unit: 'connections',
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
  dumpBytes: z
    .int()
    .min(64 * 1024)
    .max(16 * 1024 * MIB)
    .default(512 * MIB)
    .register(settingInfo, {
      help: 'Size of one dump before compression. A connection that reaches it is closed with 1009; the dump is kept.',
      unit: 'bytes',
    }),
});

const server = z.strictObject({
  host: host.default('0.0.0.0').register(settingInfo, {
    help: 'Address or host name the public listener binds to.',
    allowed: 'an IP address or host name of this machine',
  }),
  port: port.default(8080).register(settingInfo, {
    help: 'Port of the public listener: WebSocket on any path, and GET /healthcheck. 0 takes any free port.',
  }),
  trustedProxies: networks.default([]).register(settingInfo, {
    help: 'Reverse proxies and load balancers whose X-Forwarded-For header is believed. From anyone else it is ignored.',
    allowed: NETWORKS_ALLOWED,
  }),
  hostIdentifier: z
    .string()
    .min(1)
    .max(255)
    .default(() => hostname())
    .register(settingInfo, {
      help: 'Name of this gateway in the catalog, to tell several gateways apart.',
      allowed: 'a text of 1 to 255 characters',
      defaultText: 'the host name of the machine',
    }),
  limits: limits.prefault({}).register(settingInfo, { help: 'What a client may use up at most.' }),
});

const admin = z.strictObject({
  host: host.default('127.0.0.1').register(settingInfo, {
    help: 'Address or host name the admin listener binds to. Anything but loopback needs `admin.token`.',
    allowed: 'an IP address or host name of this machine',
  }),
  port: port.default(8081).register(settingInfo, {
    help: 'Port of the admin listener: /api/…, /metrics, /readyz. 0 takes any free port.',
  }),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{16,512}$/)
    .optional()
    .register(settingInfo, {
      help: 'What callers of the admin listener have to send as `Authorization: Bearer <token>`. Without one, nothing is asked.',
      allowed: 'a text of 16 to 512 printable ASCII characters without spaces',
      secret: true,
    }),
});

const log = z.strictObject({
  level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').register(settingInfo, {
    help: 'What is logged: this level and the graver ones.',
  }),
  format: z.enum(['json', 'pretty', 'auto']).default('auto').register(settingInfo, {
    help: '`json` writes one JSON object a line, `pretty` text for people, `auto` the latter on a terminal only.',
  }),
});

export const configSchema = z.strictObject({
  server: server.prefault({}).register(settingInfo, {
    help: 'The public listener, which takes what clients send and does nothing else.',
  }),
  admin: admin.prefault({}).register(settingInfo, { help: 'The listener for operators and their tools.' }),
  dataDirectory: z.string().min(1).max(4096).default('./data').register(settingInfo, {
    help: 'Where spool, dumps, quarantine and catalog are. Relative to the working directory; made if it is missing.',
    allowed: 'a path',
  }),
  authorization: authorizationSchema.prefault({}).register(settingInfo, { help: 'Who may send.' }),
  privacy: privacySchema.prefault({}).register(settingInfo, {
    help: 'What becomes of personal data before anything is written.',
  }),
  geolocation: geolocationSchema.prefault({}).register(settingInfo, { help: 'Where public addresses are.' }),
  storage: storageSchema.prefault({}).register(settingInfo, { help: 'The store of finished dumps.' }),
  catalog: catalogSchema.prefault({}).register(settingInfo, { help: 'The list of sessions.' }),
  log: log.prefault({}).register(settingInfo, { help: 'The log, on standard output.' }),
});

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

type Settings = DeepReadonly<z.output<typeof configSchema>>;

/**
 * A configuration that was checked: nothing is missing, nothing is left to a default, deeply frozen. `dataDirectory` is
 * absolute. `admin.token`, `authorization.jwtSecret` and `pseudonyms.key` are secrets: never log this object as a whole.
 */
export interface Config extends Omit<Settings, 'privacy'> {
  readonly privacy: Policy;
  /** `privacy.key` and `privacy.keyRotation` */
  readonly pseudonyms: PseudonymKeySettings;
}
