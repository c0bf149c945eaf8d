import { resolve } from 'node:path';
import type { Policy } from '@rtcstats-server/privacy';
import type { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';
import { acceptedAlgorithms, listOf } from '../keys/algorithms.ts';
import { resolvePublicKey } from '../keys/public-keys.ts';
import { isLoopbackHost } from '../net/network.ts';
import { type AdminTokenSetting, readAdminTokens } from './admin-tokens.ts';
import { authorizationContradictions } from './authorization-schema.ts';
import { catalogContradictions } from './catalog-schema.ts';
import { type ForwardRules, forwardContradictions, readForwardRules } from './forward-rules.ts';
import { geolocationContradictions } from './geolocation-schema.ts';
import { describePolicyProblem, keySettings, readPolicy, readPrivacy } from './privacy.ts';
import { describeIssues } from './problems.ts';
import { retentionContradictions } from './retention-schema.ts';
import { type Config, configSchema } from './schema.ts';
import { addEnvironment, addFile, addFlags, DEFAULT_FILE, newRawConfig, type RawConfig, readYaml } from './sources.ts';
import { storageContradictions } from './storage-schema.ts';
import { withoutUrlSecrets } from './url-secrets.ts';

export type { Config } from './schema.ts';

/** Where the configuration comes from. Later ones win: defaults, file, environment, flags. */
export interface ConfigSources {
  /** `--config`. Missing is an error. Without it, `rtcstats.yaml` in `cwd` is read if it exists. */
  readonly file?: string | undefined;
  /** Variables that start with `RTCSTATS_` are read, all others ignored. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Setting path → the flag's name and text. */
  readonly flags?: Readonly<Record<string, { readonly flag: string; readonly text: string }>>;
  /** Relative paths are relative to it. */
  readonly cwd?: string;
}

/**
 * Reads, checks, clones and freezes the configuration.
 *
 * @throws GatewayError CONFIG_NOT_FOUND, CONFIG_INVALID (lists every problem) or ADMIN_TOKEN_REQUIRED
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const cwd = sources.cwd ?? process.cwd();
  const raw = newRawConfig();
  const file = resolve(cwd, sources.file ?? DEFAULT_FILE);
  const content = readYaml(file, { optional: sources.file === undefined });
  if (content !== undefined) addFile(raw, content, sources.file ?? DEFAULT_FILE);
  addEnvironment(raw, sources.environment ?? {});
  addFlags(raw, sources.flags ?? {});
  return checkConfig(raw, cwd);
}

/** Creates a configuration from plain values, for tests and programs that embed the gateway. */
export function createConfig(values: Readonly<Record<string, unknown>> = {}, cwd: string = process.cwd()): Config {
  const raw = newRawConfig();
  addFile(raw, structuredClone(values), 'the values given');
  return checkConfig(raw, cwd);
}

function checkConfig(raw: RawConfig, cwd: string): Config {
  const parsed = configSchema.safeParse(raw.values);
  const problems = [...raw.problems];
  if (!parsed.success) problems.push(...describeIssues(parsed.error.issues, raw.values, { origins: raw.origins }));
  problems.push(...contradictions(raw.values));
  const read = readPrivacy(raw.values['privacy']);
  if ('problems' in read) problems.push(...read.problems.map((problem) => describePolicyProblem(problem, raw.origins)));

  const exposed = exposedAdmin(raw.values, parsed.data);
  if (problems.length > 0) {
    if (exposed !== undefined) problems.push(exposed);
    throw new GatewayError('CONFIG_INVALID', listProblems('The configuration is not valid', problems));
  }
  if (exposed !== undefined) throw new GatewayError('ADMIN_TOKEN_REQUIRED', exposed);

  const { privacy, ...settings } = parsed.data!;
  const { policy } = read as { readonly policy: Policy };
  return deepFreeze({
    ...structuredClone(settings),
    admin: withTokens(settings.admin),
    dataDirectory: resolve(cwd, settings.dataDirectory),
    authorization: withPaths(settings.authorization, cwd),
    geolocation: {
      ...settings.geolocation,
      ...(settings.geolocation.database !== undefined && { database: resolve(cwd, settings.geolocation.database) }),
    },
    subjects:
      settings.subjects.tombstones === undefined ? {} : { tombstones: resolve(cwd, settings.subjects.tombstones) },
    catalog: withAbsoluteCaFile(settings.catalog, cwd),
    storage: withAbsoluteIdentityFile(settings.storage, cwd),
    forward: withRules(settings.forward),
    privacy: policy,
    pseudonyms: keySettings(privacy),
  });
}

function withAbsoluteCaFile(catalog: Config['catalog'], cwd: string): Config['catalog'] {
  const { caFile } = catalog.postgres;
  if (caFile === undefined) return catalog;
  return { ...catalog, postgres: { ...catalog.postgres, caFile: resolve(cwd, caFile) } };
}

function withAbsoluteIdentityFile(storage: Config['storage'], cwd: string): Config['storage'] {
  const { identityFile } = storage.encryption;
  if (identityFile === undefined) return storage;
  return { ...storage, encryption: { ...storage.encryption, identityFile: resolve(cwd, identityFile) } };
}

function withTokens({ tokens = [], ...admin }: z.output<typeof configSchema>['admin']): Config['admin'] {
  // Invalid tokens were reported above, so the tokens are valid here.
  const read = readAdminTokens(tokens, admin.token) as { readonly tokens: readonly AdminTokenSetting[] };
  return read.tokens.length === 0 ? admin : { ...admin, tokens: read.tokens };
}

function withRules(forward: z.output<typeof configSchema>['forward']): Config['forward'] {
  // Invalid rules were reported above, so the rules are valid here.
  const { rules } = readForwardRules(forward) as { readonly rules: ForwardRules };
  return { ...forward, rules };
}

const { shape } = configSchema;

/**
 * Problems that concern several settings. Each section is checked on its own, so that an error in one does not hide
 * these problems of the others.
 */
function contradictions(values: Record<string, unknown>): string[] {
  const problems = [
    ...ofSection(shape.admin, values['admin'], adminContradictions),
    ...ofSection(shape.authorization, values['authorization'], authorizationContradictions),
    ...ofSection(shape.geolocation, values['geolocation'], geolocationContradictions),
    ...ofSection(shape.storage, values['storage'], storageContradictions),
    ...ofSection(shape.catalog, values['catalog'], catalogContradictions),
    ...ofSection(shape.forward, values['forward'], forwardContradictions),
    ...ofSection(shape.retention, values['retention'], retentionContradictions),
  ];
  const server = shape.server.safeParse(values['server']).data;
  const admin = shape.admin.safeParse(values['admin']).data;
  if (server !== undefined && server.port !== 0 && server.port === admin?.port) {
    problems.push(`admin.port: ${admin.port} is also server.port; each listener needs its own port`);
  }
  return problems;
}

function adminContradictions({ token, tokens = [] }: z.output<typeof configSchema>['admin']): string[] {
  const read = readAdminTokens(tokens, token);
  return 'problems' in read ? read.problems : [];
}

/** Problems of a section that is valid setting by setting. */
function ofSection<S extends z.ZodType>(
  schema: S,
  value: unknown,
  contradictionsOf: (settings: z.output<S>) => string[],
): string[] {
  const { success, data } = schema.safeParse(value);
  return success ? contradictionsOf(data) : [];
}

/** Checked even when other settings are wrong, so that all problems are reported at once. */
function exposedAdmin(
  values: Record<string, unknown>,
  checked: { admin: { host: string; token?: string | undefined; tokens?: unknown } } | undefined,
): string | undefined {
  const admin =
    checked?.admin ?? (values['admin'] as { host?: unknown; token?: unknown; tokens?: unknown } | undefined);
  if (typeof admin?.host !== 'string' || isLoopbackHost(admin.host) || admin.token !== undefined) return undefined;
  if (Array.isArray(admin.tokens) && admin.tokens.length > 0) return undefined;
  return `admin.host: ${JSON.stringify(withoutUrlSecrets(admin.host, false))} can be reached from other machines, so admin.token or admin.tokens must be set`;
}

/**
 * Loads a policy from a file with the keys of `privacy`.
 *
 * @throws GatewayError CONFIG_NOT_FOUND, CONFIG_INVALID (not YAML) or POLICY_INVALID
 */
export function loadPolicy(file: string): Policy {
  const raw = newRawConfig();
  addFile(raw, { privacy: readYaml(file, { flag: '--policy' }) }, file);
  const read = readPolicy(raw.values['privacy']);
  if ('policy' in read) return read.policy;
  const problems = read.problems.map((problem) => describePolicyProblem(problem));
  throw new GatewayError('POLICY_INVALID', listProblems(`${file} is not a privacy policy`, problems));
}

/** Warnings about valid but risky settings, logged at startup. */
export function configWarnings({ authorization, admin }: Config): string[] {
  const warnings = (admin.tokens ?? [])
    .filter(({ expires }) => expires !== null && Date.parse(expires) <= Date.now())
    .map(({ name, expires }) => `admin.tokens: the token of ${name} has expired on ${expires}`);
  if (acceptedAlgorithms(authorization).length === 0) {
    return [
      ...warnings,
      'authorization: neither jwtSecret nor publicKey nor jwksUrl is set: everybody who reaches the server may send',
    ];
  }
  if (authorization.required === false) {
    warnings.push('authorization.required is false: everybody who reaches the server may send');
  }
  if (listOf(authorization.jwtSecret).some((secret) => Buffer.byteLength(secret) < 32)) {
    warnings.push(
      'authorization.jwtSecret is shorter than 32 bytes: it can be guessed from a token (RFC 7518, section 3.2)',
    );
  }
  return warnings;
}

function listProblems(title: string, problems: readonly string[]): string {
  return problems.length === 1
    ? `${title}: ${problems[0]}`
    : `${title}:${problems.map((text) => `\n  - ${text}`).join('')}`;
}

/** Paths of key files are relative to the working directory. */
function withPaths(settings: z.output<typeof configSchema>['authorization'], cwd: string): typeof settings {
  const { publicKey } = settings;
  if (publicKey === undefined) return settings;
  return { ...settings, publicKey: listOf(publicKey).map((key) => resolvePublicKey(key, cwd)) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
