import { isNetworkState } from '../model/machine-keys.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';

/** `hostname=annas-mbp`, `Computer name: "ANNA-PC"`. */
const MACHINE =
  /(?<![A-Za-z0-9])(?:(?:host|computer|machine|workstation|netbios)[\s_-]?name|rechnername)["'\\]{0,3}\s{0,2}[=:]\s{0,2}["'\\]{0,3}([\p{L}\p{N}][\p{L}\p{N}_-]{0,62})(?![\p{L}\p{N}_.-])/dgiu;
/** `SSID: Keller Wifi, RSSI …`, `networkName="KellerNet"`. */
const NETWORK =
  /(?<![A-Za-z0-9])(?:e?ssid|wi-?fi[\s_-]?(?:name|ssid)|wlan[\s_-]?name|network[\s_-]?name)["'\\]{0,3}\s{0,2}[=:]\s{0,2}(?:"([^"\r\n]{1,64})"|'([^'\r\n]{1,64})'|([^\s"',;(){}[\]\\][^"',;(){}[\]\\\r\n&]{0,63}))/dgiu;

/** Reports names of machines and networks after a word that says so. `replace` returns undefined to keep one. */
export function findNamedMachines(
  text: string,
  report: Report,
  replace: (kind: 'host' | 'network', name: string) => string | undefined,
): void {
  // Session descriptions have `cname` only.
  if (!/[^c]name|ssid/i.test(text)) return;
  if (/name/i.test(text)) {
    eachMatch(text, MACHINE, (match) => {
      const clean = isNetworkState(match[1]!) ? undefined : replace('host', match[1]!);
      if (clean !== undefined) report(...match.indices![1]!, clean);
    });
  }
  eachMatch(text, NETWORK, (match) => {
    const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
    const name = text.slice(start, end).trimEnd();
    const clean = isNetworkState(name) ? undefined : replace('network', name);
    if (clean !== undefined) report(start, start + name.length, clean);
  });
}
