import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { GatewayError } from '../../errors/gateway-error.ts';
import { type ConfigSources, loadConfig } from '../config.ts';

/** A directory for configuration files, which is removed after the tests of the file. */
export interface ConfigDirectory {
  readonly directory: string;
  /** Writes a configuration file. @returns its path */
  file(content: string): string;
  /** The message of the error with which the configuration is refused. */
  problemsOf(sources: ConfigSources): string;
}

export function configDirectory(): ConfigDirectory {
  const directory = temporaryDirectory();
  return {
    directory,
    file(content) {
      const path = join(directory, 'some.yaml');
      writeFileSync(path, content);
      return path;
    },
    problemsOf: (sources) => failure(() => loadConfig({ cwd: directory, ...sources })).message,
  };
}

/** The error that `load` throws. */
export function failure(load: () => unknown): GatewayError {
  try {
    load();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}
