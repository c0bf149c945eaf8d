import { z } from 'zod';
import { configSchema } from './schema.ts';
import { type SettingInfo, type SettingKind, settingInfo } from './setting-info.ts';

/** One leaf of the schema, as loading, messages and documentation need it. */
export interface Setting extends SettingInfo {
  /** `server.limits.messageBytes` */
  readonly path: string;
  /** `RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES`; none where `fileOnly` */
  readonly variable: string | undefined;
  /** How text (of a variable or flag) is converted to a value. */
  readonly kind: SettingKind;
  readonly allowed: string;
  /** `undefined` when it has none. */
  readonly default: unknown;
}

/** A group of settings. The root has the path ``. */
export interface Section {
  readonly path: string;
  readonly help: string;
  readonly children: readonly (Setting | Section)[];
}

export function isSection(node: Setting | Section): node is Section {
  return 'children' in node;
}

interface Unwrapped {
  readonly schema: z.core.$ZodType;
  readonly default: unknown;
}

/** Removes the wrappers `default` and `optional`. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  if (schema instanceof z.ZodDefault) {
    return { schema: unwrap(schema.unwrap()).schema, default: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return { schema, default: undefined };
}

function allowedBy(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum) return oneOf(schema.options);
  if (schema instanceof z.ZodLiteral) return oneOf([...schema.values]);
  if (schema instanceof z.ZodNumber) return `a whole number from ${schema.minValue} to ${schema.maxValue}`;
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodArray) return `a list of ${allowedBy(schema.element)}`;
  throw new TypeError(`The schema has a setting of type ${schema._zod.def.type} that does not say what is allowed`);
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function kindOf(schema: z.core.$ZodType): Setting['kind'] {
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  const numeric = schema instanceof z.ZodLiteral && [...schema.values].every((value) => typeof value === 'number');
  return numeric || schema instanceof z.ZodNumber ? 'number' : 'text';
}

/** `server.limits.messageBytes` → `RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES` */
function variableOf(path: string): string {
  return `RTCSTATS_${path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

function describe(schema: z.core.$ZodType, path: string): Setting | Section {
  const info = settingInfo.get(schema);
  const inner = unwrap(schema);
  if (info === undefined && path !== '') throw new TypeError(`The setting ${path} has no help`);
  if (inner.schema instanceof z.ZodObject) {
    const children = Object.entries(inner.schema.shape as Record<string, z.core.$ZodType>).map(([key, child]) =>
      describe(child, path === '' ? key : `${path}.${key}`),
    );
    return { path, help: info?.help ?? '', children };
  }
  return {
    help: '',
    ...info,
    path,
    variable: info?.fileOnly ? undefined : variableOf(path),
    kind: info?.kind ?? kindOf(inner.schema),
    allowed: info?.allowed ?? allowedBy(inner.schema),
    default: inner.default,
  };
}

/** The schema as a tree, in the order in which it is written. */
export const settingsTree = describe(configSchema, '') as Section;

function leaves(node: Setting | Section): Setting[] {
  return isSection(node) ? node.children.flatMap(leaves) : [node];
}

/** All settings, in the order of the schema. */
export const settings: readonly Setting[] = leaves(settingsTree);

const nodes = new Map<string, Setting | Section>();
function collect(node: Setting | Section): void {
  nodes.set(node.path, node);
  if (isSection(node)) node.children.forEach(collect);
}
collect(settingsTree);

/** The setting or section at a path; an index in a list belongs to the list's setting. */
export function settingAt(path: readonly PropertyKey[]): Setting | Section | undefined {
  return nodes.get(path.filter((part) => typeof part === 'string').join('.'));
}

/** Variables of sections that may be set to the name of a method, which stands for `method`. */
export const shorthandVariables: ReadonlyMap<string, Setting> = new Map(
  settings
    .filter(({ path }) => path.startsWith('privacy.') && path.endsWith('.method'))
    .map((setting) => [setting.variable!.replace(/_METHOD$/, ''), setting]),
);
