import { hostname } from 'node:os';
import type { Policy } from '@rtcstats-server/privacy';
import { z } from 'zod';
import { isNetwork } from '../net/network.ts';
import { isOriginPattern, ORIGINS_ALLOWED } from '../net/origin.ts';
import { ADMIN_TOKEN, type AdminTokenSetting, adminTokensSchema } from './admin-tokens.ts';
import { authorizationSchema } from './authorization-schema.ts';
import { catalogSchema } from './catalog-schema.ts';
import type { ForwardRules } from './forward-rules.ts';
import { forwardSchema } from './forward-schema.ts';
import { geolocationSchema } from './geolocation-schema.ts';
import { insightsSchema } from './insights-schema.ts';
import { limitsSchema } from './limits-schema.ts';
import { type PseudonymKeySettings, privacySchema } from './privacy-schema.ts';
import { retentionSchema } from './retention-schema.ts';
import { NETWORKS_ALLOWED, type SettingInfo, settingInfo } from './setting-info.ts';
import { storageSchema } from './storage-schema.ts';

/**
 * Every setting: name, type, default, unit and help. This is the only source for loading, error messages, `config
 * reference` and docs/configuration.md. Add a setting together with the code that uses it.
 */

export type { SettingInfo };
export { settingInfo };

const port = z.int().min(0).max(65535);
const host = z.string().min(1).max(253);
const networks = z.array(z.string().refine(isNetwork)).max(1000);

const server = z.strictObject({
  host: host.default('0.0.0.0').register(settingInfo, {
    help: 'Address or host name the public listener binds to.',
    allowed: 'an IP address or host name of this machine',
  }),
  port: port.default(8080).register(settingInfo, {
    help: 'Port of the public listener: WebSocket on any path, and GET /healthcheck. 0 takes any free port.',
  }),
  uploadPath: z
    .string()
    .max(1024)
    .regex(/^\/[\w./~-]*$/)
    .refine((path) => path !== '/healthcheck')
    .optional()
    .register(settingInfo, {
      help: 'Path of the public listener that accepts dumps recorded elsewhere (`POST`, a form with one file: an rtcstats or a webrtc-internals dump, plain or gzipped). Without it, uploads are off.',
      allowed: 'a path that begins with a slash, such as /upload',
    }),
  trustedProxies: networks.default([]).register(settingInfo, {
    help: 'Reverse proxies and load balancers whose X-Forwarded-For header is trusted. The header is ignored from all others.',
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
  allowedOrigins: z.array(z.string().refine(isOriginPattern)).max(1000).default([]).register(settingInfo, {
    help: 'Web sites whose pages may send (header `Origin`). If the list is not empty, connections from all other origins are closed with 1008, and so are those without an origin, such as native applications. Empty: every origin is allowed.',
    allowed: ORIGINS_ALLOWED,
  }),
  compression: z.boolean().default(false).register(settingInfo, {
    help: 'Whether clients may compress their messages (permessage-deflate, RFC 7692). Costs CPU per message and about 40 KiB of memory per connection that uses it; limits apply to the decompressed messages. Stored dumps are always compressed.',
    allowed: 'true or false',
    kind: 'boolean',
  }),
  fastPath: z.enum(['auto', 'off']).default('auto').register(settingInfo, {
    help: '`auto` reads messages on a fast path, which saves about half of the CPU of receiving them but reads private fields of Node.js and ws; a self-check at the start switches it off if they are not as expected. `off` does not use it. Limits are the same either way.',
  }),
  processes: z.int().min(0).max(1024).default(1).register(settingInfo, {
    help: 'Processes that serve clients. 0: one per core. With more than one, an additional process does the work that exists once per machine, and limits in connections or clients apply to each process.',
    unit: 'processes',
  }),
  drainSeconds: z.int().min(1).max(3600).default(25).register(settingInfo, {
    help: 'How long a stop (SIGTERM) may take to close the connections and finish their dumps. Dumps that are not finished by then are finished at the next start.',
    unit: 'seconds',
  }),
  limits: limitsSchema.prefault({}).register(settingInfo, {
    help: 'Limits on what clients may use, per process. An address is the IPv4 address of a client, or the /64 network of its IPv6 address.',
  }),
});

const admin = z.strictObject({
  host: host.default('127.0.0.1').register(settingInfo, {
    help: 'Address or host name the admin listener binds to. Anything but loopback needs `admin.token` or `admin.tokens`.',
    allowed: 'an IP address or host name of this machine',
  }),
  port: port.default(8081).register(settingInfo, {
    help: 'Port of the admin listener: /api/…, /metrics, /readyz. 0 takes any free port.',
  }),
  token: z.string().regex(ADMIN_TOKEN).optional().register(settingInfo, {
    help: 'Token that callers of the admin listener must send as `Authorization: Bearer <token>`. It has all roles. If neither it nor `admin.tokens` is set, no token is required.',
    allowed: 'a text of 16 to 512 printable ASCII characters without spaces',
    secret: true,
  }),
  tokens: adminTokensSchema,
});

const log = z.strictObject({
  level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').register(settingInfo, {
    help: 'Lowest level that is logged.',
  }),
  format: z.enum(['json', 'pretty', 'auto']).default('auto').register(settingInfo, {
    help: '`json` writes one JSON object per line, `pretty` readable text, `auto` the latter on a terminal only.',
  }),
});

