import { GatewayError } from '../errors/gateway-error.ts';

/**
 * The dictionaries of zstd (RFC 8878, 5) by their ids, which the frames of a dump and its catalog row name. An entry is
 * never removed or changed, because the dumps that were compressed with it cannot be read without it. To improve on the
 * newest, train another one (scripts/train-dictionary.ts), add it with the next id, and set `CURRENT_DICTIONARY`.
 */
const DICTIONARIES: Readonly<Record<number, () => Promise<{ readonly DICTIONARY: Buffer }>>> = {
  40001: () => import('./dictionaries/40001.ts'),
};

/** The dictionary that new dumps are compressed with. */
export const CURRENT_DICTIONARY = 40001;

/**
 * The bytes of a dictionary. Loaded when it is first needed, because few installations use one.
 *
 * @throws GatewayError DICTIONARY_UNKNOWN
 */
export async function dictionaryOf(id: number): Promise<Buffer> {
  const load = DICTIONARIES[id];
  if (load === undefined) {
    throw new GatewayError('DICTIONARY_UNKNOWN', `The dump was compressed with dictionary ${id}, which is not known`);
  }
  return (await load()).DICTIONARY;
}

/** The ids of all dictionaries. */
export const DICTIONARY_IDS: readonly number[] = Object.keys(DICTIONARIES).map(Number);
