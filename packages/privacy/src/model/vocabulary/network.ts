import { phraseList } from './word-list.ts';

/** Property names of the path, query or fragment of a page (the URL and Location APIs). */
export const PATH_PHRASES: ReadonlySet<string> = phraseList(`
  path, path name, pathname, search, hash, query, query string, querystring, fragment, href, page path, page url,
  page, route, request path, request uri, uri path, original url, referrer, referer, location path, deep link, url path,
  full path, current page, landing page, join url, invite link, invite url, meeting url, meeting link, room url, room link
`);

/** Property names of the user's machine or its network. */
export const MACHINE_PHRASES: ReadonlySet<string> = phraseList(`
  hostname, host name, machine name, computer name, pc name, node name, device host, ssid, bssid, wifi name,
  wi fi name, wifi network, wlan network, hotspot name, wlan name, network name, net bios name, workgroup, wifi ssid, access point, rechnername, computername
`);
