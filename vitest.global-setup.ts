import { bundleForTests } from './scripts/bundle-for-tests.ts';

/** Tests start the server from this bundle; programs that are run by hand, such as `npm run kills`, from the sources. */
export default async function setup(): Promise<void> {
  process.env['BUNDLED_SERVER'] = await bundleForTests();
}
