import { stringify } from 'yaml';
import type { Config } from './config.ts';
import { privacySettings } from './privacy.ts';
import { settings } from './settings.ts';
import { valueWithoutUrlSecrets } from './url-secrets.ts';

/** Shown in place of a secret that is set. */
export const HIDDEN = '(set, not shown)';

/** The effective settings without secrets: safe to print and to log. Settings without a value are omitted. */
export function publicConfig(config: Config): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const written = { ...config, privacy: privacySettings(config.privacy, config.pseudonyms) };
  for (const { path, secret, url = false } of settings) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let from = written as unknown as Record<string, unknown>;
    for (const key of keys) from = from[key] as Record<string, unknown>;
    if (from[last] === undefined) continue;
    let to = result;
    for (const key of keys) {
      to[key] ??= {};
      to = to[key] as Record<string, unknown>;
    }
    to[last] = secret ? HIDDEN : url ? valueWithoutUrlSecrets(from[last], url) : from[last];
  }
  return result;
}

/** The same as YAML. If no secret is set and no URL has a query, it can be loaded with `--config`. */
export function printConfig(config: Config): string {
  return stringify(publicConfig(config));
}
