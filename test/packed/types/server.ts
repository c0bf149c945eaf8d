import { Readable } from 'node:stream';
import { type Gateway, startGateway } from 'rtcstats-server';
import type { Catalog } from 'rtcstats-server/catalog';
import { createConfig } from 'rtcstats-server/config';
import type { Storage } from 'rtcstats-server/storage';

export const start = (): Promise<Gateway> => startGateway(createConfig({ server: { port: 0 } }));

/** A storage of somebody's own. */
export const storage: Storage = {
  put: async () => 0,
  get: async () => Readable.from([]),
  delete: async () => {},
  deleteMany: async () => {},
  close: async () => {},
};
export type Migrate = Catalog['migrate'];
// @ts-expect-error: a storage needs all of its methods
export const unfinished: Storage = { close: async () => {} };
