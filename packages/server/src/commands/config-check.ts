import { accessSync, constants } from 'node:fs';
import { type Config, configWarnings, loadConfig } from '../config/config.ts';
import { DumpEncryption } from '../dump-content/encryption.ts';
import { type GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { listOf } from '../keys/algorithms.ts';
import { readPublicKeys } from '../keys/public-keys.ts';

/** Result of checking a configuration: warnings if it is valid, otherwise the errors. */
export interface ConfigCheck {
  readonly warnings: readonly string[];
  readonly errors: readonly GatewayError[];
  /** Problems with files that settings name. */
  readonly fileProblems: readonly string[];
}

/**
 * Checks a configuration as the start of the gateway would, with the files that it names: keys, certificates and the
 * geolocation database. Nothing is connected or created.
 *
 * @throws GatewayError CONFIG_NOT_FOUND
 */
export async function checkConfigFile(file: string, environment: NodeJS.ProcessEnv): Promise<ConfigCheck> {
  let config: Config;
  try {
    config = loadConfig({ file, environment });
  } catch (error) {
    if (!isGatewayError(error, 'CONFIG_INVALID') && !isGatewayError(error, 'ADMIN_TOKEN_REQUIRED')) throw error;
    return { warnings: [], errors: [error], fileProblems: [] };
  }
  const errors: GatewayError[] = [];
  for (const key of listOf(config.authorization.publicKey)) {
    try {
      readPublicKeys([key]);
    } catch (error) {
      if (!isGatewayError(error, 'CONFIG_INVALID')) throw error;
      errors.push(error);
    }
  }
  try {
    await (await DumpEncryption.open(config.storage.encryption)).close();
  } catch (error) {
    if (!isGatewayError(error, 'ENCRYPTION_UNUSABLE')) throw error;
    errors.push(error);
  }
  const fileProblems = [
    ...unreadable('geolocation.database', config.geolocation.database),
    ...unreadable('catalog.postgres.caFile', config.catalog.postgres.caFile),
  ];
  return { warnings: configWarnings(config), errors, fileProblems };
}

function unreadable(setting: string, path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    accessSync(path, constants.R_OK);
    return [];
  } catch (error) {
    return [`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`];
  }
}
