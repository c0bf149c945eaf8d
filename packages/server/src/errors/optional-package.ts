import { GatewayError } from './gateway-error.ts';

/**
 * Imports a module that needs packages from `optionalDependencies`, which `npm install --omit=optional` leaves out.
 *
 * @param setting the setting that needs the packages, as the operator wrote it: `storage.type: s3`
 * @throws GatewayError PACKAGE_MISSING
 */
export async function loadOptional<T>(
  setting: string,
  packages: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!namesOneOf(packages, cause)) throw cause;
    throw new GatewayError('PACKAGE_MISSING', `${setting} needs a package that is not installed`, {
      todo: `Run \`npm install ${packages.join(' ')}\` where rtcstats-server is installed.`,
      cause,
    });
  }
}

/** Whether the error is that of a missing module, and that module is one of these packages and not one of ours. */
function namesOneOf(packages: readonly string[], error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return false;
  return packages.some((name) => error.message.includes(`'${name}'`) || error.message.includes(`'${name}/`));
}