const subjects = z.strictObject({
  tombstones: z.string().min(1).max(4096).optional().register(settingInfo, {
    help: 'Directory of the tombstones: keyed hashes of what was erased, so that it is erased again when a backup is restored. Name one outside of `dataDirectory` if backups of that are restored as a whole.',
    allowed: 'a path',
    defaultText: 'tombstones in `dataDirectory`',
  }),
});

export const configSchema = z.strictObject({
  server: server.prefault({}).register(settingInfo, {
    help: 'The public listener, which only receives data from clients.',
  }),
  admin: admin.prefault({}).register(settingInfo, { help: 'The listener for operators and their tools.' }),
  dataDirectory: z.string().min(1).max(4096).default('./data').register(settingInfo, {
    help: 'Directory of spool, dumps, quarantine and catalog. Relative to the working directory; created if it is missing.',
    allowed: 'a path',
  }),
  authorization: authorizationSchema.prefault({}).register(settingInfo, { help: 'Which clients may send.' }),
  privacy: privacySchema.prefault({}).register(settingInfo, {
    help: 'How personal data is treated before anything is written.',
  }),
  geolocation: geolocationSchema.prefault({}).register(settingInfo, { help: 'The location of public addresses.' }),
  storage: storageSchema.prefault({}).register(settingInfo, { help: 'The storage of finished dumps.' }),
  catalog: catalogSchema.prefault({}).register(settingInfo, { help: 'The list of sessions.' }),
  forward: forwardSchema.prefault({}).register(settingInfo, {
    help: 'Forwarding of finished dumps without findings to rtcstats.com.',
  }),
  retention: retentionSchema.prefault({}).register(settingInfo, {
    help: 'How long data is kept. It is removed at the start and every hour; `rtcstats-server retention --dry-run` lists what would go next. Legal holds (`rtcstats-server hold`) are exempt.',
  }),
  insights: insightsSchema.prefault({}).register(settingInfo, {
    help: 'The analysis of calls: how good they were and what went wrong.',
  }),
  subjects: subjects.prefault({}).register(settingInfo, { help: 'Erasure of people and calls.' }),
  log: log.prefault({}).register(settingInfo, { help: 'The log, on standard output.' }),
});

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

type Settings = DeepReadonly<z.output<typeof configSchema>>;

/**
 * A validated configuration with all defaults filled in, deeply frozen. `dataDirectory` is absolute. `admin.token`,
 * `admin.tokens`, `authorization.jwtSecret` and `pseudonyms.key` are secrets: never log this object as a whole.
 */
export interface Config extends Omit<Settings, 'privacy' | 'forward' | 'admin'> {
  /** `tokens`: checked; not set if there are none. */
  readonly admin: Omit<Settings['admin'], 'tokens'> & { readonly tokens?: readonly AdminTokenSetting[] };
  /** `rules`: `when` and `sample` of the settings, checked. */
  readonly forward: Settings['forward'] & { readonly rules: ForwardRules };
  readonly privacy: Policy;
  /** `privacy.key` and `privacy.keyRotation` */
  readonly pseudonyms: PseudonymKeySettings;
}
