import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { GatewayError } from '../errors/gateway-error.ts';
import { didYouMean } from './nearest.ts';
import { isSection, type Section, type Setting, settingAt, settings, shorthandVariables } from './settings.ts';
import { describeYamlErrors } from './yaml-errors.ts';

/** The raw settings before validation; later sources have replaced the values of earlier ones. */
export interface RawConfig {
  readonly values: Record<string, unknown>;
  /** Setting path → where its value came from: a file name, a variable, a flag. */
  readonly origins: Map<string, string>;
  /** Problems of the sources themselves. */
  readonly problems: string[];
}

/** The file that is read if it exists and no other is named. */
export const DEFAULT_FILE = 'rtcstats.yaml';

/** How a file was named, for messages about it. */
export interface FileSource {
  /** A missing file is no error. */
  readonly optional?: boolean;
  readonly flag?: '--config' | '--policy';
}

/**
 * Reads a YAML file that holds a mapping. A missing file is `undefined` if `optional`.
 *
 * @throws GatewayError CONFIG_NOT_FOUND or CONFIG_INVALID; the message never quotes what may be a secret
 */
export function readYaml(
  file: string,
  { optional = false, flag = '--config' }: FileSource = {},
): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new GatewayError('CONFIG_NOT_FOUND', `${file} cannot be read (${code})`);
    if (optional) return undefined;
    const message = `There is no file ${file}`;
    if (flag === '--config') throw new GatewayError('CONFIG_NOT_FOUND', message);
    throw new GatewayError('CONFIG_NOT_FOUND', message, { todo: `Check the path given with ${flag}.` });
  }
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new GatewayError('CONFIG_INVALID', `${file} is not YAML:${describeYamlErrors(text, document.errors)}`, {
      todo: 'Correct the lines named.',
    });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new GatewayError(
      'CONFIG_INVALID',
      `${file} is not YAML that can be used: an alias is not known or repeats too much`,
    );
  }
  if (value === null || value === undefined) return {};
  if (!isMapping(value))
    throw new GatewayError('CONFIG_INVALID', `${file} holds no settings: expected "name: value" lines`);
  return value;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function newRawConfig(): RawConfig {
  return { values: {}, origins: new Map(), problems: [] };
}

/** Merges a file. A section without anything in it (`server:`) is an empty section, not an error. */
export function addFile(raw: RawConfig, content: Record<string, unknown>, file: string): void {
  copySection(raw, content, raw.values, [], file);
}

function copySection(
  raw: RawConfig,
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  path: readonly string[],
  file: string,
): void {
  for (const [key, value] of Object.entries(from)) {
    const here = [...path, key];
    const node = settingAt(here);
    const given = node !== undefined && isSection(node) ? sectionOf(node, value) : undefined;
    if (given !== undefined) {
      const child: Record<string, unknown> = {};
      copySection(raw, given, child, here, file);
      define(to, key, child);
    } else {
      define(to, key, value);
      raw.origins.set(here.join('.'), file);
    }
  }
}

/**
 * The settings of a section. `ipAddresses: mask` stands for `ipAddresses: {method: mask}`, and `derive: false` for that
 * value of each setting. Undefined if the value does not describe a section.
 */
function sectionOf({ path, children }: Section, value: unknown): Record<string, unknown> | undefined {
  if (value === null) return {};
  if (isMapping(value)) return value;
  if (typeof value === 'string' && settingAt([path, 'method']) !== undefined) return { method: value };
  if (typeof value !== 'boolean' || path !== 'privacy.derive') return undefined;
  return Object.fromEntries(children.map((child) => [child.path.slice(path.length + 1), value]));
}

/** An assignment that treats `__proto__` like any other key. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

const PREFIX = 'RTCSTATS_';

/** Merges the variables that start with `RTCSTATS_`. An unknown one is a problem, because it is most likely a typo. */
export function addEnvironment(raw: RawConfig, environment: Readonly<Record<string, string | undefined>>): void {
  const byVariable = new Map(shorthandVariables);
  for (const setting of settings) if (setting.variable !== undefined) byVariable.set(setting.variable, setting);
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || text === undefined) continue;
    const setting = byVariable.get(name);
    if (setting === undefined)
      raw.problems.push(`${name}: no such variable${didYouMean(name, [...byVariable.keys()])}`);
    else setText(raw, setting, text, name);
  }
}

/** Merges flags: setting path → text. */
export function addFlags(raw: RawConfig, flags: Readonly<Record<string, { flag: string; text: string }>>): void {
  for (const [path, { flag, text }] of Object.entries(flags)) {
    const setting = settings.find((candidate) => candidate.path === path);
    if (setting === undefined) throw new TypeError(`No setting ${path}`);
    setText(raw, setting, text, flag);
  }
}

function setText(raw: RawConfig, setting: Setting, text: string, origin: string): void {
  const keys = setting.path.split('.');
  const last = keys.pop()!;
  let target = raw.values;
  for (const [depth, key] of keys.entries()) {
    const present = target[key];
    if (isMapping(present)) {
      target = present;
      continue;
    }
    if (present !== undefined) {
      raw.problems.push(`${keys.slice(0, depth + 1).join('.')}: expected settings below this key`);
    }
    const section: Record<string, unknown> = {};
    target[key] = section;
    target = section;
  }
  target[last] = fromText(setting, text);
  raw.origins.set(setting.path, origin);
}

/** Text that cannot be converted stays as it is; validation then reports the allowed values. */
function fromText(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (setting.kind) {
    case 'number':
      return /^-?\d+$/.test(trimmed) ? Number(trimmed) : text;
    case 'boolean':
      return trimmed === 'true' || (trimmed === 'false' ? false : text);
    case 'list':
      return trimmed === '' ? [] : trimmed.split(',').map((part) => part.trim());
    case 'textOrList':
      return jsonList(text) ?? text;
    case 'text':
      return text;
  }
}

/** A list of texts in JSON. */
function jsonList(text: string): readonly string[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as unknown[];
    return value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
