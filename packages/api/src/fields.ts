import { z } from 'zod';

/** A point in time as responses carry it: ISO 8601 in UTC with milliseconds, `2026-03-01T10:00:00.000Z`. */
export const timestamp = z.iso.datetime();

/**
 * A point in time as queries carry it, if they do: with a zone, or a day in UTC. The catalog compares times as text, so
 * it becomes UTC with milliseconds.
 */
export const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString())
  .optional();

/** A number of things or bytes. */
export const count = z.number().int().min(0);

/** Counts by name. Names that never occurred are left out. */
export const counts = z.record(z.string(), count);

/** SHA-256 (FIPS 180-4) as 64 hexadecimal digits. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The number of entries that a request asks for. */
export const limit = z.coerce.number().int().min(1).max(1000).optional();

/** A response type in which nothing may be changed, at any depth. */
export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The type of a response that a schema describes. */
export type Shape<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;
