import type { Hit } from './detector.ts';
import { isNeutral } from './neutral.ts';

const MACHINE = /^(?:(?:local|client|device)?hostname|(?:computer|machine|pc|workstation|netbios)name)$/;
const NETWORK = /^(?:e?ssid|wi?fi(?:name|ssid)|networkname|networkssid|wlanname)$/;
/** States and technologies under the same names. */
const STATE =
  /^(?:o[nf]f?|yes|no|true|false|null|undefined|none|n\/a|unknown|unavailable|(?:dis)?connected|(?:en|dis)abled|good|fair|poor|bad|excellent|weak|strong|slow|fast|wi-?fi|wlan|lan|ethernet|wired|wireless|cellular|mobile|bluetooth|vpn|wimax|other|[2-6]g|lte|nr|slow-2g|802\.11\w*|[\d.]+\s?[gmk]?(?:hz|bit|bps|bit\/s)?|localhost)$/i;
const IN_TEXT =
  /(?<![a-z\d])(?:(?:host|computer|machine)[ _-]?name["']{0,2}\s{0,2}[=:]\s{0,2}["']{0,2}([a-z\d][\w-]{0,62})(?![\w.-])|e?ssid["']{0,2}\s{0,2}[=:]\s{0,2}["']?([^\s"',;(){}[\]\\&][^"',;(){}[\]\\\r\n&]{0,63}))/dgi;

/** What a property of this name holds. */
export function machineProperty(name: string): 'machine' | 'network' | undefined {
  if (name.length > 32) return undefined;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  if (MACHINE.test(plain)) return 'machine';
  return NETWORK.test(plain) ? 'network' : undefined;
}

/** Whether the value of such a property names a machine or network of a person. Names with a dot belong to servers. */
export function isReadableName(value: string, kind: 'machine' | 'network'): boolean {
  return !isNeutral(value) && !STATE.test(value) && (kind === 'network' || !value.includes('.'));
}

/** Names after a word for them in a text. */
export function findMachineNames(text: string, hits: Hit[]): void {
  for (const { 1: machine, 2: network, indices } of text.matchAll(IN_TEXT)) {
    const value = (machine ?? network!).trimEnd();
    if (!isReadableName(value, machine === undefined ? 'network' : 'machine')) continue;
    const [start] = (indices![1] ?? indices![2])!;
    hits.push({ start, end: start + value.length });
  }
}
