import { kindOfSetting, quoteSetting } from '@rtcstats-server/privacy';
import type { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { isSection, settingAt, settingsTree } from './settings.ts';
import { valueWithoutUrlSecrets } from './url-secrets.ts';

/**
 * One sentence per problem that zod found: key path, value, what is allowed, where it was set. Values of secrets are
 * not shown.
 *
 * @param root key under which the checked value stands in the configuration, [] for the whole
 */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  options: { readonly root?: readonly string[]; readonly origins?: ReadonlyMap<string, string> } = {},
): string[] {
  const root = options.root ?? [];
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(issue.path, key, root));
    }
    const node = settingAt([...root, ...issue.path]);
    const value = valueAt(input, issue.path);
    const shown = formatPath(issue.path);
    if (node === undefined || isSection(node)) {
      return [
        `${shown === '' ? 'the settings' : shown}: expected settings below this key, got ${kindOfSetting(value)}`,
      ];
    }
    const origin = options.origins?.get(node.path);
    const where = origin === undefined ? '' : ` (from ${origin})`;
    const quoted = quoteSetting(valueWithoutUrlSecrets(value, node.url ?? false));
    return [
      `${shown}: ${node.secret || isPrivateKey(value) ? 'the value (not shown)' : quoted} is not allowed${where}; allowed: ${node.allowed}`,
    ];
  });
}

/** A private key of age where its public key, or the name of its file, belongs. */
function isPrivateKey(value: unknown): boolean {
  return typeof value === 'string' && /AGE-SECRET-KEY-/i.test(value);
}

function unknownKey(path: readonly PropertyKey[], key: string, root: readonly string[]): string {
  const node = settingAt([...root, ...path]) ?? settingsTree;
  const children = isSection(node) ? node.children.map((child) => child.path.split('.').at(-1)!) : [];
  const hint = didYouMean(key, children);
  const known = hint === '' ? `; known are ${children.join(', ')}` : hint;
  return `${formatPath([...path, key])}: no such setting${known}`;
}

/** `server.trustedProxies[1]` */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) break;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
