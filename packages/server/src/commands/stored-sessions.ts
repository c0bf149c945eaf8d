import { access } from 'node:fs/promises';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import type { AuditLog } from '../audit/audit-log.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import { type Config, type ConfigSources, loadConfig } from '../config/config.ts';
import { openDumpStores } from '../dump-content/open.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { SessionRemoval } from '../lifecycle/removal.ts';
import { Sessions } from '../lifecycle/sessions.ts';
import { openPseudonymKeys, type PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { policyNamed } from '../session/session-policies.ts';
import type { Storage } from '../storage/storage.ts';

/** The configuration from `--config`, the environment and `--data`. */
export function configOption(values: {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
}): Config {
  const flags: ConfigSources['flags'] =
    values.data === undefined ? {} : { dataDirectory: { flag: '--data', text: values.data } };
  return loadConfig({ file: values.config, environment: process.env, flags });
}

/** The back ends that finished sessions are in. */
export interface OpenBackEnds {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
}

/**
 * Opens the back ends of a gateway, which need not be running, runs `work` and closes them. Never creates the data
 * directory. With dumps in S3 and the catalog in PostgreSQL, that directory need not exist.
 */
export async function withBackEnds<T>(config: Config, work: (backEnds: OpenBackEnds) => Promise<T>): Promise<T> {
  const isHere = await exists(config.dataDirectory);
  if (!isHere && (config.storage.type === 'local' || config.catalog.type === 'sqlite')) throw noData(config);
  const opened: { close(): Promise<void> }[] = [];
  const keep = <R extends { close(): Promise<void> }>(resource: R): R => {
    opened.push(resource);
    return resource;
  };
  try {
    const catalog = keep(await openCatalog(config));
    const { storage, quarantine } = keep(
      await openDumpStores(config, catalog.dumpKeys, { quarantine: { create: isHere } }),
    );
    return await work({ catalog, storage, quarantine });
  } finally {
    for (const resource of opened.reverse()) await resource.close();
  }
}

/** What the operations on sessions are made of, and the audit log, which records what is done. */
export interface StoredParts {
  readonly catalog: Catalog;
  readonly removal: SessionRemoval;
  readonly keys: PseudonymKeys | null;
  readonly audit: AuditLog;
}

/** The same, with the operations on the sessions in them. */
export async function withStoredSessions<T>(
  config: Config,
  work: (sessions: Sessions, parts: StoredParts) => Promise<T>,
): Promise<T> {
  return await withBackEnds(config, async (backEnds) => {
    const { dataDirectory } = config;
    const host = config.server.hostIdentifier;
    const createVerifier = (name: string) => new Verifier(policyNamed(name, config.privacy));
    const removal = new SessionRemoval({ ...backEnds, host, dataDirectory });
    const keys = keysIfAny(config);
    const sessions = new Sessions({ ...backEnds, host, createVerifier, removal, keys });
    const { catalog } = backEnds;
    return await work(sessions, { catalog, removal, keys, audit: new CatalogAuditLog(catalog.audit) });
  });
}

/** Opens only the catalog, runs `work` and closes it. */
export async function withCatalog<T>(config: Config, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  if (config.catalog.type === 'sqlite' && !(await exists(config.dataDirectory))) throw noData(config);
  const catalog = await openCatalog(config);
  try {
    return await work(catalog);
  } finally {
    await catalog.close();
  }
}

function noData({ dataDirectory }: Config): GatewayError {
  return new GatewayError('INPUT_UNREADABLE', `There is no data directory ${dataDirectory}`, {
    todo: 'Run the command where the gateway runs, or name its data directory with --data or --config.',
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Null on a machine that shares the catalog but not the key: then sessions are found by their pseudonyms only. */
export function keysIfAny(config: Config): PseudonymKeys | null {
  try {
    return openPseudonymKeys(config, { create: false });
  } catch (error) {
    if (isGatewayError(error, 'KEY_UNUSABLE')) return null;
    throw error;
  }
}

/** Adds the session's id to an error of `work`, because a command may take several ids. */
export async function naming<T>(id: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError(error.code, `${error.message} (${JSON.stringify(id)})`, {
      todo: error.todo,
      cause: error.cause,
    });
  }
}
