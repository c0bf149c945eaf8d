import { stringify } from 'yaml';
import { printable } from '../terminal/terminal.ts';
import { IMPLIED_SETTINGS, IMPORT_RULES, importRemark } from './config-import-table.ts';

/** A setting of the other server that has no counterpart here. */
export interface ImportRemark {
  readonly name: string;
  /** Why, and what to do instead. Never quotes the value, which may be a secret. */
  readonly reason: string;
}

/** The result of converting a configuration. */
export interface ImportedConfig {
  /** The settings of this gateway, to be validated. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly remarks: readonly ImportRemark[];
}

/** Converts the configuration of the server of the rtcstats project. Settings without a value are skipped. */
export function importConfig(content: Readonly<Record<string, unknown>>): ImportedConfig {
  const settings: Record<string, unknown> = {};
  const remarks: ImportRemark[] = [];
  const origins = new Map<string, string>();
  for (const { path, value } of leaves(content)) {
    const rule = IMPORT_RULES.find(({ from }) => from.test(path));
    if (rule === undefined) {
      remarks.push({ name: path, reason: importRemark(path) });
    } else if (origins.has(rule.to)) {
      remarks.push({ name: path, reason: `not used, because ${rule.to} has the value of ${origins.get(rule.to)}` });
    } else if (value !== null && value !== '') {
      origins.set(rule.to, path);
      assign(settings, rule.to, rule.convert?.(value) ?? value);
    }
  }
  for (const { by, path, value } of IMPLIED_SETTINGS) if (origins.has(by)) assign(settings, path, value);
  return { settings, remarks };
}

/** The settings as YAML, with a comment for each remark. */
export function printImported({ settings, remarks }: ImportedConfig, file: string): string {
  const head = `# Settings of ${printable(file)}, converted. Compare with docs/migrating.md.\n`;
  const body = Object.keys(settings).length === 0 ? '' : stringify(settings);
  if (remarks.length === 0) return head + body;
  const comments = remarks.map(({ name, reason }) => `#   ${printable(name)}: ${printable(reason)}\n`);
  return `${head}${body}\n# Settings without a counterpart:\n${comments.join('')}`;
}

interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

function* leaves(
  content: Readonly<Record<string, unknown>>,
  prefix = '',
  ancestors: readonly unknown[] = [],
): Generator<Leaf> {
  for (const [key, value] of Object.entries(content)) {
    const path = prefix + key;
    // An alias of YAML can name a section that contains it.
    if (ancestors.includes(value)) continue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
      yield* leaves(value as Record<string, unknown>, `${path}.`, [...ancestors, value]);
    } else {
      yield { path, value };
    }
  }
}

/** @param path a path from the tables of this command, not from the file */
function assign(settings: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let section = settings;
  for (const key of keys) {
    section[key] ??= {};
    section = section[key] as Record<string, unknown>;
  }
  section[last] = value;
}
