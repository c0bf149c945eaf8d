import { LOCATION_DETAILS } from '@rtcstats-server/privacy';
import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

export const geolocationSchema = z.strictObject({
  database: z.string().min(1).max(4096).optional().register(settingInfo, {
    help: 'A geolocation database of your own in the MaxMind DB format, such as GeoLite2 City. A replaced file is read within seconds, without a restart.',
    allowed: 'the path of an .mmdb file',
    defaultText: 'the country database that is bundled (public domain)',
  }),
  detail: z.enum(LOCATION_DETAILS).default('country').register(settingInfo, {
    help: 'Detail of the location that candidates and metadata get for a public address. It is looked up in memory, before the address is masked. `city` needs `geolocation.database`; `off` adds no location and loads no database.',
  }),
});

/** Problems that concern several of these settings. */
export function geolocationContradictions({ database, detail }: z.output<typeof geolocationSchema>): string[] {
  return detail === 'city' && database === undefined
    ? ['geolocation.detail: the bundled database knows countries only; city needs geolocation.database']
    : [];
}
