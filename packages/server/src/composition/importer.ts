import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import type { Config } from '../config/config.ts';
import { withoutZstd } from '../dump-content/forms.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { Finisher, type FinishSource } from '../finish/finisher.ts';
import { Geolocation } from '../geolocation/geolocation.ts';
import type { Log } from '../log/log.ts';
import { Counts } from '../metrics/counts.ts';
import { NetworkNames } from '../net/client-network.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { AnonymizerThread } from '../session/anonymizer-thread.ts';
import type { SessionContext } from '../session/session.ts';
import { SessionPolicies } from '../session/session-policies.ts';
import { Spool } from '../spool/spool.ts';
import { dumpPlaces } from '../storage/place.ts';
import { recordUpload } from '../upload/upload-recorder.ts';
import { openBackEnds } from './back-ends.ts';
import { verifiersOf } from './finishing.ts';
import { ShutdownHooks } from './shutdown-hooks.ts';

/** A dump that was imported. */
export interface ImportedDump {
  readonly id: string;
  readonly state: 'stored' | 'quarantined';
}

/** An importer is no client: nothing is known of who recorded the dump, and it is never forwarded. */
const IMPORTER = {
  user: null,
  conference: null,
  session: null,
  signed: [],
  preset: null,
  forward: false,
  network: null,
} as const;

/**
 * Takes over dumps that another server recorded: anonymizes, verifies and stores them as the gateway does with an
 * upload, one after the other. It records in `<data>/import`, not in the spool, so a gateway may run in the same data
 * directory meanwhile.
 */
export class DumpImporter {
  readonly #catalog: Catalog;
  readonly #context: SessionContext;
  readonly #finisher: Finisher;
  readonly #messageBytes: number;
  readonly #hooks: ShutdownHooks;
  #recorded: FinishSource | undefined;

  private constructor(
    parts: { readonly catalog: Catalog; readonly finisher: Finisher; readonly messageBytes: number },
    context: Omit<SessionContext, 'finish'>,
    hooks: ShutdownHooks,
  ) {
    this.#catalog = parts.catalog;
    this.#finisher = parts.finisher;
    this.#messageBytes = parts.messageBytes;
    const finish = (source: FinishSource): void => {
      this.#recorded = source;
    };
    this.#context = { ...context, finish };
    this.#hooks = hooks;
  }

  /** @throws GatewayError DATA_DIRECTORY_IN_USE while another import runs there; as `startGateway` otherwise */
  static async open(config: Config, log: Log): Promise<DumpImporter> {
    const hooks = new ShutdownHooks();
    try {
      const directory = DataDirectory.claim(importDirectory(config));
      hooks.add(() => directory.release());
      const spoolDirectory = join(directory.path, 'spool');
      // What an interrupted import left there is imported again.
      await rm(spoolDirectory, { recursive: true, force: true });
      const keys = openPseudonymKeys(config, { create: true });
      const counts = new Counts();
      const catalog = await openCatalog(config);
      hooks.add(() => catalog.close());
      const { storage, quarantine, budget } = await openBackEnds(
        { config, keys, counts, catalog, owner: false, log },
        hooks,
      );
      const spool = await Spool.open(spoolDirectory);
      hooks.add(() => spool.close());
      const geolocation = await Geolocation.open(config.geolocation, log);
      if (geolocation) hooks.add(() => geolocation.close());
      const host = config.server.hostIdentifier;
      const finisher = new Finisher({
        catalog: catalog.sessions,
        storage,
        quarantine,
        host,
        placeOf: dumpPlaces(config),
        compression: config.storage.compression,
        createVerifier: verifiersOf(config),
        analyzes: config.insights.enabled,
      });
      const anonymizerThread = new AnonymizerThread();
      hooks.add(() => anonymizerThread.idle());
      const { messageBytes, dumpBytes, internalsBytes } = config.server.limits;
      const context = {
        policies: new SessionPolicies(config.privacy, keys),
        spool,
        budget,
        dumpBytes,
        internalsBytes,
        counts,
        networks: new NetworkNames(),
        locate: geolocation?.locate ?? (() => undefined),
        keepsDerived: true,
        anonymizerThread,
      };
      return new DumpImporter({ catalog, finisher, messageBytes }, context, hooks);
    } catch (error) {
      await hooks.run(0);
      throw error;
    }
  }

  /**
   * Imports one dump, plain or compressed. Its session has the times of its call. Call it again when it has resolved.
   *
   * @param onStored called with the id before the row is written: only then the session is listed
   * @throws GatewayError as `recordUpload`, or of the storage or the catalog
   */
  async add(chunks: AsyncIterable<Uint8Array>, onStored: (id: string) => void): Promise<ImportedDump> {
    this.#recorded = undefined;
    const id = await recordUpload(withoutZstd(chunks), IMPORTER, this.#context, this.#messageBytes);
    const session = this.#recorded && (await this.#finisher.complete(this.#recorded));
    if (session === undefined) throw new GatewayError('INTERNAL');
    const stored = await this.#finisher.store(await this.#finisher.pack(session));
    onStored(id);
    await this.#finisher.record(stored);
    return { id, state: stored.row.state === 'stored' ? 'stored' : 'quarantined' };
  }

  /** Whether the catalog lists the session. */
  async isListed(id: string): Promise<boolean> {
    return (await this.#catalog.sessions.get(id)) !== undefined;
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    await this.#hooks.run(5000);
  }
}

/** The directory of imports, below the data directory. */
export function importDirectory({ dataDirectory }: Pick<Config, 'dataDirectory'>): string {
  return join(dataDirectory, 'import');
}
